import type { Answer } from '../http/answer.ts';
import type { Route } from '../http/route-table.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { Handler as SimulatedHandler } from '../http/simulate.ts';
import * as addressCalls from './address-calls.ts';
import type { KoscRoute } from './route-names.ts';
import type { KoscState } from './kosc-state.ts';
import { offersCall } from './offers-call.ts';
import { unauthenticated } from './token-endpoint.ts';

type Handler = SimulatedHandler<KoscState>;

const eligibility = '/api/v2/eligibility';

function get(name: KoscRoute, path: string, handle: Handler): Route<Handler> {
  return { name, method: 'GET', path: `${eligibility}/${path}`, slash: true, handle };
}

/** The routes of the simulated Kosc. */
export const routes: readonly Route<Handler>[] = [
  {
    name: 'token',
    method: 'POST',
    path: '/api/account/token',
    slash: true,
    handle: ({ state, request }) =>
      state.tokens.answer(request, state.script.tokenLifetimeSeconds, state.variants, state.now()),
  },
  {
    name: 'checkEligibility',
    method: 'POST',
    path: `${eligibility}/offers`,
    slash: true,
    handle: offersCall,
  },
  get('cities', 'cities', addressCalls.cities),
  get('streets', 'streets', addressCalls.streets),
  get('streetNumbers', 'street_numbers', addressCalls.streetNumbers),
  get('endpoints', 'endpoints', addressCalls.endpoints),
  get('buildings', 'buildings', addressCalls.buildingsAt),
  // A reference holds slashes, and clients may or may not encode them.
  get('building', 'buildings/:ref*', addressCalls.building),
  get('forecast', 'forecast_eligibility', addressCalls.forecast),
];

/** Why a call of a route is refused before it is acted on; null where it is not. */
export function koscRefusal(
  { tokens, variants, now }: KoscState,
  request: SandboxRequest,
  route: Route<Handler>,
): Answer | null {
  if (route.name === 'token') return null;
  const token = tokens.check(request, now());
  return token === 'valid' ? null : unauthenticated(token, variants);
}
