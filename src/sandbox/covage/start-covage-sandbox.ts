import { json } from '../http/answer.ts';
import { isFields } from '../http/fields.ts';
import {
  startSimulation,
  type Simulated,
  type Simulation,
  type SimulationOptions,
} from '../http/simulate.ts';
import { covageRefusal, pageNotFound, routes, tokenPath } from './covage-routes.ts';
import { CovageState } from './covage-state.ts';
import { covageRoutes } from './route-names.ts';
import type { CovageScript } from './script.ts';
import { eligibilityIdOf, namedSites } from './sites.ts';
import { covageCredentials } from './token-endpoint.ts';
import { covageVariants } from './variants.ts';

/** What a simulated Covage has of its own. */
interface Own {
  /** The whole address of the token endpoint. */
  readonly tokenUrl: string;
  readonly credentials: typeof covageCredentials;
  /** Ends every token at once: the next call with one is a 401. */
  revokeTokens(): void;
  /**
   * Moves a qualification on by that many states (one by default), and returns the state that it is then in. Throws when there
   * is no such qualification.
   */
  advance(id: string, steps?: number): string;
}

/** A simulated Covage that is listening. */
export type CovageSandbox = Simulated<CovageScript> & Own;

const simulation: Simulation<CovageScript, CovageState, Own> = {
  open: (script, now) => new CovageState(script, now),
  routes,
  scriptSchema: async () => (await import('./script-schema.ts')).covageScriptSchema,
  isAuthenticated: ({ tokens, now }, request) => tokens.check(request, now()) === 'valid',
  refusal: covageRefusal,
  notFound: (_state, { method }, isOtherMethod) =>
    isOtherMethod ? json(405, { detail: `Method "${method}" not allowed.` }) : pageNotFound(),
  refuse: (_state, status, detail) => json(status, { detail }),
  about: {
    operator: 'Covage (simulated)',
    routes: covageRoutes,
    sites: namedSites.map((site) => ({
      name: site.name,
      shows: site.shows,
      eligibility_id: eligibilityIdOf(site),
      building_ref: site.buildingRef,
    })),
    variants: covageVariants,
  },
  actions: (state) => ({
    advance: (body) => {
      const { id, steps } = isFields(body) ? body : {};
      if (typeof id !== 'string' || state.store.find(id) === undefined) {
        return json(404, { error: `There is no qualification ${JSON.stringify(id)}.` });
      }
      return json(200, { id, state: state.advance(id, typeof steps === 'number' ? steps : 1) });
    },
    'revoke-tokens': () => {
      state.tokens.revokeAll();
      return { status: 204, headers: {}, body: '' };
    },
  }),
  own: (state, url) => ({
    tokenUrl: `${url}${tokenPath}`,
    credentials: covageCredentials,
    revokeTokens: () => state.tokens.revokeAll(),
    advance: (id, steps) => state.advance(id, steps),
  }),
};

/** Starts a simulated Covage. Rejects when the port cannot be had. */
export function startCovageSandbox(
  options: SimulationOptions<CovageScript> = {},
): Promise<CovageSandbox> {
  return startSimulation(simulation, options);
}

/** Covage, for the registry of the sandbox. */
export const covage = {
  name: 'covage',
  start: startCovageSandbox,
  scriptSchema: simulation.scriptSchema,
  settings: ({ url, tokenUrl, credentials }: CovageSandbox) => ({
    COVAGE_API_URL: url,
    COVAGE_TOKEN_URL: tokenUrl,
    COVAGE_CLIENT_ID: credentials.clientId,
    COVAGE_USERNAME: credentials.username,
    COVAGE_PASSWORD: credentials.password,
  }),
  examples: `Covage (eligibility_id)
  KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp   the documentation's site
  the qualification 2eaf7b5b-384d-4cb7-8d9b-09ac712354d7           the documentation's result`,
  demonstration: { history: 45 },
} as const;
