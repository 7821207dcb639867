import { describe, expect, test } from 'vitest';
import { LocalRateLimiter } from '../../src/access/rate-limit.ts';
import { RateLimitedError, type RateLimiter } from '../../src/access/rate-limit.ts';
import { SharedRateLimiter } from '../../src/access/shared-rate-limiter.ts';
import { createLog } from '../../src/observe/log.ts';

/** What taking throws; null where it is taken. */
function refusalOf(take: () => void): RateLimitedError | null {
  try {
    take();
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(RateLimitedError);
    return error as RateLimitedError;
  }
}

test('a tenant gets what it asks for until a minute is used up, and is then told how long to wait', () => {
  const limiter = new LocalRateLimiter(60, () => 0);
  expect(refusalOf(() => limiter.take('one', 50))).toBeNull();
  expect(refusalOf(() => limiter.take('one', 10))).toBeNull();
  expect(refusalOf(() => limiter.take('one', 7))).toMatchObject({
    code: 'RATE_LIMITED',
    retryAfterSeconds: 7,
  });
});

test('a tenant does not use up what another one may ask for', () => {
  const limiter = new LocalRateLimiter(60, () => 0);
  limiter.take('one', 60);
  expect(refusalOf(() => limiter.take('other', 60))).toBeNull();
});

test('what was used comes back as time passes, and never more than a minute of it', () => {
  let now = 0;
  const limiter = new LocalRateLimiter(60, () => now);
  limiter.take('one', 60);
  now = 10_000;
  expect(refusalOf(() => limiter.take('one', 11))?.retryAfterSeconds).toBe(1);
  expect(refusalOf(() => limiter.take('one', 10))).toBeNull();
  now = 10 * 60_000;
  expect(refusalOf(() => limiter.take('one', 60))).toBeNull();
  expect(refusalOf(() => limiter.take('one', 1))?.retryAfterSeconds).toBe(1);
});

test('what is refused costs nothing', () => {
  const limiter = new LocalRateLimiter(60, () => 0);
  limiter.take('one', 30);
  refusalOf(() => limiter.take('one', 40));
  expect(refusalOf(() => limiter.take('one', 30))).toBeNull();
});

test('an operation that costs more than a minute allows is told so in place of a time', () => {
  const limiter = new LocalRateLimiter(60, () => 0);
  expect(refusalOf(() => limiter.take('one', 61))).toMatchObject({ retryAfterSeconds: null });
});

/** A store with one allowance for each tenant, which does not fill up again. */
function sharedStore(perMinute: number) {
  const left = new Map<string, number>();
  const state = { statements: 0, isDown: false };
  const takeShared = (tenant: string, wanted: number): Promise<number> => {
    state.statements += 1;
    if (state.isDown) return Promise.reject(new Error('no connection'));
    const has = left.get(tenant) ?? perMinute;
    const granted = Math.min(has, wanted);
    left.set(tenant, has - granted);
    return Promise.resolve(granted);
  };
  return { state, takeShared };
}

async function isTaken(limiter: RateLimiter, tenant: string, cost: number): Promise<boolean> {
  try {
    await limiter.take(tenant, cost);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(RateLimitedError);
    return false;
  }
}

describe('replicas', () => {
  test('replicas spend one allowance together, and never more', async () => {
    const { takeShared } = sharedStore(1_000);
    const options = { costPerMinute: 1_000, takeShared, log: createLog('silent'), now: () => 0 };
    const limiters = [new SharedRateLimiter(options), new SharedRateLimiter(options)];
    let taken = 0;
    for (let count = 0; count < 300; count += 1) {
      if (await isTaken(limiters[count % 2]!, 'one', 7)) taken += 7;
    }
    expect(taken).toBeLessThanOrEqual(1_000);
    // What is left lies in parts too small for another operation.
    expect(taken).toBeGreaterThan(1_000 - 2 * 7);
    expect(await isTaken(limiters[0]!, 'other', 7)).toBe(true);
  });

  test('replicas ask the store once in many operations, and not for each that is refused', async () => {
    const { takeShared, state } = sharedStore(1_000);
    let now = 0;
    const log = createLog('silent');
    const limiter = new SharedRateLimiter({
      costPerMinute: 1_000,
      takeShared,
      log,
      now: () => now,
    });
    await Promise.all(Array.from({ length: 100 }, async () => limiter.take('one', 10)));
    expect(state.statements).toBeLessThanOrEqual(20);
    const before = state.statements;
    for (let count = 0; count < 50; count += 1) {
      expect(await isTaken(limiter, 'one', 10)).toBe(false);
    }
    expect(state.statements).toBe(before + 1);
    now = 1_000;
    expect(await isTaken(limiter, 'one', 10)).toBe(false);
    expect(state.statements).toBe(before + 2);
  });

  test('replicas take at once what they hold', async () => {
    const { takeShared } = sharedStore(1_000);
    const log = createLog('silent');
    const limiter = new SharedRateLimiter({ costPerMinute: 1_000, takeShared, log });
    await limiter.take('one', 10);
    expect(limiter.take('one', 10)).toBeUndefined();
  });

  test('replicas say how long to wait', async () => {
    const { takeShared } = sharedStore(60);
    const log = createLog('silent');
    const limiter = new SharedRateLimiter({ costPerMinute: 60, takeShared, log, now: () => 0 });
    await limiter.take('one', 58);
    await expect(limiter.take('one', 12)).rejects.toMatchObject({ retryAfterSeconds: 10 });
    expect(() => limiter.take('one', 61)).toThrow(RateLimitedError);
  });

  test('replicas count for themselves while the store is down', async () => {
    const { takeShared, state } = sharedStore(60);
    state.isDown = true;
    const log = createLog('silent');
    const limiter = new SharedRateLimiter({ costPerMinute: 60, takeShared, log, now: () => 0 });
    expect(await isTaken(limiter, 'one', 60)).toBe(true);
    expect(await isTaken(limiter, 'one', 1)).toBe(false);
  });
});
