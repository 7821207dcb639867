import { describe, expect, test } from 'vitest';
import { Turns } from '../src/turns.ts';

const refused = new Error('too many');

function limitOf(most: number, options: { mostWaiting?: number; waitMs?: number } = {}) {
  const limit = new Turns(() => most, {
    queue: {
      mostWaiting: options.mostWaiting ?? 100,
      waitMs: options.waitMs ?? 60_000,
      refusal: () => refused,
    },
  });
  const state = { running: 0, most: 0, begun: [] as number[] };
  const ends: (() => void)[] = [];
  /** Runs a task that goes on until it is ended. */
  const begin = (name: number, signal?: AbortSignal) =>
    limit.run(
      async () => {
        state.begun.push(name);
        state.running += 1;
        state.most = Math.max(state.most, state.running);
        await new Promise<void>((resolve) => ends.push(resolve));
        state.running -= 1;
        return name;
      },
      { signal },
    );
  return { limit, state, begin, endOne: () => ends.shift()?.() };
}

describe('turns with a bounded queue', () => {
  test('turns with a bounded queue are under way up to the bound, and have their turn in the order they came', async () => {
    const { state, begin, endOne } = limitOf(2);
    const all = Promise.all([1, 2, 3, 4, 5].map((name) => begin(name)));
    expect(state.begun).toEqual([1, 2]);
    for (let count = 0; count < 5; count += 1) {
      endOne();
      // oxlint-disable-next-line no-await-in-loop -- one ends after the other
      await expect.poll(() => state.begun.length).toBe(Math.min(5, count + 3));
    }
    expect(await all).toEqual([1, 2, 3, 4, 5]);
    expect(state.most).toBe(2);
  });

  test('turns that throw give their place back', async () => {
    const { limit } = limitOf(1);
    await expect(limit.run(() => Promise.reject(new Error('a')))).rejects.toThrow('a');
    expect(await limit.run(() => Promise.resolve('b'))).toBe('b');
  });

  test('turns with a bounded queue beyond those that may wait are refused at once', async () => {
    const { begin, endOne } = limitOf(1, { mostWaiting: 1 });
    const first = begin(1);
    const second = begin(2);
    await expect(begin(3)).rejects.toBe(refused);
    endOne();
    expect(await first).toBe(1);
    await expect.poll(() => endOne()).toBeUndefined();
    expect(await second).toBe(2);
  });

  test('turns that wait too long are refused, and their place in the queue is free again', async () => {
    const { begin, state, endOne } = limitOf(1, { mostWaiting: 1, waitMs: 5 });
    const first = begin(1);
    await expect(begin(2)).rejects.toBe(refused);
    await expect(begin(3)).rejects.toBe(refused);
    endOne();
    await first;
    expect(state.begun).toEqual([1]);
  });

  test('turns with a bounded queue whose caller leaves while they wait end with the reason, and are never begun', async () => {
    const { begin, state, endOne } = limitOf(1);
    const first = begin(1);
    const leaving = new AbortController();
    const second = begin(2, leaving.signal);
    const reason = new Error('the caller has gone');
    leaving.abort(reason);
    await expect(second).rejects.toBe(reason);
    endOne();
    await first;
    expect(state.begun).toEqual([1]);
  });
});
