import { describe, expect, test } from 'vitest';
import {
  CatalogueCache,
  type CatalogueKind,
} from '../../../../src/operators/covage/catalogue/catalogue-cache.ts';
import { ExecutionNotes } from '../../../../src/operators/port/execution-notes.ts';
import type { CallOptions } from '../../../../src/operators/calling/call.ts';
import {
  OperatorError,
  type OperatorErrorCode,
} from '../../../../src/operators/port/operator-error.ts';

interface Thing {
  readonly id: string;
  readonly lastUpdate: string | null;
  readonly price: number;
}

const versionOf = ({ id, lastUpdate }: Thing) => ({ id, lastUpdate });
const things: CatalogueKind<Thing> = { name: 'things', versionOf };
const details: CatalogueKind<Thing> = { name: 'details', versionOf };
const day = 24 * 60 * 60 * 1000;

/** A cache with a clock, and an operator whose answers the test sets. */
function cacheOf(options: { freshMs?: number; most?: number } = {}) {
  const clock = { now: 1_000_000 };
  const cache = new CatalogueCache({
    operator: 'COVAGE',
    freshMs: 1_000,
    now: () => clock.now,
    ...options,
  });
  const operator = {
    asked: [] as string[][],
    answer: (id: string): Thing | null | Error => ({ id, lastUpdate: null, price: 1 }),
  };
  const fetch = async (ids: readonly string[]) => {
    operator.asked.push([...ids]);
    return ids.map((id) => operator.answer(id));
  };
  const load = (ids: readonly string[], caller: CallOptions = {}, kind = things) =>
    cache.loadMany(kind, ids, fetch, caller);
  return { cache, clock, operator, load };
}

const answering = (lastUpdate: string | null, price: number) => (id: string) => ({
  id,
  lastUpdate,
  price,
});

/** Loads in one execution, and tells what it rests on. */
async function keptOf(load: (caller: CallOptions) => Promise<unknown>) {
  const notes = new ExecutionNotes();
  await load({ notes });
  return notes.kept;
}

function areCurrent(kept: ExecutionNotes['kept'], now: number): boolean | undefined {
  return kept?.every((one) => one.isCurrent(now));
}

function failure(code: OperatorErrorCode): OperatorError {
  return new OperatorError('COVAGE', code, `It is ${code}.`);
}

function pricesOf(outcomes: readonly (Thing | null | Error)[]): unknown[] {
  return outcomes.map((one) => (one instanceof Error ? one : (one?.price ?? null)));
}

describe('a thing', () => {
  test('a thing is asked for once while it is fresh', async () => {
    const { load, operator, clock } = cacheOf();
    await load(['a']);
    clock.now += 999;
    expect(pricesOf(await load(['a']))).toEqual([1]);
    expect(operator.asked).toEqual([['a']]);
  });

  test('a thing is served beyond that, while a newer one is fetched on nobody’s behalf', async () => {
    const { load, operator, clock } = cacheOf();
    await load(['a']);
    operator.answer = (id) => ({ id, lastUpdate: null, price: 2 });
    clock.now += 1_000;
    const signal = AbortSignal.abort(new Error('gone at once'));
    expect(pricesOf(await load(['a'], { signal }))).toEqual([1]);
    expect(operator.asked).toEqual([['a'], ['a']]);
    await expect.poll(async () => pricesOf(await load(['a']))).toEqual([2]);
    expect(operator.asked).toHaveLength(2);
  });

  test('a thing that is twice as old as that is waited for', async () => {
    const { load, operator, clock } = cacheOf();
    await load(['a']);
    operator.answer = (id) => ({ id, lastUpdate: null, price: 2 });
    clock.now += 2_000;
    expect(pricesOf(await load(['a']))).toEqual([2]);
  });

  test('a thing is asked for once by all who need it at once, and in parts only for what is missing', async () => {
    const { load, operator } = cacheOf();
    const answers = await Promise.all([
      load(['a', 'b']),
      load(['b', 'c', 'b']),
      load(['a']),
      load(['d', 'c']),
    ]);
    expect(operator.asked).toEqual([['a', 'b'], ['c'], ['d']]);
    expect(answers.map((answer) => answer.map((one) => (one as Thing).id))).toEqual([
      ['a', 'b'],
      ['b', 'c', 'b'],
      ['a'],
      ['d', 'c'],
    ]);
  });

  test('a thing that does not exist is not kept', async () => {
    const { load, operator } = cacheOf();
    operator.answer = () => null;
    expect(await load(['a'])).toEqual([null]);
    operator.answer = (id) => ({ id, lastUpdate: null, price: 2 });
    expect(pricesOf(await load(['a']))).toEqual([2]);
  });

  test('a thing that failed is not kept, and its neighbours are', async () => {
    const { load, operator } = cacheOf();
    const lost = failure('TIMEOUT');
    operator.answer = (id) => (id === 'a' ? lost : { id, lastUpdate: null, price: 1 });
    expect(pricesOf(await load(['a', 'b']))).toEqual([lost, 1]);
    operator.answer = (id) => ({ id, lastUpdate: null, price: 2 });
    expect(pricesOf(await load(['a', 'b']))).toEqual([2, 1]);
    expect(operator.asked).toEqual([['a', 'b'], ['a']]);
  });

  test('a thing goes when too many are kept, the one used longest ago first', async () => {
    const { load, operator } = cacheOf({ most: 2 });
    await load(['a']);
    await load(['b']);
    await load(['a']);
    await load(['c']);
    await load(['a', 'b', 'c']);
    expect(operator.asked).toEqual([['a'], ['b'], ['c'], ['b']]);
  });

  test('a thing is always asked for where nothing is to be kept', async () => {
    const { load, operator } = cacheOf({ freshMs: 0 });
    await load(['a']);
    await load(['a']);
    expect(operator.asked).toEqual([['a'], ['a']]);
  });

  test('a thing of one kind is none of another kind', async () => {
    const { load, operator } = cacheOf();
    await load(['a']);
    await load(['a'], {}, details);
    expect(operator.asked).toEqual([['a'], ['a']]);
  });
});

