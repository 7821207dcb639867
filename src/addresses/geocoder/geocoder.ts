import { z } from 'zod';
import type { GeoPoint } from '../../vocabulary/place.ts';
import { plainAddressText } from '../../vocabulary/french-address.ts';
import type { AddressService, Asking } from '../address-service.ts';
import { Route } from '../../operators/calling/route.ts';
import type { AddressAnswerCache } from '../address-answer-cache.ts';
import type { AddressCandidate } from '../candidate.ts';
import { readCandidate } from './read-candidate.ts';
import { makeForm, mostRows, readFile, type BestFit } from './search-file.ts';

/** The address to look for. */
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

const collection = z.object({ features: z.array(z.unknown()) });

const routes = {
  search: new Route('search', ['/search']),
  reverse: new Route('reverse', ['/reverse']),
};
const fileRoute = new Route('searchCsv', ['/search/csv']);

export interface GeocoderOptions {
  readonly service: AddressService;
  readonly answers: AddressAnswerCache;
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
    const q = trimSearchText(search.text);
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

  /**
   * The best candidate for each of many texts, in calls of many texts each; null where the geocoder did not say for one. What was
   * said is kept, and {@link best} gives it from then on. Searches near a point are none of it: null. Rejects with an
   * AddressServiceError as soon as a call fails; what earlier calls brought is kept.
   */
  async searchMany(
    searches: readonly AddressSearch[],
    asking: Asking = {},
  ): Promise<readonly (BestFit | null)[]> {
    const { answers } = this.#options;
    const keys = searches.map(keyOfBest);
    const known = new Map(
      (await answers.findAll([...new Set(keys.filter((key) => key !== null))])) as ReadonlyMap<
        string,
        BestFit
      >,
    );
    const missing = new Map<string, AddressSearch>();
    for (const [index, search] of searches.entries()) {
      const key = keys[index] ?? null;
      if (key !== null && !known.has(key)) missing.set(key, search);
    }
    for (const part of chunked([...missing], mostRows)) {
      const found = await this.#askFile(part, asking);
      for (const [key, best] of found) known.set(key, best);
    }
    return keys.map((key) => (key === null ? null : (known.get(key) ?? null)));
  }

  /** The result of {@link searchMany} for a search within the last day; null without one. */
  async best(search: AddressSearch): Promise<BestFit | null> {
    const key = keyOfBest(search);
    // Kept by this class under this key.
    return key === null ? null : ((await this.#options.answers.find(key)) as BestFit | null);
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
    return (await this.#options.answers.find(keyOfCandidate(id))) as AddressCandidate | null;
  }

  async #askFile(
    searches: readonly (readonly [key: string, search: AddressSearch])[],
    asking: Asking,
  ): Promise<ReadonlyMap<string, BestFit>> {
    const { answers, service, report } = this.#options;
    const rows = searches.map(([, search]) => ({ ...search, text: trimSearchText(search.text) }));
    const answer = await service.sendFile(fileRoute, makeForm(rows), asking);
    const read = readFile(answer);
    if (read === null) throw service.unreadable('The geocoder answered without a CSV of results.');
    const found = new Map<string, BestFit>();
    for (const [index, [key]] of searches.entries()) {
      const best = read.get(index);
      if (best === undefined) report('row-without-answer');
      else found.set(key, best);
    }
    const candidates = [...found.values()].flatMap(({ candidate }) => candidate ?? []);
    await answers.keep(
      new Map<string, object>([
        ...candidates.map((one) => [keyOfCandidate(one.id), one] as const),
        ...found,
      ]),
    );
    return found;
  }

  #ask(
    route: keyof typeof routes,
    parameters: URLSearchParams,
    key: string,
    asking: Asking,
  ): Promise<readonly AddressCandidate[]> {
    const { answers, service } = this.#options;
    return answers.get(
      `geocoder ${key}`,
      async () => {
        const candidates = this.#read(await service.get(routes[route], parameters));
        await answers.keep(new Map(candidates.map((one) => [keyOfCandidate(one.id), one])));
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
      const one = readCandidate(given);
      if (one !== null) return [one];
      report('unreadable-feature');
      return [];
    });
  }
}

function keyOfCandidate(id: string): string {
  return `address ${id}`;
}

/**
 * Names a search in a file; null where it cannot be one. Its rows can be searched near a point, but the service's source reads the
 * longitude from another member of the form: https://github.com/livingdata-co/addok-server/blob/master/lib/csv.js
 */
function keyOfBest({ text, near, inseeCode, postCode }: AddressSearch): string | null {
  const q = trimSearchText(text);
  if (near || q.length < shortestSearchText) return null;
  return `geocoder best ${JSON.stringify([plainAddressText(q), inseeCode || null, postCode || null])}`;
}

function chunked<T>(things: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(things.length / size) }, (_one, index) =>
    things.slice(index * size, (index + 1) * size),
  );
}

/** A text as the geocoder takes it: from its first letter or digit on, at most 200 characters. */
export function trimSearchText(typed: string): string {
  return typed
    .replaceAll(/\s+/gu, ' ')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .trim()
    .slice(0, longestSearchText);
}
