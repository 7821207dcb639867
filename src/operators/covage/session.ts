import DataLoader from 'dataloader';
import type { SessionKey } from '../port/session.ts';
import type { CallOptions } from '../calling/operator-calls.ts';
import type { Owner, OwnedThings } from './lists/ownership.ts';
import { limitConcurrency } from '../calling/turns.ts';
import { Settled } from './settled.ts';
import { isTerminal } from '../../vocabulary/state-change.ts';
import { CatalogueCache } from './catalogue/catalogue-cache.ts';
import { CovageCatalogue, type OfferInZone } from './catalogue/catalogue.ts';
import type { CovageClient } from './client.ts';
import type {
  CatalogueOffer,
  OfferFamily,
  ProductOfferingQualification,
  ProductOfferingQualificationItem,
} from './domain.ts';
import { StateWords } from './lists/state-words.ts';
import type { QualificationWatches } from './watching/watches.ts';

/** Names Covage to the rest of the service. */
export const covageKey: SessionKey<CovageSession> = { name: 'COVAGE' };

/** Covage for this process, whoever asks. */
export interface Covage {
  readonly client: CovageClient;
  readonly catalogue: CovageCatalogue;
  readonly watches: QualificationWatches;
  readonly stateWords: StateWords;
  /** What was finished lately. */
  readonly settledQualifications: Settled<ProductOfferingQualification>;
  readonly settledItems: Settled<ProductOfferingQualificationItem>;
}

/** A few kilobytes each. */
const mostSettled = 2_000;

/** Covage behind a client. `freshMs` 0 keeps nothing: then whatever is asked is asked of Covage. */
export function openCovage(
  client: CovageClient,
  watches: QualificationWatches,
  freshMs: number,
): Covage {
  const kept = { keptMs: freshMs, most: mostSettled };
  return {
    client,
    catalogue: new CovageCatalogue(client, new CatalogueCache({ operator: 'COVAGE', freshMs })),
    watches,
    stateWords: new StateWords(),
    settledQualifications: new Settled<ProductOfferingQualification>(
      (qualification) => qualification.terminal && isHistorySettled(qualification),
      kept,
    ),
    settledItems: new Settled<ProductOfferingQualificationItem>(
      (item) => isTerminal(item.state) && isHistorySettled(item),
      kept,
    ),
  };
}

/** Whether a history has come to the end that its state tells, or is not told: it may lag behind. */
function isHistorySettled({
  state,
  stateChanges,
}: Pick<ProductOfferingQualification, 'state' | 'stateChanges'>): boolean {
  return stateChanges === null || stateChanges.at(-1)?.state === state;
}

/** Covage for one execution: nothing is asked of it twice, and what can be asked together is. */
export interface CovageSession extends Covage, CallOptions {
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

/**
 * Opens what one execution asks Covage with: its loaders ask for each thing once, in batches where Covage has them, and at
 * most sixteen at a time. Nothing is asked yet; what is rejects with an OperatorError, or with the reason of `signal`.
 */
export function openCovageSession(
  covage: Covage & Pick<CovageSession, 'owner' | 'owned'>,
  { signal, deadlineAt, notes }: CallOptions,
): CovageSession {
  const { client, catalogue, settledQualifications, settledItems, owner } = covage;
  const options: CallOptions = { signal, deadlineAt, notes };
  const bound = limitConcurrency(concurrentCalls);
  const oneByOne =
    <Key, Value>(load: (key: Key) => Promise<Value>) =>
    (keys: readonly Key[]) =>
      Promise.all(keys.map((key) => bound(() => load(key)).catch(asError)));
  const loadItems = oneByOne((id: string) =>
    settledItems.load(id, () => client.fetchItem(id, options), notes),
  );
  return {
    ...covage,
    ...options,
    offers: new DataLoader(
      (ids) => catalogue.offers(ids, options).catch((error) => ids.map(() => asError(error))),
      { maxBatchSize: offersInBatch },
    ),
    offerDetails: new DataLoader(
      oneByOne((offer: OfferInZone) => catalogue.offerDetail(offer, options)),
      { cacheKeyFn: ({ id, zone }) => `${zone ?? ''} ${id}` },
    ),
    qualifications: new DataLoader(async (ids: readonly string[]) => {
      const own = await ownOf(owner, ids, notes);
      return oneByOne(async (id: string) =>
        own.has(id)
          ? settledQualifications.load(id, () => client.fetchQualification(id, options), notes)
          : null,
      )(ids);
    }),
    items: new DataLoader(async (ids: readonly string[]) => {
      const items = await loadItems(ids);
      if (owner.tenant === null) return items;
      // An item is whose its qualification is; Covage tells which that is on this route.
      const own = await ownOf(owner, items.map(parentOf), notes);
      return items.map((item) => (item instanceof Error || own.has(parentOf(item)) ? item : null));
    }),
    offerFamilies: once(() => catalogue.offerFamilies(options)),
    siteConnectionTypes: once(() => catalogue.siteConnectionTypes(options)),
  };
}

/** Those of the ids whose things are the owner's. */
async function ownOf(
  owner: Owner,
  ids: readonly string[],
  notes: CallOptions['notes'],
): Promise<ReadonlySet<string>> {
  const own = await owner.owns(ids, notes);
  return new Set(ids.filter((_id, index) => own[index]));
}

/** The qualification of an item, empty where that is not known: nobody has that. */
function parentOf(item: ProductOfferingQualificationItem | Error | null): string {
  return (item instanceof Error ? null : item?.productOfferingQualificationId) ?? '';
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('aborted', { cause: error });
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | null = null;
  return () => (loaded ??= load());
}
