import type { Answer } from '../http/answer.ts';
import type { Understood } from '../http/operator-server.ts';
import { RouteTable, type Route } from '../http/route-table.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import * as addressCalls from './address-calls.ts';
import { koscError } from './errors.ts';
import type { KoscCall } from './kosc-call.ts';
import type { KoscRoute } from './route-names.ts';
import type { KoscState } from './kosc-state.ts';
import { offersCall } from './offers-call.ts';
import { unauthenticated } from './token-endpoint.ts';

type Handler = (call: KoscCall) => Answer;

const eligibility = '/api/v2/eligibility';

function get(name: KoscRoute, path: string, handle: Handler): Route<Handler> {
  return { name, method: 'GET', path: `${eligibility}/${path}`, slash: true, handle };
}

const routes: readonly Route<Handler>[] = [
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

const table = new RouteTable(routes);

/** What the simulated Kosc makes of a request. */
export function understandKosc(state: KoscState, request: SandboxRequest): Understood {
  const token = state.tokens.check(request, state.now());
  const authenticated = token === 'valid';
  const match = table.match(request.method, request.path);
  if (match.found !== 'route') {
    const answer =
      match.found === 'nothing'
        ? koscError(404, 'Not found', state.variants)
        : koscError(405, `Method "${request.method}" not allowed.`, state.variants);
    return { route: 'unknown', authenticated, act: () => answer };
  }
  const { route, params } = match;
  return {
    route: route.name,
    authenticated,
    act: () =>
      token === 'valid' || route.name === 'token'
        ? route.handle({ state, request, params })
        : unauthenticated(token, state.variants),
  };
}
