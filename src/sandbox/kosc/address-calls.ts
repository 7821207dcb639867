import { json, type Answer } from '../http/answer.ts';
import { neighbours } from '../neighbours.ts';
import { places, type Place } from '../places.ts';
import { buildingByRef, everyBuilding, type KoscBuilding } from './buildings.ts';
import { documentedCodes, type Code } from './codes.ts';
import { invalidInput, notFound, type FieldError } from './errors.ts';
import { koscAddress } from './kosc-address.ts';
import type { KoscCall } from './kosc-call.ts';
import { lines } from './lines.ts';
import { buildingWire, lineEndpointWire } from './offers-wire.ts';

const everyPlace: readonly Place[] = [
  ...Object.values(places),
  ...neighbours.map(({ place }) => place),
];

/** Localities that share the INSEE code of a commune, by its postcode. */
const localities: Readonly<Record<string, readonly string[]>> = {
  // The documentation's own example of one code with several localities.
  '06130': ['GRASSE', 'LE PLAN DE GRASSE', 'PLASCASSIER'],
};

/** The communes and localities of a postcode. */
export function cities({ state, request }: KoscCall): Answer {
  const zipcode = request.query.get('zipcode') ?? '';
  const wrong = required('zipcode', zipcode, /^\d{5}$/, '5 digits');
  if (wrong !== null) return invalidInput([wrong], state.variants);
  const found = new Map<string, unknown>();
  for (const place of everyPlace.filter(({ postCode }) => postCode === zipcode)) {
    const { city } = koscAddress(place);
    for (const locality of localities[zipcode] ?? [city]) {
      const entry = { kosc_insee_code: place.inseeCode, city, locality, zipcode };
      found.set(`${place.inseeCode} ${locality}`, entry);
    }
  }
  return json(200, [...found.values()]);
}

/** The streets of a commune. */
export function streets({ state, request }: KoscCall): Answer {
  const insee = request.query.get('kosc_insee_code') ?? '';
  const wrong = required('kosc_insee_code', insee, /^[0-9AB]{5}$/, '5 characters');
  if (wrong !== null) return invalidInput([wrong], state.variants);
  const found = new Map<string, unknown>();
  for (const place of everyPlace.filter(({ inseeCode }) => inseeCode === insee)) {
    const { street_name } = koscAddress(place);
    found.set(place.koscStreetCode, { street_name, kosc_street_code: place.koscStreetCode });
  }
  return json(200, [...found.values()]);
}

/** The numbers of a street. */
export function streetNumbers({ state, request }: KoscCall): Answer {
  const street = request.query.get('kosc_street_code') ?? '';
  const wrong = streetError(street);
  if (wrong !== null) return invalidInput([wrong], state.variants);
  const numbers = everyPlace
    .filter(({ koscStreetCode }) => koscStreetCode === street)
    .map((place) => koscAddress(place).street_number);
  return json(200, [...new Set(numbers)]);
}

/** The copper lines at an address, without pairs and lengths. */
export function endpoints({ state, request }: KoscCall): Answer {
  const at = addressOf(request.query);
  if ('details' in at) return invalidInput(at.details, state.variants);
  const status = request.query.get('status');
  if (status !== null && status !== 'active' && status !== 'inactive') {
    const errors = [`"${status}" is not a valid choice.`];
    return invalidInput([{ field: 'status', errors }], state.variants);
  }
  const found = lines.filter(
    (line) => at.has(line.place) && (status === null || line.status === status),
  );
  return json(
    200,
    found.map((line) => ({
      ...lineEndpointWire(line, state.variants),
      copper_info: { status: line.status, unlisted_number: line.unlisted },
    })),
  );
}

/** The buildings at an address. */
export function buildingsAt({ state, request }: KoscCall): Answer {
  const at = addressOf(request.query);
  if ('details' in at) return invalidInput(at.details, state.variants);
  const found = everyBuilding.filter(({ place }) => at.has(place));
  return json(
    200,
    found.map((each) => buildingWire(each, state.variants)),
  );
}

/** One building, with its stairs and floors if they are asked. */
export function building({ state, request, params }: KoscCall): Answer {
  const found = buildingByRef(params['ref'] ?? '');
  if (found === undefined) return notFound('Building', state.variants);
  const asked = request.query.get('include_stairs')?.toLowerCase();
  return json(200, {
    ...buildingWire(found, state.variants),
    ...(asked === 'true' || asked === '1' ? { stairs: stairsWire(found) } : {}),
  });
}

/** When fibre will come to an address without a building. */
export function forecast({ state, request }: KoscCall): Answer {
  const at = addressOf(request.query);
  if ('details' in at) return invalidInput(at.details, state.variants);
  const place = everyPlace.find((known) => at.has(known));
  const known = everyBuilding.find((candidate) => candidate.place === place);
  const reason = known?.offers.flatMap(({ reasons }) => reasons ?? [])[0];
  const code: Code =
    place === undefined || (known !== undefined && reason === undefined)
      ? 'FIBER_NOT_AVAILABLE'
      : 'FIBER_NOT_YET_DEPLOYED';
  const date = reason?.availability_date ?? (code === 'FIBER_NOT_YET_DEPLOYED' ? '2023' : null);
  const french = frenchMessages[code];
  return json(200, {
    address: place === undefined ? null : koscAddress(place),
    message_elig_code: code,
    message_elig_text_fr: french,
    // French under this name too: that is what the documentation shows.
    message_elig_text_en: french ?? documentedCodes[code].message,
    message_elig_date: date,
  });
}

const frenchMessages: Partial<Record<Code, string>> = {
  FIBER_NOT_AVAILABLE: 'Fibre non disponible dans cette zone.',
  FIBER_NOT_YET_DEPLOYED: 'Fibre pas encore déployée dans cette zone.',
};

function stairsWire({ ref, stairs }: KoscBuilding): Record<string, string[]> {
  const entries = Object.entries(stairs);
  return Object.fromEntries(entries.map(([name, floors]) => [`${ref}^${name}`, floors]));
}

function addressOf(
  query: URLSearchParams,
): { has: (place: Place) => boolean } | { details: FieldError[] } {
  const street = query.get('kosc_street_code') ?? '';
  const number = query.get('street_number') ?? '';
  const extension = query.get('street_extension') ?? '';
  const details = [
    streetError(street),
    required('street_number', number, /^.{1,7}$/, 'at most 7 characters'),
  ].filter((error) => error !== null);
  if (details.length > 0) return { details };
  return {
    has: (place) =>
      place.koscStreetCode === street &&
      koscAddress(place).street_number === `${number}${extension}`.toUpperCase(),
  };
}

function streetError(street: string): FieldError | null {
  return required('kosc_street_code', street, /^[0-9A-Z]{1,11}$/, 'at most 11 characters');
}

function required(field: string, value: string, form: RegExp, words: string): FieldError | null {
  if (value === '') return { field, errors: ['This field is required.'] };
  return form.test(value) ? null : { field, errors: [`Expected ${words}.`] };
}
