/**
 * How far another clock is ahead of this process's, as the `Date` of answers shows. A `Date` has whole seconds and was written
 * between sending and receiving, so that each answer gives two bounds. Many answers narrow them.
 */
export class ClockDifference {
  #atLeastMs = -Infinity;
  #atMostMs = Infinity;

  /** Takes the `Date` of an answer that came `now` to a request of `sentAt`, both in milliseconds since the epoch. */
  heed(date: string | string[] | undefined, sentAt: number, now = Date.now()): void {
    const shown = typeof date === 'string' ? Date.parse(date) : Number.NaN;
    if (Number.isNaN(shown)) return;
    const atLeastMs = shown - now;
    const atMostMs = shown + 999 - sentAt;
    const isPossible = atLeastMs <= this.#atMostMs && atMostMs >= this.#atLeastMs;
    // Bounds that exclude each other mean that one of the clocks was set: then only the new ones count.
    this.#atLeastMs = isPossible ? Math.max(this.#atLeastMs, atLeastMs) : atLeastMs;
    this.#atMostMs = isPossible ? Math.min(this.#atMostMs, atMostMs) : atMostMs;
  }

  /** In milliseconds, negative where it is behind; 0 where the clocks may agree. */
  get aheadMs(): number {
    const mayAgree = this.#atLeastMs <= 0 && this.#atMostMs >= 0;
    return mayAgree ? 0 : this.#atLeastMs;
  }
}
