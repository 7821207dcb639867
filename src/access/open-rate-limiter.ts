import type { Log } from '../observe/log.ts';
import type { Store } from '../store/store.ts';
import { LocalRateLimiter } from './local-rate-limiter.ts';
import type { RateLimiter } from './rate-limit.ts';
import { SharedRateLimiter } from './shared-rate-limiter.ts';

/** The limiter of the settings; null without one. Replicas share a PostgreSQL, and then the allowances in it, too. */
export function openRateLimiter(
  settings: {
    readonly RATE_LIMIT_COST_PER_MINUTE?: number | undefined;
    readonly DATABASE_URL?: string | undefined;
  },
  { store, log }: { readonly store: () => Promise<Store>; readonly log: Log },
): RateLimiter | null {
  const { RATE_LIMIT_COST_PER_MINUTE: costPerMinute, DATABASE_URL } = settings;
  if (costPerMinute === undefined) return null;
  return DATABASE_URL === undefined
    ? new LocalRateLimiter(costPerMinute)
    : new SharedRateLimiter({ costPerMinute, store, log });
}
