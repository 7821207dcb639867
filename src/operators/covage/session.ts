import DataLoader from 'dataloader';
import { asError } from '../../abort.ts';
import { LRUCache } from 'lru-cache';
import type { SessionKey, SessionOptions } from '../port/session.ts';
import type { CallOptions } from '../calling/call.ts';
import type { Owner, OwnedThings, Ownership } from './lists/ownership.ts';
import { limitConcurrency } from '../../turns.ts';
import { isTerminal } from '../../vocabulary/state-change.ts';
import { CatalogueCache } from './catalogue/catalogue-cache.ts';
import { CovageCatalogue, type OfferInZone } from './catalogue/catalogue.ts';
import { OfferLoader } from './catalogue/offer-loader.ts';
import type { CovageClient } from './client.ts';
import type {
  CatalogueOffer,
  OfferFamily,
  ProductOfferingQualification,
  ProductOfferingQualificationItem,
} from './domain.ts';
import { StateWords } from './lists/state-words.ts';
import type { QualificationWatches } from './watching/qualification-watches.ts';
import { type ExecutionNotes, Freshness } from '../port/execution-notes.ts';

/** Names Covage to the rest of the service. */
export const covageKey: SessionKey<CovageSession> = { name: 'COVAGE' };

/** Covage for this process: the same for all callers. */
export interface Covage {
  readonly client: CovageClient;
  readonly catalogue: CovageCatalogue;
  readonly watches: QualificationWatches;
  readonly stateWords: StateWords;
  /** Things that finished within the last `CATALOGUE_FRESH_MS`. */
  readonly finishedQualifications: FinishedThings<ProductOfferingQualification>;
  readonly finishedItems: FinishedThings<ProductOfferingQualificationItem>;
}

/** How many finished things of each kind are kept, of a few kilobytes each. */
const mostFinished = 2_000;

/** Opens Covage for this process. With `freshMs` 0 nothing is kept: then every question goes to Covage. */
export function openCovage(
  client: CovageClient,
  watches: QualificationWatches,
  freshMs: number,
): Covage {
  const kept = { keptMs: freshMs, most: mostFinished };
  return {
    client,
    catalogue: new CovageCatalogue(client, new CatalogueCache({ operator: 'COVAGE', freshMs })),
    watches,
    stateWords: new StateWords(),
    finishedQualifications: new FinishedThings<ProductOfferingQualification>(
      (qualification) => qualification.terminal && isHistorySettled(qualification),
      kept,
    ),
    finishedItems: new FinishedThings<ProductOfferingQualificationItem>(
      (item) => isTerminal(item.state) && isHistorySettled(item),
      kept,
    ),
  };
}

/** Whether a history has caught up with the state, which it may lag behind, or is not sent at all. */
function isHistorySettled({
  state,
  stateChanges,
}: Pick<ProductOfferingQualification, 'state' | 'stateChanges'>): boolean {
  return stateChanges === null || stateChanges.at(-1)?.state === state;
}

/** Opens a session of Covage for each execution. */
export function covageSessions(
  covage: Covage,
  ownership: Ownership,
): (options: SessionOptions) => CovageSession {
  return (options) => {
    const { tenant } = options;
    const owner = ownership.of(tenant);
    const owned = tenant === null ? null : ownership.listThings(tenant);
    return new CovageSession(covage, { owner, owned }, options);
  };
}

/** How many calls one execution may have under way where Covage takes one thing a call. */
const concurrentCalls = 16;
/** How many offers are asked for in one call. */
const offersInBatch = 100;

/** The caller's part of Covage. */
interface Owned {
  /** Tells which things at Covage are the caller's. */
  readonly owner: Owner;
  /** The list of the caller's qualifications; null without tenants, where Covage's own lists serve. */
  readonly owned: OwnedThings | null;
}

/**
 * Covage for one execution. Each thing is asked for once, offers together and other things one by one, at most sixteen at a time.
 * A loader is made when it is first used. Loading rejects with an OperatorError, or with the reason of `signal`.
 */
export class CovageSession implements CallOptions, Owned {
  readonly signal: CallOptions['signal'];
  readonly deadlineAt: CallOptions['deadlineAt'];
  readonly notes: CallOptions['notes'];
  readonly owner: Owner;
  readonly owned: OwnedThings | null;
  readonly #covage: Covage;
  readonly #bound = limitConcurrency(concurrentCalls);
  #offers: OfferLoader | null = null;
  #offerDetails: DataLoader<OfferInZone, CatalogueOffer | null, string> | null = null;
  #qualifications: DataLoader<string, ProductOfferingQualification | null> | null = null;
  #items: DataLoader<string, ProductOfferingQualificationItem | null> | null = null;
  #offerFamilies: Promise<OfferFamily[]> | null = null;
  #siteConnectionTypes: Promise<string[]> | null = null;

  constructor(covage: Covage, { owner, owned }: Owned, options: CallOptions) {
    this.#covage = covage;
    this.owner = owner;
    this.owned = owned;
    this.signal = options.signal;
    this.deadlineAt = options.deadlineAt;
    this.notes = options.notes;
  }

  get client(): CovageClient {
    return this.#covage.client;
  }

  get catalogue(): CovageCatalogue {
    return this.#covage.catalogue;
  }

  get watches(): QualificationWatches {
    return this.#covage.watches;
  }

  get stateWords(): StateWords {
    return this.#covage.stateWords;
  }

