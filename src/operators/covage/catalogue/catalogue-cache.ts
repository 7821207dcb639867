import { LRUCache } from 'lru-cache';
import { Flight } from '../../calling/in-flight.ts';
import { type ExecutionNotes, Freshness } from '../../port/execution-notes.ts';
import type { CallOptions } from '../../calling/call.ts';
import { OperatorError } from '../../port/operator-error.ts';

/** A kind of thing in an operator's catalogue. */
export interface CatalogueKind<Value> {
  /** A fixed word for the kind, which clients are told where a value is stale. */
  readonly name: string;
  /** The thing that a value tells of, and when the operator says that it last changed. */
  readonly versionOf?: (value: Value) => Version;
}

/** When an operator last changed a thing, of which the cache may hold several values. */
export interface Version {
  readonly id: string;
  /** As the operator writes it; null where it does not say. */
  readonly lastUpdate: string | null;
}

export interface CatalogueCacheOptions {
  readonly operator: string;
  /** For how long a value counts as what the operator would answer; with 0 nothing is kept. */
  readonly freshMs: number;
  /** How many values are kept; the one that was used longest ago goes first. */
  readonly most?: number;
  /** The clock by which things get old, in milliseconds; `performance.now` when not given. */
  readonly now?: () => number;
}

interface Entry {
  readonly value: unknown;
  readonly freshness: Freshness;
  /** When it was asked for: it may be as old as that. */
  readonly askedAt: number;
  readonly id: string | null;
  readonly updatedAt: number | null;
}

type Outcome<Value> = Value | null | Error;

/** A value is served for this many times its freshness. Once it is not fresh, a newer one is fetched meanwhile. */
const servedFor = 2;
/** For how long a value stands in for an operator that cannot be asked: its catalogue changes daily at most. */
const longestStaleMs = 24 * 60 * 60 * 1000;

/**
 * An operator's catalogue, kept for a while: for one credential, since prices are an account's own. Each thing is
 * asked for once at a time, and only what is missing. Nothing that failed or does not exist is kept. Where the operator
 * cannot be asked, an old value is served instead, but only to a caller that can be told that it is stale.
 */
export class CatalogueCache {
  readonly #options: CatalogueCacheOptions;
  readonly #entries: LRUCache<string, Entry>;
  /** When the operator last changed a thing, and when that was noticed to be newer than what was known before. */
  readonly #updates: LRUCache<string, { updatedAt: number; noticedAt: number }>;
  readonly #loading = new Map<string, Flight<Map<string, unknown>>>();
  /** Ends when a kept thing is seen to have changed. */
  #unchanged = new Freshness(Infinity);

  constructor(options: CatalogueCacheOptions) {
    this.#options = options;
    const max = options.most ?? 5_000;
    this.#entries = new LRUCache({ max, dispose: ({ freshness }) => freshness.end() });
    this.#updates = new LRUCache({ max });
  }

