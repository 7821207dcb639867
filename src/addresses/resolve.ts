import type { SearchOptions } from '../operators/port/site-qualifier.ts';
import type { Store } from '../store/store.ts';
import { departmentOfCommune } from '../vocabulary/commune.ts';
import { readBanKey } from '../vocabulary/french-address.ts';
import type { Address, GeoPoint } from '../vocabulary/place.ts';
import { areApart, type Site } from '../vocabulary/site.ts';
import type { Asking } from './address-service.ts';
import type { AddressCandidate } from './candidate.ts';
import type { Directory } from './directory.ts';
import type { Geocoder } from './geocoder/geocoder.ts';
import { spellAddressLine, matchAddress, matchPoint } from './geocoder/match.ts';
import { matchBest } from './geocoder/match-best.ts';
import {
  sitesAt,
  type FoundSites,
  type PlaceAtAddress,
  type SiteSources,
} from './site-candidates.ts';

/** A place, named by anything but an operator's key: by the first of these that is given. */
export interface PlaceWithoutKey {
  /** A key of the national address base. */
  readonly addressId: string | null;
  /** 14 digits. */
  readonly siret: string | null;
  readonly address: Address | null;
  readonly location: GeoPoint | null;
}

/** The resolution of a place without a key, by MEF 121's words. */
export interface Resolution {
  /** SUCCESS: one building is meant. PARTIAL: several may be, or one that is not sure. FAIL: none is known. */
  readonly result: 'SUCCESS' | 'PARTIAL' | 'FAIL';
  /** The addresses that may be meant. */
  readonly candidates: readonly AddressCandidate[];
  /** A sentence about what is missing; null for a SUCCESS. */
  readonly message: string | null;
  /** The building, of a SUCCESS. */
  readonly site: Site | null;
  /** The key of the address that is meant; null where that is not sure. */
  readonly addressId: string | null;
  /** Of a FAIL: when fibre is expected. */
  readonly forecast: FoundSites['forecast'];
}

export interface ResolveServices extends SiteSources {
  readonly geocoder: Geocoder;
  readonly directory: Directory;
}

/** How many addresses are looked at, and told where it is not sure which one is meant. */
const mostMeant = 10;

/** An address that is sure, or what is to be said where none is. */
type Meant =
  | { readonly place: PlaceAtAddress; readonly candidates: readonly AddressCandidate[] }
  | {
      readonly place: null;
      readonly candidates: readonly AddressCandidate[];
      readonly message: string;
    };

/**
 * Finds the one building that a place without a key is in. It never guesses: where two buildings may be meant, or the address
 * itself is not sure, that is PARTIAL. Rejects with an AddressServiceError or an operator's error where something that had to
 * be asked did not answer, and with the signal's reason.
 */
export async function resolvePlace(
  place: PlaceWithoutKey,
  services: ResolveServices,
  asking: Asking & SearchOptions & { readonly tenant: string | null },
): Promise<Resolution> {
  const meant = await meantBy(place, services, asking);
  const { candidates } = meant;
  const unresolved = { candidates, site: null, addressId: null, forecast: null };
  if (meant.place === null) {
    const result = candidates.length === 0 ? 'FAIL' : 'PARTIAL';
    return { ...unresolved, result, message: meant.message };
  }
  const { id: addressId } = meant.place;
  const { sites, forecast } = await sitesAt(meant.place, services, asking);
  const exact = sites.filter(({ match }) => match === 'EXACT');
  const [only] = exact;
  if (only !== undefined && exact.length === 1) {
    return { ...unresolved, result: 'SUCCESS', message: null, site: only.site, addressId };
  }
  const named = meant.place.address.label ?? addressId;
  if (sites.length === 0) {
    const expected = forecast === null ? '' : ` ${forecast.message}`;
    const message = `No building is known at ${named}.${expected} Give a key of the site where you know one.`;
    return { ...unresolved, result: 'FAIL', message, addressId, forecast };
  }
  const message =
    exact.length > 1
      ? `${exact.length} buildings are known at ${named}: choose one of \`candidates { sites }\` and ask by its buildingRef.`
      : `The buildings at ${named} were found by the name of the street alone: look at \`candidates { sites }\`, choose one and ask by its buildingRef.`;
  return { ...unresolved, result: 'PARTIAL', message, addressId };
}

/**
 * Looks the addresses of many places up with few calls, so that {@link resolvePlace} needs none for each that this decides. Rejects with
 * an AddressServiceError where a call failed: nothing is known of its places then, and resolvePlace asks for each by itself.
 */
