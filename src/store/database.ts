import type { Log } from '../observe/log.ts';

/** What a statement may be given for `$1`, `$2` and so on. JSON is given as text, see `jsonText`. */
export type Parameter = string | number | boolean | null | readonly string[];

/** Something that runs SQL: the database, each statement by itself, or one transaction of it. */
export interface Queryable {
  /** Runs one statement and returns its rows. `Row` is the caller's word: nothing checks it. */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    parameters?: readonly Parameter[],
  ): Promise<Row[]>;
  /** Runs statements that take no parameters, in one go, and returns the rows of all of them. */
  script(sql: string): Promise<Record<string, unknown>[]>;
  /** Tells every listener of a channel, in this process and in others; within a transaction, once that is committed. */
  notify(channel: string, payload: string): Promise<void>;
}

/** Statements that take effect together or not at all. Not to be used after its `transaction` has ended. */
export interface Transaction extends Queryable {
  readonly isTransaction: true;
}

/** Who follows a channel. Neither function may throw; both are called outside of the statement that caused them. */
export interface Listener {
  onPayload(payload: string): void;
  /** The connection was lost and is back: payloads may have been missed, so what they stand for is to be read again. */
  onMissed(): void;
}

/** Ends a `listen`: its listener is not called again. */
export type Unlisten = () => Promise<void>;

/** A SQL database in PostgreSQL's dialect: in this process or behind a network. */
export interface Database extends Queryable {
  readonly engine: 'pglite' | 'postgres';
  /**
   * Commits what `work` did with its transaction (READ COMMITTED), or rolls it back and rejects with what `work` threw.
   * Inside `work` only the transaction may be used; using the database itself rejects.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Resolves once payloads sent from now on will reach the listener. */
  listen(channel: string, listener: Listener): Promise<Unlisten>;
  /** Waits for the statements under way, then closes every connection. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Where PGlite keeps its files, in the folder `pglite`. Not touched when there is a `databaseUrl`. */
  readonly dataDir: string;
  /** A PostgreSQL to use instead of PGlite: `postgres://user:password@host:port/database`. */
  readonly databaseUrl?: string | undefined;
  readonly log: Log;
}

/** The PostgreSQL of `DATABASE_URL` cannot be used. The message names where it is and holds no password. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

/**
 * Opens PGlite in this process, or connects to a PostgreSQL when there is a `databaseUrl`; only the one that is used is
 * loaded. The caller holds the lock of the data directory. Rejects with a DatabaseUnavailableError where PostgreSQL does
 * not answer.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.databaseUrl === undefined) {
    const { openPglite } = await import('./pglite-database.ts');
    return openPglite(options.dataDir, options.log);
  }
  const { openPostgres } = await import('./postgres-database.ts');
  return openPostgres(options.databaseUrl, options.log);
}
