import { Pool, type ClientBase, type ClientConfig, type QueryResult } from 'pg';
import type { Log } from '../observe/log.ts';
import {
  DatabaseUnavailableError,
  type Database,
  type Listener,
  type Parameter,
  type Transaction,
  type Unlisten,
} from './database.ts';
import { PostgresListener } from './postgres-listener.ts';
import { TransactionScope, type Statements } from './transaction-scope.ts';

const connectTimeoutMs = 10_000;
/** A process that stalls inside a transaction loses it, so that the rows it locked do not stall the other replicas. */
const idleInTransactionMs = 30_000;
const mostConnections = 10;

/** Connects to the PostgreSQL at `databaseUrl`. Rejects with a DatabaseUnavailableError where it does not answer. */
export async function openPostgres(databaseUrl: string, log: Log): Promise<Database> {
  const config: ClientConfig = {
    connectionString: databaseUrl,
    application_name: 'wholesale-eligibility',
    connectionTimeoutMillis: connectTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    keepAlive: true,
  };
  let pool: Pool;
  try {
    pool = new Pool({ ...config, max: mostConnections });
  } catch (error) {
    throw new DatabaseUnavailableError('DATABASE_URL is not a PostgreSQL URL.', { cause: error });
  }
  // Without a listener, an idle connection that the server closes would end the process.
  pool.on('error', (error) => {
    log.warn({ err: error }, 'An idle connection to PostgreSQL was lost');
  });
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    throw new DatabaseUnavailableError(
      `${placeOf(databaseUrl)} cannot be used: ${reasonOf(error)}.`,
      { cause: error },
    );
  }
  return new PostgresDatabase(pool, new PostgresListener(config, log));
}

class PostgresDatabase implements Database {
  readonly engine = 'postgres';
  readonly #pool: Pool;
  readonly #listener: PostgresListener;
  readonly #scope = new TransactionScope();

  constructor(pool: Pool, listener: PostgresListener) {
    this.#pool = pool;
    this.#listener = listener;
  }

  async query<Row extends object>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]> {
    this.#scope.assertOutside();
    return statementsOn(this.#pool).query<Row>(sql, parameters);
  }

  async script(sql: string): Promise<Record<string, unknown>[]> {
    this.#scope.assertOutside();
    // A failed script may leave its connection inside a transaction; the pool drops the connection of a failed query.
    return statementsOn(this.#pool).script(sql);
  }

  async notify(channel: string, payload: string): Promise<void> {
    await this.query('select pg_notify($1, $2)', [channel, payload]);
  }

  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    this.#scope.assertOutside();
    const client = await this.#pool.connect();
    // What ends the connection while `work` does something else is told by its next statement, not by an event.
    client.on('error', ignore);
    let broken = false;
    try {
      await client.query('begin');
      const result = await this.#scope.run(statementsOn(client), work);
      // A COMMIT after a failed statement rolls back without an error.
      const { command } = await client.query('commit');
      if (command === 'ROLLBACK') {
        throw new Error('The transaction was rolled back: a statement in it had failed.');
      }
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => {
        broken = true;
      });
      throw error;
    } finally {
      client.off('error', ignore);
      client.release(broken);
    }
  }

  async listen(channel: string, listener: Listener): Promise<Unlisten> {
    return this.#listener.listen(channel, listener);
  }

  async close(): Promise<void> {
    await this.#listener.close();
    if (!this.#pool.ending) await this.#pool.end();
  }
}

function ignore(): void {}

function statementsOn(connection: Pick<ClientBase, 'query'> | Pool): Statements {
  return {
    async query<Row extends object>(sql: string, parameters: readonly Parameter[] = []) {
      const { rows } = await connection.query<Row>(sql, [...parameters]);
      return rows;
    },
    async script(sql) {
      // Without parameters pg uses the simple protocol, which takes several statements and then answers with a list.
      const results: QueryResult | QueryResult[] = await connection.query(sql);
      return [results].flat().flatMap<Record<string, unknown>>(({ rows }) => rows);
    },
  };
}

/** Where the database is, without the user and the password. */
function placeOf(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) return 'The PostgreSQL of DATABASE_URL';
  const { host, pathname, searchParams } = new URL(databaseUrl);
  return `The PostgreSQL at ${searchParams.get('host') ?? host}${pathname}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
