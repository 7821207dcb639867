import { describe, expect, test } from 'vitest';
import type { Observation } from '../../src/watch/poll.ts';
import { Watches } from '../../src/watch/watches.ts';

/** Watches of one thing that look by the list, its last entry for ever. */
function watchesOf(
  looks: readonly ((signal: AbortSignal) => Promise<Observation<string, string>>)[],
  deadlineMs = 60_000,
) {
  const state = { looks: 0 };
  const watches = new Watches<string, string>(() => ({
    look(signal) {
      const look = looks[Math.min(state.looks, looks.length - 1)];
      state.looks += 1;
      return look === undefined ? Promise.reject(new Error('no look')) : look(signal);
    },
    classify: () => ({ transient: false, retryAfterMs: null }),
    deadlineError: () => new Error('the deadline has passed'),
    deadlineMs,
  }));
  return { watches, state };
}

describe('a watch that failed', () => {
  test('a watch that failed is begun anew for the next reader, although another has not read the failure', async () => {
    const { watches } = watchesOf([
      () => Promise.reject(new Error('refused')),
      () => Promise.resolve({ history: ['done'], snapshot: 'now', ended: true }),
    ]);
    const stalled = watches.read('one', 0);
    const attentive = watches.read('one', 0);
    expect((await attentive.next()).value).toMatchObject({ change: null, last: true });
    const next = watches.read('one', 0);
    expect((await next.next()).value).toMatchObject({ change: 'done', error: null });
    await Promise.all([stalled.return?.(), attentive.return?.(), next.return?.()]);
  });
});

describe('the deadline', () => {
  test('the deadline holds for a look that does not come back, too', async () => {
    const { watches } = watchesOf(
      [(signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject))],
      50,
    );
    const reader = watches.read('one', 0);
    const event = await reader.next();
    expect(event.value).toMatchObject({ last: true, error: new Error('the deadline has passed') });
  });
});

describe('two calls for the next event at once', () => {
  test('two calls for the next event at once both end when the reader leaves', async () => {
    const { watches } = watchesOf([
      () => Promise.resolve({ history: [], snapshot: 'now', ended: false }),
    ]);
    const reader = watches.read('one', 0);
    const calls = [reader.next(), reader.next()];
    await reader.return?.();
    expect(await Promise.all(calls)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });
});
