import { LRUCache } from 'lru-cache';
import type { Log } from '../observe/log.ts';
import type { Store } from '../store/store.ts';
import { LocalRateLimiter } from './local-rate-limiter.ts';
import { RateLimitedError, type RateLimiter } from './rate-limit.ts';

export interface SharedRateLimiterOptions {
  readonly costPerMinute: number;
  readonly store: () => Promise<Pick<Store, 'allowances'>>;
  readonly log: Log;
  /** Tells milliseconds that never go back. */
  readonly now?: (() => number) | undefined;
}

/** What this process took of a tenant's allowance and has not spent. */
interface Purse {
  held: number;
  /** Until then the store has nothing more to give. */
  askAgainAt: number;
  asking: Promise<void> | null;
}

/** The part of an allowance that is taken at once: one statement in twenty operations, and little that lies unspent. */
const share = 1 / 20;
const pauseMs = 1_000;
const mostTenants = 10_000;

/**
 * One allowance for each tenant over all replicas. A replica takes a part of it from the store and spends that on its own, so
 * that most operations need no statement. While the store is away, each replica counts for itself.
 */
export class SharedRateLimiter implements RateLimiter {
  readonly #options: SharedRateLimiterOptions;
  readonly #now: () => number;
  readonly #fallback: LocalRateLimiter;
  readonly #purses = new LRUCache<string, Purse>({ max: mostTenants });

  constructor(options: SharedRateLimiterOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#fallback = new LocalRateLimiter(options.costPerMinute, this.#now);
  }

  take(tenant: string, cost: number): void | Promise<void> {
    if (cost > this.#options.costPerMinute) throw new RateLimitedError(null);
    let purse = this.#purses.get(tenant);
    if (purse === undefined) {
      purse = { held: 0, askAgainAt: -Infinity, asking: null };
      this.#purses.set(tenant, purse);
    }
    if (purse.held < cost) return this.#takeMore(tenant, purse, cost);
    purse.held -= cost;
  }

  async #takeMore(tenant: string, purse: Purse, cost: number): Promise<void> {
    const { costPerMinute, log } = this.#options;
    while (purse.held < cost) {
      if (this.#now() < purse.askAgainAt) {
        throw new RateLimitedError(Math.ceil(((cost - purse.held) * 60) / costPerMinute));
      }
      try {
        // One statement for all that wait.
        purse.asking ??= this.#ask(tenant, purse, cost).finally(() => {
          purse.asking = null;
        });
        await purse.asking;
      } catch (error) {
        log.warn({ err: error }, 'what tenants may still ask for cannot be read from the store');
        return this.#fallback.take(tenant, cost);
      }
    }
    purse.held -= cost;
  }

  async #ask(tenant: string, purse: Purse, cost: number): Promise<void> {
    const { costPerMinute, store } = this.#options;
    const wanted = Math.max(cost - purse.held, costPerMinute * share);
    const granted = await (await store()).allowances.take(tenant, wanted, costPerMinute);
    purse.held += granted;
    if (granted < wanted) purse.askAgainAt = this.#now() + pauseMs;
  }
}
