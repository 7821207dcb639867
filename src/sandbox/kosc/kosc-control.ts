import type { CallLog } from '../http/call-log.ts';
import type { Control } from '../http/control.ts';
import { buildings } from './buildings.ts';
import { koscRoutes } from './route-names.ts';
import type { KoscState } from './kosc-state.ts';
import { lines } from './lines.ts';
import { failingReferences } from './offers-call.ts';
import { otps } from './otps.ts';
import type { KoscScript } from './script.ts';
import { koscVariants } from './variants.ts';

/** The control of a simulated Kosc over HTTP, with `revoke-tokens` as its own action. */
export function koscControl(state: KoscState, calls: CallLog): Control<KoscScript> {
  return {
    calls,
    about: () => ({
      operator: 'Kosc (simulated)',
      routes: koscRoutes,
      lines: lines.map(({ number, shows }) => ({ number, shows })),
      otps: otps.map(({ ref, shows }) => ({ ref, shows })),
      buildings: buildings.map(({ ref, shows }) => ({ ref, shows })),
      failing: failingReferences,
      variants: koscVariants,
    }),
    script: () => state.script,
    schema: async () => (await import('./script-schema.ts')).koscScriptSchema,
    patch: (script) => state.patch(script),
    replace: (script) => state.replace(script),
    reset: () => {
      state.reset();
      calls.clear();
    },
    actions: {
      'revoke-tokens': () => {
        state.tokens.revokeAll();
        return { status: 204, headers: {}, body: '' };
      },
    },
  };
}
