import { describe, expect, test } from 'vitest';
import { eventsOf, failing, scriptWatches, showing, wordOf } from '../support/scripted-watches.ts';

/** The time between each look and the next, in milliseconds. */
const gaps = (lookedAt: readonly number[]): number[] =>
  lookedAt.slice(1).map((at, index) => at - (lookedAt[index] ?? at));

/** Timers may fire a little early by the process's own clock. */
const slackMs = 2;

/** The pauses of a poll to whose first four looks nothing is shown, and which ends two changes later. */
async function pausesOfFour(): Promise<number[]> {
  const { watches, lookedAt } = scriptWatches([
    showing(''),
    showing(''),
    showing(''),
    showing(''),
    showing('a'),
    showing('ab', true),
  ]);
  expect(await wordOf(watches.read('one', 0))).toBe('ab');
  return gaps(lookedAt);
}

describe.concurrent('a poll', () => {
  test('a poll goes on through failures that pass', async () => {
    const { watches, lookedAt } = scriptWatches([
      failing(),
      showing('a'),
      failing(),
      failing(),
      showing('ab', true),
    ]);
    const events = await eventsOf(watches.read('one', 0));
    expect(events.map(({ change, error }) => [change, error])).toEqual([
      ['a', null],
      ['b', null],
    ]);
    expect(lookedAt).toHaveLength(5);
  });

  test('a poll leaves the operator alone for as long as it asks, and not for longer each time', async () => {
    const { watches, lookedAt } = scriptWatches([
      failing({ retryAfterMs: 700 }),
      failing({ retryAfterMs: 700 }),
      showing('a', true),
    ]);
    expect(await wordOf(watches.read('one', 0))).toBe('a');
    for (const gap of gaps(lookedAt)) expect(gap).toBeGreaterThanOrEqual(700 - slackMs);
  });

  test('a poll does not come back sooner than its own pause because the operator would let it', async () => {
    const { watches, lookedAt } = scriptWatches([failing({ retryAfterMs: 0 }), showing('a', true)]);
    await wordOf(watches.read('one', 0));
    expect(gaps(lookedAt)[0]).toBeGreaterThanOrEqual(125 - slackMs);
  });

  test('a poll ends with the deadline where the operator asks to wait beyond it', async () => {
    const { watches } = scriptWatches([failing({ retryAfterMs: 3_600_000 })], { deadlineMs: 200 });
    const events = await eventsOf(watches.read('one', 0));
    expect(events).toMatchObject([{ last: true, error: new Error('the deadline has passed') }]);
    expect(watches.size).toBe(0);
  });

  test('a poll ends at once on a failure that does not pass, for every reader', async () => {
    const { watches, lookedAt } = scriptWatches([failing({ transient: false })]);
    const readers = [1, 2, 3].map(() => watches.read('one', 0));
    expect(await Promise.all(readers.map(wordOf))).toEqual(['!', '!', '!']);
    expect(lookedAt).toHaveLength(1);
    expect(watches.size).toBe(0);
  });

  test('slows down while nothing changes, and starts over after a change', async () => {
    const measured = await pausesOfFour();
    const [first = 0, second = 0, third = 0, fourth = 0] = measured;
    // Each pause is a fifth longer than the one before, give or take a tenth: 300, 360, 432 and 518 ms, then 250 again.
    expect(first).toBeGreaterThanOrEqual(270 - slackMs);
    expect(second).toBeGreaterThanOrEqual(324 - slackMs);
    expect(third).toBeGreaterThanOrEqual(388 - slackMs);
    expect(fourth).toBeGreaterThanOrEqual(466 - slackMs);
    // Once more where the machine was busy then.
    const isLate = (measured[4] ?? 0) >= fourth;
    const [, , , before = 0, afterChange = 0] = isLate ? await pausesOfFour() : measured;
    expect(afterChange).toBeLessThan(before);
  });

  test('a poll never looks twice at once, although a look is slow', async () => {
    const { watches, mostAtOnce, lookedAt } = scriptWatches([
      async (signal) => {
        await new Promise((resolve) => setImmediate(resolve));
        return showing('a')(signal, []);
      },
      showing('ab', true),
    ]);
    const readers = Array.from({ length: 10 }, () => watches.read('one', 0));
    expect(await Promise.all(readers.map(wordOf))).toEqual(Array(10).fill('ab'));
    expect(mostAtOnce()).toBe(1);
    expect(lookedAt).toHaveLength(2);
  });

  test('a poll that throws something unexpected ends with it', async () => {
    const bug = new TypeError('a bug');
    const { watches } = scriptWatches([
      () => {
        throw bug;
      },
    ]);
    const events = await eventsOf(watches.read('one', 0));
    expect(events).toMatchObject([{ sequence: 0, change: null, last: true }]);
    expect(events[0]?.error).toBe(bug);
  });
});
