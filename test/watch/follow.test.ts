import { expect, test } from 'vitest';
import { follow, type LogPart } from '../../src/watch/follow.ts';

interface Entry {
  readonly sequence: number;
}

/** A stored log of `length` entries, read three at a time, that grows when told to. */
function storedLog(length: number, { ended = true } = {}) {
  const wakes = new Set<() => void>();
  const log = {
    length,
    ended,
    reads: 0,
    wakes,
    onMore: async (wake: () => void) => {
      await Promise.resolve();
      wakes.add(wake);
      return () => void wakes.delete(wake);
    },
    async readAfter(sequence: number): Promise<LogPart<Entry>> {
      log.reads += 1;
      const left = log.length - sequence;
      const isEnded = log.ended;
      await Promise.resolve();
      const entries = Array.from({ length: Math.max(0, Math.min(3, left)) }, (_, index) => ({
        sequence: sequence + index + 1,
      }));
      if (left > 3) return { entries, more: 'now' };
      return { entries, more: isEnded ? 'never' : 'later' };
    },
    grow(to: number, end: boolean) {
      log.length = to;
      log.ended = end;
      for (const wake of wakes) wake();
    },
  };
  return log;
}

test('A log that is read in parts is followed to its end, each entry once', async () => {
  const log = storedLog(8);
  const read: number[] = [];
  for await (const { sequence } of follow(log, 0)) read.push(sequence);
  expect(read).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(log.wakes.size).toBe(0);
});

test('Entries that a reader asks for at once come in order, and none twice', async () => {
  const reader = follow(storedLog(4), 0);
  const results = await Promise.all([1, 2, 3, 4, 5].map(() => reader.next()));
  expect(results.map(({ value }) => value?.sequence)).toEqual([1, 2, 3, 4, undefined]);
});

test('An entry that is appended while a reader reads is not missed', async () => {
  const log = storedLog(1, { ended: false });
  const reader = follow(log, 0);
  await reader.next();
  const pending = reader.next();
  // It has found nothing, or is about to: either way it reads again.
  log.grow(2, true);
  expect((await pending).value).toEqual({ sequence: 2 });
  expect((await reader.next()).done).toBe(true);
});

test('A reader that leaves before it has read is not told of anything any more', async () => {
  const log = storedLog(1, { ended: false });
  const reader = follow(log, 0);
  expect(await reader.return?.()).toEqual({ done: true, value: undefined });
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  expect(log.wakes.size).toBe(0);
  expect(log.reads).toBe(0);
});

test('A log that cannot be read fails the reader, which has left it then', async () => {
  const log = storedLog(1);
  const failed = new Error('the store is away');
  const reader = follow({ ...log, readAfter: () => Promise.reject(failed) }, 0);
  await expect(reader.next()).rejects.toBe(failed);
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  expect(log.wakes.size).toBe(0);
});

test('A log that cannot be subscribed to fails the reader, and nothing else', async () => {
  const failed = new Error('the store is away');
  const reader = follow({ ...storedLog(1), onMore: () => Promise.reject(failed) }, 0);
  await new Promise((resolve) => setImmediate(resolve));
  await expect(reader.next()).rejects.toBe(failed);
});
