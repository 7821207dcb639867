import { lockDataDir, type DataDirLock } from './database/data-dir-lock.ts';
import { assertUsable, directoryIn, hasPglite } from './database/data-dir.ts';
import type { Database, DatabaseOptions } from './database/database.ts';
import { openDatabase } from './database/open-database.ts';
import { BuildingStore } from './building-store.ts';
import type { Jobs } from './jobs.ts';
import { migrate } from './database/migrations.ts';
import { OwnershipStore } from './ownership-store.ts';
import { removeOld } from './retention.ts';
import { OperatorAnswerStore } from './operator-answer-store.ts';
import { Replica } from './replica.ts';
import { SiteQualificationStore } from './site-qualification-store.ts';
import { WatchLogStore } from './watch-log-store.ts';

const stopJobsMs = 5_000;

/** Calls `work` with the store as soon as it is open. */
export async function whenOpen(
  { opened }: Pick<StoreAccess, 'opened'>,
  work: (store: Store) => void,
): Promise<void> {
  const store = await opened.catch(() => null);
  if (store !== null) work(store);
}

/** Access to a store that is open. */
export function accessTo(store: Store): StoreAccess {
  return {
    isShared: store.database.engine === 'postgres',
    open: () => Promise.resolve(store),
    opened: Promise.resolve(store),
  };
}

/** Everything that outlives the process. */
export interface Store {
  readonly database: Database;
  readonly siteQualifications: SiteQualificationStore;
  readonly operatorAnswers: OperatorAnswerStore;
  readonly ownership: OwnershipStore;
  readonly buildings: BuildingStore;
  readonly watchLog: WatchLogStore;
  /** This process among those on the same database. It is not one of them until it joins. */
  readonly replica: Replica;
  /** The jobs, opened by the first call with all the queues that will be used; later calls resolve to the same. */
  openJobs(queues: readonly string[]): Promise<Jobs>;
  /** Removes what is older than `days`. Resolves with the number of rows. */
  removeOld(days: number): Promise<number>;
  /** Takes no more jobs, lets those under way end for a moment, and gives the others back. */
  handOver(): Promise<void>;
  /**
   * Stops the jobs if they still run, waits for the statements under way, and gives the data directory back. Once, however
   * often called.
   */
  close(): Promise<void>;
}

/** A store that may not be open yet. */
export interface StoreAccess {
  /** Whether other processes may be using it, too. */
  readonly isShared: boolean;
  /** Opens it; later calls resolve to the same. */
  open(): Promise<Store>;
  /** Resolves when any caller has opened it. */
  readonly opened: Promise<Store>;
}

/** A store that may be opened later, in a data directory that no other process can take meanwhile. */
export interface ReservedStore extends StoreAccess {
  /** Whether the database has still to be made, in the data directory. */
  readonly isNew: boolean;
  /** Resolves with the reason when the store was taken away from this process, which should end then. */
  readonly lost: Promise<Error>;
  /** Why nothing can be stored now, in words; null where it can. Does not open it. */
  whyNotReady(): Promise<string | null>;
  /** Takes no more jobs, lets those under way end for a moment, and gives the others back for another process to run them. */
  handOver(): Promise<void>;
  /** Closes it where it was opened, and gives the data directory back. */
  close(): Promise<void>;
}

/** An open store as one that was reserved, to be closed by its owner. */
export function lent(store: Store): ReservedStore {
  return {
    ...accessTo(store),
    isNew: false,
    lost: new Promise(() => {}),
    whyNotReady: () => store.database.whyNotReady(),
    handOver: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/**
 * Takes the data directory for this process, which is quick, and leaves opening the database in it, which is not, for
 * when it is needed. With a `databaseUrl` there is nothing to take. Rejects with a DataDirLockedError, and with a
 * DataDirUnusableError where the data directory plainly cannot be used.
 */
export async function reserveStore(options: DatabaseOptions): Promise<ReservedStore> {
  let opened: Database | null = null;
  let opening: Promise<Store> | null = null;
  const lost = Promise.withResolvers<Error>();
  const directory = options.databaseUrl === undefined ? options.dataDir : null;
  const lock = directory === null ? null : await lockDataDir(directory, { onLost: lost.resolve });
  let isNew = false;
  if (directory !== null) {
    try {
      await assertUsable(directory);
      isNew = !hasPglite(directoryIn(directory));
    } catch (error) {
      lock?.release();
      throw error;
    }
  }
  const open = async (): Promise<Store> => {
    try {
      const database = await openDatabase(options);
      try {
        await migrate(database);
      } catch (error) {
        await database.close();
        throw error;
      }
      opened = database;
      return storeOn(database, lock, options);
    } catch (error) {
      lock?.release();
      throw error;
    }
  };
  const { promise: whenOpened, resolve } = Promise.withResolvers<Store>();
  return {
    isShared: options.databaseUrl !== undefined,
    isNew,
    lost: lost.promise,
    opened: whenOpened,
    async whyNotReady() {
      return opened === null ? 'the database is being opened' : opened.whyNotReady();
    },
    open() {
      if (opening === null) {
        opening = open();
        opening.then(resolve, () => {});
      }
      return opening;
    },
    async handOver() {
      await (await opening?.catch(() => null))?.handOver();
    },
    async close() {
      if (opening === null) lock?.release();
      else await (await opening.catch(() => null))?.close();
    },
  };
}

/**
 * Opens the store in `dataDir`, which no other process may use meanwhile, or the PostgreSQL at `databaseUrl`, which any
 * number of processes share, and brings its schema up to date. Rejects with a DataDirLockedError, a
 * DatabaseUnavailableError or a NewerSchemaError, and leaves nothing open then.
 */
export async function openStore(options: DatabaseOptions): Promise<Store> {
  return (await reserveStore(options)).open();
}

function storeOn(database: Database, lock: DataDirLock | null, { log }: DatabaseOptions): Store {
  const siteQualifications = new SiteQualificationStore(database);
  const operatorAnswers = new OperatorAnswerStore(database);
  const ownership = new OwnershipStore(database);
  const buildings = new BuildingStore(database);
  const watchLog = new WatchLogStore(database);
  const replica = new Replica(database, log);
  let jobs: Promise<Jobs> | null = null;
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    try {
      const opened = await jobs?.catch(() => null);
      await opened?.stop(stopJobsMs);
      await replica.leave();
      await database.close();
    } finally {
      lock?.release();
    }
  };
  return {
    database,
    siteQualifications,
    operatorAnswers,
    ownership,
    buildings,
    watchLog,
    replica,
    openJobs(queues) {
      jobs ??= import('./jobs.ts').then(({ openJobs }) => openJobs(database, log, queues));
      return jobs;
    },
    removeOld: (days) => removeOld(database, days),
    async handOver() {
      await (await jobs?.catch(() => null))?.handOver(stopJobsMs);
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}
