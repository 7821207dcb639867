import { expect, test } from 'vitest';
import { onEveryEngine } from '../store/engines.ts';
import {
  all,
  eligible,
  newBatch,
  openBatchWorld,
  refusedRow,
  rowAbout,
  rowsAbout,
  whenOver,
} from './batch-world.ts';

const eligibleEverywhere = { NORTH: () => Promise.resolve(eligible) };

const withKey = (digest: string, tenant: string | null = null) =>
  newBatch(rowsAbout(2), { idempotency: { key: 'one', digest }, tenant });

async function* broken() {
  yield* rowsAbout(600);
  throw new Error('It is torn.');
}

onEveryEngine('a batch', (engine) => {
  test('is asked row by row until it is over, and tells how its rows ended', async () => {
    await using place = await engine.place();
    await using world = await openBatchWorld(place.options, eligibleEverywhere);
    const { batches } = world;
    const rows = [rowAbout(2, 1), refusedRow(3), rowAbout(4, 2), rowAbout(5, 1)];
    const { batch, isNew } = await batches.create(newBatch(rows));
    expect(isNew).toBe(true);
    expect(batch).toMatchObject({ total: 4, refused: 1, columns: ['Reference', 'Building'] });
    expect(await whenOver(world, batch.id)).toMatchObject({
      state: 'DONE_PARTIAL',
      completed: 3,
      verdicts: { ELIGIBLE: 3 },
      estimatedEndDate: null,
    });
    const streamed = await all(batches.stream(batch.id));
    expect(streamed.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
    expect(streamed.map(({ values }) => values[0])).toEqual(rows.map(({ values }) => values[0]));
    expect(streamed.map(({ siteQualification }) => siteQualification?.verdict)).toEqual([
      'ELIGIBLE',
      undefined,
      'ELIGIBLE',
      'ELIGIBLE',
    ]);
    expect(streamed[1]?.issues).toEqual(rows[1]?.issues);
    // Identical sites are one question.
    expect(streamed[3]?.siteQualification?.id).toBe(streamed[0]?.siteQualification?.id);
  });

  test('holds nothing of the database for a reader of its results that has stalled', async () => {
    await using place = await engine.place();
    await using world = await openBatchWorld(place.options, eligibleEverywhere);
    const { batches, store } = world;
    const lines = Array.from({ length: 1_000 }, (_, index) => refusedRow(index + 2));
    const { batch } = await batches.create(newBatch(lines));
    await whenOver(world, batch.id);
    const stalled = batches.stream(batch.id);
    expect((await stalled.next()).value).toMatchObject({ line: 2, siteQualification: null });
    // On PGlite, which has one connection, this would wait for ever.
    const { database } = store;
    await database.transaction((one) =>
      one.query('update eligibility.batch set name = $2 where id = $1', [batch.id, 'Other']),
    );
    const held = async () => {
      const [row] = await database.query<{ held: number }>(
        `select count(*)::integer as held from pg_stat_activity
         where pid <> pg_backend_pid() and datname = current_database()
           and backend_type = 'client backend' and xact_start is not null`,
      );
      return row?.held;
    };
    await expect.poll(held, { timeout: 30_000 }).toBe(0);
    // It goes on where it was.
    expect((await all(stalled)).at(-1)?.line).toBe(1_001);
  });

  test('is done where every row was taken and answered', async () => {
    await using place = await engine.place();
    await using world = await openBatchWorld(place.options, eligibleEverywhere);
    const { batch } = await world.batches.create(newBatch(rowsAbout(3)));
    expect(await whenOver(world, batch.id)).toMatchObject({ state: 'DONE', completed: 3 });
  });

  test('has no end to wait for where every row was refused', async () => {
    await using place = await engine.place();
    await using world = await openBatchWorld(place.options, eligibleEverywhere);
    const { batch } = await world.batches.create(newBatch([refusedRow(2)]));
    expect(await whenOver(world, batch.id)).toMatchObject({ state: 'DONE_PARTIAL', completed: 0 });
  });

  test('that is sent twice with one idempotency key is one, and another one under the key is refused', async () => {
    await using place = await engine.place();
    await using world = await openBatchWorld(place.options, eligibleEverywhere);
    const { batches } = world;
    const both = await Promise.all([batches.create(withKey('a')), batches.create(withKey('a'))]);
    expect(new Set(both.map(({ batch }) => batch.id)).size).toBe(1);
    expect(both.filter(({ isNew }) => isNew)).toHaveLength(1);
    await expect(batches.create(withKey('b'))).rejects.toMatchObject({
      issues: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    expect((await batches.create(withKey('b', 'other'))).isNew).toBe(true);
    expect(await batches.count()).toBe(1);
  });

  test('leaves nothing behind where its caller leaves, or its rows cannot be read', async () => {
    await using place = await engine.place();
    await using world = await openBatchWorld(place.options, eligibleEverywhere);
    const { batches, store } = world;
    const leaving = new AbortController();
    async function* rows() {
      yield* rowsAbout(600);
      leaving.abort(new Error('It left.'));
    }
    const left = batches.create({ ...newBatch([]), rows: rows() }, leaving.signal);
    await expect(left).rejects.toThrow('It left.');
    await expect(batches.create({ ...newBatch([]), rows: broken() })).rejects.toThrow('torn');
    const [kept] = await store.database.query<{ count: number }>(
      `select (select count(*) from eligibility.batch) + (select count(*) from eligibility.batch_row)
         as count`,
    );
    expect(Number(kept?.count)).toBe(0);
  });

  test('is its own tenant’s alone', async () => {
    await using place = await engine.place();
    await using world = await openBatchWorld(place.options, eligibleEverywhere);
    const { batches } = world;
    const { batch } = await batches.create(newBatch(rowsAbout(1), { tenant: 'one' }));
    expect(await batches.find(batch.id, 'one')).toMatchObject({ id: batch.id });
    expect(await batches.find(batch.id, 'other')).toBeNull();
    expect(await batches.cancel(batch.id, 'other')).toBeNull();
    expect(await all(batches.changes(batch.id, 'other'))).toEqual([null]);
    expect((await batches.list({ first: 10, tenant: 'other' })).items).toEqual([]);
    expect((await batches.list({ first: 10, tenant: 'one' })).items).toHaveLength(1);
    expect(await batches.find('no id')).toBeNull();
  });

  test('has rows that are filtered and read page by page', async () => {
    await using place = await engine.place();
    await using world = await openBatchWorld(place.options, {
      NORTH: ({ site }) =>
        Promise.resolve({
          ...eligible,
          verdict: site.buildingRef?.endsWith('/3') === true ? 'NOT_ELIGIBLE' : 'ELIGIBLE',
        }),
    });
    const { batches } = world;
    const rows = [...rowsAbout(5), refusedRow(7)];
    const { batch } = await batches.create(newBatch(rows));
    await whenOver(world, batch.id);
    const lines = async (filter: Parameters<typeof batches.rows>[1], first = 10) =>
      (await batches.rows(batch.id, filter, { first })).items.map(({ line }) => line);
    expect(await lines({})).toEqual([2, 3, 4, 5, 6, 7]);
    expect(await lines({ refused: true })).toEqual([7]);
    expect(await lines({ refused: false })).toEqual([2, 3, 4, 5, 6]);
    expect(await lines({ verdicts: ['NOT_ELIGIBLE'] })).toEqual([5]);
    expect(await lines({ states: ['IN_PROGRESS'] })).toEqual([]);
    expect(await batches.countRows(batch.id, { verdicts: ['ELIGIBLE'] })).toBe(4);
    const page = await batches.rows(batch.id, {}, { first: 2, after: 3 });
    expect(page.items.map(({ line }) => line)).toEqual([4, 5]);
    expect(page.hasNextPage).toBe(true);
  });

  test('is listed by state, identifier and age, the newest first', async () => {
    await using place = await engine.place();
    await using world = await openBatchWorld(place.options, eligibleEverywhere);
    const { batches } = world;
    const first = await batches.create(newBatch(rowsAbout(1), { externalId: 'tender 1' }));
    await whenOver(world, first.batch.id);
    const second = await batches.create(newBatch([refusedRow(2)], { externalId: 'tender 2' }));
    await whenOver(world, second.batch.id);
    const ids = async (list: Partial<Parameters<typeof batches.list>[0]>) =>
      (await batches.list({ first: 10, ...list })).items.map(({ id }) => id);
    expect(await ids({})).toEqual([second.batch.id, first.batch.id]);
    expect(await ids({ filter: { states: ['DONE'] } })).toEqual([first.batch.id]);
    expect(await ids({ filter: { externalId: 'tender 2' } })).toEqual([second.batch.id]);
    const { creationDate } = second.batch;
    expect(await ids({ filter: { createdBefore: creationDate } })).toEqual([first.batch.id]);
    expect(await ids({ after: { at: creationDate, id: second.batch.id } })).toEqual([
      first.batch.id,
    ]);
  });

  test('is removed with its rows and its questions when it is old', async () => {
    await using place = await engine.place();
    await using world = await openBatchWorld(place.options, eligibleEverywhere);
    const { batches, store } = world;
    const { batch } = await batches.create(newBatch(rowsAbout(3)));
    await whenOver(world, batch.id);
    const { batch: kept } = await batches.create(newBatch(rowsAbout(1)));
    await whenOver(world, kept.id);
    await store.database.query(
      `update eligibility.batch set creation_date = creation_date - interval '91 days' where id = $1`,
      [batch.id],
    );
    await store.removeOld(90);
    expect(await batches.find(batch.id)).toBeNull();
    expect(await batches.find(kept.id)).not.toBeNull();
    expect(await store.siteQualifications.count()).toBe(1);
  });
});
