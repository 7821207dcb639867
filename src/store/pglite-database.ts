import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { Log } from '../log.ts';
import type { Database, Listener, Parameter, Transaction, Unlisten } from './database.ts';

/** A quarter of PGlite's own setting, which saves over 100 MB of memory; this data is small. */
const sharedBuffers = '32MB';

/** Opens the PostgreSQL that runs in this process, on the files in `<dataDir>/pglite`, made when missing. */
export async function openPglite(dataDir: string, log: Log): Promise<Database> {
  const directory = join(dataDir, 'pglite');
  await mkdir(dataDir, { recursive: true });
  const pglite = await PGlite.create({
    dataDir: directory,
    startParams: [...PGlite.defaultStartParams, '-c', `shared_buffers=${sharedBuffers}`],
    // Segments of the write-ahead log of 1 MB instead of 16: a new database is half as large.
    initDbStartParams: ['--wal-segsize=1'],
  });
  return new PgliteDatabase(pglite, log);
}

type Statements = Pick<PGlite, 'query' | 'exec'>;

class PgliteDatabase implements Database {
  readonly engine = 'pglite';
  readonly #pglite: PGlite;
  readonly #log: Log;
  /** Ends when the one connection is free. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(pglite: PGlite, log: Log) {
    this.#pglite = pglite;
    this.#log = log;
  }

  query<Row extends object>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]> {
    return this.#alone(() => query<Row>(this.#pglite, sql, parameters));
  }

  script(sql: string): Promise<Record<string, unknown>[]> {
    return this.#alone(async () => {
      try {
        return await script(this.#pglite, sql);
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
    return this.#alone(() => this.#pglite.transaction((tx) => work(transactionOn(tx))));
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

  close(): Promise<void> {
    return this.#alone(() => this.#pglite.close());
  }

  #deliver(channel: string, payload: string, listener: Listener): void {
    try {
      listener.onPayload(payload);
    } catch (error) {
      this.#log.error({ err: error, channel }, 'A listener of a database channel failed');
    }
  }

  /** One after the other: PGlite has one connection, and a script that fails has to be cleaned up behind. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }
}

function transactionOn(statements: Statements): Transaction {
  return {
    isTransaction: true,
    query: (sql, parameters) => query(statements, sql, parameters),
    script: (sql) => script(statements, sql),
    async notify(channel, payload) {
      await query(statements, 'select pg_notify($1, $2)', [channel, payload]);
    },
  };
}

async function query<Row extends object>(
  statements: Statements,
  sql: string,
  parameters: readonly Parameter[] = [],
): Promise<Row[]> {
  const { rows } = await statements.query<Row>(sql, [...parameters]);
  return rows;
}

async function script(statements: Statements, sql: string): Promise<Record<string, unknown>[]> {
  const results = await statements.exec(sql);
  return results.flatMap(({ rows }) => rows);
}

function quoted(channel: string): string {
  return `"${channel.replaceAll('"', '""')}"`;
}
