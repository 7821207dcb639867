import { LRUCache } from 'lru-cache';

/** Bounds what each tenant asks for, by the cost of its operations. */
export interface RateLimiter {
  /**
   * Takes the cost of an operation from what the tenant has left: at once where that can be told, since every operation
   * waits for it. Throws, or rejects with, a RateLimitedError where not enough is left; then nothing is taken.
   */
  take(tenant: string, cost: number): Promise<void> | void;
}

/** A tenant asked for more than it may within a minute. Nothing was asked of an operator. */
export class RateLimitedError extends Error {
  override readonly name = 'RateLimitedError';
  readonly code = 'RATE_LIMITED';
  /** When the same operation can be taken, in whole seconds; null for one that costs more than a minute allows. */
  readonly retryAfterSeconds: number | null;

  constructor(retryAfterSeconds: number | null) {
    super(
      retryAfterSeconds === null
        ? 'The operation costs more than may be asked for within a minute: ask for less at once.'
        : `Too much was asked for within a minute: ask again in ${retryAfterSeconds} s.`,
    );
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface Allowance {
  left: number;
  /** When `left` was right, by the monotonic clock. */
  at: number;
}

/**
 * How many tenants are remembered. The ones that asked longest ago are forgotten first; by then their allowance is full again.
 */
const mostTenants = 10_000;

/** An allowance for each tenant that fills up again as time passes, counted in this process alone. */
export class LocalRateLimiter implements RateLimiter {
  readonly #costPerMinute: number;
  readonly #now: () => number;
  readonly #allowances = new LRUCache<string, Allowance>({ max: mostTenants });

  /** `now` tells milliseconds that never go back. */
  constructor(costPerMinute: number, now: () => number = () => performance.now()) {
    this.#costPerMinute = costPerMinute;
    this.#now = now;
  }

  take(tenant: string, cost: number): void {
    const most = this.#costPerMinute;
    if (cost > most) throw new RateLimitedError(null);
    const now = this.#now();
    let allowance = this.#allowances.get(tenant);
    if (allowance === undefined) {
      allowance = { left: most, at: now };
      this.#allowances.set(tenant, allowance);
    }
    allowance.left = Math.min(most, allowance.left + ((now - allowance.at) * most) / 60_000);
    allowance.at = now;
    if (allowance.left < cost) {
      throw new RateLimitedError(Math.ceil(((cost - allowance.left) * 60) / most));
    }
    allowance.left -= cost;
  }
}
