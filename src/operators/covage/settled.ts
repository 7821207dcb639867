import { LRUCache } from 'lru-cache';
import type { ExecutionNotes } from '../port/execution-notes.ts';
import { Kept } from '../port/kept.ts';

interface Entry<Value> {
  readonly value: Value;
  readonly kept: Kept;
}

/** Things that never change any more, kept for a short while: those that were just finished are read most. */
export class Settled<Value extends object> {
  readonly #entries: LRUCache<string, Entry<Value>> | null;
  readonly #keptMs: number;
  readonly #isSettled: (value: Value) => boolean;

  /** `keptMs` 0 keeps nothing. */
  constructor(
    isSettled: (value: Value) => boolean,
    { keptMs, most }: { keptMs: number; most: number },
  ) {
    this.#isSettled = isSettled;
    this.#keptMs = keptMs;
    this.#entries = keptMs === 0 ? null : new LRUCache({ max: most });
  }

  /**
   * The thing as it is kept, or else by `fetch`; null is not kept, and neither is what may change. `notes` are told which
   * it was.
   */
  async load(
    id: string,
    fetch: (id: string) => Promise<Value | null>,
    notes?: ExecutionNotes,
  ): Promise<Value | null> {
    const entry = this.#entries?.get(id);
    if (entry?.kept.isCurrent() === true) {
      notes?.restOn(entry.kept);
      return entry.value;
    }
    const value = await fetch(id);
    const isKept = this.#entries !== null && value !== null && this.#isSettled(value);
    const kept = isKept ? new Kept(performance.now() + this.#keptMs) : null;
    if (value !== null && kept !== null) this.#entries?.set(id, { value, kept });
    notes?.restOn(kept);
    return value;
  }
}
