import { test, vi } from 'vitest';
import { AddressServiceError } from '../../src/vocabulary/errors.ts';
import { OperatorError } from '../../src/operators/port/operator-error.ts';
import type { SiteQuestion } from '../../src/operators/port/site-qualifier.ts';
import { onEveryEngine, onPostgres } from '../store/engines.ts';
import {
  buildingOf,
  byBuilding,
  eligible,
  newBatch,
  openBatchWorld,
  rowAbout,
  rowAt,
  rowsAbout,
  whenOver,
  type Ask,
} from './batch-world.ts';

/** An operator that answers when it is told to, and tells what it was asked. */
function gated() {
  const asked: SiteQuestion[] = [];
  const waiting: { readonly question: SiteQuestion; readonly answer: () => void }[] = [];
  let isOpen = false;
  const ask: Ask = async (question) => {
    asked.push(question);
    if (!isOpen) {
      await new Promise<void>((resolve, reject) => {
        waiting.push({ question, answer: resolve });
        question.signal.addEventListener('abort', () => reject(question.signal.reason as Error));
      });
    }
    return eligible;
  };
  return {
    ask,
    asked,
    /** The buildings that it was asked about. */
    buildings: () => asked.map(({ site }) => site.buildingRef),
    /** What it has not answered yet, in the order in which it was asked. */
    waiting: () => waiting.map(({ question }) => question),
    answerOne: () => waiting.shift()?.answer(),
    open: () => {
      isOpen = true;
      for (const { answer } of waiting.splice(0)) answer();
    },
  };
}

/** For what takes seconds in production. */
const pauses = { longestWaitMs: 50, lookEveryMs: 50 };

// Side by side several databases are at work at once.
vi.setConfig({ testTimeout: 180_000 });
const patience = { timeout: 60_000 };

const refused = () => new OperatorError('NORTH', 'UNREACHABLE', 'North cannot be reached.');