  /** One thing, kept or loaded by `fetch`, which resolves with null where the thing does not exist. Throws what `fetch` throws. */
  async load<Value>(
    kind: CatalogueKind<Value>,
    key: string,
    fetch: (options: CallOptions) => Promise<Value | null>,
    caller: CallOptions,
  ): Promise<Value | null> {
    const fetchAll = async (_keys: readonly string[], options: CallOptions) => [
      await fetch(options).catch(asOutcome),
    ];
    const [outcome = null] = await this.loadMany(kind, [key], fetchAll, caller);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  /**
   * Several things, in the order of their keys. `fetch` is given the missing keys and resolves with the things in that order: null
   * for a thing that does not exist, an error for one that could not be loaded. Rejects with the reason of the caller's signal
   * where something is missing and the signal is aborted.
   */
  loadMany<Value>(
    kind: CatalogueKind<Value>,
    keys: readonly string[],
    fetch: (keys: readonly string[], options: CallOptions) => Promise<Outcome<Value>[]>,
    caller: CallOptions,
  ): Promise<Outcome<Value>[]> {
    if (this.#options.freshMs > 0) return this.#loadMany(kind, keys, fetch, caller);
    caller.notes?.restOn(null);
    return fetch(keys, caller);
  }

  async #loadMany<Value>(
    kind: CatalogueKind<Value>,
    keys: readonly string[],
    fetch: (keys: readonly string[], options: CallOptions) => Promise<Outcome<Value>[]>,
    caller: CallOptions,
  ): Promise<Outcome<Value>[]> {
    const { freshMs } = this.#options;
    const { notes, signal } = caller;
    const outcomes = new Map<string, unknown>();
    const flights = new Set<Flight<Map<string, unknown>>>();
    const missing: string[] = [];
    const aging: string[] = [];
    for (const key of new Set(keys)) {
      const entry = this.#currentEntry(kind, key);
      const ageMs = entry === undefined ? Infinity : this.#now() - entry.askedAt;
      const flight = this.#loading.get(entryName(kind, key));
      if (entry !== undefined && ageMs < freshMs * servedFor) {
        outcomes.set(key, entry.value);
        if (ageMs >= freshMs && flight === undefined) aging.push(key);
      } else if (flight === undefined) missing.push(key);
      else flights.add(flight);
    }
    // The caller has its answer already, and does not wait for this.
    if (aging.length > 0) void this.#begin(kind, aging, fetch, {}).join({});
    if (missing.length > 0) {
      signal?.throwIfAborted();
      flights.add(this.#begin(kind, missing, fetch, caller));
    }
    for (const fetched of await Promise.all([...flights].map((flight) => flight.join(caller)))) {
      for (const [key, outcome] of fetched) outcomes.set(key, outcome);
    }
    if (notes !== undefined) this.#note(notes, kind, outcomes);
    return keys.map((key) => {
      const outcome = (outcomes.get(key) ?? null) as Outcome<Value>;
      return outcome instanceof Error ? this.#orStale(kind, key, outcome, caller) : outcome;
    });
  }

  /** Tells the notes of an execution which of the things it was given are kept. */
  #note(
    notes: ExecutionNotes,
    kind: CatalogueKind<never>,
    outcomes: ReadonlyMap<string, unknown>,
  ): void {
    notes.restOn(this.#unchanged);
    for (const [key, outcome] of outcomes) {
      const entry = this.#currentEntry(kind, key);
      notes.restOn(entry?.value === outcome ? (entry?.freshness ?? null) : null);
    }
  }

  /** Notes the version of a thing that was seen elsewhere: values of an earlier version are not served any more. */
  see({ id, lastUpdate }: Version): void {
    const updatedAt = Date.parse(lastUpdate ?? '');
    if (Number.isNaN(updatedAt)) return;
    const known = this.#updates.get(id);
    if (known !== undefined && known.updatedAt >= updatedAt) return;
    if (known !== undefined) {
      this.#unchanged.end();
      this.#unchanged = new Freshness(Infinity);
    }
    this.#updates.set(id, { updatedAt, noticedAt: known === undefined ? -Infinity : this.#now() });
  }

  #begin<Value>(
    kind: CatalogueKind<Value>,
    keys: readonly string[],
    fetch: (keys: readonly string[], options: CallOptions) => Promise<Outcome<Value>[]>,
    caller: CallOptions,
  ): Flight<Map<string, unknown>> {
    const askedAt = this.#now();
    const names = keys.map((key) => entryName(kind, key));
    const flight: Flight<Map<string, unknown>> = new Flight(
      caller,
      async (options) => {
        const fetched = await fetch(keys, options);
        return new Map(
          keys.map((key, index) => {
            const outcome = fetched[index] ?? null;
            if (!(outcome instanceof Error)) this.#keep(kind, key, outcome, askedAt);
            return [key, outcome];
          }),
        );
      },
      () => {
        for (const name of names) {
          if (this.#loading.get(name) === flight) this.#loading.delete(name);
        }
      },
    );
    for (const name of names) this.#loading.set(name, flight);
    return flight;
  }

  #keep<Value>(
    kind: CatalogueKind<Value>,
    key: string,
    value: Value | null,
    askedAt: number,
  ): void {
    const name = entryName(kind, key);
    if (value === null) {
      this.#entries.delete(name);
      return;
    }
    const version = kind.versionOf?.(value);
    if (version !== undefined) this.see(version);
    const updatedAt = Date.parse(version?.lastUpdate ?? '');
    this.#entries.set(name, {
      value,
      freshness: new Freshness(askedAt + this.#options.freshMs),
      askedAt,
      id: version?.id ?? null,
      updatedAt: Number.isNaN(updatedAt) ? null : updatedAt,
    });
  }

  /** The kept value of a key, unless the operator has changed its thing since. */
  #currentEntry(kind: CatalogueKind<never>, key: string): Entry | undefined {
    const entry = this.#entries.get(entryName(kind, key));
    if (entry === undefined || entry.id === null) return entry;
    const update = this.#updates.get(entry.id);
    const isCurrent =
      update === undefined ||
      update.noticedAt < entry.askedAt ||
      (entry.updatedAt !== null && entry.updatedAt >= update.updatedAt);
    return isCurrent ? entry : undefined;
  }

  #orStale<Value>(
    kind: CatalogueKind<Value>,
    key: string,
    error: Error,
    { notes }: CallOptions,
  ): Outcome<Value> {
    const isOperatorsTrouble =
      error instanceof OperatorError && (error.retryable || error.code === 'INVALID_RESPONSE');
    const entry = this.#entries.get(entryName(kind, key));
    if (!isOperatorsTrouble || entry === undefined || notes === undefined) return error;
    if (this.#now() - entry.askedAt > longestStaleMs) return error;
    const since = new Date(Date.now() - (this.#now() - entry.askedAt)).toISOString();
    notes.addStale({ operator: this.#options.operator, what: kind.name, since });
    return entry.value as Value;
  }

  #now(): number {
    return this.#options.now?.() ?? performance.now();
  }
}

function entryName(kind: CatalogueKind<never>, key: string): string {
  return `${kind.name} ${key}`;
}

/** An operator's failure as the outcome of one thing. Any other error is thrown, and fails the whole load. */
function asOutcome(error: unknown): Error {
  if (error instanceof OperatorError) return error;
  throw error;
}
