import type { Log } from '../../observe/log.ts';

/** A parameter of a statement, `$1`, `$2` and so on. JSON is given as text, see `jsonText`. */
export type Parameter = string | number | boolean | null | readonly string[];

export interface StatementOptions {
  /** How long a statement may take; a few seconds when not given. PGlite's take as long as they take. */
  readonly statementMs?: number;
}

/**
 * Something that runs SQL: the database, each statement by itself, or one transaction of it. What a statement rejects with
 * is a StatementError, or a StoreUnavailableError where the database could not be asked; neither holds a value.
 */
export interface Queryable {
  /** Runs one statement and returns its rows. `Row` is the caller's word: nothing checks it. */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    parameters?: readonly Parameter[],
  ): Promise<Row[]>;
  /** Runs statements that take no parameters, in one go, and returns the rows of all of them. */
  script(sql: string, options?: StatementOptions): Promise<Record<string, unknown>[]>;
  /** Tells every listener of a channel, in this process and in others; within a transaction, once that is committed. */
  notify(channel: string, payload: string): Promise<void>;
}

/** Statements that take effect together or not at all. Not to be used after its `transaction` has ended. */
export interface Transaction extends Queryable {
  readonly isTransaction: true;
}

/** A listener on a channel. Neither function may throw; both are called outside of the statement that caused them. */
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
  transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    options?: StatementOptions,
  ): Promise<T>;
  /** Resolves once payloads sent from now on will reach the listener. */
  listen(channel: string, listener: Listener): Promise<Unlisten>;
  /** Why nothing can be stored now, in words; null where it can. */
  whyNotReady(): Promise<string | null>;
  /** Waits for the statements under way, then closes every connection. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Where PGlite keeps its files, in the folder `pglite`. Not touched when there is a `databaseUrl`. */
  readonly dataDir: string;
  /** A PostgreSQL to use instead of PGlite: `postgres://user:password@host:port/database`. */
  readonly databaseUrl?: string | undefined;
  /** Where to listen for notifications of that PostgreSQL, where a pooler at `databaseUrl` loses them. */
  readonly listenUrl?: string | undefined;
  readonly log: Log;
}
