import { expect, test } from 'vitest';
import { LocalRateLimiter } from '../../src/access/local-rate-limiter.ts';
import { RateLimitedError } from '../../src/access/rate-limit.ts';

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
