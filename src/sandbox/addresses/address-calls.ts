import { json, redirect, type Answer } from '../http/answer.ts';
import type { Route } from '../http/route-table.ts';
import type { Handler, SimulatedCall } from '../http/simulate.ts';
import type { AddressRoute } from './address-script.ts';
import type { AddressState } from './address-state.ts';
import { buildingFile } from './building-file.ts';
import { directoryAnswer } from './businesses.ts';
import { searchCsv } from './geocode-csv.ts';
import { featureOf, geocode, reverseGeocode } from './geocode.ts';

type AddressCall = SimulatedCall<AddressState>;

function get(
  name: AddressRoute,
  path: string,
  handle: Handler<AddressState>,
): Route<Handler<AddressState>> {
  return { name, method: 'GET', path, slash: false, handle };
}

/** The routes of the simulated geocoder, directory and building file. */
export const routes: readonly Route<Handler<AddressState>>[] = [
  get('search', '/geocodage/search', limited(search)),
  get('reverse', '/geocodage/reverse', limited(reverse)),
  {
    name: 'searchCsv',
    method: 'POST',
    path: '/geocodage/search/csv',
    slash: false,
    handle: limited(({ state, request }) => searchCsv(request, state.script.hasOldFields)),
  },
  get('directory', '/annuaire/search', ({ request }) =>
    json(200, directoryAnswer(request.query.get('q') ?? '')),
  ),
  get('buildingFile', '/base_imb/:file', ({ request, params }) =>
    redirect(302, `${request.origin}/stored/${params['file'] ?? ''}`),
  ),
  get('storedBuildingFile', '/stored/:file', ({ params }) => stored(params['file'] ?? '')),
];

/** The geocoder refuses everything for a while where it is asked too often. */
function limited(handle: Handler<AddressState>): Handler<AddressState> {
  return (call) => {
    const retryAfterSeconds = call.state.refusesFor();
    return retryAfterSeconds === null
      ? handle(call)
      : json(
          429,
          { code: 429, message: 'Too Many Requests' },
          { 'retry-after': String(retryAfterSeconds) },
        );
  };
}

function search({ state, request: { query } }: AddressCall): Answer {
  const { hasOldFields } = state.script;
  const q = query.get('q') ?? '';
  if (q.length < 3 || q.length > 200 || !/^[\p{L}\p{N}]/u.test(q)) {
    return wrong('q: must contain between 3 and 200 chars and start with a number or a letter');
  }
  const limit = Number(query.get('limit') ?? 10);
  if (!Number.isInteger(limit) || limit < 1 || limit > 20) {
    return wrong('limit: Param limit must be an integer between 1 and 20');
  }
  const postCode = query.get('postcode');
  if (postCode !== null && !/^\d{5}$/.test(postCode))
    return wrong('postcode: Param postcode must contain 5 digits');
  const inseeCode = query.get('citycode');
  if (inseeCode !== null && !/^(?:\d{5}|\d[AB]\d{3})$/.test(inseeCode)) {
    return wrong('citycode: Param citycode is invalid');
  }
  if (query.has('lat') !== query.has('lon'))
    return wrong('lon/lat must be present together if defined');
  const found = geocode(q, { postCode, inseeCode, type: query.get('type') }, limit);
  return collection(
    found.map((one) => featureOf(one, hasOldFields)),
    q,
  );
}

function reverse({ state, request: { query } }: AddressCall): Answer {
  const { hasOldFields } = state.script;
  const [longitude, latitude] = [Number(query.get('lon')), Number(query.get('lat'))];
  if (!query.has('lon') || !query.has('lat') || Number.isNaN(longitude + latitude)) {
    return wrong('lon/lat: required');
  }
  const found = reverseGeocode(longitude, latitude, Number(query.get('limit') ?? 10));
  return collection(found.map((one) => featureOf(one, hasOldFields)));
}

function collection(features: readonly object[], query?: string): Answer {
  return json(200, {
    type: 'FeatureCollection',
    features,
    ...(query === undefined ? {} : { query }),
  });
}

function wrong(detail: string): Answer {
  return json(400, { code: 400, message: 'Failed parsing query', detail: [detail] });
}

function stored(name: string): Answer {
  const file = buildingFile(/^base_imb_([0-9AB]+)\.csv\.gz$/.exec(name)?.[1] ?? '');
  if (file === null) return json(404, { code: 404, message: 'Not found', detail: [] });
  const headers = {
    'content-type': 'application/gzip',
    'last-modified': 'Mon, 14 Sep 2026 08:00:00 GMT',
  };
  return { status: 200, headers, body: file };
}
