import { html, json, redirect, type Answer } from '../http/answer.ts';
import type { Route } from '../http/route-table.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { Handler as SimulatedHandler } from '../http/simulate.ts';
import * as catalogueCalls from './catalogue-calls.ts';
import type { CovageRoute } from './route-names.ts';
import type { CovageState } from './covage-state.ts';
import * as qualificationCalls from './qualification-calls.ts';
import type { Spelling } from './spelling.ts';

type Handler = SimulatedHandler<CovageState>;

/** Where the token endpoint is, below the address of the operator. */
export const tokenPath = '/auth/realms/covage/protocol/openid-connect/token';

const api = '/api/v1';
const qualification = `${api}/product_offering_qualification`;

function route(
  name: CovageRoute,
  method: 'GET' | 'POST',
  path: string,
  slash: boolean,
  handle: Handler,
): Route<Handler> {
  return { name, method, path, slash, handle };
}

/** The routes of the simulated Covage. */
export const routes: readonly Route<Handler>[] = [
  route('token', 'POST', tokenPath, false, ({ state, request }) =>
    state.tokens.answer(request, state.script, state.now()),
  ),
  route('categories', 'GET', `${api}/catalog/category`, false, catalogueCalls.categories),
  route('offers', 'GET', `${api}/catalog/product_offering`, true, catalogueCalls.offers),
  route('offerBatch', 'POST', `${api}/catalog/product_offering`, true, catalogueCalls.offerBatch),
  route('offerDetail', 'GET', `${api}/product_offering/:id`, false, catalogueCalls.offerDetail),
  route(
    'offerDetail',
    'GET',
    `${api}/catalog/product_offering/:id`,
    true,
    catalogueCalls.offerDetail,
  ),
  route(
    'siteConnections',
    'GET',
    `${api}/referential/site_connection`,
    true,
    catalogueCalls.siteConnections,
  ),
  route('createQualification', 'POST', qualification, false, qualificationCalls.create),
  route('createQualificationSync', 'POST', `${qualification}/sync`, true, qualificationCalls.sync),
  route('qualifications', 'GET', qualification, true, qualificationCalls.list),
  route('qualification', 'GET', `${qualification}/:id`, false, qualificationCalls.read),
  route('items', 'GET', `${qualification}_item`, true, qualificationCalls.listItems),
  route('item', 'GET', `${qualification}_item/:id`, true, qualificationCalls.readItem),
];

/** Why a call of a route is refused before it is acted on; null where it is not. */
export function covageRefusal(
  { spelling, tokens, now }: CovageState,
  request: SandboxRequest,
  found: Route<Handler>,
): Answer | null {
  if (found.name === 'token') return null;
  const refusal = pathRefusal(found, request, spelling);
  if (refusal !== null) return refusal;
  const token = tokens.check(request, now());
  if (token !== 'valid') return unauthenticated(token, spelling);
  if (request.method !== 'POST' || request.mediaType === 'application/json') return null;
  return json(415, { detail: `Unsupported media type "${request.mediaType}" in request.` });
}

/** Refuses the form of a path that a variant does not have: Django routes a path before it looks at the token. */
function pathRefusal(
  found: Route<Handler>,
  request: SandboxRequest,
  spelling: Spelling,
): Answer | null {
  const underCatalog = found.path.startsWith(`${api}/catalog/`);
  if (found.name === 'offerDetail') {
    if (underCatalog && spelling.has('offer-detail-only-outside-catalog')) return pageNotFound();
    if (!underCatalog && spelling.has('offer-detail-only-under-catalog')) return pageNotFound();
  }
  const slash = request.path.endsWith('/');
  const query = request.query.size > 0 ? `?${request.query.toString()}` : '';
  if (!slash) {
    if (spelling.has('slash-required-404')) return pageNotFound();
    if (spelling.has('slash-required-redirect')) return redirect(301, `${request.path}/${query}`);
  } else {
    if (spelling.has('slash-refused-404')) return pageNotFound();
    if (spelling.has('slash-refused-redirect')) {
      return redirect(301, `${request.path.slice(0, -1)}${query}`);
    }
  }
  return spelling.has('slash-as-printed') && slash !== found.slash ? pageNotFound() : null;
}

/** Django's page for what it has no route for. */
export function pageNotFound(): Answer {
  return html(404, 'Not Found', 'The requested resource was not found on this server.');
}

function unauthenticated(token: 'missing' | 'invalid', spelling: Spelling): Answer {
  const detail =
    token === 'missing'
      ? 'Authentication credentials were not provided.'
      : 'Given token not valid for any token type';
  return json(
    401,
    { detail: spelling.message(detail) },
    { 'www-authenticate': 'Bearer realm="api"' },
  );
}
