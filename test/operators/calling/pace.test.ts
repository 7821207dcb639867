import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../../src/operators/port/operator-error.ts';
import { Turns } from '../../../src/operators/calling/turns.ts';
import { Pace } from '../../../src/operators/calling/pace.ts';
import { SlowDown } from '../../../src/operators/calling/slow-down.ts';
import { accessTo, openStore, type Store } from '../../../src/store/store.ts';
import { onPostgres, silentLog, type TestPlace } from '../../store/engines.ts';
import { quickestMs } from '../../support/quickest.ts';

const operator = 'NORTH';
/** A store of one process alone that is never opened. */
const alone = { isShared: false, opened: new Promise<Store>(() => {}) };

function paceOf(most: number, slowDown = new SlowDown(operator, alone, silentLog)): Pace {
  return new Pace({ operator, label: 'North', most, slowDown, access: alone });
}

const question = (patienceMs = 60_000) => ({
  signal: new AbortController().signal,
  kind: 'question' as const,
  patienceMs: () => patienceMs,
});
const limited = (retryAfterMs: number) =>
  new OperatorError(operator, 'RATE_LIMITED', 'North asks to slow down (429).', { retryAfterMs });

describe('turns', () => {
  test('are taken by the lanes one after the other', async () => {
    const turns = new Turns(() => 1);
    const done: string[] = [];
    const first = Promise.withResolvers<void>();
    const tasks = [turns.run(() => first.promise)];
    for (const task of ['a1', 'a2', 'a3', 'b1', 'b2']) {
      tasks.push(
        turns.run(
          async () => {
            done.push(task);
          },
          { lane: task.slice(0, 1) },
        ),
      );
    }
    first.resolve();
    await Promise.all(tasks);
    expect(done).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  });

  test("turns that are given up while waiting are nobody else's loss", async () => {
    const turns = new Turns(() => 1);
    const first = Promise.withResolvers<void>();
    const leaving = new AbortController();
    const running = turns.run(() => first.promise);
    const left = turns.run(() => expect.fail('It has left.'), { signal: leaving.signal });
    const stays = turns.run(() => Promise.resolve('done'));
    leaving.abort(new RangeError('gone'));
    await expect(left).rejects.toThrow(new RangeError('gone'));
    first.resolve();
    await running;
    expect(await stays).toBe('done');
    expect(turns.running).toBe(0);
  });

  test('are more as soon as there may be more, and fewer as they end', async () => {
    let most = 1;
    const turns = new Turns(() => most);
    const ends = [0, 1, 2].map(() => Promise.withResolvers<void>());
    const tasks = ends.map(({ promise }) => turns.run(() => promise));
    await Promise.resolve();
    expect(turns.running).toBe(1);
    most = 3;
    turns.wake();
    expect(turns.running).toBe(3);
    most = 1;
    ends[0]?.resolve();
    ends[1]?.resolve();
    await Promise.all(tasks.slice(0, 2));
    expect(turns.running).toBe(1);
    ends[2]?.resolve();
    await tasks[2];
  });
});

describe('a job', () => {
  test('waits as long as the operator asks for, and is then asked again', async () => {
    const slowDown = new SlowDown(operator, alone, silentLog);
    const askedAt: number[] = [];
    const answer = await paceOf(4, slowDown).run(() => {
      askedAt.push(performance.now());
      if (askedAt.length > 1) return Promise.resolve('answer');
      const error = limited(300);
      slowDown.heed(error);
      return Promise.reject(error);
    }, question());
    expect(answer).toBe('answer');
    expect((askedAt[1] ?? 0) - (askedAt[0] ?? 0)).toBeGreaterThan(295);
  });

  test('is not asked at all while another was told to wait', async () => {
    const slowDown = new SlowDown(operator, alone, silentLog);
    slowDown.note(300);
    const begun = performance.now();
    await paceOf(4, slowDown).run(() => Promise.resolve(), question());
    expect(performance.now() - begun).toBeGreaterThan(295);
  });

  test('a job that cannot wait so long is told so at once, with how long it would be', async () => {
    const slowDown = new SlowDown(operator, alone, silentLog);
    slowDown.note(40_000);
    const refused = paceOf(4, slowDown).run(() => expect.fail('asked'), question(30_000));
    await expect(refused).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: 40,
      mayHaveTakenEffect: false,
      message:
        'North asks to slow down (429) for another 40 s, which is longer than this question can wait.',
    });
  });

  test('leaves while it waits', async () => {
    const slowDown = new SlowDown(operator, alone, silentLog);
    slowDown.note(3_600_000_000);
    const leaving = new AbortController();
    const waiting = paceOf(1, slowDown).run(() => expect.fail('asked'), {
      kind: 'look',
      signal: leaving.signal,
    });
    leaving.abort(new RangeError('gone'));
    await expect(waiting).rejects.toThrow(new RangeError('gone'));
  });
});

test('an operator that asks for less time later is left alone for the longer one', () => {
  const slowDown = new SlowDown(operator, alone, silentLog);
  slowDown.note(10_000);
  slowDown.note(1_000);
  slowDown.heed(
    new OperatorError(operator, 'SERVER_ERROR', 'It failed.', { retryAfterMs: 99_000 }),
  );
  expect(slowDown.remainingMs()).toBeGreaterThan(1_000);
  expect(slowDown.remainingMs()).toBeLessThan(11_000);
});

const replicaOn = async (place: TestPlace, most: number) => {
  const store = await openStore(place.options);
  const access = accessTo(store);
  const slowDown = new SlowDown(operator, access, silentLog);
  const pace = new Pace({ operator, label: 'North', most, slowDown, access });
  return { store, slowDown, pace, close: () => store.close() };
};

onPostgres('replicas', (engine) => {
  test('make as many calls at once as one may, together', async () => {
    await using place = await engine.place();
    const replicas = [await replicaOn(place, 4), await replicaOn(place, 4)];
    let running = 0;
    let most = 0;
    const call = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await Promise.all(
      replicas.flatMap(({ pace }) => Array.from({ length: 200 }, () => pace.run(call, question()))),
    );
    expect(most).toBeLessThanOrEqual(4);
    await Promise.all(replicas.map(({ close }) => close()));
  });

  test('all leave an operator alone that asked one of them, those that start later included, and no longer than it takes to answer again', async () => {
    await using place = await engine.place();
    const [told, other] = [await replicaOn(place, 4), await replicaOn(place, 4)];
    // Both follow what the other is told.
    await expect
      .poll(() => {
        told.slowDown.note(10_000);
        return other.slowDown.remainingMs();
      })
      .toBeGreaterThan(0);
    let seconds = 10;
    const tookMs = await quickestMs(1_000, async () => {
      seconds += 10;
      told.slowDown.note(seconds * 1_000);
      const begun = performance.now();
      await expect
        .poll(() => other.slowDown.remainingMs(), { interval: 5 })
        .toBeGreaterThan((seconds - 5) * 1_000);
      return performance.now() - begun;
    });
    expect(tookMs).toBeLessThan(1_000);
    const late = await replicaOn(place, 4);
    await expect.poll(() => late.slowDown.remainingMs()).toBeGreaterThan((seconds - 5) * 1_000);
    // A call that was begun after it and succeeded ends it for all.
    other.slowDown.lift(performance.now());
    await expect
      .poll(() => [told, other, late].map(({ slowDown }) => slowDown.remainingMs()))
      .toEqual([0, 0, 0]);
    await Promise.all([told, other, late].map(({ close }) => close()));
  });
});
