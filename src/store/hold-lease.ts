import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LeaseStore } from './lease-store.ts';

/** The lease ended while its holder still worked: another process may do the same work by now. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';

  constructor(key: string) {
    super(`The lease ${key} was lost: it could not be renewed in time.`);
  }
}

export interface HoldLeaseOptions {
  /** How long the lease outlives a holder that dies. It is renewed three times as often. */
  readonly ttlMs: number;
  /** Ends the waiting, and aborts the work. */
  readonly signal: AbortSignal;
}

/** What only the holder of the lease does. `term` is one higher than that of the holder before. */
export type LeasedWork<T> = (signal: AbortSignal, term: number) => Promise<T>;

/**
 * Waits for the lease, as long as another process holds it, and then does `work`, which is aborted when the lease is lost
 * or `signal` is aborted. Gives the lease back when `work` has ended. Rejects with what `work` rejects with, with the
 * reason of `signal`, or with a LeaseLostError.
 */
export async function holdLease<T>(
  leases: LeaseStore,
  key: string,
  { ttlMs, signal }: HoldLeaseOptions,
  work: LeasedWork<T>,
): Promise<T> {
  const holder = randomUUID();
  const { term, since } = await waitForLease(leases, key, holder, ttlMs, signal);
  const lost = new AbortController();
  let renewed = since;
  let renewing = false;
  const renew = async (): Promise<void> => {
    // By this process's own clock, from before the database's began to count: it gives up first.
    if (performance.now() - renewed >= ttlMs) lost.abort(new LeaseLostError(key));
    if (renewing || lost.signal.aborted) return;
    renewing = true;
    const asked = performance.now();
    try {
      if (await leases.renew(key, holder, ttlMs)) renewed = asked;
      else lost.abort(new LeaseLostError(key));
    } catch {
      // The database cannot be reached; the lease lasts a while yet.
    } finally {
      renewing = false;
    }
  };
  const timer = setInterval(() => void renew(), ttlMs / 3);
  try {
    const result = await work(AbortSignal.any([signal, lost.signal]), term);
    lost.signal.throwIfAborted();
    return result;
  } catch (error) {
    throw lost.signal.aborted ? lost.signal.reason : error;
  } finally {
    clearInterval(timer);
    await leases.release(key, holder).catch(() => {});
  }
}

async function waitForLease(
  leases: LeaseStore,
  key: string,
  holder: string,
  ttlMs: number,
  signal: AbortSignal,
): Promise<{ term: number; since: number }> {
  signal.throwIfAborted();
  let pause = new AbortController();
  const stopFollowing = await leases.onRelease(key, () => pause.abort());
  const leave = (): void => pause.abort();
  signal.addEventListener('abort', leave);
  try {
    for (;;) {
      signal.throwIfAborted();
      pause = new AbortController();
      const since = performance.now();
      const attempt = await leases.acquire(key, holder, ttlMs);
      if (attempt.acquired) {
        if (!signal.aborted) return { term: attempt.term, since };
        await leases.release(key, holder);
      } else if (!signal.aborted) {
        await sleep(attempt.expiresInMs, undefined, { signal: pause.signal }).catch(() => {});
      }
    }
  } finally {
    signal.removeEventListener('abort', leave);
    stopFollowing();
  }
}