describe('a thing that the operator has changed', () => {
  const earlier = '2025-01-01T00:00:00Z';
  const later = '2025-06-01T00:00:00+02:00';
  test('a thing that the operator has changed is asked for again as soon as that is seen, in whichever kind', async () => {
    const { load, operator, clock } = cacheOf();
    operator.answer = answering(earlier, 1);
    await load(['a'], {}, details);
    clock.now += 10;
    operator.answer = answering(later, 2);
    await load(['a']);
    expect(pricesOf(await load(['a'], {}, details))).toEqual([2]);
    expect(operator.asked).toHaveLength(3);
    await load(['a']);
    await load(['a'], {}, details);
    expect(operator.asked).toHaveLength(3);
  });

  test('a thing that the operator has changed is asked for again also where its details do not say of when they are', async () => {
    const { load, cache, operator, clock } = cacheOf();
    operator.answer = answering(null, 1);
    cache.see({ id: 'a', lastUpdate: earlier });
    await load(['a'], {}, details);
    clock.now += 10;
    cache.see({ id: 'a', lastUpdate: later });
    operator.answer = answering(null, 2);
    clock.now += 10;
    expect(pricesOf(await load(['a'], {}, details))).toEqual([2]);
    clock.now += 10;
    await load(['a'], {}, details);
    expect(operator.asked).toHaveLength(2);
  });

  test('a thing that the operator has changed stays where an older version is seen, or a date that cannot be read', async () => {
    const { load, cache, operator, clock } = cacheOf();
    operator.answer = answering(later, 1);
    await load(['a']);
    clock.now += 10;
    cache.see({ id: 'a', lastUpdate: earlier });
    cache.see({ id: 'a', lastUpdate: 'yesterday' });
    await load(['a']);
    expect(operator.asked).toHaveLength(1);
  });
});

describe('an operator that cannot be asked', () => {
  test.for<OperatorErrorCode>(['TIMEOUT', 'UNREACHABLE', 'CIRCUIT_OPEN', 'INVALID_RESPONSE'])(
    'is stood in for by what it said before (%s), which is noted',
    async (code) => {
      const { load, operator, clock } = cacheOf();
      await load(['a']);
      clock.now += 60_000;
      operator.answer = () => failure(code);
      const notes = new ExecutionNotes();
      expect(pricesOf(await load(['a'], { notes }))).toEqual([1]);
      expect(notes.stale).toEqual([
        { operator: 'COVAGE', what: 'things', since: expect.any(String) },
      ]);
      const ageMs = Date.now() - Date.parse(notes.stale[0]?.since ?? '');
      expect(ageMs).toBeGreaterThanOrEqual(60_000);
      expect(ageMs).toBeLessThan(120_000);
      operator.answer = (id) => ({ id, lastUpdate: null, price: 2 });
      const fresh = new ExecutionNotes();
      expect(pricesOf(await load(['a'], { notes: fresh }))).toEqual([2]);
      expect(fresh.stale).toEqual([]);
    },
  );

  test('an operator that cannot be asked is not stood in for where it refuses, or nobody can be told, or it is too long ago', async () => {
    const { load, operator, clock } = cacheOf();
    await load(['a']);
    clock.now += 60_000;
    const notes = new ExecutionNotes();
    const refusal = failure('FORBIDDEN');
    operator.answer = () => refusal;
    expect(await load(['a'], { notes })).toEqual([refusal]);
    const lost = failure('TIMEOUT');
    operator.answer = () => lost;
    expect(await load(['a'])).toEqual([lost]);
    clock.now += day;
    expect(await load(['a'], { notes })).toEqual([lost]);
    expect(notes.stale).toEqual([]);
  });
});

