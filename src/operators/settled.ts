import { LRUCache } from 'lru-cache';
import type { ExecutionNotes, Kept } from './execution-notes.ts';

/** Things that never change any more, kept for a short while: those that were just finished are read most. */
export class Settled<Value extends object> {
  readonly #kept: LRUCache<string, KeptFor<Value>> | null;
  readonly #keptMs: number;
  readonly #isSettled: (value: Value) => boolean;

  /** `keptMs` 0 keeps nothing. */
  constructor(
    isSettled: (value: Value) => boolean,
    { keptMs, most }: { keptMs: number; most: number },
  ) {
    this.#isSettled = isSettled;
    this.#keptMs = keptMs;
    this.#kept = keptMs === 0 ? null : new LRUCache({ max: most, ttl: keptMs });
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
    let kept = this.#kept?.get(id) ?? null;
    if (kept !== null) {
      notes?.restOn(kept);
      return kept.value;
    }
    const value = await fetch(id);
    if (value !== null && this.#kept !== null && this.#isSettled(value)) {
      kept = new KeptFor(value, this.#keptMs);
      this.#kept.set(id, kept);
    }
    notes?.restOn(kept);
    return value;
  }
}

class KeptFor<Value> implements Kept {
  readonly value: Value;
  readonly #until: number;

  constructor(value: Value, ms: number) {
    this.value = value;
    this.#until = performance.now() + ms;
  }

  isCurrent(): boolean {
    return performance.now() < this.#until;
  }
}
