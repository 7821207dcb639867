import type { CatalogueCache, CatalogueKind } from './catalogue-cache.ts';
import type { CallOptions } from '../../calling/call.ts';
import { OperatorError } from '../../port/operator-error.ts';
import type { Page } from '../lists/page.ts';
import type { CovageClient } from '../client.ts';
import type { CatalogueOffer, OfferFamily } from '../domain.ts';

/** An offer priced for a zone; without one, as the catalogue has it. */
export interface OfferInZone {
  readonly id: string;
  readonly zone: number | null;
}

const offerFamilies: CatalogueKind<OfferFamily[]> = { name: 'offerFamilies' };
const siteConnectionTypes: CatalogueKind<string[]> = { name: 'siteConnectionTypes' };
const versionOf = ({ id, lastUpdate }: CatalogueOffer) => ({ id, lastUpdate });
const offers: CatalogueKind<CatalogueOffer> = { name: 'offers', versionOf };
const offerDetails: CatalogueKind<CatalogueOffer> = { name: 'offerDetails', versionOf };

/** The offers that Covage sells to this account, the same for all callers: from the cache where it may answer. */
export class CovageCatalogue {
  readonly #client: CovageClient;
  readonly #cache: CatalogueCache;

  constructor(client: CovageClient, cache: CatalogueCache) {
    this.#client = client;
    this.#cache = cache;
  }

  async offerFamilies(caller: CallOptions): Promise<OfferFamily[]> {
    const fetch = (options: CallOptions) => this.#client.fetchOfferFamilies(options);
    return (await this.#cache.load(offerFamilies, '', fetch, caller)) ?? [];
  }

  async siteConnectionTypes(caller: CallOptions): Promise<string[]> {
    const fetch = (options: CallOptions) => this.#client.fetchSiteConnectionTypes(options);
    return (await this.#cache.load(siteConnectionTypes, '', fetch, caller)) ?? [];
  }

  /** Offers with the catalogue's own prices, in the order of their ids; null for one that Covage does not know. */
  offers(ids: readonly string[], caller: CallOptions): Promise<(CatalogueOffer | null | Error)[]> {
    const fetch = (missing: readonly string[], options: CallOptions) =>
      loadOffers(this.#client, missing, options);
    return this.#cache.loadMany(offers, ids, fetch, caller);
  }

  /** An offer with its options; null where Covage does not know it. */
  offerDetail({ id, zone }: OfferInZone, caller: CallOptions): Promise<CatalogueOffer | null> {
    const fetch = (options: CallOptions) => this.#client.fetchOfferDetail(id, zone, options);
    return this.#cache.load(offerDetails, `${zone ?? ''} ${id}`, fetch, caller);
  }

  /** One page of the list of all offers, always asked of Covage. */
  async fetchOfferPage(query: URLSearchParams, caller: CallOptions): Promise<Page<CatalogueOffer>> {
    const page = await this.#client.fetchOfferPage(query, caller);
    for (const offer of page.members) this.#cache.see(offer);
    return page;
  }
}

/**
 * A batch in the order of its ids. Covage does not document what it answers to a list with an id it does not know:
 * where it refuses the list, the halves are asked, so that one bad id does not cost the others.
 */
function loadOffers(
  client: CovageClient,
  ids: readonly string[],
  options: CallOptions,
): Promise<(CatalogueOffer | null | Error)[]> {
  return client.fetchOffers(ids, options).then(
    (found) => inOrder(ids, found),
    (error: unknown) => {
      if (!(error instanceof OperatorError)) throw error;
      const refused = error.code === 'NOT_FOUND' || error.code === 'REJECTED';
      if (!refused) return ids.map(() => error);
      if (ids.length === 1) return [error.code === 'NOT_FOUND' ? null : error];
      const middle = Math.ceil(ids.length / 2);
      const halves = [ids.slice(0, middle), ids.slice(middle)].map((half) =>
        loadOffers(client, half, options),
      );
      return Promise.all(halves).then((loaded) => loaded.flat());
    },
  );
}

function inOrder(ids: readonly string[], found: CatalogueOffer[]): (CatalogueOffer | null)[] {
  // Covage usually answers in the order of the ids.
  if (found.length === ids.length && found.every(({ id }, index) => id === ids[index])) {
    return found;
  }
  const byId = new Map<string, CatalogueOffer>();
  for (const offer of found) byId.set(offer.id, offer);
  return ids.map((id) => byId.get(id) ?? null);
}
