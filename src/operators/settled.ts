import { LRUCache } from 'lru-cache';

/** Things that never change any more, kept for a short while: those that were just finished are read most. */
export class Settled<Value extends object> {
  readonly #kept: LRUCache<string, Value> | null;
  readonly #isSettled: (value: Value) => boolean;

  /** `keptMs` 0 keeps nothing. */
  constructor(
    isSettled: (value: Value) => boolean,
    { keptMs, most }: { keptMs: number; most: number },
  ) {
    this.#isSettled = isSettled;
    this.#kept = keptMs === 0 ? null : new LRUCache({ max: most, ttl: keptMs });
  }

  /** The thing as it is kept, or else by `fetch`; null is not kept, and neither is what may change. */
  async load(id: string, fetch: (id: string) => Promise<Value | null>): Promise<Value | null> {
    const kept = this.#kept?.get(id);
    if (kept !== undefined) return kept;
    const value = await fetch(id);
    if (value !== null && this.#isSettled(value)) this.#kept?.set(id, value);
    return value;
  }
}
