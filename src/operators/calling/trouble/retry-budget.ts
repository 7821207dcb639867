import { RecentCounts } from './recent-counts.ts';

const share = 0.1;
const always = 10;

/**
 * How many calls to one operator may be repeated: a tenth of those that were made in the last ten seconds, and ten in any
 * case. So an operator in trouble is never asked much more often than one that is well.
 */
export class RetryBudget {
  readonly #calls: RecentCounts;
  readonly #retries: RecentCounts;

  /** `now` tells milliseconds and never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#calls = new RecentCounts(now);
    this.#retries = new RecentCounts(now);
  }

  /** Counts a call, whether or not it succeeds. */
  countCall(): void {
    this.#calls.add();
  }

  /** Whether one more retry may be begun; where it may, it is counted. */
  take(): boolean {
    if (this.#retries.total >= Math.max(always, this.#calls.total * share)) return false;
    this.#retries.add();
    return true;
  }
}
