import type { RateLimiter } from '../../access/rate-limit.ts';
import type { Asked } from '../../http/routes/route.ts';

/** Takes the cost from the allowance of the caller's tenant, where there are limits and tenants. Rejects with a RateLimitedError. */
export async function pay(
  { rateLimiter }: { readonly rateLimiter: RateLimiter | null },
  { caller: { tenant } }: Pick<Asked, 'caller'>,
  cost: number,
): Promise<void> {
  if (rateLimiter !== null && tenant !== null) await rateLimiter.take(tenant, cost);
}
