import DataLoader from 'dataloader';
import type { OperatorKey } from '../operator.ts';
import type { CallOptions } from '../operator-calls.ts';
import { OperatorError } from '../operator-error.ts';
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
  /** Offers of the catalogue with its own prices, by id, in batches; null for an unknown id. */
  readonly offers: DataLoader<string, CatalogueOffer | null>;
  /** Offers with their options, by id and zone, one call each; null for an unknown id. */
  readonly offerDetails: DataLoader<OfferInZone, CatalogueOffer | null, string>;
  /** Qualifications by id; null for an unknown id. */
  readonly qualifications: DataLoader<string, ProductOfferingQualification | null>;
  /** Items by id; null for an unknown id. */
  readonly items: DataLoader<string, ProductOfferingQualificationItem | null>;
  readonly offerFamilies: () => Promise<OfferFamily[]>;
  readonly siteConnectionTypes: () => Promise<string[]>;
}

/** How many calls one execution may have under way where Covage takes one thing a call. */
const concurrentCalls = 16;
/** How many offers are asked for in one call. */
const offersInBatch = 100;

export function openCovageSession(
  covage: Pick<CovageSession, 'client' | 'watches' | 'stateWords'>,
  { signal, deadlineAt, notes }: CallOptions,
): CovageSession {
  const { client } = covage;
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
    qualifications: new DataLoader(
      oneByOne((id: string) => client.fetchQualification(id, options)),
    ),
    items: new DataLoader(oneByOne((id: string) => client.fetchItem(id, options))),
    offerFamilies: once(() => client.fetchOfferFamilies(options)),
    siteConnectionTypes: once(() => client.fetchSiteConnectionTypes(options)),
  };
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
