import type { Log } from '../observe/log.ts';
import type { Store } from '../store/store.ts';
import { LocalRateLimiter } from './local-rate-limiter.ts';
import type { RateLimiter } from './rate-limit.ts';
import { SharedRateLimiter, takeAllowance } from './shared-rate-limiter.ts';

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
