import { setTimeout } from 'node:timers/promises';
import { test } from 'vitest';
import type { Batch } from '../../src/batches/batch.ts';
import { followBatch } from '../../src/batches/follow-batch.ts';
import { onEveryEngine } from '../store/engines.ts';
import { all, eligible, newBatch, openBatchWorld, rowsAbout, type Ask } from './batch-world.ts';

/** An operator that never answers. */
const silent: Ask = ({ signal }) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

const isPaced = ({ estimatedEndDate }: Batch) => estimatedEndDate !== null;

test('a batch that is read slowly once is told half a second later all the same', async ({
  expect,
}) => {
  const readAt: { readonly from: number; readonly to: number }[] = [];
  let change: (() => void) | null = null;
  const counts = [0, 1, 2, 3];
  const told = followBatch({
    async read() {
      const from = performance.now();
      const completed = counts.shift() ?? 3;
      change?.();
      // The second read takes longer than the others.
      if (completed === 1) await setTimeout(400);
      change?.();
      readAt.push({ from, to: performance.now() });
      return { batch: { completed } as Batch, isOver: completed === 3 };
    },
    onChange: (wake) => {
      change = wake;
      return Promise.resolve(() => {});
    },
  });
  expect((await all(told)).map((batch) => batch?.completed)).toEqual([0, 1, 2, 3]);
  const pauses = readAt.slice(1).map(({ from }, index) => from - (readAt[index]?.to ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(490);
});

onEveryEngine('who follows a batch', (engine) => {
  test.concurrent('is told of it as it is, twice a second at most as it goes on, and once when it is over', async ({
    expect,
  }) => {
    await using place = await engine.place();
    await using world = await openBatchWorld(place.options, {
      NORTH: () => Promise.resolve(eligible),
    });
    const { batch } = await world.batches.create(newBatch(rowsAbout(60)));
    const startedAt = performance.now();
    const told = await all(world.batches.changes(batch.id));
    const tookMs = performance.now() - startedAt;
    expect(told.length).toBeLessThanOrEqual(2 + tookMs / 500);
    expect(told.at(-1)).toMatchObject({ state: 'DONE', completed: 60, estimatedEndDate: null });
    const counts = told.map((one) => one?.completed ?? -1);
    expect(counts).toEqual(counts.toSorted((one, other) => one - other));
    expect(told.filter((one) => one?.state === 'DONE')).toHaveLength(1);
    // Of a batch that is over its end is all there is to tell.
    expect(await all(world.batches.changes(batch.id))).toHaveLength(1);
  });

  test.concurrent('leaves at once while there is nothing to tell', async ({ expect }) => {
    await using place = await engine.place();
    await using world = await openBatchWorld(place.options, { NORTH: silent });
    const { batch } = await world.batches.create(newBatch(rowsAbout(2)));
    const changes = world.batches.changes(batch.id);
    expect((await changes.next()).value).toMatchObject({ state: 'IN_PROGRESS' });
    const next = changes.next();
    await changes.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    await world.batches.cancel(batch.id);
  });

  test.concurrent('knows when it will end from the pace of the last minute', async ({ expect }) => {
    await using place = await engine.place();
    const answers: (() => void)[] = [];
    const ask: Ask = async () => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return eligible;
    };
    await using world = await openBatchWorld(place.options, { NORTH: ask }, { mostQuestions: 2 });
    const { batch } = await world.batches.create(newBatch(rowsAbout(4)));
    await expect.poll(() => answers.length).toBe(2);
    expect(await world.batches.find(batch.id)).toMatchObject({ estimatedEndDate: null });
    answers.shift()?.();
    await expect.poll(async () => (await world.batches.find(batch.id))?.completed).toBe(1);
    const found = await world.batches.find(batch.id);
    expect(Date.parse(found?.estimatedEndDate ?? '')).toBeGreaterThan(
      Date.parse(batch.creationDate),
    );
    const answering = setInterval(() => answers.shift()?.(), 10);
    await all(world.batches.changes(batch.id));
    clearInterval(answering);
  });

  test.concurrent('is told that no end is in sight once nothing is answered any more, and of one again with the next answers', async ({
    expect,
  }) => {
    await using place = await engine.place();
    const answers: (() => void)[] = [];
    const ask: Ask = async () => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return eligible;
    };
    const pauses = { lookEveryMs: 50, silentAfterMs: 3_000 };
    await using world = await openBatchWorld(place.options, { NORTH: ask }, pauses);
    const { batch } = await world.batches.create(newBatch(rowsAbout(40)));
    await expect.poll(() => answers.length).toBe(20);
    answers.shift()?.();
    const told = world.batches.changes(batch.id);
    const toldNext = async (isSo: (one: Batch) => boolean): Promise<Batch> => {
      for (;;) {
        const { value } = await told.next();
        if (!value) throw new Error('It has ended.');
        if (isSo(value)) return value;
      }
    };
    await toldNext(isPaced);
    expect(await toldNext((one) => !isPaced(one))).toMatchObject({ completed: 1 });
    // As if nobody had answered for a day.
    await world.store.database.query(
      `update eligibility.batch set paced_from = paced_from - interval '1 day' where id = $1`,
      [batch.id],
    );
    const answering = setInterval(() => answers.shift()?.(), 50);
    const { estimatedEndDate } = await toldNext(isPaced);
    expect(Date.parse(estimatedEndDate ?? '')).toBeLessThan(Date.now() + 60 * 60 * 1_000);
    await toldNext(({ state }) => state === 'DONE');
    clearInterval(answering);
  });
});
