import { mkdir, rm } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import type { Log } from '../../observe/log.ts';
import { StoreUnavailableError } from '../../vocabulary/errors.ts';
import { ConnectionTurns, inBackground } from './background.ts';
import { assertUsable, damagedDatabase, directoryIn, hasPglite, isFull } from './data-dir.ts';
import { withoutValues } from './database-error.ts';
import type { Database, Listener, Parameter, Transaction, Unlisten } from './database.ts';
import { putNewPglite } from './new-pglite.ts';
import { TransactionScope, type Statements } from './transaction-scope.ts';

/** A quarter of PGlite's own setting, which saves over 100 MB of memory; this data is small. */
const sharedBuffers = '32MB';

/** How long statements may follow each other before timers and sockets have their turn. */
const longestAtWorkMs = 5;

/**
 * Opens the PostgreSQL that runs in this process, on the files in `<dataDir>/pglite`, made when missing. Rejects with a
 * DataDirUnusableError where it cannot.
 */
export async function openPglite(dataDir: string, log: Log): Promise<Database> {
  await mkdir(dataDir, { recursive: true });
  await assertUsable(dataDir);
  const directory = directoryIn(dataDir);
  if (hasPglite(directory)) return openPgliteFiles(directory, log);
  log.info({ directory }, 'Making the database, which may take a few seconds');
  const kept = await putNewPglite(directory);
  try {
    return await openPgliteFiles(directory, log);
  } catch (error) {
    if (kept === null) throw error;
    // The kept database is damaged.
    await Promise.all([kept, directory].map((one) => rm(one, { recursive: true, force: true })));
    await putNewPglite(directory);
    return openPgliteFiles(directory, log);
  }
}

/** Opens PGlite on existing files. Rejects with a DataDirUnusableError where they are damaged. */
export async function openPgliteFiles(directory: string, log: Log): Promise<Database> {
  try {
    const pglite = await PGlite.create({
      dataDir: directory,
      startParams: [...PGlite.defaultStartParams, '-c', `shared_buffers=${sharedBuffers}`],
    });
    return new PgliteDatabase(pglite, directory, log);
  } catch (error) {
    log.debug({ err: withoutValues(error), directory }, 'The database could not be opened');
    throw damagedDatabase(directory, 'is damaged');
  }
}

class PgliteDatabase implements Database {
  readonly engine = 'pglite';
  readonly #pglite: PGlite;
  readonly #directory: string;
  readonly #log: Log;
  /** Why the database answers nothing any more; null while it works. */
  #failure: StoreUnavailableError | null = null;
  readonly #scope = new TransactionScope();
  /** Gives the one connection to one caller after the other. */
  readonly #turns = new ConnectionTurns(1, 1);
  #lastPause = 0;

  constructor(pglite: PGlite, directory: string, log: Log) {
    this.#pglite = pglite;
    this.#directory = directory;
    this.#log = log;
  }

  query<Row extends object>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]> {
    return this.#alone(() => this.#statementsOn(this.#pglite).query<Row>(sql, parameters));
  }

  script(sql: string): Promise<Record<string, unknown>[]> {
    return this.#alone(async () => {
      try {
        return await this.#statementsOn(this.#pglite).script(sql);
      } catch (error) {
        // A script that opened a transaction of its own and failed in it leaves the one connection in it.
        await this.#pglite.exec('rollback').catch(() => {});
        throw error;
      }
    });
  }

  async notify(channel: string, payload: string): Promise<void> {
    await this.query('select pg_notify($1, $2)', [channel, payload]);
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.#alone(async () => {
      let failed: { readonly by: unknown } | null = null;
      try {
        return await this.#pglite.transaction(async (one) => {
          try {
            return await this.#scope.run(this.#statementsOn(one), work);
          } catch (error) {
            failed = { by: error };
            throw error;
          }
        });
      } catch (error) {
        // The error of `work`, or of the begin or commit around it.
        throw failed === null ? this.#note(withoutValues(error)) : error;
      }
    });
  }

  async listen(channel: string, listener: Listener): Promise<Unlisten> {
    let open = true;
    const stop = await this.#alone(() =>
      this.#pglite.listen(quoteChannel(channel), (payload) => {
        queueMicrotask(() => {
          if (open) this.#deliver(channel, payload, listener);
        });
      }),
    );
    return async () => {
      if (!open) return;
      open = false;
      await this.#alone(() => stop());
    };
  }

  async whyNotReady(): Promise<string | null> {
    if (this.#failure !== null)
      return 'the database in DATA_DIR has failed: start the service again';
    return (await isFull(this.#directory)) ? 'the disk of DATA_DIR is full' : null;
  }

  async close(): Promise<void> {
    // Behind the statements that wait.
    const leave = await inBackground(() => this.#turns.enter());
    try {
      if (this.#pglite.closed) return;
      // On a full disk PGlite would try to close for ever. It recovers from a process that ends without it.
      if ((await this.whyNotReady()) === null) await this.#pglite.close();
    } finally {
      leave();
    }
  }

  #statementsOn(connection: Pick<PGlite, 'query' | 'exec'>): Statements {
    const answered = async <T>(ask: () => Promise<T>): Promise<T> => {
      if (this.#failure !== null) throw this.#failure;
      try {
        return await ask();
      } catch (error) {
        throw this.#note(withoutValues(error));
      }
    };
    return {
      async query<Row extends object>(sql: string, parameters: readonly Parameter[] = []) {
        const { rows } = await answered(() => connection.query<Row>(sql, [...parameters]));
        return rows;
      },
      async script(sql) {
        const results = await answered(() => connection.exec(sql));
        return results.flatMap<Record<string, unknown>>(({ rows }) => rows);
      },
    };
  }

  /** Remembers an error that is not PostgreSQL's own: the engine itself has failed, and answers nothing more. */
  #note(error: unknown): unknown {
    const isEnd = error instanceof StoreUnavailableError && error.code === null;
    if (isEnd && this.#failure === null && !this.#pglite.closed) {
      this.#failure = error;
      this.#log.error(
        { err: error, directory: this.#directory },
        'The database has failed: start the service again',
      );
    }
    return error;
  }

  #deliver(channel: string, payload: string, listener: Listener): void {
    try {
      listener.onPayload(payload);
    } catch (error) {
      this.#log.error({ err: error, channel }, 'A listener of a database channel failed');
    }
  }

  /** Runs one piece of work after the other: PGlite has one connection, and has to be cleaned up after a script that fails. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    this.#scope.assertOutside();
    const leave = await this.#turns.enter();
    try {
      return await work();
    } finally {
      void this.#letOthersIn().then(leave);
    }
  }

  /** A statement never leaves this thread: many in a row would let no timer and no socket have its turn. */
  async #letOthersIn(): Promise<void> {
    if (performance.now() - this.#lastPause < longestAtWorkMs) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#lastPause = performance.now();
  }
}

function quoteChannel(channel: string): string {
  return `"${channel.replaceAll('"', '""')}"`;
}
