import { z } from 'zod';
import type { GeoPoint } from '../vocabulary/place.ts';
import { plainAddressText, readStreetNumber } from '../vocabulary/french-address.ts';
import type { AddressService, Asking } from './address-service.ts';
import { Route } from '../operators/calling/route.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { AddressCandidate, AddressPrecision } from './candidate.ts';
import { lenientText as text } from './lenient-text.ts';

/** What is looked for. */
export interface AddressSearch {
  /** An address as a person types it. */
  readonly text: string;
  /** Candidates near this point come first. */
  readonly near?: GeoPoint | null | undefined;
  /** Only addresses of this commune, by INSEE's code. */
  readonly inseeCode?: string | null | undefined;
  readonly postCode?: string | null | undefined;
  /** The most candidates to return, 1 to 20. */
  readonly first: number;
}

/** The most that the geocoder gives. */
export const mostCandidates = 20;
/** The longest text that it takes, in characters, and the shortest. */
export const longestSearchText = 200;
export const shortestSearchText = 3;

const precisions: Readonly<Record<string, AddressPrecision>> = {
  housenumber: 'HOUSE_NUMBER',
  street: 'STREET',
  locality: 'LOCALITY',
  municipality: 'MUNICIPALITY',
};

/** Five characters, the zero in front included that a number loses. */
const code = text.transform((given) => given?.padStart(5, '0') ?? null);
const share = z.coerce.number().min(0).catch(0);

// Read: what every version of the service sends. Not `x` and `y`, which are of another projection (Lambert 93) than the
// service's own description says.
const feature = z.object({
  geometry: z.object({
    coordinates: z.tuple([
      z.coerce.number().min(-180).max(180),
      z.coerce.number().min(-90).max(90),
    ]),
  }),
  properties: z.object({
    id: z.string().min(1),
    type: text,
    _type: text,
    label: text,
    score: share,
    housenumber: text,
    street: text,
    name: text,
    postcode: code,
    citycode: code,
    city: text,
    district: text,
    oldcity: text,
    oldcitycode: code,
    context: text,
    distance: z.coerce.number().nullish().catch(null),
  }),
});
const collection = z.object({ features: z.array(z.unknown()) });

const routes = {
  search: new Route('search', ['/search']),
  reverse: new Route('reverse', ['/reverse']),
};

export interface GeocoderOptions {
  readonly service: AddressService;
  readonly kept: AnswerCache;
  readonly report: (deviation: string) => void;
}

/**
 * The Géoplateforme's geocoder, or another one that speaks its language: https://geoservices.ign.fr/documentation/services/services-geoplateforme/geocodage
 * Its answers are kept for a day.
 */
export class Geocoder {
  readonly #options: GeocoderOptions;

  constructor(options: GeocoderOptions) {
    this.#options = options;
  }

  /** Addresses that match a text, the best first. Rejects with an AddressServiceError. */
  async search(search: AddressSearch, asking: Asking = {}): Promise<readonly AddressCandidate[]> {
    const q = searchTextOf(search.text);
    if (q.length < shortestSearchText) return [];
    const parameters = new URLSearchParams({
      q,
      // A whole address and not the beginning of one.
      autocomplete: 'false',
      limit: String(Math.min(mostCandidates, Math.max(1, search.first))),
    });
    if (search.inseeCode) parameters.set('citycode', search.inseeCode);
    if (search.postCode) parameters.set('postcode', search.postCode);
    if (search.near) {
      parameters.set('lat', String(search.near.latitude));
      parameters.set('lon', String(search.near.longitude));
    }
    const key = new URLSearchParams(parameters);
    key.set('q', plainAddressText(q));
    return this.#ask('search', parameters, `search?${key.toString()}`, asking);
  }

  /** Addresses around a point, the nearest first. Rejects with an AddressServiceError. */
  reverse(point: GeoPoint, asking: Asking = {}): Promise<readonly AddressCandidate[]> {
    const parameters = new URLSearchParams({
      lon: String(point.longitude),
      lat: String(point.latitude),
      limit: '5',
    });
    return this.#ask('reverse', parameters, `reverse?${parameters.toString()}`, asking);
  }

  /** An address that was found before, by its key; null where none was within the last day. */
  async found(id: string): Promise<AddressCandidate | null> {
    // Kept by this class under this key.
    return (await this.#options.kept.find(keyOfCandidate(id))) as AddressCandidate | null;
  }

  #ask(
    route: keyof typeof routes,
    parameters: URLSearchParams,
    key: string,
    asking: Asking,
  ): Promise<readonly AddressCandidate[]> {
    const { kept, service } = this.#options;
    return kept.get(
      `geocoder ${key}`,
      async () => {
        const candidates = this.#read(await service.get(routes[route], parameters));
        await kept.keep(new Map(candidates.map((one) => [keyOfCandidate(one.id), one])));
        return candidates;
      },
      asking.signal,
    );
  }

  #read(answer: unknown): AddressCandidate[] {
    const { service, report } = this.#options;
    const read = collection.safeParse(answer);
    if (!read.success) {
      throw service.unreadable('The geocoder answered without a list of features.');
    }
    return read.data.features.flatMap((given) => {
      const one = feature.safeParse(given);
      if (one.success) return [candidateOf(one.data)];
      report('unreadable-feature');
      return [];
    });
  }
}

function keyOfCandidate(id: string): string {
  return `address ${id}`;
}

/** A text as the geocoder takes it: from its first letter or digit on, at most 200 characters. */
export function searchTextOf(typed: string): string {
  return typed
    .replaceAll(/\s+/gu, ' ')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .trim()
    .slice(0, longestSearchText);
}

function candidateOf({ geometry, properties }: z.output<typeof feature>): AddressCandidate {
  const { id, type, _type, label, score, street, name, city, citycode, postcode } = properties;
  const [longitude, latitude] = geometry.coordinates;
  const precision = precisions[type ?? _type ?? ''] ?? 'MUNICIPALITY';
  const number = readStreetNumber(properties.housenumber ?? '');
  const hasStreet = precision === 'HOUSE_NUMBER' || precision === 'STREET';
  return {
    id,
    precision,
    score: Math.min(1, score),
    location: { longitude, latitude },
    address: {
      label: label ?? null,
      streetNumber: number?.number ?? properties.housenumber ?? null,
      streetExtension: number?.extension ?? null,
      streetName: hasStreet
        ? (street ?? streetOf(name ?? null, properties.housenumber ?? null))
        : null,
      streetId: null,
      cityName: city ?? null,
      cityId: null,
      inseeCode: citycode,
      postCode: postcode,
    },
    otherCityNames: [properties.district, properties.oldcity].flatMap((other) => other ?? []),
    oldInseeCode: properties.oldcitycode,
    regionNames: (properties.context ?? '').split(',').filter((part) => !/\d/.test(part)),
    distance: properties.distance ?? null,
  };
}

/** Earlier versions of the service put the number before the street into `name` and send no `street`. */
function streetOf(name: string | null, houseNumber: string | null): string | null {
  if (name === null || houseNumber === null) return name;
  return name.startsWith(`${houseNumber} `) ? name.slice(houseNumber.length + 1) : name;
}
