import { LRUCache } from 'lru-cache';
import type { ExecutionNotes } from '../port/execution-notes.ts';
import { Freshness } from '../port/freshness.ts';

interface Entry<Value> {
  readonly value: Value;
  readonly freshness: Freshness;
}

/** Things of Covage that do not change any more, kept for a short while: what was just finished is read most. */
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
   * The thing as it is kept, or else by `fetch`; null is not kept, and neither is what may change. `notes` are told which
   * it was.
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