export async function lookUpAddresses(
  places: readonly PlaceWithoutKey[],
  { geocoder }: Pick<ResolveServices, 'geocoder'>,
  asking: Asking = {},
): Promise<void> {
  const searches = places.flatMap(({ addressId, siret, address, location }) => {
    const isSearched = addressId === null && siret === null && location === null;
    const text = isSearched && address !== null ? spellAddressLine(address) : null;
    return text === null ? [] : [{ text, first: mostMeant }];
  });
  if (searches.length > 0) await geocoder.searchMany(searches, asking);
}

async function meantBy(
  { addressId, siret, address, location }: PlaceWithoutKey,
  services: ResolveServices,
  asking: Asking,
): Promise<Meant> {
  if (addressId !== null) return meantById(addressId, services);
  if (siret !== null) return meantBySiret(siret, services, asking);
  const line = address === null ? null : spellAddressLine(address);
  if (address !== null && line !== null) {
    const search = { text: line, near: location, first: mostMeant };
    const best = await services.geocoder.best(search);
    const decided = best === null ? null : matchBest(line, best, address);
    if (decided !== null) return { place: decided, candidates: [decided] };
    const found = await services.geocoder.search(search, asking);
    const { certain, candidates } = matchAddress(line, found, address);
    const isElsewhere =
      certain !== null && location !== null && areApart(certain.location, location);
    if (certain !== null && !isElsewhere) return { place: certain, candidates };
    const message = isElsewhere
      ? `${JSON.stringify(line)} and the location are more than 500 m apart: give one of them, or the addressId of a candidate.`
      : candidates.length === 0
        ? `No address is like ${JSON.stringify(line)}: check it, or look for it with searchAddresses.`
        : `It is not sure which address ${JSON.stringify(line)} means: choose one of \`candidates\` and ask by its addressId.`;
    return { place: null, candidates, message };
  }
  if (location === null) {
    return {
      place: null,
      candidates: [],
      message: 'The address says nothing: give its street and commune.',
    };
  }
  const { certain, candidates } = matchPoint(await services.geocoder.reverse(location, asking));
  if (certain !== null) return { place: certain, candidates };
  const message =
    candidates.length === 0
      ? 'No address is known near the point.'
      : 'The point is at no single door: choose one of `candidates` and ask by its addressId.';
  return { place: null, candidates, message };
}

async function meantById(id: string, { geocoder, store }: ResolveServices): Promise<Meant> {
  const key = readBanKey(id);
  const found = await geocoder.found(id);
  if (found !== null) return { place: found, candidates: [found] };
  if (key === null) {
    const message = `${JSON.stringify(id)} is no key of the national address base.`;
    return { place: null, candidates: [], message };
  }
  const [building] = await openDataAt(id, key.inseeCode, await store());
  const address: Address = {
    label: null,
    streetNumber: key.streetNumber?.number ?? null,
    streetExtension: key.streetNumber?.extension ?? null,
    streetName: building?.streetName ?? null,
    streetId: null,
    cityName: building?.cityName ?? null,
    cityId: null,
    inseeCode: key.inseeCode,
    postCode: null,
  };
  const { longitude = null, latitude = null } = building ?? {};
  if (longitude === null || latitude === null) {
    return { place: { id, address, location: null }, candidates: [] };
  }
  const candidate: AddressCandidate = {
    id,
    address: { ...address, label: spellAddressLine(address) },
    location: { longitude, latitude },
    precision: key.streetNumber === null ? 'STREET' : 'HOUSE_NUMBER',
    score: 1,
    otherCityNames: [],
    oldInseeCode: null,
    regionNames: [],
    distance: null,
  };
  return { place: candidate, candidates: [candidate] };
}

async function meantBySiret(
  siret: string,
  { directory }: ResolveServices,
  asking: Asking,
): Promise<Meant> {
  const establishment = await directory.establishment(siret, asking);
  const address = establishment?.address ?? null;
  if (address !== null) return { place: address, candidates: [address] };
  const message =
    establishment === null
      ? `The directory of businesses does not know ${siret}: check the number, or give the address.`
      : `The directory of businesses does not tell where ${siret} is: give the address.`;
  return { place: null, candidates: [], message };
}

function openDataAt(id: string, inseeCode: string, { buildings }: Store) {
  return buildings.findByBanKey(departmentOfCommune(inseeCode), id);
}
