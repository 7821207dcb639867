import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../../src/operators/port/operator-error.ts';
import { Interactive } from '../../../src/operators/calling/interactive.ts';
import { Turns } from '../../../src/turns.ts';
import { Pace, type Asker } from '../../../src/operators/calling/pace.ts';
import { SlowDown } from '../../../src/operators/calling/slow-down.ts';
import { accessTo, openStore, type Store } from '../../../src/store/store.ts';
import { onPostgres, silentLog, type TestPlace } from '../../store/engines.ts';
import { quickestMs } from '../../support/quickest.ts';

const operator = 'NORTH';
/** A store of one process alone that is never opened. */
const alone = { isShared: false, opened: new Promise<Store>(() => {}) };

function paceOf(
  most: number,
  slowDown = new SlowDown(operator, alone, silentLog),
  interactive = new Interactive(),
): Pace {
  return new Pace({
    operator,
    label: 'North',
    most,
    slowDown,
    interactive,
    access: alone,
  });
}

const question = (patienceMs = 60_000) => ({
  signal: new AbortController().signal,
  kind: 'question' as const,
  asker: { tenant: null, batchId: null },
  patienceMs: () => patienceMs,
});
const limited = (retryAfterMs: number) =>
  new OperatorError(operator, 'RATE_LIMITED', 'North asks to slow down (429).', { retryAfterMs });

test('a search for a question waits for its turn among questions, and one that a client waits for does not', async () => {
  const pace = paceOf(1);
  const held = Promise.withResolvers<string>();
  const first = pace.run(() => held.promise, question());
  const done: string[] = [];
  const search = (name: string) => () => {
    done.push(name);
    return Promise.resolve(name);
  };
  const { signal } = question();
  const asker = { tenant: null, batchId: 'tender', signal };
  const searched = pace.search(search('for a question'), { question: asker });
  expect(await pace.search(search('for a client'), { signal })).toBe('for a client');
  expect(done).toEqual(['for a client']);
  held.resolve('answered');
  expect(await Promise.all([first, searched])).toEqual(['answered', 'for a question']);
});

describe('turns', () => {
  test('turns are taken by the lanes one after the other', async () => {
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
          { lane: [task.slice(0, 1)] },
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

  test('turns are more as soon as there may be more, and fewer as they end', async () => {
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

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Calls that go on until they are ended, by who asks. */
const callsOf = (pace: Pace) => {
  const begun: string[] = [];
  const running: { readonly name: string; readonly end: () => void }[] = [];
  const all: Promise<void>[] = [];
  const askFor = (name: string, asker: Asker, count = 1): void => {
    for (let one = 0; one < count; one += 1) {
      const call = (): Promise<void> => {
        begun.push(name);
        return new Promise<void>((resolve) => running.push({ name, end: resolve }));
      };
      all.push(pace.run(call, { ...question(), asker }));
    }
  };
  /** Ends the call that was begun first, of those with the name where one is given. */
  const endOne = async (name?: string): Promise<void> => {
    const index = running.findIndex((one) => name === undefined || one.name === name);
    running.splice(index, 1)[0]?.end();
    await settled();
  };
  const endAll = async (): Promise<void> => {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    while (running.length > 0) await endOne();
    await Promise.all(all);
  };
  const runningOf = (name: string) => running.filter((one) => one.name === name).length;
  return { begun, askFor, endOne, endAll, runningOf };
};
const batch = (tenant: string, batchId: string): Asker => ({ tenant, batchId });

describe('calls of batches', () => {
  const nobody = { tenant: null, batchId: null };

  test('calls of batches take turns between tenants, and between the batches of each of them', async () => {
    const { begun, askFor, endAll } = callsOf(paceOf(1));
    askFor('a1', batch('a', '1'), 4);
    askFor('a2', batch('a', '2'), 2);
    askFor('b1', batch('b', '1'), 3);
    await endAll();
    expect(begun).toEqual(['a1', 'a1', 'b1', 'a2', 'b1', 'a1', 'b1', 'a2', 'a1']);
  });

  test('calls of batches have half of the places while somebody waits for the operator, and all of them otherwise', async () => {
    const interactive = new Interactive();
    const calls = callsOf(paceOf(8, undefined, interactive));
    const { begun, askFor, endOne, endAll, runningOf } = calls;
    const endBatches = async (count: number): Promise<void> => {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      for (let one = 0; one < count; one += 1) await endOne('batch');
    };
    askFor('batch', batch('a', '1'), 30);
    await settled();
    expect(runningOf('batch')).toBe(8);
    // A question that was asked by itself has the next place that is free.
    askFor('question', nobody);
    await endBatches(1);
    expect([runningOf('question'), runningOf('batch')]).toEqual([1, 7]);
    await endBatches(3);
    expect(runningOf('batch')).toBe(4);
    await endBatches(1);
    expect(runningOf('batch')).toBe(4);
    await endOne('question');
    expect(runningOf('batch')).toBe(8);
    // A client that asks the operator directly counts alike.
    interactive.begin();
    await endBatches(6);
    expect(runningOf('batch')).toBe(4);
    interactive.end();
    await settled();
    expect(runningOf('batch')).toBe(8);
    await endAll();
    expect(begun).toHaveLength(31);
  });

  test('calls of batches have the only place by turns', async () => {
    const { begun, askFor, endAll } = callsOf(paceOf(1));
    askFor('question', nobody, 3);
    askFor('batch', batch('a', '1'), 3);
    await endAll();
    expect(begun).toEqual(['question', 'question', 'batch', 'question', 'batch', 'batch']);
  });

  test('calls of batches say that they are for a batch', async () => {
    const told: unknown[] = [];
    const pace = paceOf(4);
    for (const asker of [batch('a', '1'), nobody]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await pace.run(
        ({ isForBatch }) => {
          told.push(isForBatch);
          return Promise.resolve();
        },
        { ...question(), asker },
      );
    }
    expect(told).toEqual([true, false]);
  });
});

describe('a job', () => {
  test('a job waits as long as the operator asks for, and is then asked again', async () => {
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

  test('a job is not asked at all while another was told to wait', async () => {
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

  test('a job leaves while it waits', async () => {
    const slowDown = new SlowDown(operator, alone, silentLog);
    slowDown.note(3_600_000_000);
    const leaving = new AbortController();
    const waiting = paceOf(1, slowDown).run(() => expect.fail('asked'), {
      kind: 'look',
      asker: { tenant: null, batchId: null },
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
  const interactive = new Interactive();
  const pace = new Pace({ operator, label: 'North', most, slowDown, interactive, access });
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
