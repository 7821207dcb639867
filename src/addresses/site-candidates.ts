import type {
  FibreForecast,
  KnownAddress,
  SearchOptions,
  SiteQualifier,
  SitesAtAddress,
} from '../operators/port/site-qualifier.ts';
import type { Store } from '../store/store.ts';
import { departmentOfCommune } from '../vocabulary/commune.ts';
import { readBanKey } from '../vocabulary/french-address.ts';
import { enrichSite, unknownSite, type Site } from '../vocabulary/site.ts';
import type { AddressCandidate } from './candidate.ts';

/** Where a key of a site comes from. */
export type SiteKeySource = 'OPEN_DATA' | 'OPERATOR' | 'SEEN_BEFORE';

/** A site that may be at an address. */
export interface SiteCandidate {
  readonly site: Site;
  readonly buildingName: string | null;
  readonly buildingType: string | null;
  readonly premises: number | null;
  readonly sources: readonly SiteKeySource[];
  /** EXACT where a key or code joins it to the address; text alone is PROBABLE. */
  readonly match: 'EXACT' | 'PROBABLE';
}

/** The sites and the forecast at an address. */
export interface FoundSites {
  readonly sites: readonly SiteCandidate[];
  /** When fibre is expected, by which operator; null where a site is known, or no operator says. */
  readonly forecast: (FibreForecast & { readonly operator: string }) | null;
}

/** An address as far as it is needed to find what is there. */
export type PlaceAtAddress = Pick<AddressCandidate, 'id' | 'address'> & {
  readonly location: AddressCandidate['location'] | null;
};

export interface SiteSources {
  readonly store: () => Promise<Store>;
  readonly qualifiers: ReadonlyMap<string, SiteQualifier>;
}

/**
 * The sites at an address, by its key in the national address base: from ARCEP's open file, from operators that search by
 * address, and from what this service saw before. Rejects with an operator's error only where nothing else is known: then
 * "none" would be a guess.
 */
export async function sitesAt(
  candidate: PlaceAtAddress,
  { store, qualifiers }: SiteSources,
  { tenant, ...options }: { readonly tenant: string | null } & SearchOptions,
): Promise<FoundSites> {
  const key = readBanKey(candidate.id);
  // A street or a commune is no place where anything is delivered.
  if (key?.streetNumber === undefined || key.streetNumber === null)
    return { sites: [], forecast: null };
  const { address: ofCandidate, location } = candidate;
  const address: KnownAddress = { key, address: ofCandidate, location };
  const open = await openDataSites(candidate, departmentOfCommune(key.inseeCode), await store());
  const asked = await Promise.allSettled(
    [...qualifiers].map(async ([operator, qualifier]) => {
      const found = await qualifier.sitesAt?.(address, options);
      return found && { ...found, operator };
    }),
  );
  options.signal?.throwIfAborted();
  const told = asked.flatMap((one) =>
    one.status === 'fulfilled' && one.value !== undefined ? [one.value] : [],
  );
  const known = [...open, ...told.flatMap(operatorSites)];
  const seen = await seenSites(candidate, known, tenant, await store());
  const sites = merged([...known, ...seen]);
  const failure = asked.find((one) => one.status === 'rejected');
  if (sites.length === 0 && failure !== undefined) throw failure.reason;
  const [forecast = null] = told.flatMap(({ operator, forecast: expected }) =>
    expected === null || sites.length > 0 ? [] : [{ ...expected, operator }],
  );
  return { sites, forecast };
}

async function openDataSites(
  { id, address, location }: PlaceAtAddress,
  department: string,
  { buildings }: Store,
): Promise<SiteCandidate[]> {
  const found = await buildings.findByBanKey(department, id);
  return found.map(({ buildingRef, buildingType, premises, longitude, latitude }) => ({
    site: {
      ...unknownSite,
      buildingRef,
      address,
      location: longitude === null || latitude === null ? location : { longitude, latitude },
    },
    buildingName: null,
    buildingType,
    premises,
    sources: ['OPEN_DATA'],
    match: 'EXACT',
  }));
}

function operatorSites({ sites }: SitesAtAddress): SiteCandidate[] {
  return sites.map(({ site, buildingName, buildingType, premises, isExact }) => ({
    site: { ...unknownSite, ...site },
    buildingName,
    buildingType,
    premises,
    sources: ['OPERATOR'],
    match: isExact ? 'EXACT' : 'PROBABLE',
  }));
}

/** The keys of earlier questions of the tenant: about this address, or about a building that is known to be there. */
async function seenSites(
  { id, address }: PlaceAtAddress,
  known: readonly SiteCandidate[],
  tenant: string | null,
  { siteQualifications }: Store,
): Promise<SiteCandidate[]> {
  const buildingRefs = known.flatMap(({ site }) => site.buildingRef ?? []);
  const seen = await siteQualifications.sitesSeenAt(id, buildingRefs, tenant);
  return seen.map(({ eligibilityId, buildingRef, location }) => ({
    site: { ...unknownSite, eligibilityId, buildingRef, location, address },
    buildingName: null,
    buildingType: null,
    premises: null,
    sources: ['SEEN_BEFORE'],
    match: 'EXACT',
  }));
}

/**
 * One candidate a building, with all that its sources tell. What an operator knows of the address without a building, such as
 * its code of the street, is told of each building there, and is a candidate by itself only where there is none.
 */
function merged(all: readonly SiteCandidate[]): SiteCandidate[] {
  const found = new Map<string, SiteCandidate>();
  const nameSite = ({ site }: SiteCandidate) => site.buildingRef ?? site.eligibilityId;
  const bare = all.filter((one) => nameSite(one) === null);
  const named = all.filter((one) => nameSite(one) !== null);
  const ofAddress = bare.map(({ site }) => ({ address: site.address }));
  const told = named.map((one) => ({ ...one, site: ofAddress.reduce(enrichSite, one.site) }));
  for (const one of named.length === 0 ? bare : told) {
    const name = nameSite(one) ?? '';
    const known = found.get(name);
    found.set(
      name,
      known === undefined
        ? one
        : {
            site: enrichSite(known.site, one.site),
            buildingName: known.buildingName ?? one.buildingName,
            buildingType: known.buildingType ?? one.buildingType,
            premises: known.premises ?? one.premises,
            sources: [...new Set([...known.sources, ...one.sources])],
            match: known.match === 'EXACT' ? 'EXACT' : one.match,
          },
    );
  }
  return [...found.values()];
}