onEveryEngine('the feeder of a batch', (engine) => {
  test.concurrent('has no more questions under way than it may, and makes the next as others end', async ({
    expect,
  }) => {
    await using place = await engine.place();
    const north = gated();
    await using world = await openBatchWorld(
      place.options,
      { NORTH: north.ask },
      { mostQuestions: 3 },
    );
    const { batch } = await world.batches.create(newBatch(rowsAbout(7)));
    await expect.poll(() => north.asked.length).toBe(3);
    expect(await world.store.siteQualifications.count()).toBe(3);
    north.answerOne();
    await expect.poll(() => north.asked.length).toBe(4);
    expect(await world.store.siteQualifications.count()).toBe(4);
    expect(await world.batches.find(batch.id)).toMatchObject({
      completed: 1,
      state: 'IN_PROGRESS',
    });
    north.open();
    expect(await whenOver(world, batch.id)).toMatchObject({ state: 'DONE', completed: 7 });
    // Each once, and each by its batch.
    expect(north.asked).toHaveLength(7);
    expect(new Set(north.buildings())).toEqual(
      new Set(Array.from({ length: 7 }, (_, n) => buildingOf(n))),
    );
    expect(new Set(north.asked.map(({ batchId }) => batchId))).toEqual(new Set([batch.id]));
  });

  test.concurrent('lets a small batch through behind a large one, of the same tenant or of another', async ({
    expect,
  }) => {
    await using place = await engine.place();
    const north = gated();
    const small: string[] = [];
    const ask: Ask = (question) => {
      const isSmall = question.externalId.startsWith('small');
      if (isSmall) small.push(question.externalId);
      return isSmall ? Promise.resolve(eligible) : north.ask(question);
    };
    await using world = await openBatchWorld(place.options, { NORTH: ask }, { mostQuestions: 4 });
    const { batches } = world;
    const large = await batches.create(newBatch(rowsAbout(20), { tenant: 'one' }));
    await expect.poll(() => north.waiting().length).toBe(4);
    for (const tenant of ['one', 'other']) {
      const rows = [1, 2, 3].map((n) => {
        const row = rowAbout(n + 1, 1_000 + n);
        return { ...row, request: { ...row.request!, externalId: `small ${tenant} ${n}` } };
      });
      const { batch } = await batches.create(newBatch(rows, { tenant }));
      expect(await whenOver(world, batch.id)).toMatchObject({ state: 'DONE', completed: 3 });
    }
    expect(small).toHaveLength(6);
    expect(await batches.find(large.batch.id)).toMatchObject({ completed: 0 });
    north.open();
    expect(await whenOver(world, large.batch.id)).toMatchObject({ completed: 20 });
  });

  test.concurrent('gives tenants equal parts, however many batches each has', async ({
    expect,
  }) => {
    await using place = await engine.place();
    const north = gated();
    await using world = await openBatchWorld(
      place.options,
      { NORTH: north.ask },
      { mostQuestions: 8 },
    );
    const { batches } = world;
    const make = (tenant: string) => batches.create(newBatch(rowsAbout(20), { tenant }));
    const all = [await make('one'), await make('one'), await make('one'), await make('other')];
    // After so many answers that the parts are as they stay.
    for (let n = 0; n < 24; n += 1) {
      await expect.poll(() => north.waiting().length, { interval: 5 }).toBeGreaterThan(0);
      north.answerOne();
    }
    const waitingOf = (tenant: string) =>
      north.waiting().filter((question) => question.tenant === tenant).length;
    // Of the four places of each tenant, three batches of one take one each.
    await expect.poll(() => [waitingOf('one'), waitingOf('other')]).toEqual([3, 4]);
    north.open();
    for (const { batch } of all) {
      expect(await whenOver(world, batch.id)).toMatchObject({ completed: 20 });
    }
  });

  test.concurrent('asks nothing more of a batch that is cancelled, and what is under way settles', async ({
    expect,
  }) => {
    await using place = await engine.place();
    const north = gated();
    await using world = await openBatchWorld(
      place.options,
      { NORTH: north.ask },
      { mostQuestions: 2 },
    );
    const { batches } = world;
    const { batch } = await batches.create(newBatch(rowsAbout(9)));
    await expect.poll(() => north.asked.length).toBe(2);
    const changes = batches.changes(batch.id);
    expect((await changes.next()).value).toMatchObject({ state: 'IN_PROGRESS', completed: 0 });
    expect(await batches.cancel(batch.id)).toMatchObject({ state: 'CANCELLED', completed: 0 });
    expect((await changes.next()).value).toMatchObject({ state: 'CANCELLED', completed: 0 });
    north.open();
    let last: unknown = null;
    for await (const change of changes) last = change;
    expect(last).toMatchObject({ state: 'CANCELLED', completed: 2, estimatedEndDate: null });
    expect(north.asked).toHaveLength(2);
    // It is over, and stays as it is.
    expect(await batches.cancel(batch.id)).toMatchObject({ state: 'CANCELLED', completed: 2 });
  });

  test.concurrent('waits for an operator that is away, and no row fails for it', async ({
    expect,
  }) => {
    await using place = await engine.place();
    let isAway = true;
    let refusals = 0;
    const ask: Ask = () => {
      if (!isAway) return Promise.resolve(eligible);
      refusals += 1;
      return Promise.reject(refused());
    };
    await using world = await openBatchWorld(
      place.options,
      { NORTH: ask },
      { mostQuestions: 4, ...pauses },
    );
    const { batch } = await world.batches.create(newBatch(rowsAbout(12)));
    // More often than a question may fail by itself.
    await expect.poll(() => refusals, patience).toBeGreaterThan(4 * 3);
    expect(await world.batches.find(batch.id)).toMatchObject({ completed: 0 });
    isAway = false;
    expect(await whenOver(world, batch.id)).toMatchObject({
      state: 'DONE',
      verdicts: { ELIGIBLE: 12 },
    });
  });

  test.concurrent('has the others asked meanwhile, within a bound', async ({ expect }) => {
    await using place = await engine.place();
    const south = gated();
    const away = ['SOUTH'];
    const north: string[] = [];
    const ask: Ask = ({ site }) => {
      north.push(site.buildingRef ?? '');
      return Promise.resolve(eligible);
    };
    await using world = await openBatchWorld(
      place.options,
      { NORTH: ask, SOUTH: south.ask },
      { mostQuestions: 2, away, ...pauses },
    );
    const { batch } = await world.batches.create(newBatch(rowsAbout(30)));
    // Ten times as many as it may have under way otherwise.
    await expect.poll(() => north.length, patience).toBe(20);
    expect(await world.batches.find(batch.id)).toMatchObject({ completed: 0 });
    away.pop();
    south.open();
    expect(await whenOver(world, batch.id)).toMatchObject({ state: 'DONE', completed: 30 });
    expect(new Set(north).size).toBe(30);
  });

  test.concurrent('completes rows that an operator has no key of while others wait for it', async ({
    expect,
  }) => {
    await using place = await engine.place();
    const south = gated();
    await using world = await openBatchWorld(
      place.options,
      { NORTH: () => Promise.resolve(eligible), SOUTH: south.ask },
      {
        away: ['SOUTH'],
        concurrency: 2,
        readers: {
          SOUTH: {
            ...byBuilding,
            keys: ({ site: { otpRef } }) =>
              otpRef === null ? [] : [{ path: ['input', 'otpRef'], value: otpRef, issue: null }],
          },
        },
        ...pauses,
      },
    );
    // The first ones take every place that there is at the operator that is away.
    const rows = rowsAbout(10).map((row, n) => {
      if (n >= 4 || row.request === null) return row;
      const site = { ...row.request.site, otpRef: `FI-1000-000${n}` };
      return { ...row, request: { ...row.request, site } };
    });
    const { batch } = await world.batches.create(newBatch(rows));
    const known = () => world.batches.find(batch.id);
    await expect.poll(known, patience).toMatchObject({ state: 'IN_PROGRESS', completed: 6 });
    expect(south.asked).toHaveLength(2);
    south.open();
    expect(await whenOver(world, batch.id)).toMatchObject({ state: 'DONE', completed: 10 });
  });

  test.concurrent('asks about sites with keys while addresses wait for an operator that is away', async ({
    expect,
  }) => {
    await using place = await engine.place();
    const north: string[] = [];
    const ask: Ask = ({ site }) => {
      north.push(site.buildingRef ?? '');
      return Promise.resolve(eligible);
    };
    await using world = await openBatchWorld(
      place.options,
      { NORTH: ask },
      { mostQuestions: 2, away: ['SOUTH'], ...pauses },
    );
    // Nothing is found at the first five.
    const rows = rowsAbout(10).map((row, n) => (n < 5 ? rowAt(row.line, n) : row));
    const { batch } = await world.batches.create(newBatch(rows));
    await expect.poll(() => new Set(north).size, patience).toBe(5);
    expect(await world.batches.find(batch.id)).toMatchObject({ state: 'IN_PROGRESS' });
  });

  test.concurrent('has addresses looked up five hundred at a time, ahead of the questions', async ({
    expect,
  }) => {
    await using place = await engine.place();
    const north = gated();
    const lookedUp: number[] = [];
    await using world = await openBatchWorld(
      place.options,
      { NORTH: north.ask },
      {
        mostQuestions: 3,
        lookUp: (places) => {
          lookedUp.push(places.length);
          // The first call fails: then each question looks its own address up.
          if (lookedUp.length > 1) return Promise.resolve();
          const failure = { code: 'UNREACHABLE', retryable: true, retryAfterSeconds: null };
          return Promise.reject(
            new AddressServiceError('GEOCODER', 'It cannot be reached.', {
              ...failure,
              cause: null,
            }),
          );
        },
      },
    );
    const rows = rowsAbout(1_200).map((row, n) => (n % 2 === 0 ? row : rowAt(row.line, n)));
    const { batch } = await world.batches.create(newBatch(rows));
    await expect.poll(() => lookedUp).toEqual([250, 250]);
    await expect.poll(() => north.asked.length).toBeGreaterThan(0);
    await world.batches.cancel(batch.id);
    north.open();
    expect(lookedUp).toEqual([250, 250]);
  });

  test.concurrent('does not wait for an operator that answers others: that failure is the row’s own', async ({
    expect,
  }) => {
    await using place = await engine.place();
    // Counted only where another was answered since the one before: on a busy machine that takes a while.
    let failures = 0;
    let hasAnswered = false;
    const ask: Ask = async ({ site }) => {
      if (site.buildingRef !== buildingOf(0)) {
        hasAnswered = true;
        return eligible;
      }
      failures += hasAnswered ? 1 : 0;
      hasAnswered = false;
      throw refused();
    };
    await using world = await openBatchWorld(
      place.options,
      { NORTH: ask },
      { mostQuestions: 1, ...pauses },
    );
    const { batches } = world;
    const others = await batches.create(newBatch(rowsAbout(400).slice(1), { tenant: 'other' }));
    const { batch } = await batches.create(newBatch(rowsAbout(1), { tenant: 'one' }));
    expect(await whenOver(world, batch.id)).toMatchObject({ state: 'DONE_PARTIAL', completed: 1 });
    expect(failures).toBeLessThan(10);
    await batches.cancel(others.batch.id);
  });
});

onPostgres('two replicas', (engine) => {
  test.concurrent('feed a batch one after the other, when the one that feeds it stops', async ({
    expect,
  }) => {
    await using place = await engine.place();
    const one = gated();
    const other = gated();
    const first = await openBatchWorld(place.options, { NORTH: one.ask }, { mostQuestions: 2 });
    const { batch } = await first.batches.create(newBatch(rowsAbout(6)));
    await expect.poll(() => one.asked.length).toBe(2);
    await using second = await openBatchWorld(
      place.options,
      { NORTH: other.ask },
      { mostQuestions: 2 },
    );
    await second.feeder.work();
    const changes = second.batches.changes(batch.id);
    expect((await changes.next()).value).toMatchObject({ completed: 0 });
    one.open();
    other.open();
    await first[Symbol.asyncDispose]();
    let last: unknown = null;
    for await (const change of changes) last = change;
    expect(last).toMatchObject({ state: 'DONE', completed: 6 });
    const asked = [...one.buildings(), ...other.buildings()];
    expect(new Set(asked).size).toBe(6);
  });
});