  /** Offers of the catalogue with its own prices, in batches. */
  get offers(): OfferLoader {
    // Every offer of an answer runs this: a function made in here would cost time on each run.
    return (this.#offers ??= this.#openOffers());
  }

  #openOffers(): OfferLoader {
    return new OfferLoader((ids) => this.catalogue.offers(ids, this), offersInBatch);
  }

  /** Offers with their options, by id and zone, one call each; null for an unknown id. */
  get offerDetails(): DataLoader<OfferInZone, CatalogueOffer | null, string> {
    return (this.#offerDetails ??= new DataLoader(
      this.#oneByOne((offer: OfferInZone) => this.catalogue.offerDetail(offer, this)),
      { cacheKeyFn: ({ id, zone }) => `${zone ?? ''} ${id}` },
    ));
  }

  /** Qualifications by id; null for an unknown id, and for one of another tenant. */
  get qualifications(): DataLoader<string, ProductOfferingQualification | null> {
    return (this.#qualifications ??= new DataLoader((ids: readonly string[]) => {
      const { client, finishedQualifications } = this.#covage;
      const fetch = (id: string) =>
        finishedQualifications.load(id, () => client.fetchQualification(id, this), this.notes);
      const loadOwn = (own: readonly boolean[]) =>
        this.#oneByOne((id: string, index) => (own[index] === true ? fetch(id) : nothing))(ids);
      const owned = this.owner.owns(ids, this.notes);
      return 'then' in owned ? owned.then(loadOwn) : loadOwn(owned);
    }, soon));
  }

  /** Items by id; null for an unknown id, and for one of another tenant. */
  get items(): DataLoader<string, ProductOfferingQualificationItem | null> {
    return (this.#items ??= new DataLoader(async (ids: readonly string[]) => {
      const { client, finishedItems } = this.#covage;
      const items = await this.#oneByOne((id: string) =>
        finishedItems.load(id, () => client.fetchItem(id, this), this.notes),
      )(ids);
      if (this.owner.tenant === null) return items;
      // An item belongs to the tenant of its qualification, which this route tells.
      const own = await this.owner.owns(items.map(findParentId), this.notes);
      return items.map((item, index) =>
        item instanceof Error || own[index] === true ? item : null,
      );
    }, soon));
  }

  offerFamilies(): Promise<OfferFamily[]> {
    return (this.#offerFamilies ??= this.catalogue.offerFamilies(this));
  }

  siteConnectionTypes(): Promise<string[]> {
    return (this.#siteConnectionTypes ??= this.catalogue.siteConnectionTypes(this));
  }

  #oneByOne<Key, Value>(load: (key: Key, index: number) => Promise<Value>) {
    return (keys: readonly Key[]): Promise<(Value | Error)[]> => {
      const [only] = keys;
      // Most executions ask for one thing: it needs no turn.
      if (keys.length === 1 && only !== undefined) {
        return load(only, 0).then(
          (value) => [value],
          (error: unknown) => [asError(error)],
        );
      }
      return Promise.all(
        keys.map((key, index) => this.#bound(() => load(key, index)).catch(asError)),
      );
    };
  }
}

const nothing = Promise.resolve(null);

/** For loaders that ask one by one: they gather only what is wanted in the same moment. */
const soon = { batchScheduleFn: (dispatch: () => void) => void nothing.then(dispatch) };

/** The id of an item's qualification; empty where it is not known, so that no tenant owns it. */
function findParentId(item: ProductOfferingQualificationItem | Error | null): string {
  return (item instanceof Error ? null : item?.productOfferingQualificationId) ?? '';
}

interface Entry<Value> {
  readonly value: Value;
  readonly freshness: Freshness;
}

/** Things of Covage that do not change any more. They are kept for a short while, since things that just finished are read most. */
export class FinishedThings<Value extends object> {
  readonly #entries: LRUCache<string, Entry<Value>> | null;
  readonly #keptMs: number;
  readonly #isFinished: (value: Value) => boolean;

  /** `keptMs` 0 keeps nothing. */
  constructor(
    isFinished: (value: Value) => boolean,
    { keptMs, most }: { keptMs: number; most: number },
  ) {
    this.#isFinished = isFinished;
    this.#keptMs = keptMs;
    this.#entries = keptMs === 0 ? null : new LRUCache({ max: most });
  }

  /**
   * The kept thing, or else the one that `fetch` loads. Null is not kept, and neither is a thing that may change. Tells `notes`
   * what the result rests on.
   */
  load(
    id: string,
    fetch: (id: string) => Promise<Value | null>,
    notes?: ExecutionNotes,
  ): Promise<Value | null> {
    if (this.#entries !== null) return this.#load(this.#entries, id, fetch, notes);
    notes?.restOn(null);
    return fetch(id);
  }

  async #load(
    entries: LRUCache<string, Entry<Value>>,
    id: string,
    fetch: (id: string) => Promise<Value | null>,
    notes?: ExecutionNotes,
  ): Promise<Value | null> {
    const entry = entries.get(id);
    if (entry?.freshness.isCurrent() === true) {
      notes?.restOn(entry.freshness);
      return entry.value;
    }
    const value = await fetch(id);
    const isKept = value !== null && this.#isFinished(value);
    const freshness = isKept ? new Freshness(performance.now() + this.#keptMs) : null;
    if (value !== null && freshness !== null) entries.set(id, { value, freshness });
    notes?.restOn(freshness);
    return value;
  }
}
