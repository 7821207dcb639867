import type { Database } from './database/database.ts';
import { jsonText } from './stored-value.ts';
import { WakeUps } from './wake-ups.ts';

const channel = 'eligibility_watched';

/** A watched thing of one operator, named by the operator's own identifier. */
export interface Watched {
  readonly operator: string;
  readonly id: string;
}

/** The result of one look at a watched thing. */
export interface WatchedObservation {
  /** All of its changes, from the first. */
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
  /** Why the latest of them gave up; null where none did. */
  readonly error: unknown;
  /** Whether a replica polls it. */
  readonly isPolled: boolean;
}

export interface WatchedChange {
  /** From 1, without gaps, within one watched thing. */
  readonly sequence: number;
  readonly change: unknown;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** The changes behind a reader's cursor. */
export interface WatchLogPart extends WatchLogHead {
  readonly changes: readonly WatchedChange[];
}

/** A cursor behind all changes: no log is longer. */
const mostChanges = 2 ** 31 - 1;

const nothingSeen: WatchLogHead = {
  version: 0,
  snapshot: null,
  ended: false,
  failures: 0,
  error: null,
  isPolled: false,
};

/** The columns of a head, from the table `w`. */
const head =
  'w.version, w.snapshot, w.ended, w.failures, w.error, w.poller is not null as "isPolled"';

/** The changes of watched things: append-only, one sequence for each thing, read with cursors. */
export class WatchLogStore {
  readonly #database: Database;
  readonly #wakeUps: WakeUps;

  constructor(database: Database) {
    this.#database = database;
    this.#wakeUps = new WakeUps(database, channel);
  }

  /**
   * Appends those changes of an observation that the log has not got, stores its snapshot and end, and tells its followers.
   * Any number of processes may append what they saw of the same thing: each change is stored once. An observation that
   * knows of fewer changes than the log, and any after the end, changes nothing.
   */
  async append(watched: Watched, seen: WatchedObservation): Promise<WatchLogHead> {
    const { changes, snapshot, ended } = seen;
    // One statement: every change of every watched thing costs it.
    const [appended] = await this.#database.query<WatchLogHead>(
      `with appended as (
         insert into eligibility.watched as w (operator, id, version, snapshot, ended)
         values ($1::text, $2::text, $3::integer, $4::jsonb, $5::boolean)
         on conflict (operator, id) do update set version = excluded.version,
           snapshot = excluded.snapshot, ended = excluded.ended, updated_at = clock_timestamp(),
           poller = case when excluded.ended then null else w.poller end
         where not w.ended and w.version <= excluded.version
         returning ${head}
       ), added as (
         insert into eligibility.watched_change (operator, id, sequence, change)
         select $1, $2, c.position, c.change
         from appended, jsonb_array_elements($6::jsonb) with ordinality as c (change, position)
         on conflict do nothing
       )
       select appended.*, pg_notify($7, $8) from appended`,
      [
        watched.operator,
        watched.id,
        changes.length,
        jsonText(snapshot),
        ended,
        jsonText(changes),
        channel,
        spellWatchKey(watched),
      ],
    );
    if (appended !== undefined) return pickHead(appended);
    return pickHead(await this.readAfter(watched, mostChanges));
  }

  /** Notes that a watch gave up, and why, frees its poll, and wakes its readers. Does nothing after the end of the log. */
  async fail(watched: Watched, error: unknown): Promise<void> {
    await this.#database.query(
      `with failed as (
         insert into eligibility.watched as w (operator, id, failures, error)
         values ($1, $2, 1, $3)
         on conflict (operator, id) do update set failures = w.failures + 1,
           error = excluded.error, poller = null, updated_at = clock_timestamp()
         where not w.ended returning 1
       )
       select pg_notify($4, $5) from failed`,
      [watched.operator, watched.id, jsonText(error), channel, spellWatchKey(watched)],
    );
  }

  /**
   * Makes a replica the one that polls those of an operator's things that no other replica polls and that have not ended, and
   * returns their ids. It polls until it releases them, they end, a watch of them gives up, or the replica is gone.
   */
  async claim(operator: string, ids: readonly string[], replica: string): Promise<string[]> {
    // In the order of the ids, and without rows that another replica changes just now: two that claim the same never wait for each other.
    const claimed = await this.#database.query<{ id: string }>(
      `with made as (
         insert into eligibility.watched (operator, id, poller)
         select $1, id, $3 from unnest($2::text[]) as wanted(id) order by id
         on conflict do nothing returning id
       ), taken as (
         update eligibility.watched set poller = $3
         where operator = $1 and id in (
           select id from eligibility.watched
           where operator = $1 and id = any ($2::text[]) and not ended
             and (poller is null or poller = $3)
           order by id for update skip locked
         ) returning id
       )
       select id from made union all select id from taken`,
      [operator, ids, replica],
    );
    return claimed.map(({ id }) => id);
  }

  /** The ids of the things of an operator whose poll a replica holds. */
  async listClaims(operator: string, replica: string): Promise<string[]> {
    const held = await this.#database.query<{ id: string }>(
      'select id from eligibility.watched where poller = $2 and operator = $1',
      [operator, replica],
    );
    return held.map(({ id }) => id);
  }

  /** Gives back those polls that the replica holds and tells the followers of the things, so that other replicas take them. */
  async release(operator: string, ids: readonly string[], replica: string): Promise<void> {
    await this.#database.query(
      `with released as (
         update eligibility.watched set poller = null
         where operator = $1 and id = any ($2::text[]) and poller = $3 returning id
       )
       select pg_notify($4, $1 || ':' || id) from released`,
      [operator, ids, replica, channel],
    );
  }

  /** The changes with a sequence above `after`, in order, at most `most`, and how far the log goes. */
  async readAfter(watched: Watched, after: number, most = 1_000): Promise<WatchLogPart> {
    const rows = await this.#database.query<
      WatchLogHead & { sequence: number | null; change: unknown; created_at: Date }
    >(
      `select ${head}, c.sequence, c.change, c.created_at
       from eligibility.watched w
       left join eligibility.watched_change c
         on c.operator = w.operator and c.id = w.id and c.sequence > $3
       where w.operator = $1 and w.id = $2 order by c.sequence limit $4`,
      [watched.operator, watched.id, after, most],
    );
    const [first] = rows;
    if (first === undefined) return { ...nothingSeen, changes: [] };
    const changes = rows.flatMap(({ sequence, change, created_at: createdAt }) =>
      sequence === null ? [] : [{ sequence, change, createdAt: createdAt.toISOString() }],
    );
    return { ...pickHead(first), changes };
  }

  /**
   * Calls `wake` after each change, end or failure of a thing and when its poll was released, by any process, and when one may
   * have been missed. From when it has resolved nothing is missed: read the log after that. The returned function ends it.
   */
  onChange(watched: Watched, wake: () => void): Promise<() => void> {
    return this.#wakeUps.subscribe(spellWatchKey(watched), wake);
  }
}

function spellWatchKey({ operator, id }: Watched): string {
  return `${operator}:${id}`;
}

/** The head of a row that has more columns. */
function pickHead({
  version,
  snapshot,
  ended,
  failures,
  error,
  isPolled,
}: WatchLogHead): WatchLogHead {
  return { version, snapshot, ended, failures, error, isPolled };
}
