import { LRUCache } from 'lru-cache';
import type { Log } from '../observe/log.ts';
import type { Database } from '../store/database/database.ts';
import type { Store } from '../store/store.ts';
import { storableText } from '../store/stored-value.ts';
import { LocalRateLimiter, RateLimitedError, type RateLimiter } from './rate-limit.ts';

export interface SharedRateLimiterOptions {
  readonly costPerMinute: number;
  /** Takes of what all replicas share, see `takeAllowance`. */
  readonly takeShared: (tenant: string, wanted: number) => Promise<number>;
  readonly log: Log;
  /** Tells milliseconds that never go back. */
  readonly now?: (() => number) | undefined;
}

/** The part of a tenant's allowance that this process took and has not spent. */
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
    const { costPerMinute, takeShared } = this.#options;
    const wanted = Math.max(cost - purse.held, costPerMinute * share);
    const granted = await takeShared(tenant, wanted);
    purse.held += granted;
    if (granted < wanted) purse.askAgainAt = this.#now() + pauseMs;
  }
}

/**
 * Takes up to `wanted` of a tenant's allowance of `perMinute`, whichever process asks, and resolves with how much that was: less
 * where less is left. An allowance fills up within a minute.
 */
export async function takeAllowance(
  database: Database,
  tenant: string,
  wanted: number,
  perMinute: number,
): Promise<number> {
  const refilled = `least($2::double precision, held.remaining + $2::double precision / 60
    * extract(epoch from clock_timestamp() - held.updated_at)::double precision)`;
  const [row] = await database.query<{ granted: number }>(
    `insert into eligibility.allowance as held (tenant, remaining, granted)
     values ($1, $2::double precision - least($3::double precision, $2), least($3, $2))
     on conflict (tenant) do update set granted = least($3, ${refilled}),
       remaining = greatest(0, ${refilled} - $3), updated_at = clock_timestamp()
     returning granted`,
    [storableText(tenant), perMinute, wanted],
  );
  return row?.granted ?? 0;
}

/**
 * The limiter of what a tenant may ask for within a minute; null without a limit. Replicas share a PostgreSQL, and then the
 * allowances in it, too.
 */
export function openRateLimiter(
  { costPerMinute, isShared }: { costPerMinute: number | undefined; isShared: boolean },
  { store, log }: { readonly store: () => Promise<Store>; readonly log: Log },
): RateLimiter | null {
  if (costPerMinute === undefined) return null;
  if (!isShared) return new LocalRateLimiter(costPerMinute);
  return new SharedRateLimiter({
    costPerMinute,
    takeShared: async (tenant, wanted) =>
      takeAllowance((await store()).database, tenant, wanted, costPerMinute),
    log,
  });
}
