import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { NotFoundError } from '../../../src/vocabulary/errors.ts';
import { Execution } from '../../../src/request/execution/execution.ts';
import type { OngoingRequest } from '../../../src/request/prepared.ts';
import { SharedResult } from '../../../src/request/subscription/shared-result.ts';
import type { StreamReader } from '../../../src/request/subscription/shared-stream.ts';
import { Subscriptions } from '../../../src/request/subscription/subscriptions.ts';
import { contextWithNotes, prepare, ongoingRequest } from '../../support/prepare.ts';
import { recordingLog } from '../../support/recording-log.ts';

type Events = AsyncIterableIterator<{ readonly event: string }>;

/** A subscription whose events `begin` opens, which is counted. */
function subscribing(begin: (times: number) => Promise<Events>) {
  const schema = buildSchema('type Query { a: Int } type Subscription { event: String }');
  const counted = { begun: 0 };
  schema.getSubscriptionType()!.getFields()['event']!.subscribe = () => {
    counted.begun += 1;
    return begin(counted.begun);
  };
  const log = recordingLog();
  const common = { deadlineMs: 60_000, log, contextFor: () => contextWithNotes() };
  const execution = new Execution(common);
  const subscriptions = new Subscriptions({
    ...common,
    execution,
    maxSubscriptionsPerClient: 1_000,
  });
  const prepared = prepare(schema, 'subscription { event }');
  const subscribe = (scope: OngoingRequest = ongoingRequest(), wake = () => {}) =>
    subscriptions.subscribe(prepared, scope, wake);
  return { subscriptions, subscribe, counted, log };
}

const crowd = <T>(subscribe: () => Promise<T>) =>
  Promise.all(Array.from({ length: 100 }, () => subscribe()));
const later = () => new Promise((resolve) => setImmediate(resolve));

/** Events that go on until they are left. */
function endless(texts: readonly string[] = []): Events & { readonly left: Promise<void> } {
  const { promise: left, resolve } = Promise.withResolvers<void>();
  let count = 0;
  return {
    left,
    async next() {
      const event = texts[count];
      count += 1;
      if (event !== undefined) return { done: false, value: { event } };
      await left;
      return { done: true, value: undefined };
    },
    async return() {
      resolve();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* threeEvents(): Events {
  for (const event of ['a', 'b', 'c']) yield { event };
}

/** Nothing around a result. */
const bare = { key: 'bare', head: () => Buffer.alloc(0), tail: Buffer.alloc(0) };

/** What there is to read by now. */
function readAll(reader: StreamReader): readonly unknown[] {
  const taken: unknown[] = [];
  for (let one = reader.take(); one !== null; one = reader.take()) {
    taken.push(one instanceof SharedResult ? one.in(bare).join('') : one);
    if (typeof one === 'string') break;
  }
  return taken;
}

describe('of a crowd that subscribes to the same at once', () => {
  test('one of many equal subscriptions begins, and its failure is that of all', async () => {
    const { subscribe, counted, subscriptions } = subscribing(async () => {
      await later();
      throw new NotFoundError('There is no such thing.');
    });
    const readers = await crowd(subscribe);
    expect(counted.begun).toBe(1);
    for (const reader of readers) {
      expect(readAll(reader)).toEqual([expect.stringContaining('"code":"NOT_FOUND"'), 'COMPLETE']);
    }
    expect(subscriptions.watchers).toBe(0);
    // Whoever comes later looks again.
    await subscribe();
    expect(counted.begun).toBe(2);
  });

  test('another one begins where the client of the first has left, and one only', async () => {
    const { subscribe, counted, log } = subscribing(async () => {
      await later();
      return endless();
    });
    const first = ongoingRequest();
    const left = subscribe(first);
    const others = crowd(subscribe);
    first.ending.abort(new Error('the client left'));
    await left;
    for (const reader of await others) expect(readAll(reader)).toEqual([]);
    expect(counted.begun).toBe(2);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('a subscription whose client leaves while it waits does not wait any longer, and begins nothing', async () => {
    const { subscribe, counted, log, subscriptions } = subscribing(() => new Promise(() => {}));
    void subscribe();
    const second = ongoingRequest();
    const waiting = subscribe(second);
    second.ending.abort(new Error('the client left'));
    expect(readAll(await waiting)).toEqual(['{}', 'COMPLETE']);
    expect(counted.begun).toBe(1);
    expect(subscriptions.watchers).toBe(1);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('each of many equal subscriptions has all results, also where they end at once', async () => {
    const { subscribe, counted } = subscribing(async () => threeEvents());
    const readers = await crowd(subscribe);
    await later();
    expect(counted.begun).toBe(1);
    for (const reader of readers) {
      const texts = ['a', 'b', 'c'].map((event) => JSON.stringify({ data: { event } }));
      expect(readAll(reader)).toEqual([...texts, 'COMPLETE']);
    }
  });
});

describe('a stream that is too long to be joined', () => {
  test('a stream that is too long to be joined is interrupted by the end of the service, as the one that followed it does', async () => {
    const long = Array.from({ length: 30 }, () => 'x'.repeat(400_000));
    const sources = [endless(long), endless(long)];
    const { subscribe, subscriptions, counted } = subscribing(
      async (times) => sources[times - 1] ?? endless(),
    );
    const follow = async (): Promise<unknown[]> => {
      const seen: unknown[] = [];
      let reader: StreamReader | null = null;
      const pump = (): void => {
        if (reader !== null) seen.push(...readAll(reader));
      };
      reader = await subscribe(ongoingRequest(), pump);
      pump();
      return seen;
    };
    const first = await follow();
    await expect.poll(() => first.length).toBe(30);
    const second = await follow();
    await expect.poll(() => second.length).toBe(30);
    expect(counted.begun).toBe(2);
    subscriptions.end();
    await Promise.all(sources.map(({ left }) => left));
    expect(first.at(-1)).toBe('STOPPING');
    expect(second.at(-1)).toBe('STOPPING');
  });
});
