import { describe, expect, test } from 'vitest';
import { TokenSource, type Token } from '../../../src/operators/calling/token.ts';

/** Tokens `t1`, `t2`, … each given when the test says so, by a clock that the test sets. */
function scripted(lifetimeMs = 300_000) {
  const requests: { give: () => void; refuse: (error: Error) => void }[] = [];
  const clock = { now: 1_000_000 };
  const source = new TokenSource(
    () => {
      const { promise, resolve, reject } = Promise.withResolvers<Token>();
      const value = `t${requests.length + 1}`;
      requests.push({ give: () => resolve({ value, lifetimeMs }), refuse: reject });
      return promise;
    },
    () => clock.now,
  );
  /** Has the first token at hand. */
  const first = async (): Promise<void> => {
    const token = source.get();
    requests[0]?.give();
    await token;
  };
  return { source, requests, clock, first };
}

describe('a token', () => {
  test('a token is asked for when it is first needed', () => {
    const { requests } = scripted();
    expect(requests).toHaveLength(0);
  });

  test('a token is asked for once however many need it at once', async () => {
    const { source, requests } = scripted();
    const callers = Array.from({ length: 50 }, () => source.get());
    requests[0]?.give();
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['t1']));
    expect(requests).toHaveLength(1);
  });

  test('a token is used again while it is good', async () => {
    const { source, requests, clock, first } = scripted();
    await first();
    clock.now += 239_999;
    expect(await source.get()).toBe('t1');
    expect(requests).toHaveLength(1);
  });

  test('a token is renewed before it expires, once, while callers go on with it', async () => {
    const { source, requests, clock, first } = scripted();
    await first();
    // A minute before its 300 s are over.
    clock.now += 240_000;
    const callers = await Promise.all(Array.from({ length: 50 }, () => source.get()));
    expect(new Set(callers)).toEqual(new Set(['t1']));
    expect(requests).toHaveLength(2);
    requests[1]?.give();
    await expect.poll(() => source.get()).toBe('t2');
  });

  test('a token that lives shortly is renewed in the last fifth of its life', async () => {
    const { source, requests, clock, first } = scripted(10_000);
    await first();
    clock.now += 7_999;
    await source.get();
    expect(requests).toHaveLength(1);
    clock.now += 1;
    await source.get();
    expect(requests).toHaveLength(2);
  });

  test('a token is never given out once it has expired', async () => {
    const { source, requests, clock, first } = scripted();
    await first();
    clock.now += 300_000;
    const callers = Array.from({ length: 50 }, () => source.get());
    requests[1]?.give();
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['t2']));
    expect(requests).toHaveLength(2);
  });

  test('a token counts its life from when it was asked for, not from when it came', async () => {
    const { source, requests, clock } = scripted(10_000);
    const slow = source.get();
    clock.now += 9_000;
    requests[0]?.give();
    await slow;
    clock.now += 1_000;
    const next = source.get();
    requests[1]?.give();
    expect(await next).toBe('t2');
  });

  test('a token that cannot be had fails every caller with the same error, and is asked for again', async () => {
    const { source, requests } = scripted();
    const callers = Array.from({ length: 3 }, () => source.get());
    const refusal = new Error('no token');
    requests[0]?.refuse(refusal);
    const results = await Promise.allSettled(callers);
    expect(results.map((result) => result.status === 'rejected' && result.reason)).toEqual([
      refusal,
      refusal,
      refusal,
    ]);
    const again = source.get();
    requests[1]?.give();
    expect(await again).toBe('t2');
  });

  test('a token stays in use when its renewal in the background fails', async () => {
    const { source, requests, clock, first } = scripted();
    await first();
    clock.now += 250_000;
    expect(await source.get()).toBe('t1');
    requests[1]?.refuse(new Error('no token'));
    const askedAgain = async (): Promise<number> => {
      expect(await source.get()).toBe('t1');
      return requests.length;
    };
    await expect.poll(askedAgain).toBe(3);
  });
});

describe('a token that was refused', () => {
  test('a token that was refused is replaced once, however many callers it was refused to', async () => {
    const { source, requests, first } = scripted();
    await first();
    const callers = Array.from({ length: 50 }, () => source.replace('t1'));
    requests[1]?.give();
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['t2']));
    expect(requests).toHaveLength(2);
  });

  test('a token that was refused is not given to a caller that comes while it is being replaced', async () => {
    const { source, requests, first } = scripted();
    await first();
    const replaced = source.replace('t1');
    const newcomer = source.get();
    requests[1]?.give();
    expect(await Promise.all([replaced, newcomer])).toEqual(['t2', 't2']);
  });

  test('a token that was refused is not replaced again for a caller that hears of it late', async () => {
    const { source, requests, first } = scripted();
    await first();
    const replaced = source.replace('t1');
    requests[1]?.give();
    await replaced;
    expect(await source.replace('t1')).toBe('t2');
    expect(requests).toHaveLength(2);
  });
});
