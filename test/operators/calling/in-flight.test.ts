import { describe, expect, test } from 'vitest';
import { InFlight } from '../../../src/operators/calling/in-flight.ts';
import type { CallOptions } from '../../../src/operators/calling/call.ts';

/** A read that the test answers, and what became of it. */
function reads() {
  const begun: {
    options: CallOptions;
    answer: (value: string) => void;
    fail: (error: Error) => void;
  }[] = [];
  const begin = (options: CallOptions): Promise<string> => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    options.signal?.addEventListener('abort', () => reject(options.signal?.reason));
    begun.push({ options, answer: resolve, fail: reject });
    return promise;
  };
  return { begun, begin };
}

describe('a read', () => {
  test('a read is begun once for all who ask for it at once', async () => {
    const { begun, begin } = reads();
    const inFlight = new InFlight();
    const callers = Array.from({ length: 20 }, () => inFlight.share('a', {}, begin));
    begun[0]?.answer('an answer');
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['an answer']));
    expect(begun).toHaveLength(1);
  });

  test('a read is another one for another key', () => {
    const { begun, begin } = reads();
    const inFlight = new InFlight();
    void inFlight.share('a', {}, begin);
    void inFlight.share('b', {}, begin);
    expect(begun).toHaveLength(2);
  });

  test('a read is begun again once it is over, whether it was answered or failed', async () => {
    const { begun, begin } = reads();
    const inFlight = new InFlight();
    const first = inFlight.share('a', {}, begin);
    begun[0]?.answer('one');
    expect(await first).toBe('one');
    const second = inFlight.share('a', {}, begin);
    begun[1]?.fail(new Error('lost'));
    await expect(second).rejects.toThrow('lost');
    const third = inFlight.share('a', {}, begin);
    begun[2]?.answer('three');
    expect(await third).toBe('three');
  });

  test('a read is joined by its key whichever others have ended', async () => {
    const { begun, begin } = reads();
    const inFlight = new InFlight();
    const keys = ['a', 'b', 'c', 'd'];
    const callers = keys.map((key) => inFlight.share(key, {}, begin));
    for (const at of [1, 3, 0]) {
      begun[at]?.answer(keys[at]!);
      await callers[at];
    }
    const joined = inFlight.share('c', {}, begin);
    const again = inFlight.share('b', {}, begin);
    expect(begun).toHaveLength(5);
    begun[2]?.answer('c');
    begun[4]?.answer('b again');
    expect(await Promise.all([joined, again])).toEqual(['c', 'b again']);
  });

  test('a read fails for all who wait', async () => {
    const { begun, begin } = reads();
    const inFlight = new InFlight();
    const callers = [1, 2, 3].map(() => inFlight.share('a', {}, begin));
    begun[0]?.fail(new Error('lost'));
    for (const outcome of await Promise.allSettled(callers)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'lost' } });
    }
  });

  test('a read has the deadline of the most patient caller', () => {
    const { begun, begin } = reads();
    const inFlight = new InFlight();
    void inFlight.share('a', { deadlineAt: 100 }, begin);
    expect(begun[0]?.options.deadlineAt).toBe(100);
    void inFlight.share('a', { deadlineAt: 300 }, begin);
    void inFlight.share('a', { deadlineAt: 200 }, begin);
    expect(begun[0]?.options.deadlineAt).toBe(300);
    void inFlight.share('a', {}, begin);
    expect(begun[0]?.options.deadlineAt).toBeUndefined();
  });
});

test('a read within a read has the deadline of those who wait for the outer one', () => {
  const { begun, begin } = reads();
  const outer = new InFlight();
  const inner = new InFlight();
  const both = (options: CallOptions) => inner.share('b', options, begin);
  void outer.share('a', { deadlineAt: 100 }, both);
  expect(begun[0]?.options.deadlineAt).toBe(100);
  void outer.share('a', { deadlineAt: 300 }, both);
  expect(begun[0]?.options.deadlineAt).toBe(300);
});

describe('a caller that leaves', () => {
  test('a caller that leaves goes at once with its reason, and the others have their answer', async () => {
    const { begun, begin } = reads();
    const inFlight = new InFlight();
    const leaving = new AbortController();
    const first = inFlight.share('a', { signal: leaving.signal }, begin);
    const second = inFlight.share('a', { signal: new AbortController().signal }, begin);
    const reason = new Error('gone');
    leaving.abort(reason);
    await expect(first).rejects.toBe(reason);
    expect(begun[0]?.options.signal?.aborted).toBe(false);
    begun[0]?.answer('an answer');
    expect(await second).toBe('an answer');
  });

  test('a caller that leaves as the last one ends the read, which nobody joins any more', async () => {
    const { begun, begin } = reads();
    const inFlight = new InFlight();
    const leaving = [new AbortController(), new AbortController()];
    const callers = leaving.map(({ signal }) => inFlight.share('a', { signal }, begin));
    for (const one of leaving) one.abort(new Error('gone'));
    expect(begun[0]?.options.signal?.aborted).toBe(true);
    const next = inFlight.share('a', {}, begin);
    expect(begun).toHaveLength(2);
    begun[1]?.answer('an answer');
    expect(await next).toBe('an answer');
    expect((await Promise.allSettled(callers)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
    ]);
  });

  test('a caller that leaves before it asked begins nothing', async () => {
    const { begun, begin } = reads();
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(new InFlight().share('a', { signal }, begin)).rejects.toBe(signal.reason);
    expect(begun).toHaveLength(0);
  });
});
