import type { Database, Transaction } from './database.ts';
import { jsonText } from './json-text.ts';
import { deleteOlderThan } from './retention.ts';
import { WakeUps } from './wake-ups.ts';

const channel = 'eligibility_watched';

/** What is watched: a thing of one operator, by the operator's own identifier. */
export interface Watched {
  readonly operator: string;
  readonly id: string;
}

/** What one look at a watched thing showed. */
export interface WatchedObservation {
  /** How many changes come before `changes`; 0 where they are the whole history. */
  readonly after: number;
  readonly changes: readonly unknown[];
  /** The thing as it is now. */
  readonly snapshot: unknown;
  /** Whether nothing comes after these changes. */
  readonly ended: boolean;
}

/** How far the log of a watched thing goes. */
export interface WatchLogHead {
  /** The sequence of the latest change; 0 before the first. */
  readonly version: number;
  /** The thing as it was last seen; null before the first look. */
  readonly snapshot: unknown;
  /** Whether no change comes after `version`. */
  readonly ended: boolean;
  /**
   * How many watches gave up. A reader remembers the number it began with: once it is higher, the watch that it followed
   * has ended with `error`. A later watch goes on in the same log.
   */
  readonly failures: number;
  /** Why the latest of them did. */
  readonly error: unknown;
}

export interface WatchedChange {
  /** From 1, without gaps, within one watched thing. */
  readonly sequence: number;
  readonly change: unknown;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** What a reader finds behind its cursor. */
export interface WatchLogPart extends WatchLogHead {
  readonly changes: readonly WatchedChange[];
}

/** An observation that begins behind changes that the log has not got. */
export class WatchLogGapError extends Error {
  override readonly name = 'WatchLogGapError';
}

const nothingSeen: WatchLogHead = {
  version: 0,
  snapshot: null,
  ended: false,
  failures: 0,
  error: null,
};

/** The changes of watched things: append-only, one sequence for each thing, read with cursors. */
export class WatchLogStore {
  readonly #database: Database;
  readonly #wakeUps: WakeUps;

  constructor(database: Database) {
    this.#database = database;
    this.#wakeUps = new WakeUps(database, channel);
  }

  /**
   * Appends those changes of an observation that the log has not got, takes its snapshot and end, and tells who follows.
   * Any number of processes may append what they saw of the same thing: each change is stored once. An observation that
   * knows of fewer changes than the log, and any after the end, changes nothing. Rejects with a WatchLogGapError where
   * changes are missing in between.
   */
  append(watched: Watched, seen: WatchedObservation): Promise<WatchLogHead> {
    return this.#database.transaction(async (transaction) => {
      const head = await lock(transaction, watched);
      if (seen.after > head.version) {
        throw new WatchLogGapError(
          `The log of ${watched.operator} ${watched.id} ends at ${head.version}, before ${seen.after}.`,
        );
      }
      const version = seen.after + seen.changes.length;
      if (head.ended || version < head.version) return head;
      for (const [index, change] of seen.changes.entries()) {
        const sequence = seen.after + index + 1;
        if (sequence <= head.version) continue;
        await transaction.query(
          `insert into eligibility.watched_change (operator, id, sequence, change)
           values ($1, $2, $3, $4)`,
          [watched.operator, watched.id, sequence, jsonText(change) ?? 'null'],
        );
      }
      await transaction.query(
        `update eligibility.watched set version = $3, snapshot = $4, ended = $5,
           updated_at = clock_timestamp() where operator = $1 and id = $2`,
        [watched.operator, watched.id, version, jsonText(seen.snapshot), seen.ended],
      );
      if (version > head.version || seen.ended) await transaction.notify(channel, keyOf(watched));
      return { ...head, version, snapshot: seen.snapshot, ended: seen.ended };
    });
  }

  /** Notes that a watch gave up, and why, and tells who follows. Does nothing after the end. */
  fail(watched: Watched, error: unknown): Promise<WatchLogHead> {
    return this.#database.transaction(async (transaction) => {
      const head = await lock(transaction, watched);
      if (head.ended) return head;
      await transaction.query(
        `update eligibility.watched set failures = failures + 1, error = $3,
           updated_at = clock_timestamp() where operator = $1 and id = $2`,
        [watched.operator, watched.id, jsonText(error)],
      );
      await transaction.notify(channel, keyOf(watched));
      return { ...head, failures: head.failures + 1, error };
    });
  }

  /** The changes with a sequence above `after`, in order, at most `most`, and how far the log goes. */
  async readAfter(watched: Watched, after: number, most = 1_000): Promise<WatchLogPart> {
    const rows = await this.#database.query<
      WatchLogHead & { sequence: number | null; change: unknown; created_at: Date }
    >(
      `select w.version, w.snapshot, w.ended, w.failures, w.error,
              c.sequence, c.change, c.created_at
       from eligibility.watched w
       left join eligibility.watched_change c
         on c.operator = w.operator and c.id = w.id and c.sequence > $3
       where w.operator = $1 and w.id = $2 order by c.sequence limit $4`,
      [watched.operator, watched.id, after, most],
    );
    const [first] = rows;
    if (first === undefined) return { ...nothingSeen, changes: [] };
    const { version, snapshot, ended, failures, error } = first;
    const changes = rows.flatMap(({ sequence, change, created_at: createdAt }) =>
      sequence === null ? [] : [{ sequence, change, createdAt: createdAt.toISOString() }],
    );
    return { version, snapshot, ended, failures, error, changes };
  }

  /**
   * Calls `wake` after each change, end or failure of a thing, by whatever process, and when one may have been missed.
   * Once it has resolved nothing is missed: read the log after that. The returned function ends it.
   */
  onChange(watched: Watched, wake: () => void): Promise<() => void> {
    return this.#wakeUps.subscribe(keyOf(watched), wake);
  }

  /** Removes the logs of things not seen for `days` and tells how many. */
  deleteOlderThan(days: number, batch?: number): Promise<number> {
    const aged = { table: 'eligibility.watched', key: 'operator, id', instant: 'updated_at' };
    return deleteOlderThan(this.#database, aged, days, batch);
  }
}

function keyOf({ operator, id }: Watched): string {
  return `${operator}:${id}`;
}

/** Locks the head of a log, making it when missing, and reads it. */
async function lock(within: Transaction, { operator, id }: Watched): Promise<WatchLogHead> {
  await within.query(
    'insert into eligibility.watched (operator, id) values ($1, $2) on conflict do nothing',
    [operator, id],
  );
  const [row] = await within.query<WatchLogHead>(
    `select version, snapshot, ended, failures, error from eligibility.watched
     where operator = $1 and id = $2 for update`,
    [operator, id],
  );
  return row ?? nothingSeen;
}
