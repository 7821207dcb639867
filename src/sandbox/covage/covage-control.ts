import { json } from '../http/answer.ts';
import type { CallLog } from '../http/call-log.ts';
import type { Control } from '../http/control.ts';
import { covageRoutes } from './route-names.ts';
import { isFields } from '../http/fields.ts';
import type { CovageState } from './covage-state.ts';
import type { CovageScript } from './script.ts';
import { eligibilityIdOf, namedSites } from './sites.ts';
import { covageVariants } from './variants.ts';

/** The control of a simulated Covage over HTTP, with `advance` and `revoke-tokens` as its own actions. */
export function covageControl(state: CovageState, calls: CallLog): Control<CovageScript> {
  return {
    calls,
    about: () => ({
      operator: 'Covage (simulated)',
      routes: covageRoutes,
      sites: namedSites.map((site) => ({
        name: site.name,
        shows: site.shows,
        eligibility_id: eligibilityIdOf(site),
        building_ref: site.buildingRef,
      })),
      variants: covageVariants,
    }),
    script: () => state.script,
    schema: async () => (await import('./script-schema.ts')).covageScriptSchema,
    patch: (script) => state.patch(script),
    replace: (script) => state.replace(script),
    reset: () => {
      state.reset();
      calls.clear();
    },
    actions: {
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
    },
  };
}
