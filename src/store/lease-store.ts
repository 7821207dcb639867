import type { Database } from './database.ts';
import { WakeUps } from './wake-ups.ts';

const channel = 'eligibility_lease';

/** The outcome of trying to take a lease. */
export type LeaseAttempt =
  | {
      readonly acquired: true;
      /** One higher than that of the holder before. */
      readonly term: number;
    }
  | {
      readonly acquired: false;
      readonly holder: string;
      /** When it ends unless its holder renews it; until then waiting for its release is all there is to do. */
      readonly expiresInMs: number;
    };

/**
 * Who may do what only one process at a time may do, such as poll one thing. A lease ends by itself when its holder does
 * not renew it in time; all times are by the database's clock.
 */
export class LeaseStore {
  readonly #database: Database;
  readonly #wakeUps: WakeUps;

  constructor(database: Database) {
    this.#database = database;
    this.#wakeUps = new WakeUps(database, channel);
  }

  /**
   * Takes a lease that nobody holds or whose time is over. `holder` names one holding, not a process: a second `acquire`
   * by the same holder fails like that of any other while the first lasts.
   */
  async acquire(key: string, holder: string, ttlMs: number): Promise<LeaseAttempt> {
    for (;;) {
      const [taken] = await this.#database.query<{ term: number }>(
        `insert into eligibility.lease as held (key, holder, term, expires_at)
         values ($1, $2, 1, clock_timestamp() + make_interval(secs => $3::float8 / 1000))
         on conflict (key) do update set holder = excluded.holder, term = held.term + 1,
           expires_at = clock_timestamp() + make_interval(secs => $3::float8 / 1000)
         where held.expires_at <= clock_timestamp()
         returning term`,
        [key, holder, ttlMs],
      );
      if (taken !== undefined) return { acquired: true, term: taken.term };
      const [held] = await this.#database.query<{ holder: string; expires_in_ms: number }>(
        `select holder, ceil(greatest(0,
           extract(epoch from expires_at - clock_timestamp()) * 1000))::integer as expires_in_ms
         from eligibility.lease where key = $1`,
        [key],
      );
      if (held !== undefined && held.expires_in_ms > 0) {
        return { acquired: false, holder: held.holder, expiresInMs: held.expires_in_ms };
      }
    }
  }

  /** Lets the lease last `ttlMs` from now. False where the holder has lost it: another one may hold it already. */
  async renew(key: string, holder: string, ttlMs: number): Promise<boolean> {
    const renewed = await this.#database.query(
      `update eligibility.lease
       set expires_at = clock_timestamp() + make_interval(secs => $3::float8 / 1000)
       where key = $1 and holder = $2 and expires_at > clock_timestamp() returning 1`,
      [key, holder, ttlMs],
    );
    return renewed.length > 0;
  }

  /** Gives the lease back and tells who waits for it. Does nothing where the holder has lost it. */
  async release(key: string, holder: string): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const released = await transaction.query(
        `update eligibility.lease set expires_at = clock_timestamp()
         where key = $1 and holder = $2 and expires_at > clock_timestamp() returning 1`,
        [key, holder],
      );
      if (released.length > 0) await transaction.notify(channel, key);
    });
  }

  /**
   * Calls `wake` when the lease is released, and when that may have been missed; not when it ends by itself, for which
   * `expiresInMs` tells how long to wait. The returned function ends it.
   */
  onRelease(key: string, wake: () => void): Promise<() => void> {
    return this.#wakeUps.subscribe(key, wake);
  }

  /** Removes what is left of leases that ended more than a day ago, and tells how many. */
  async deleteEnded(): Promise<number> {
    const deleted = await this.#database.query(
      `delete from eligibility.lease
       where expires_at < clock_timestamp() - interval '1 day' returning 1`,
    );
    return deleted.length;
  }
}
