import { describe, expect, test } from 'vitest';
import {
  eventsOf,
  failing,
  hanging,
  scriptWatches,
  showing,
  wordOf,
} from '../support/scripted-watches.ts';

const after = async <T>(reader: AsyncIterator<T>, events: number): Promise<void> => {
  for (let count = 0; count < events; count += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one event after the other
    await reader.next();
  }
};

describe.concurrent('a reader', () => {
  test('receives every change once and in order, and the end', async () => {
    const { watches } = scriptWatches([showing('a'), showing('ab'), showing('abcd', true)]);
    const events = await eventsOf(watches.read('one', 0));
    expect(events.map(({ sequence, change, last }) => [sequence, change, last])).toEqual([
      [1, 'a', false],
      [2, 'b', false],
      [3, 'c', false],
      [4, 'd', true],
    ]);
  });

  test('receives changes that were passed between two looks', async () => {
    const { watches, lookedAt } = scriptWatches([showing('a'), showing('abcdef', true)]);
    expect(await wordOf(watches.read('one', 0))).toBe('abcdef');
    expect(lookedAt).toHaveLength(2);
  });

  test('receives nothing where nothing changed', async () => {
    const { watches } = scriptWatches([showing('a'), showing('a'), showing('ab', true)]);
    expect(await wordOf(watches.read('one', 0))).toBe('ab');
  });

  test('a reader goes on behind a history that is shorter than before', async () => {
    const { watches } = scriptWatches([
      showing('abc'),
      showing('a'),
      showing(''),
      showing('abcd', true),
    ]);
    expect(await wordOf(watches.read('one', 0))).toBe('abcd');
  });

  test('a reader has the current snapshot beside a change of the past', async () => {
    const { watches } = scriptWatches([showing('abc', true)]);
    const events = await eventsOf(watches.read('one', 0));
    expect(events.map(({ snapshot }) => snapshot)).toEqual(['after abc', 'after abc', 'after abc']);
  });

  test.for([
    [0, 'abcd'],
    [1, 'bcd'],
    [3, 'd'],
    [4, ''],
    [99, ''],
    [-1, 'abcd'],
  ] as const)('a reader with after %i receives "%s"', async ([start, expected]) => {
    const { watches } = scriptWatches([showing('ab'), showing('abcd', true)]);
    expect(await wordOf(watches.read('one', start))).toBe(expected);
  });

  test('a reader with after keeps the positions of the history', async () => {
    const { watches } = scriptWatches([showing('abcd', true)]);
    const events = await eventsOf(watches.read('one', 2));
    expect(events.map(({ sequence }) => sequence)).toEqual([3, 4]);
  });

  test('a reader with an after that lies ahead waits for what comes above it', async () => {
    const { watches } = scriptWatches([showing('a'), showing('ab'), showing('abcd', true)]);
    expect(await wordOf(watches.read('one', 3))).toBe('d');
  });

  test('a reader that comes late replays what has been, and follows what comes', async () => {
    const { watches, lookedAt } = scriptWatches([
      showing('ab'),
      showing('abc'),
      showing('abcd', true),
    ]);
    const early = watches.read('one', 0);
    await after(early, 2);
    const looks = lookedAt.length;
    const late = watches.read('one', 0);
    // What has been is there without another look.
    await after(late, 2);
    expect(lookedAt).toHaveLength(looks);
    expect(await Promise.all([wordOf(early), wordOf(late)])).toEqual(['cd', 'cd']);
    expect(lookedAt).toHaveLength(3);
  });

  test('a reader that stalls loses nothing, also of what came after the end', async () => {
    const { watches } = scriptWatches([showing('a'), showing('ab'), showing('abc', true)]);
    const stalled = watches.read('one', 0);
    await stalled.next();
    expect(await wordOf(watches.read('one', 0))).toBe('abc');
    expect(watches.size).toBe(0);
    expect(await wordOf(stalled)).toBe('bc');
  });

  test('a reader of something that ended without a change just ends', async () => {
    const { watches } = scriptWatches([showing('', true)]);
    expect(await wordOf(watches.read('one', 0))).toBe('');
  });

  test('receives the changes before the failure, and the failure last', async () => {
    const { watches } = scriptWatches([showing('ab'), failing({ transient: false })]);
    const [quick, slow] = [watches.read('one', 0), watches.read('one', 0)];
    const events = await eventsOf(quick);
    expect(events.map(({ sequence, change, last }) => [sequence, change, last])).toEqual([
      [1, 'a', false],
      [2, 'b', false],
      [2, null, true],
    ]);
    expect(events.at(-1)).toMatchObject({ error: new Error('the look failed') });
    expect(events.at(-1)?.snapshot).toBe('after ab');
    expect(await wordOf(slow)).toBe('ab!');
  });
});

