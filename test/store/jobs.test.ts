import { expect, test } from 'vitest';
import type { Database } from '../../src/store/database/database.ts';
import type { Job } from '../../src/store/job-worker.ts';
import { insertSiteQualification } from '../../src/store/site-qualification-changes.ts';
import { openJobs, type Jobs } from '../../src/store/jobs.ts';
import { SiteQualificationStore } from '../../src/store/site-qualification-store.ts';
import { recordingLog } from '../support/recording-log.ts';
import { quickestMs } from '../support/quickest.ts';
import { startChild } from './child.ts';
import { onEveryEngine, onPostgres, silentLog } from './engines.ts';
import { newSiteQualification } from './site-qualifications.ts';

const once = { retryLimit: 0, expireInSeconds: 60 };
const queue = 'test';

interface TestJobs extends AsyncDisposable {
  readonly jobs: Jobs;
}

async function openTestJobs(database: Database): Promise<TestJobs> {
  const jobs = await openJobs(database, silentLog, [queue, 'other']);
  return {
    jobs,
    [Symbol.asyncDispose]: () => jobs.stop(0),
  };
}

/** Until the signal is aborted; then it fails, as work that is aborted does. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

onEveryEngine('jobs', (engine) => {
  test('are run with their data, once, soon after they were added by another replica', async () => {
    await using opened = await engine.open();
    await using mine = await openTestJobs(opened.database);
    await using theirs = await openTestJobs(opened.replica);
    const ran: Job[] = [];
    const times: number[] = [];
    const all = Promise.withResolvers<void>();
    await mine.jobs.work(queue, { concurrency: 2 }, async (job) => {
      ran.push(job);
      times.push(performance.now());
      if (ran.length === 3) all.resolve();
    });
    const ids: (string | null)[] = [];
    const added = performance.now();
    for (const n of [1, 2, 3]) ids.push(await theirs.jobs.enqueue(queue, { n }, once));
    await all.promise;
    // Those that are taken together begin in any order.
    expect(new Map(ran.map(({ id, data }) => [id, data]))).toEqual(
      new Map(ids.map((id, index) => [id, { n: index + 1 }])),
    );
    // Well before they would be found by looking now and then, which is a second after the last time.
    let tookMs = (times[0] ?? Infinity) - added;
    while (tookMs >= 500 && times.length < 6) {
      const count = times.length;
      const addedAgain = performance.now();
      await theirs.jobs.enqueue(queue, {}, once);
      await expect.poll(() => times.length).toBeGreaterThan(count);
      tookMs = (times[count] ?? Infinity) - addedAgain;
    }
    expect(tookMs).toBeLessThan(500);
  });

  test('are added with the transaction they belong to, or not at all', async () => {
    await using opened = await engine.open();
    await using own = await openTestJobs(opened.database);
    const store = new SiteQualificationStore(opened.database);
    const ran = Promise.withResolvers<unknown>();
    await own.jobs.work(queue, { concurrency: 1 }, async ({ data }) => ran.resolve(data));
    const create = (n: number, fails: boolean): Promise<void> =>
      opened.database.transaction(async (within) => {
        await insertSiteQualification(within, newSiteQualification());
        await own.jobs.enqueue(queue, { n }, { ...once, within });
        if (fails) throw new RangeError('no');
      });
    await expect(create(1, true)).rejects.toThrow('no');
    await create(2, false);
    expect(await ran.promise).toEqual({ n: 2 });
    expect(await store.count()).toBe(1);
  });

  test('are added once for each key while one waits or runs', async () => {
    await using opened = await engine.open();
    await using own = await openTestJobs(opened.database);
    const keyed = { ...once, singletonKey: 'k' };
    const added = await Promise.all(
      Array.from({ length: 5 }, () => own.jobs.enqueue(queue, {}, keyed)),
    );
    expect(added.filter((id) => id !== null)).toHaveLength(1);
    const running = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    await own.jobs.work(queue, { concurrency: 1 }, () => {
      running.resolve();
      return end.promise;
    });
    await running.promise;
    expect(await own.jobs.enqueue(queue, {}, keyed)).toBeNull();
    expect(await own.jobs.enqueue(queue, {}, { ...once, singletonKey: 'l' })).not.toBeNull();
    end.resolve();
    await expect.poll(() => own.jobs.enqueue(queue, {}, keyed)).not.toBeNull();
  });

  test('run as many at once as they may, and no more', async () => {
    await using opened = await engine.open();
    await using own = await openTestJobs(opened.database);
    let running = 0;
    let most = 0;
    let done = 0;
    const all = Promise.withResolvers<void>();
    const full = Promise.withResolvers<void>();
    for (let n = 0; n < 12; n += 1) await own.jobs.enqueue(queue, { n }, once);
    await own.jobs.work(queue, { concurrency: 4 }, async () => {
      running += 1;
      most = Math.max(most, running);
      if (running === 4) full.resolve();
      await full.promise;
      running -= 1;
      done += 1;
      if (done === 12) all.resolve();
    });
    await all.promise;
    expect(most).toBe(4);
  });

  test('of a queue that is worked on only after the hand-over stay for another process', async () => {
    await using opened = await engine.open();
    await using theirs = await openTestJobs(opened.replica);
    const log = recordingLog();
    const mine = await openJobs(opened.database, log, [queue, 'other']);
    await mine.handOver(0);
    const ran: string[] = [];
    await theirs.jobs.enqueue(queue, {}, once);
    await mine.work(queue, { concurrency: 1 }, async () => void ran.push('mine'));
    const all = Promise.withResolvers<void>();
    await theirs.jobs.work(queue, { concurrency: 1 }, async () => {
      ran.push('theirs');
      all.resolve();
    });
    await all.promise;
    await mine.stop(0);
    expect(ran).toEqual(['theirs']);
    expect(log.lines).toEqual([]);
  });

  test('are run again when they fail, as often as they may', async () => {
    await using opened = await engine.open();
    await using own = await openTestJobs(opened.database);
    const runs: string[] = [];
    await own.jobs.work(queue, { concurrency: 1 }, async ({ id }) => {
      runs.push(id);
      throw new Error('not yet');
    });
    const added = await own.jobs.enqueue(queue, {}, { retryLimit: 2, expireInSeconds: 60 });
    const states = () =>
      opened.database.query("select state::text from eligibility_jobs.job where name = 'test'");
    await expect.poll(states).toEqual([{ state: 'failed' }]);
    expect(runs).toEqual([added, added, added]);
  });

  test('are aborted and run again when they take too long', async () => {
    await using opened = await engine.open();
    await using own = await openTestJobs(opened.database);
    const second = Promise.withResolvers<void>();
    const reasons: unknown[] = [];
    let runs = 0;
    await own.jobs.work(queue, { concurrency: 1 }, async (_, signal) => {
      runs += 1;
      if (runs === 2) return second.resolve();
      await untilAborted(signal).catch((reason: unknown) => {
        reasons.push(reason);
        throw reason;
      });
    });
    await own.jobs.enqueue(queue, {}, { retryLimit: 1, expireInSeconds: 1 });
    await second.promise;
    expect(reasons).toEqual([new Error('The job took longer than 1 s.')]);
  });

  test('end before a stop that waits for them does', async () => {
    await using opened = await engine.open();
    const { jobs } = await openTestJobs(opened.database);
    const running = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    let aborted = false;
    await jobs.work(queue, { concurrency: 1 }, async (_, signal) => {
      running.resolve();
      await end.promise;
      aborted = signal.aborted;
    });
    await jobs.enqueue(queue, {}, once);
    await running.promise;
    const stopping = jobs.stop(10_000);
    end.resolve();
    await stopping;
    expect(aborted).toBe(false);
    expect(
      await opened.database.query(
        "select state::text from eligibility_jobs.job where name = 'test'",
      ),
    ).toEqual([{ state: 'completed' }]);
  });

  test('are given back by a stop that does not wait, also those that do not listen', async () => {
    await using opened = await engine.open();
    const { jobs } = await openTestJobs(opened.database);
    const both = Promise.withResolvers<void>();
    let running = 0;
    await jobs.work(queue, { concurrency: 2 }, async ({ data }, signal) => {
      running += 1;
      if (running === 2) both.resolve();
      await ((data as { listens: boolean }).listens ? untilAborted(signal) : new Promise(() => {}));
    });
    const added: (string | null)[] = [];
    for (const listens of [true, false]) {
      added.push(await jobs.enqueue(queue, { listens }, { retryLimit: 1, expireInSeconds: 60 }));
    }
    await both.promise;
    await jobs.stop(0);
    await using next = await openTestJobs(opened.replica);
    const again: Job[] = [];
    const taken = Promise.withResolvers<void>();
    await next.jobs.work(queue, { concurrency: 2 }, async (job) => {
      again.push(job);
      if (again.length === 2) taken.resolve();
    });
    await taken.promise;
    expect(new Set(again.map(({ id }) => id))).toEqual(new Set(added));
  });

  test('are scheduled once in each period, by however many replicas', async () => {
    await using opened = await engine.open();
    await using mine = await openTestJobs(opened.database);
    await using theirs = await openTestJobs(opened.replica);
    const schedule = { everySeconds: 86_400, ...once };
    const rows = () =>
      opened.database.query<{ state: string }>(
        "select state::text from eligibility_jobs.job where name = 'test' order by created_on",
      );
    await mine.jobs.schedule(queue, {}, schedule);
    await theirs.jobs.schedule(queue, {}, schedule);
    expect(await rows()).toEqual([{ state: 'created' }]);
    const ran = Promise.withResolvers<void>();
    await mine.jobs.work(queue, { concurrency: 1 }, async () => ran.resolve());
    await ran.promise;
    await expect.poll(rows).toEqual([{ state: 'completed' }]);
    await theirs.jobs.schedule(queue, {}, schedule);
    expect(await rows()).toEqual([{ state: 'completed' }]);
    await opened.database.query(
      "update eligibility_jobs.job set singleton_on = singleton_on - interval '1 day'",
    );
    await theirs.jobs.schedule(queue, {}, schedule);
    expect(await rows()).toHaveLength(2);
  });
});

onPostgres('jobs', (engine) => {
  test.concurrent(
    'whose process is killed are run again by another within 15 s',
    { timeout: 120_000 },
    async () => {
      const tookMs = await quickestMs(15_000, async () => {
        await using opened = await engine.open();
        const { dataDir, databaseUrl } = opened.options;
        await using own = await openTestJobs(opened.database);
        const id = await own.jobs.enqueue(queue, {}, { retryLimit: 1, expireInSeconds: 600 });
        await using child = startChild({ do: 'work', options: { dataDir, databaseUrl } });
        expect(await child.word()).toMatchObject({ says: 'open' });
        expect(await child.word()).toEqual({ says: 'running', id });
        const again = Promise.withResolvers<Job>();
        await own.jobs.work(queue, { concurrency: 1 }, async (job) => again.resolve(job));
        await child.kill();
        const killed = performance.now();
        expect(await again.promise).toMatchObject({ id });
        return performance.now() - killed;
      });
      expect(tookMs).toBeLessThan(15_000);
    },
  );

  test.concurrent(
    'that were taken away from a process that seemed dead are aborted in it',
    { timeout: 60_000 },
    async () => {
      await using opened = await engine.open();
      await using own = await openTestJobs(opened.database);
      const running = Promise.withResolvers<void>();
      const reason = Promise.withResolvers<unknown>();
      await own.jobs.work(queue, { concurrency: 1 }, async (_, signal) => {
        running.resolve();
        await untilAborted(signal).catch(reason.resolve);
      });
      await own.jobs.enqueue(queue, {}, once);
      await running.promise;
      await opened.database.query("update eligibility_jobs.job set state = 'failed'");
      expect(await reason.promise).toEqual(
        new Error('The job was taken away: this process seemed to have died.'),
      );
      expect(
        await opened.database.query(
          "select state::text from eligibility_jobs.job where name = 'test'",
        ),
      ).toEqual([{ state: 'failed' }]);
    },
  );
});
