import { LRUCache } from 'lru-cache';
import {
  namesAll,
  plainAddressText,
  readStreetNumber,
  tellingWords,
} from '../../vocabulary/french-address.ts';
import type { Pace } from '../calling/pace.ts';
import type {
  KnownAddress,
  SearchOptions,
  SiteAtAddress,
  SitesAtAddress,
} from '../port/site-qualifier.ts';
import type { KoscClient } from './client.ts';
import type { KoscBuilding } from './domain.ts';
import type { KoscStreet } from './translate-addresses.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** How many lists of communes, streets and numbers are kept. */
const mostLists = 1_000;

/** A street of Kosc, and whether its code shows that it is the one that was meant. */
interface FoundStreet {
  readonly code: string;
  readonly isExact: boolean;
}

/**
 * Kosc's search by address: commune, street, number, buildings. Streets and numbers hardly change, so their lists are kept
 * for a day; buildings and forecasts are asked for each time.
 */
export class AddressFunnel {
  readonly #client: KoscClient;
  readonly #pace: Pace;
  readonly #lists = new LRUCache<string, readonly object[]>({ max: mostLists, ttl: dayMs });

  constructor(client: KoscClient, pace: Pace) {
    this.#client = client;
    this.#pace = pace;
  }

  /** The sites that Kosc has at an address. Throws OperatorError, and the signal's reason. */
  async sitesAt(address: KnownAddress, options: SearchOptions): Promise<SitesAtAddress> {
    const nothing = { sites: [], forecast: null };
    const { streetNumber } = address.key;
    if (streetNumber === null) return nothing;
    const street = await this.#findStreet(address, options);
    if (street === null) return nothing;
    const number = await this.#findNumber(street, address, options);
    const buildings = await this.#pace.search(
      (call) => this.#client.buildings(street.code, number, call),
      options,
    );
    const sites = buildings.flatMap((building) => placeBuilding(building, street, address) ?? []);
    if (sites.length > 0) return { sites, forecast: null };
    const forecast = await this.#pace.search(
      (call) => this.#client.forecast(street.code, number, call),
      options,
    );
    return { sites: [], forecast };
  }

  /** Finds the street by its code; by its name only where several streets have the code, or none has. */
  async #findStreet(address: KnownAddress, options: SearchOptions): Promise<FoundStreet | null> {
    const streets = await this.#loadStreets(address, options);
    const { inseeCode, streetCode } = address.key;
    // Kosc's code begins with the commune's and the tax office's code of the street (FANTOIR), as the base's key does:
    // `76451_0055` is `7645100550`. Inferred from one pair of examples.
    const byCode = streets.filter(
      ({ code }) => streetCode.length === 4 && code.startsWith(`${inseeCode}${streetCode}`),
    );
    const [only] = byCode;
    if (only !== undefined && byCode.length === 1) {
      return { code: only.code, isExact: true };
    }
    const wanted = tellingWords(address.address.streetName ?? '');
    const named = (byCode.length > 0 ? byCode : streets).filter(({ name }) => {
      const words = tellingWords(name);
      return wanted.length > 0 && namesAll(wanted, words) && namesAll(words, wanted);
    });
    const [first] = named;
    if (first === undefined || named.length > 1) return null;
    return { code: first.code, isExact: byCode.length > 0 };
  }

  /**
   * The streets of the commune. Where Kosc does not know the commune's code, as after a merger: those of the commune with the same
   * name and postcode.
   */
  async #loadStreets(
    { key, address }: KnownAddress,
    options: SearchOptions,
  ): Promise<readonly KoscStreet[]> {
    const listed = (inseeCode: string) =>
      this.#listed(`streets ${inseeCode}`, () =>
        this.#pace.search((call) => this.#client.streets(inseeCode, call), options),
      );
    const streets = await listed(key.inseeCode);
    const { postCode, cityName } = address;
    if (streets.length > 0 || postCode === null || cityName === null) return streets;
    const cities = await this.#listed(`cities ${postCode}`, () =>
      this.#pace.search((call) => this.#client.cities(postCode, call), options),
    );
    const named = cities.filter(({ names }) =>
      names.some((name) => plainAddressText(name) === plainAddressText(cityName)),
    );
    const codes = new Set(named.map(({ inseeCode }) => inseeCode));
    const [code] = codes;
    return code === undefined || codes.size > 1 ? [] : listed(code);
  }

  /** The number as Kosc writes it in this street. */
  async #findNumber(
    { code }: FoundStreet,
    { key }: KnownAddress,
    options: SearchOptions,
  ): Promise<string> {
    const wanted = key.streetNumber;
    const usual = `${wanted?.number ?? ''}${wanted?.extension ?? ''}`;
    const numbers = await this.#listed(`numbers ${code}`, async () =>
      (await this.#pace.search((call) => this.#client.streetNumbers(code, call), options)).map(
        (number) => ({ number }),
      ),
    );
    const written = numbers.find(({ number }) => isNumber(number, key));
    return written?.number ?? usual;
  }

  async #listed<T extends object>(
    name: string,
    ask: () => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    // The name of a list tells the type of its members.
    const kept = this.#lists.get(name) as readonly T[] | undefined;
    if (kept !== undefined) return kept;
    const listed = await ask();
    // An empty list is not kept: it may be filled tomorrow.
    if (listed.length > 0) this.#lists.set(name, listed);
    return listed;
  }
}

function isNumber(text: string, { streetNumber }: KnownAddress['key']): boolean {
  const read = readStreetNumber(text);
  return (
    read !== null &&
    read.number === streetNumber?.number &&
    read.extension === streetNumber.extension
  );
}

/** A building as a site; null where Kosc itself says that it stands elsewhere. */
function placeBuilding(
  building: KoscBuilding,
  street: FoundStreet,
  { key, address }: KnownAddress,
): SiteAtAddress | null {
  const number = building.address?.streetNumber ?? null;
  if (number !== null && !isNumber(number, key)) return null;
  return {
    site: { buildingRef: building.buildingRef, address },
    buildingName: building.name,
    buildingType: building.type,
    premises: null,
    isExact: street.isExact,
  };
}
