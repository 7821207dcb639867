import DataLoader from 'dataloader';
import type { OperatorKey } from '../operator.ts';
import type { CallOptions } from '../operator-calls.ts';
import { OperatorError } from '../operator-error.ts';
import type { Owner, OwnedThings } from '../ownership.ts';
import { limitConcurrency } from '../concurrency.ts';
import type { CovageClient } from './client.ts';
import type {
  CatalogueOffer,
  OfferFamily,
  ProductOfferingQualification,
  ProductOfferingQualificationItem,
} from './domain.ts';
import type { StateWords } from './state-words.ts';
import type { QualificationWatches } from './watches.ts';

/** Names Covage to the rest of the service. */
export const covageKey: OperatorKey<CovageSession> = { name: 'COVAGE' };

/** An offer priced for a zone; without one, as the catalogue has it. */
export interface OfferInZone {
  readonly id: string;
  readonly zone: number | null;
}

/** Covage for one execution: nothing is asked of it twice, and what can be asked together is. */
export interface CovageSession extends CallOptions {
  readonly client: CovageClient;
  readonly watches: QualificationWatches;
  readonly stateWords: StateWords;
  /** What of all that the account has is the caller's. */
  readonly owner: Owner;
  /** The qualifications of the caller, as a list; null where there are no tenants: then Covage's own lists are it. */
  readonly owned: OwnedThings | null;
  /** Offers of the catalogue with its own prices, by id, in batches; null for an unknown id. */
  readonly offers: DataLoader<string, CatalogueOffer | null>;
  /** Offers with their options, by id and zone, one call each; null for an unknown id. */
  readonly offerDetails: DataLoader<OfferInZone, CatalogueOffer | null, string>;
  /** Qualifications by id; null for an unknown id, and for one of another tenant. */
  readonly qualifications: DataLoader<string, ProductOfferingQualification | null>;
  /** Items by id; null for an unknown id, and for one of another tenant. */
  readonly items: DataLoader<string, ProductOfferingQualificationItem | null>;
  readonly offerFamilies: () => Promise<OfferFamily[]>;
  readonly siteConnectionTypes: () => Promise<string[]>;
}

/** How many calls one execution may have under way where Covage takes one thing a call. */
const concurrentCalls = 16;
/** How many offers are asked for in one call. */
const offersInBatch = 100;

export function openCovageSession(
  covage: Pick<CovageSession, 'client' | 'watches' | 'stateWords' | 'owner' | 'owned'>,
  { signal, deadlineAt, notes }: CallOptions,
): CovageSession {
  const { client, owner } = covage;
  const options: CallOptions = { signal, deadlineAt, notes };
  const bound = limitConcurrency(concurrentCalls);
  const oneByOne =
    <Key, Value>(load: (key: Key) => Promise<Value>) =>
    (keys: readonly Key[]) =>
      Promise.all(keys.map((key) => bound(() => load(key)).catch(asError)));
  return {
    ...covage,
    ...options,
    offers: new DataLoader((ids) => loadOffers(client, ids, options), {
      maxBatchSize: offersInBatch,
    }),
    offerDetails: new DataLoader(
      oneByOne(({ id, zone }: OfferInZone) => client.fetchOfferDetail(id, zone, options)),
      { cacheKeyFn: ({ id, zone }) => `${zone ?? ''} ${id}` },
    ),
    qualifications: new DataLoader(async (ids: readonly string[]) => {
      const own = await ownOf(owner, ids);
      return oneByOne(async (id: string) =>
        own.has(id) ? client.fetchQualification(id, options) : null,
      )(ids);
    }),
    items: new DataLoader(async (ids: readonly string[]) => {
      const items = await oneByOne((id: string) => client.fetchItem(id, options))(ids);
      if (owner.tenant === null) return items;
      // An item is whose its qualification is; Covage tells which that is on this route.
      const own = await ownOf(owner, items.map(parentOf));
      return items.map((item) => (item instanceof Error || own.has(parentOf(item)) ? item : null));
    }),
    offerFamilies: once(() => client.fetchOfferFamilies(options)),
    siteConnectionTypes: once(() => client.fetchSiteConnectionTypes(options)),
  };
}

/** Those of the ids whose things are the owner's. */
async function ownOf(owner: Owner, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const own = await owner.owns(ids);
  return new Set(ids.filter((_id, index) => own[index]));
}

/** The qualification of an item, empty where that is not known: nobody has that. */
function parentOf(item: ProductOfferingQualificationItem | Error | null): string {
  return (item instanceof Error ? null : item?.productOfferingQualificationId) ?? '';
}

/**
 * A batch in the order of its ids. Covage does not document what it answers to a list with an id it does not know:
 * where it refuses the list, the halves are asked, so that one bad id does not cost the others.
 */
async function loadOffers(
  client: CovageClient,
  ids: readonly string[],
  options: CallOptions,
): Promise<(CatalogueOffer | null | Error)[]> {
  try {
    const offers = await client.fetchOffers(ids, options);
    const byId = new Map(offers.map((offer) => [offer.id, offer]));
    return ids.map((id) => byId.get(id) ?? null);
  } catch (error) {
    const refused =
      error instanceof OperatorError && (error.code === 'NOT_FOUND' || error.code === 'REJECTED');
    if (!refused) return ids.map(() => asError(error));
    if (ids.length === 1) return [error.code === 'NOT_FOUND' ? null : error];
    const middle = Math.ceil(ids.length / 2);
    const halves = [ids.slice(0, middle), ids.slice(middle)].map((half) =>
      loadOffers(client, half, options),
    );
    return (await Promise.all(halves)).flat();
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('aborted', { cause: error });
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | null = null;
  return () => (loaded ??= load());
}
