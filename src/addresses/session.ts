import type { SessionKey, SessionOptions } from '../operators/port/session.ts';
import type { AddressCandidate } from './candidate.ts';
import type { Directory, Establishment } from './directory.ts';
import type { AddressSearch, Geocoder } from './geocoder/geocoder.ts';
import { sitesAt, type FoundSites, type SiteSources } from './site-candidates.ts';

/** Looking for addresses within one execution. */
export interface AddressSession {
  search(search: AddressSearch): Promise<readonly AddressCandidate[]>;
  establishment(siret: string): Promise<Establishment | null>;
  /** The sites and the forecast at an address; asked once in an execution. */
  sitesAt(candidate: AddressCandidate): Promise<FoundSites>;
}

/** Names the session to resolvers. */
export const addressSessionKey: SessionKey<AddressSession> = { name: 'addresses' };

export interface AddressServices extends SiteSources {
  readonly geocoder: Geocoder;
  readonly directory: Directory;
}

/** Opens what one execution looks for addresses with. Nothing is asked yet. */
export function openAddressSession(
  services: AddressServices,
  { tenant, signal }: SessionOptions,
): AddressSession {
  const found = new Map<string, Promise<FoundSites>>();
  return {
    search: (search) => services.geocoder.search(search, { signal }),
    establishment: (siret) => services.directory.establishment(siret, { signal }),
    sitesAt(candidate) {
      const known = found.get(candidate.id);
      if (known !== undefined) return known;
      const asked = sitesAt(candidate, services, { tenant, signal });
      found.set(candidate.id, asked);
      return asked;
    },
  };
}
