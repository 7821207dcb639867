import { expect, test } from 'vitest';
import { SharedResult, type Framing } from '../../../src/request/subscription/shared-result.ts';
import {
  KeptResults,
  readParts,
  SharedStream,
  type StreamItem,
} from '../../../src/request/subscription/shared-stream.ts';

const mebi = 1024 * 1024;
const later = () => new Promise((resolve) => setImmediate(resolve));

const framing = (key: string): Framing => ({
  key,
  head: (length) => Buffer.from(`${key} ${length} `),
  tail: Buffer.from('.'),
});

/** A stream that is given its results by hand. */
function startStream(kept = new KeptResults(), replacesEarlier = false) {
  const given: string[] = [];
  let isReady = Promise.withResolvers<void>();
  async function* results(): AsyncGenerator<StreamItem, 'COMPLETE'> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      while (given.length === 0) await isReady.promise;
      isReady = Promise.withResolvers<void>();
      for (const json of given.splice(0)) yield { json, sequence: null, replacesEarlier };
    }
  }
  const stream = new SharedStream(results(), kept, () => {});
  return {
    stream,
    give: async (...texts: readonly string[]): Promise<void> => {
      given.push(...texts);
      isReady.resolve();
      await later();
    },
  };
}

/** A reader that takes everything at once, and how much that was. */
function startReading(stream: SharedStream) {
  const sizes: number[] = [];
  const take = (): void => {
    for (let result = reader.take(); result instanceof SharedResult; result = reader.take()) {
      sizes.push(result.size);
    }
  };
  const reader = stream.read(take);
  take();
  return sizes;
}

test('a reader is told at once that what it has not taken is gone, and the others lose nothing', async () => {
  const { stream, give } = startStream();
  const sizes = startReading(stream);
  let told = 0;
  const stalled = stream.read(() => (told += 1));
  const each = 2 * mebi;
  await give(...Array.from({ length: 4 }, () => 'x'.repeat(each)));
  expect([told, stalled.isLost(), stream.size]).toEqual([0, false, 8 * mebi]);
  await give('x'.repeat(each), 'x'.repeat(each));
  expect([told, stalled.isLost(), stream.size]).toEqual([1, true, 8 * mebi]);
  expect(stalled.take()).toBe('BEHIND');
  expect(sizes).toEqual(Array.from({ length: 6 }, () => each));
});

test('a result larger than what is kept reaches whoever takes it a while later', async () => {
  const { stream, give } = startStream();
  const late = stream.read(() => {});
  await give('x'.repeat(9 * mebi));
  expect(late.take()).toMatchObject({ size: 9 * mebi });
});

test('streams keep 32 MB together, of which the one with the most lets go first', async () => {
  const kept = new KeptResults();
  const streams = Array.from({ length: 20 }, () => startStream(kept));
  const readers = streams.map(({ stream }) => stream.read(() => {}));
  const [quiet, ...busy] = streams;
  await quiet!.give('{}');
  for (const { give } of busy) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await give('x'.repeat(mebi), 'x'.repeat(mebi));
  }
  const size = (): number => streams.reduce((sum, { stream }) => sum + stream.size, 0);
  expect(size()).toBeLessThanOrEqual(32 * mebi);
  expect(size()).toBeGreaterThan(31 * mebi);
  expect(readers[0]!.isLost()).toBe(false);
  for (const reader of readers) reader.leave();
  const next = startStream(kept);
  next.stream.read(() => {});
  await next.give('x'.repeat(mebi));
  expect(next.stream.size).toBe(mebi);
});

test('the bytes of a result are made once for all who are sent it', () => {
  const small = new SharedResult('{"é":1}', null);
  expect(small.in(framing('a'))[0]).toBe(small.in(framing('a'))[0]);
  expect(Buffer.concat(small.in(framing('a'))).toString()).toBe('a 8 {"é":1}.');
  expect(Buffer.concat(small.in(framing('b'))).toString()).toBe('b 8 {"é":1}.');
  const large = new SharedResult('x'.repeat(100_000), null);
  expect(large.in(framing('a'))[1]).toBe(large.in(framing('b'))[1]);
});

test('of results that each tell the whole state a reader that is behind, or comes later, is given the last one', async () => {
  const { stream, give } = startStream(new KeptResults(), true);
  const sizes = startReading(stream);
  let told = 0;
  const stalled = stream.read(() => (told += 1));
  expect(stalled.take()).toBeNull();
  const each = 3 * mebi;
  await give(...Array.from({ length: 5 }, () => 'x'.repeat(each)), 'last');
  expect([told, stalled.isLost(), stream.isWhole, stream.size]).toEqual([1, false, true, 4]);
  const late = stream.read(() => {});
  for (const reader of [stalled, late]) {
    expect(reader.take()).toMatchObject({ size: 4 });
    expect(reader.take()).toBeNull();
  }
  expect(sizes).toEqual([each, each, each, each, each, 4]);
});

test('a part of an answer is asked for when the one before was taken, and none after the client has left', async () => {
  let asked = 0;
  let isLeft = false;
  async function* parts(): AsyncGenerator<object> {
    try {
      for (;;) yield { part: (asked += 1) };
    } finally {
      isLeft = true;
    }
  }
  let told = 0;
  const reader = readParts(parts(), () => (told += 1));
  expect(asked).toBe(0);
  for (const part of [1, 2]) {
    expect(reader.take()).toBeNull();
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await later();
    expect([asked, told]).toEqual([part, part]);
    const taken = reader.take() as SharedResult;
    expect(Buffer.concat(taken.in(framing('p'))).toString()).toBe(`p 10 {"part":${part}}.`);
  }
  reader.leave();
  await later();
  expect([asked, isLeft]).toEqual([2, true]);
});
