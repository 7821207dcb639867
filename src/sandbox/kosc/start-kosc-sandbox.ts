import {
  startSimulation,
  type Simulated,
  type Simulation,
  type SimulationOptions,
} from '../http/simulate.ts';
import { buildings } from './buildings.ts';
import { koscError } from './errors.ts';
import { koscRefusal, routes } from './kosc-routes.ts';
import { KoscState } from './kosc-state.ts';
import { lines } from './lines.ts';
import { failingReferences } from './offers-call.ts';
import { otps } from './otps.ts';
import { koscRoutes } from './route-names.ts';
import type { KoscScript } from './script.ts';
import { koscCredentials } from './token-endpoint.ts';
import { koscVariants } from './variants.ts';

/** What a simulated Kosc has of its own. */
interface Own {
  readonly credentials: typeof koscCredentials;
  /** Ends every token at once: the next call with one is a 401. */
  revokeTokens(): void;
}

/** A simulated Kosc that is listening. */
export type KoscSandbox = Simulated<KoscScript> & Own;

const simulation: Simulation<KoscScript, KoscState, Own> = {
  open: (script, now) => new KoscState(script, now),
  routes,
  scriptSchema: async () => (await import('./script-schema.ts')).koscScriptSchema,
  isAuthenticated: ({ tokens, now }, request) => tokens.check(request, now()) === 'valid',
  refusal: koscRefusal,
  notFound: ({ variants }, { method }, isOtherMethod) =>
    isOtherMethod
      ? koscError(405, `Method "${method}" not allowed.`, variants)
      : koscError(404, 'Not found', variants),
  refuse: ({ variants }, status, message) => koscError(status, message, variants),
  about: {
    operator: 'Kosc (simulated)',
    routes: koscRoutes,
    lines: lines.map(({ number, shows }) => ({ number, shows })),
    otps: otps.map(({ ref, shows }) => ({ ref, shows })),
    buildings: buildings.map(({ ref, shows }) => ({ ref, shows })),
    failing: failingReferences,
    variants: koscVariants,
  },
  actions: (state) => ({
    'revoke-tokens': () => {
      state.tokens.revokeAll();
      return { status: 204, headers: {}, body: '' };
    },
  }),
  own: (state) => ({
    credentials: koscCredentials,
    revokeTokens: () => state.tokens.revokeAll(),
  }),
};

/** Starts a simulated Kosc. Rejects when the port cannot be had. */
export function startKoscSandbox(
  options: SimulationOptions<KoscScript> = {},
): Promise<KoscSandbox> {
  return startSimulation(simulation, options);
}

/** Kosc, for the registry of the sandbox. */
export const kosc = {
  name: 'kosc',
  start: startKoscSandbox,
  scriptSchema: simulation.scriptSchema,
  settings: ({ url, credentials }: KoscSandbox) => ({
    KOSC_API_URL: url,
    KOSC_EMAIL: credentials.email,
    KOSC_PASSWORD: credentials.password,
  }),
  examples: `Kosc
  building     IMB/77108/X/031C   eligible          IMB/44109/C/02B7   not yet
  otp          FI-3790-3415       not yet           FI-1000-0001       eligible
  line_number  0492002525         under conditions  0465710004         refused`,
  demonstration: {},
} as const;