describe.concurrent('leaving', () => {
  test('leaving while waiting takes effect at once, for the reader and for the look under way', async () => {
    let aborted = false;
    const { watches, waitForLook } = scriptWatches([
      (signal) => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        return hanging(signal, []);
      },
    ]);
    const reader = watches.read('one', 0);
    const pending = reader.next();
    await waitForLook(1);
    expect(await reader.return?.()).toEqual({ done: true, value: undefined });
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(aborted).toBe(true);
    expect(watches.size).toBe(0);
  });

  test('during the pause between two looks takes effect at once', async () => {
    const { watches } = scriptWatches([showing('a')]);
    const reader = watches.read('one', 0);
    await reader.next();
    const pending = reader.next();
    await reader.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(watches.size).toBe(0);
  });

  test('leaving ends the poll: nothing is looked at any more', async () => {
    const left = scriptWatches([showing('a')]);
    const reader = left.watches.read('one', 0);
    await reader.next();
    await reader.return?.();
    // Time as another poll sees it: its two pauses are longer together than the one that was left.
    const clock = scriptWatches([showing(''), showing(''), showing('a', true)]);
    await wordOf(clock.watches.read('clock', 0));
    expect(left.lookedAt).toHaveLength(1);
  });

  test('leaving of one reader leaves the poll to the others', async () => {
    const { watches, lookedAt } = scriptWatches([showing('a'), showing('ab', true)]);
    const [leaving, staying] = [watches.read('one', 0), watches.read('one', 0)];
    await leaving.next();
    await leaving.return?.();
    expect(watches.size).toBe(1);
    expect(await wordOf(staying)).toBe('ab');
    expect(lookedAt).toHaveLength(2);
  });

  test('twice is leaving once', async () => {
    const { watches } = scriptWatches([showing('a'), showing('ab', true)]);
    const [leaving, staying] = [watches.read('one', 0), watches.read('one', 0)];
    await leaving.return?.();
    await leaving.return?.();
    expect(watches.size).toBe(1);
    expect(await wordOf(staying)).toBe('ab');
  });

  test('leaving by break or by throw is leaving, too', async () => {
    const { watches } = scriptWatches([showing('a')]);
    for await (const event of watches.read('one', 0)) {
      expect(event.change).toBe('a');
      break;
    }
    expect(watches.size).toBe(0);
    const reader = watches.read('two', 0);
    const reason = new Error('enough');
    await expect(reader.throw?.(reason)).rejects.toBe(reason);
    expect(watches.size).toBe(0);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  test('leaving and coming back starts a new poll', async () => {
    const { watches, lookedAt } = scriptWatches([showing('a'), showing('ab', true)]);
    const first = watches.read('one', 0);
    await first.next();
    await first.return?.();
    expect(await wordOf(watches.read('one', 1))).toBe('b');
    expect(lookedAt).toHaveLength(2);
  });
});

describe.concurrent('many readers', () => {
  test('cost no more looks than one', async () => {
    const script = [showing('a'), showing('ab'), showing('abc'), showing('abcd', true)] as const;
    const one = scriptWatches([...script]);
    expect(await wordOf(one.watches.read('one', 0))).toBe('abcd');
    const many = scriptWatches([...script]);
    const readers = Array.from({ length: 100 }, () => many.watches.read('one', 0));
    expect(many.watches.size).toBe(1);
    const words = await Promise.all(readers.map(wordOf));
    expect(new Set(words)).toEqual(new Set(['abcd']));
    expect(many.lookedAt).toHaveLength(one.lookedAt.length);
    expect(many.mostAtOnce()).toBe(1);
  });

  test('many readers that come and go keep one poll', async () => {
    const script = [showing('a'), showing('ab'), showing('abc', true)] as const;
    const { watches, lookedAt, mostAtOnce } = scriptWatches([...script]);
    const staying = wordOf(watches.read('one', 0));
    for (let turn = 0; turn < 50; turn += 1) {
      const passing = watches.read('one', 0);
      // oxlint-disable-next-line no-await-in-loop -- they come one after the other
      await passing.next();
      // oxlint-disable-next-line no-await-in-loop -- and go
      await passing.return?.();
    }
    expect(await staying).toBe('abc');
    expect(lookedAt).toHaveLength(3);
    expect(mostAtOnce()).toBe(1);
  });

  test('many readers of two things are two polls', async () => {
    const { watches } = scriptWatches([showing('a')]);
    const readers = ['one', 'two', 'one'].map((id) => watches.read(id, 0));
    expect(watches.size).toBe(2);
    for (const reader of readers) void reader.return?.();
    expect(watches.size).toBe(0);
  });
});
