import type { Database } from './database/database.ts';

/** Old rows to remove: those whose `instant` is too long ago, found by `key`. What refers to them goes with them. */
export interface Aged {
  readonly table: string;
  readonly key: string;
  readonly instant: string;
}

/** Few enough that the other statements of a PGlite do not wait long for one batch. */
const usualBatch = 500;

/**
 * Removes the rows older than `days` by the database's clock, a batch at a time, and tells how many. Replicas that do it
 * at once share the work.
 */
export async function deleteOlderThan(
  database: Database,
  { table, key, instant }: Aged,
  days: number,
  batch = usualBatch,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const rows = await database.query(
      `delete from ${table} where (${key}) in (
         select ${key} from ${table}
         where ${instant} < clock_timestamp() - make_interval(days => $1)
         order by ${instant} limit $2 for update skip locked
       ) returning 1`,
      [days, batch],
    );
    deleted += rows.length;
    if (rows.length < batch) return deleted;
  }
}
