const windowSeconds = 10;
const share = 0.1;
const always = 10;

/**
 * How many calls to one operator may be repeated: a tenth of those that were made in the last ten seconds, and ten in any
 * case. So an operator in trouble is never asked much more often than one that is well.
 */
export class RetryBudget {
  readonly #now: () => number;
  readonly #calls = Array.from({ length: windowSeconds }, () => 0);
  readonly #retries = Array.from({ length: windowSeconds }, () => 0);
  #second: number;

  /** `now` tells milliseconds and never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#second = this.#currentSecond();
  }

  /** Counts a call, whatever becomes of it. */
  countCall(): void {
    const slot = this.#slot();
    this.#calls[slot] = (this.#calls[slot] ?? 0) + 1;
  }

  /** Whether one more retry may be begun; where it may, it is counted. */
  take(): boolean {
    const slot = this.#slot();
    if (sum(this.#retries) >= Math.max(always, sum(this.#calls) * share)) return false;
    this.#retries[slot] = (this.#retries[slot] ?? 0) + 1;
    return true;
  }

  /** The place of the current second, cleared of what is too old. */
  #slot(): number {
    const second = this.#currentSecond();
    const passed = Math.min(second - this.#second, windowSeconds);
    for (let back = 0; back < passed; back += 1) {
      this.#calls[(second - back) % windowSeconds] = 0;
      this.#retries[(second - back) % windowSeconds] = 0;
    }
    this.#second = second;
    return second % windowSeconds;
  }

  #currentSecond(): number {
    return Math.floor(this.#now() / 1000);
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
