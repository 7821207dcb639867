import { lockDataDir, type DataDirLock } from './data-dir-lock.ts';
import { openDatabase, type Database, type DatabaseOptions } from './database.ts';
import type { Jobs } from './jobs.ts';
import { LeaseStore } from './lease-store.ts';
import { migrate } from './migrations.ts';
import { OperatorAnswerStore } from './operator-answer-store.ts';
import { SiteQualificationStore } from './site-qualification-store.ts';
import { WatchLogStore } from './watch-log-store.ts';

const stopJobsMs = 5_000;

/** Everything that outlives the process. */
export interface Store {
  readonly database: Database;
  readonly siteQualifications: SiteQualificationStore;
  readonly operatorAnswers: OperatorAnswerStore;
  readonly watchLog: WatchLogStore;
  readonly leases: LeaseStore;
  /** The jobs, opened by the first call with all the queues that will be used; later calls resolve to the same. */
  openJobs(queues: readonly string[]): Promise<Jobs>;
  /** Removes what is older than `days`, and what is left of ended leases. Tells how many rows. */
  deleteOlderThan(days: number): Promise<number>;
  /** Stops the jobs if nobody did, waits for the statements under way, and gives the data directory back. Once, however often called. */
  close(): Promise<void>;
}

/**
 * Opens the store in `dataDir`, which no other process may use meanwhile, or the PostgreSQL at `databaseUrl`, which any
 * number of processes share, and brings its schema up to date. Rejects with a DataDirLockedError, a
 * DatabaseUnavailableError or a NewerSchemaError, and leaves nothing open then.
 */
export async function openStore(options: DatabaseOptions): Promise<Store> {
  const lock = options.databaseUrl === undefined ? await lockDataDir(options.dataDir) : null;
  try {
    const database = await openDatabase(options);
    try {
      await migrate(database);
    } catch (error) {
      await database.close();
      throw error;
    }
    return storeOn(database, lock, options);
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

function storeOn(database: Database, lock: DataDirLock | null, { log }: DatabaseOptions): Store {
  const siteQualifications = new SiteQualificationStore(database);
  const operatorAnswers = new OperatorAnswerStore(database);
  const watchLog = new WatchLogStore(database);
  const leases = new LeaseStore(database);
  let jobs: Promise<Jobs> | null = null;
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    try {
      const opened = await jobs?.catch(() => null);
      await opened?.stop({ graceful: true, timeoutMs: stopJobsMs });
      await database.close();
    } finally {
      await lock?.release();
    }
  };
  return {
    database,
    siteQualifications,
    operatorAnswers,
    watchLog,
    leases,
    openJobs(queues) {
      jobs ??= import('./jobs.ts').then(({ openJobs }) => openJobs(database, log, queues));
      return jobs;
    },
    async deleteOlderThan(days) {
      // One after the other: on PGlite they would only wait for each other.
      let deleted = await siteQualifications.deleteOlderThan(days);
      deleted += await operatorAnswers.deleteOlderThan(days);
      deleted += await watchLog.deleteOlderThan(days);
      return deleted + (await leases.deleteEnded());
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}
