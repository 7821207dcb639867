import type { Database } from './database/database.ts';

/** Few enough that other statements do not wait long for one of these. */
const portion = 500;

/** How old a batch is of which not all rows came: its process was killed meanwhile. */
const abandonedHours = 24;

/**
 * Removes a batch with its rows and its questions, a portion at a time. It is cancelled first, so that nothing more of it is asked.
 * Where the process ends meanwhile, what is left is removed with the next old results.
 */
export async function removeBatch(database: Database, id: string): Promise<void> {
  await database.query(
    `update eligibility.batch set state = 'CANCELLED' where id = $1 and state = 'IN_PROGRESS'`,
    [id],
  );
  await inPortions(() =>
    database.query(
      `delete from eligibility.site_qualification where id in (
         select id from eligibility.site_qualification where batch_id = $1 limit $2
       ) returning 1`,
      [id, portion],
    ),
  );
  await inPortions(() =>
    database.query(
      `delete from eligibility.batch_row where batch_id = $1 and line in (
         select line from eligibility.batch_row where batch_id = $1 limit $2
       ) returning 1`,
      [id, portion],
    ),
  );
  await database.query('delete from eligibility.batch where id = $1', [id]);
}

/** Removes the batches created more than `days` ago, and those that were never stored as a whole. Tells how many. */
export async function removeOldBatches(database: Database, days: number): Promise<number> {
  const old = await database.query<{ id: string }>(
    `select id from eligibility.batch
     where creation_date < clock_timestamp() - make_interval(days => $1)
       or (state = 'STORING' and creation_date < clock_timestamp() - make_interval(hours => $2))`,
    [days, abandonedHours],
  );
  for (const { id } of old) await removeBatch(database, id);
  return old.length;
}

async function inPortions(remove: () => Promise<readonly object[]>): Promise<void> {
  while ((await remove()).length === portion);
}
