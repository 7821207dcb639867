/**
 * How far another clock is ahead of this process's, by the `Date` of answers. That has whole seconds and was written some time
 * between sending and receiving, so each answer gives two bounds, which narrow.
 */
export class ClockDifference {
  #atLeastMs = -Infinity;
  #atMostMs = Infinity;

  /** An answer came now to what was sent at `sentAt`, both in milliseconds since the epoch. */
  heed(date: string | string[] | undefined, sentAt: number, now = Date.now()): void {
    const shown = typeof date === 'string' ? Date.parse(date) : Number.NaN;
    if (Number.isNaN(shown)) return;
    const atLeastMs = shown - now;
    const atMostMs = shown + 999 - sentAt;
    const isPossible = atLeastMs <= this.#atMostMs && atMostMs >= this.#atLeastMs;
    // One of the clocks was set.
    this.#atLeastMs = isPossible ? Math.max(this.#atLeastMs, atLeastMs) : atLeastMs;
    this.#atMostMs = isPossible ? Math.min(this.#atMostMs, atMostMs) : atMostMs;
  }

  /** In milliseconds, negative where it is behind; 0 where the clocks may agree. */
  get aheadMs(): number {
    const mayAgree = this.#atLeastMs <= 0 && this.#atMostMs >= 0;
    return mayAgree ? 0 : this.#atLeastMs;
  }
}
