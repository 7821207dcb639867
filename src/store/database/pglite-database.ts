import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import type { Log } from '../../observe/log.ts';
import { answered, withoutValues } from './database-error.ts';
import type { Database, Listener, Parameter, Transaction, Unlisten } from './database.ts';
import { TransactionScope, type Statements } from './transaction-scope.ts';

/** A quarter of PGlite's own setting, which saves over 100 MB of memory; this data is small. */
const sharedBuffers = '32MB';

/** For how long statements may follow each other before anything else has its turn. */
const longestAtWorkMs = 5;

/** Opens the PostgreSQL that runs in this process, on the files in `<dataDir>/pglite`, made when missing. */
export async function openPglite(dataDir: string, log: Log): Promise<Database> {
  const directory = join(dataDir, 'pglite');
  await mkdir(dataDir, { recursive: true });
  if (!existsSync(directory)) {
    log.info({ directory }, 'Making the database, which takes a few seconds the first time');
    await makePglite(directory);
  }
  const pglite = await PGlite.create({
    dataDir: directory,
    startParams: [...PGlite.defaultStartParams, '-c', `shared_buffers=${sharedBuffers}`],
  });
  return new PgliteDatabase(pglite, log);
}

/**
 * Makes a new database. It takes seconds of work, which a thread of its own does, so that this one goes on answering;
 * under another name until it is whole, so that a process that is killed meanwhile leaves nothing half made.
 */
async function makePglite(directory: string): Promise<void> {
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const maker = new Worker(new URL('./make-pglite.ts', import.meta.url), {
    workerData: { directory: unfinished },
  });
  try {
    await once(maker, 'message');
  } finally {
    await maker.terminate();
  }
  await rename(unfinished, directory);
}

class PgliteDatabase implements Database {
  readonly engine = 'pglite';
  readonly #pglite: PGlite;
  readonly #log: Log;
  readonly #scope = new TransactionScope();
  /** Ends when the one connection is free. */
  #turn: Promise<unknown> = Promise.resolve();
  #lastPause = 0;

  constructor(pglite: PGlite, log: Log) {
    this.#pglite = pglite;
    this.#log = log;
  }

  query<Row extends object>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]> {
    return this.#alone(() => statementsOn(this.#pglite).query<Row>(sql, parameters));
  }

  script(sql: string): Promise<Record<string, unknown>[]> {
    return this.#alone(async () => {
      try {
        return await statementsOn(this.#pglite).script(sql);
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
            return await this.#scope.run(statementsOn(one), work);
          } catch (error) {
            failed = { by: error };
            throw error;
          }
        });
      } catch (error) {
        // What `work` threw, or why it could not be begun or committed.
        throw failed === null ? withoutValues(error) : error;
      }
    });
  }

  async listen(channel: string, listener: Listener): Promise<Unlisten> {
    let open = true;
    const stop = await this.#alone(() =>
      this.#pglite.listen(quoted(channel), (payload) => {
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

  async close(): Promise<void> {
    await this.#alone(async () => {
      if (!this.#pglite.closed) await this.#pglite.close();
    });
  }

  #deliver(channel: string, payload: string, listener: Listener): void {
    try {
      listener.onPayload(payload);
    } catch (error) {
      this.#log.error({ err: error, channel }, 'A listener of a database channel failed');
    }
  }

  /** One after the other: PGlite has one connection, and a script that fails has to be cleaned up behind. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    this.#scope.assertOutside();
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {}).then(() => this.#letOthersIn());
    return result;
  }

  /** A statement never leaves this thread: many in a row would let no timer and no socket have its turn. */
  async #letOthersIn(): Promise<void> {
    if (performance.now() - this.#lastPause < longestAtWorkMs) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#lastPause = performance.now();
  }
}

function statementsOn(connection: Pick<PGlite, 'query' | 'exec'>): Statements {
  return {
    async query<Row extends object>(sql: string, parameters: readonly Parameter[] = []) {
      const { rows } = await answered(connection.query<Row>(sql, [...parameters]));
      return rows;
    },
    async script(sql) {
      const results = await answered(connection.exec(sql));
      return results.flatMap<Record<string, unknown>>(({ rows }) => rows);
    },
  };
}

function quoted(channel: string): string {
  return `"${channel.replaceAll('"', '""')}"`;
}
