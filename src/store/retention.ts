import type { Log } from '../observe/log.ts';
import type { Database } from './database/database.ts';
import type { Jobs } from './jobs.ts';

// Removes old results, a portion at a time: on a PGlite other statements wait for each.

const usualPortion = 500;

/** The queue of the job that removes old results; all queues of a process are opened together. */
export const retentionQueue = 'retention';

const daySeconds = 24 * 60 * 60;

/** A batch that has not been stored as a whole after this time never will be: the process that received it was killed. */
const abandonedHours = 24;

/** The tables with old rows: `key` names a row, `instant` tells its age. Rows that refer to a removed row go with it. */
const aged = [
  { table: 'site_qualification', key: 'id', instant: 'creation_date' },
  { table: 'operator_answer', key: 'tenant, operator, id', instant: 'asked_at' },
  { table: 'owned', key: 'operator, id', instant: 'created_at' },
  { table: 'allowance', key: 'tenant', instant: 'updated_at' },
  { table: 'watched', key: 'operator, id', instant: 'updated_at' },
  // Its instant is the one until which it is kept.
  { table: 'address_answer', key: 'question', instant: 'kept_until', days: 0 },
] as const;

/** Calls `remove` once a day, in one of the processes on the database. Resolves once that has been arranged. */
export async function removeDaily(
  jobs: Jobs,
  { remove, log }: { readonly remove: () => Promise<number>; readonly log: Log },
): Promise<void> {
  await jobs.work(retentionQueue, { concurrency: 1 }, async () => {
    log.info({ rows: await remove() }, 'old results removed');
  });
  const every = { everySeconds: daySeconds, retryLimit: 2, expireInSeconds: 3600 };
  await jobs.schedule(retentionQueue, {}, every);
}

/**
 * Removes what is older than `days` by the database's clock. Resolves with the number of rows, where a batch counts as one.
 * Replicas that do it at once share the work.
 */
export async function removeOld(
  database: Database,
  days: number,
  portion = usualPortion,
): Promise<number> {
  // A batch takes its questions with it.
  let removed = await removeOldBatches(database, days);
  for (const { table, key, instant, ...own } of aged) {
    const longest = 'days' in own ? own.days : days;
    removed += await inPortions(portion, () =>
      database.query(
        `delete from eligibility.${table} where (${key}) in (
           select ${key} from eligibility.${table}
           where ${instant} < clock_timestamp() - make_interval(days => $1)
           order by ${instant} limit $2 for update skip locked
         ) returning 1`,
        [longest, portion],
      ),
    );
  }
  return removed;
}

/** Removes the batches created more than `days` ago, and those that were never stored as a whole. Resolves with their number. */
async function removeOldBatches(database: Database, days: number): Promise<number> {
  const old = await database.query<{ id: string }>(
    `select id from eligibility.batch
     where creation_date < clock_timestamp() - make_interval(days => $1)
       or (state = 'STORING' and creation_date < clock_timestamp() - make_interval(hours => $2))`,
    [days, abandonedHours],
  );
  for (const { id } of old) await removeBatch(database, id);
  return old.length;
}

/**
 * Removes a batch with its rows and its questions. It is cancelled first, so that nothing more of it is asked. Where the process
 * ends meanwhile, what is left is removed with the next old results.
 */
export async function removeBatch(database: Database, id: string): Promise<void> {
  await database.query(
    `update eligibility.batch set state = 'CANCELLED' where id = $1 and state = 'IN_PROGRESS'`,
    [id],
  );
  for (const [table, key] of [
    ['site_qualification', 'id'],
    ['batch_row', 'line'],
  ]) {
    await inPortions(usualPortion, () =>
      database.query(
        `delete from eligibility.${table} where batch_id = $1 and ${key} in (
           select ${key} from eligibility.${table} where batch_id = $1 limit $2
         ) returning 1`,
        [id, usualPortion],
      ),
    );
  }
  await database.query('delete from eligibility.batch where id = $1', [id]);
}

async function inPortions(
  portion: number,
  remove: () => Promise<readonly object[]>,
): Promise<number> {
  for (let removed = 0; ;) {
    const { length } = await remove();
    removed += length;
    if (length < portion) return removed;
  }
}