describe('a caller that leaves', () => {
  test('a caller that leaves goes with its reason, and the other who waits has the thing, which is kept', async () => {
    const { cache } = cacheOf();
    const answer = Promise.withResolvers<Thing>();
    const asked: CallOptions[] = [];
    const fetch = (options: CallOptions) => {
      asked.push(options);
      return answer.promise;
    };
    const leaving = new AbortController();
    const first = cache.load(things, 'a', fetch, { signal: leaving.signal });
    const second = cache.load(things, 'a', fetch, {});
    leaving.abort(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    expect(asked.map(({ signal }) => signal?.aborted)).toEqual([false]);
    answer.resolve({ id: 'a', lastUpdate: null, price: 1 });
    expect(await second).toMatchObject({ price: 1 });
    expect(await cache.load(things, 'a', fetch, {})).toMatchObject({ price: 1 });
    expect(asked).toHaveLength(1);
  });
});

describe('what an answer was made of', () => {
  test('what an answer was made of is kept for as long as the oldest of it is fresh', async () => {
    const { load, clock } = cacheOf();
    await load(['a']);
    clock.now += 400;
    const kept = await keptOf((caller) => load(['a', 'b'], caller));
    expect(areCurrent(kept, clock.now)).toBe(true);
    clock.now += 599;
    expect(areCurrent(kept, clock.now)).toBe(true);
    clock.now += 1;
    expect(areCurrent(kept, clock.now)).toBe(false);
    // Served for as long again, while it is asked for anew.
    await expect
      .poll(async () => areCurrent(await keptOf((caller) => load(['a'], caller)), clock.now))
      .toBe(true);
  });

  test('what an answer was made of is not kept any more when the operator has changed something that is', async () => {
    const { load, cache, operator, clock } = cacheOf();
    operator.answer = answering('2026-01-01T00:00:00Z', 1);
    const kept = await keptOf((caller) => load(['a'], caller));
    cache.see({ id: 'a', lastUpdate: '2026-01-01T00:00:00Z' });
    cache.see({ id: 'unknown', lastUpdate: '2026-01-03T00:00:00Z' });
    expect(areCurrent(kept, clock.now)).toBe(true);
    cache.see({ id: 'a', lastUpdate: '2026-01-02T00:00:00Z' });
    expect(areCurrent(kept, clock.now)).toBe(false);
  });

  test('what an answer was made of is not kept any more when something of it is not, such as for want of room', async () => {
    const { load, clock } = cacheOf({ most: 2 });
    const kept = await keptOf((caller) => load(['a'], caller));
    await load(['b']);
    expect(areCurrent(kept, clock.now)).toBe(true);
    await load(['c']);
    expect(areCurrent(kept, clock.now)).toBe(false);
  });

  test('what an answer was made of is not kept where something does not exist, failed, is stale or is never kept', async () => {
    const { load, operator, clock } = cacheOf();
    operator.answer = (id) => (id === 'a' ? { id, lastUpdate: null, price: 1 } : null);
    expect(await keptOf((caller) => load(['a', 'b'], caller))).toBeNull();
    operator.answer = () => failure('TIMEOUT');
    expect(await keptOf((caller) => load(['a', 'c'], caller))).toBeNull();
    clock.now += 60_000;
    expect(await keptOf((caller) => load(['a'], caller))).toBeNull();
    const off = cacheOf({ freshMs: 0 });
    expect(await keptOf((caller) => off.load(['a'], caller))).toBeNull();
  });

  test('what an answer was made of is not asked for on behalf of somebody who has left', async () => {
    const { load, operator } = cacheOf();
    const left = AbortSignal.abort(new Error('gone'));
    await expect(load(['a'], { signal: left })).rejects.toThrow('gone');
    expect(operator.asked).toEqual([]);
  });
});
