import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { Pool, type ClientConfig, type PoolClient, type QueryConfig, type QueryResult } from 'pg';
import { ConnectionTurns } from './background.ts';
import {
  DatabaseUnavailableError,
  NotificationsLostError,
  withoutValuesInErrors,
  describeReason,
  withoutValues,
} from './database-error.ts';
import type {
  Database,
  DatabaseOptions,
  Listener,
  Parameter,
  Transaction,
  StatementOptions,
  Unlisten,
} from './database.ts';
import type { Log } from '../../observe/log.ts';
import { StoreUnavailableError } from '../../vocabulary/errors.ts';
import { waitFor } from '../../abort.ts';
import { PostgresListener } from './postgres-listener.ts';
import { TransactionScope, type Statements } from './transaction-scope.ts';

const connectTimeoutMs = 5_000;
/**
 * How long a statement may take. A connection that the network dropped without a word, as after a failover, answers nothing
 * and never tells: then this is how it is noticed.
 */
const statementTimeoutMs = 5_000;
/** How long the database may take to show that it is there. */
const readyWithinMs = 2_000;
/** So much earlier than this process the server gives up a statement. */
const serverFirstMs = 1_000;
/** A process that stalls inside a transaction loses it, so that the rows it locked do not stall the other replicas. */
const idleInTransactionMs = 30_000;
/** Three replicas and their listeners fit into the twenty connections that PgBouncer has by default in session mode. */
const mostConnections = 5;
/** How many connections may serve work that no caller waits for. */
const mostInBackground = 3;
const probeChannel = 'eligibility_probe';
/** How long a notification to oneself may take, and how often it is sent before it counts as lost. */
const probeMs = 1_000;
const mostProbes = 5;

/**
 * Connects to a PostgreSQL, directly or through a pooler. Nothing is asked of a connection that a pooler in transaction
 * mode cannot give: no parameters at its start, no prepared statements by name, no state that outlives a transaction.
 * Rejects with a DatabaseUnavailableError where it does not answer, and with a NotificationsLostError where notifications
 * do not arrive.
 */
export async function openPostgres(
  databaseUrl: string,
  { listenUrl, log }: Pick<DatabaseOptions, 'listenUrl' | 'log'>,
): Promise<Database> {
  const settings: ClientConfig = {
    application_name: 'wholesale-eligibility',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  };
  let pool: Pool;
  try {
    pool = new Pool({ ...settings, connectionString: databaseUrl, max: mostConnections });
  } catch {
    // The reason may quote the address, which has the password in it.
    throw new DatabaseUnavailableError('DATABASE_URL is not a PostgreSQL URL.');
  }
  // Without a listener, an idle connection that the server closes would end the process.
  pool.on('error', (error) => {
    log.warn({ err: withoutValues(error) }, 'An idle connection to PostgreSQL was lost');
  });
  const listener = new PostgresListener(
    { ...settings, connectionString: listenUrl ?? databaseUrl },
    log,
  );
  const database = new PostgresDatabase(pool, listener, log);
  try {
    await database.query('select 1').catch((error: unknown) => {
      throw unusableDatabase('DATABASE_URL', databaseUrl, error);
    });
    await assertNotified(database, listenUrl);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Sends itself a notification: a pooler in transaction mode loses them, and with them every wake-up between replicas. */
async function assertNotified(database: Database, listenUrl: string | undefined): Promise<void> {
  const heard = Promise.withResolvers<void>();
  const payload = randomUUID();
  const unlisten = await database
    .listen(probeChannel, {
      onPayload: (one) => {
        if (one === payload) heard.resolve();
      },
      onMissed() {},
    })
    .catch((error: unknown) => {
      if (listenUrl === undefined) throw error;
      throw unusableDatabase('DATABASE_LISTEN_URL', listenUrl, error);
    });
  for (let sent = 0; sent < mostProbes; sent += 1) {
    await database.notify(probeChannel, payload);
    const isHeard = await waitFor(heard.promise, { withinMs: probeMs }).then(
      () => true,
      () => false,
    );
    if (isHeard) return unlisten();
  }
  throw new NotificationsLostError(listenUrl !== undefined);
}

class PostgresDatabase implements Database {
  readonly engine = 'postgres';
  readonly #pool: Pool;
  readonly #listener: PostgresListener;
  readonly #log: Log;
  readonly #scope = new TransactionScope();
  readonly #turns = new ConnectionTurns(Infinity, mostInBackground);
  /** Counted up when a connection was found dead: then connections that were made before are not used again. */
  #generation = 0;
  readonly #generations = new WeakMap<PoolClient, number>();

  constructor(pool: Pool, listener: PostgresListener, log: Log) {
    this.#pool = pool;
    this.#log = log;
    this.#listener = listener;
  }

  async query<Row extends object>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]> {
    this.#scope.assertOutside();
    return this.#connected((client) => statementsOn(client).query<Row>(sql, parameters));
  }

  async script(
    sql: string,
    { statementMs = statementTimeoutMs }: StatementOptions = {},
  ): Promise<Record<string, unknown>[]> {
    this.#scope.assertOutside();
    return this.#connected(async (client, drop) => {
      try {
        return await statementsOn(client, statementMs).script(sql);
      } catch (error) {
        // It may have left its connection inside a transaction.
        drop();
        throw error;
      }
    });
  }

  async notify(channel: string, payload: string): Promise<void> {
    await this.query('select pg_notify($1, $2)', [channel, payload]);
  }

  async transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    { statementMs = statementTimeoutMs }: StatementOptions = {},
  ): Promise<T> {
    this.#scope.assertOutside();
    return this.#connected(async (client, drop) => {
      // The server gives up first, which leaves the connection as it was.
      const statements = statementsOn(client, statementMs + serverFirstMs);
      try {
        await statements.script(
          `begin; set local statement_timeout = ${statementMs};
           set local idle_in_transaction_session_timeout = ${idleInTransactionMs}`,
        );
        const result = await this.#scope.run(statements, work);
        // A COMMIT after a failed statement rolls back without an error.
        const { command } = await withoutValuesInErrors(client.query(timed('commit', statementMs)));
        if (command === 'ROLLBACK') {
          throw new Error('The transaction was rolled back: a statement in it had failed.');
        }
        return result;
      } catch (error) {
        if (!isConnectionLost(error)) await statements.script('rollback').catch(drop);
        throw error;
      }
    });
  }

  async listen(channel: string, listener: Listener): Promise<Unlisten> {
    return this.#listener.listen(channel, listener);
  }

  async whyNotReady(): Promise<string | null> {
    return waitFor(this.query('select 1'), { withinMs: readyWithinMs }).then(
      () => null,
      () => 'the database does not answer',
    );
  }

  async close(): Promise<void> {
    await this.#listener.close();
    if (!this.#pool.ending) await this.#pool.end();
  }

  /** Runs work on a connection, which is used again unless it was lost or `work` drops it. */
  #connected<T>(work: (client: PoolClient, drop: () => void) => Promise<T>): Promise<T> {
    return this.#turns.run(() => this.#withConnection(work));
  }

  async #withConnection<T>(work: (client: PoolClient, drop: () => void) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    let isDropped = false;
    const drop = (): void => {
      isDropped = true;
    };
    // If the connection ends while `work` does something else, its next statement tells, not an event.
    client.on('error', ignore);
    try {
      return await work(client, drop);
    } catch (error) {
      if (isConnectionLost(error)) {
        drop();
        this.#suspectAll(client, error);
      }
      throw error;
    } finally {
      client.off('error', ignore);
      release(client, isDropped);
    }
  }

  async #connect(): Promise<PoolClient> {
    for (;;) {
      const client = await withoutValuesInErrors(this.#pool.connect());
      const madeIn = this.#generations.get(client) ?? this.#generation;
      this.#generations.set(client, madeIn);
      if (madeIn === this.#generation) return client;
      release(client, true);
    }
  }

  /** A fault of one connection may be a fault of all. */
  #suspectAll(lost: PoolClient, error: unknown): void {
    if (this.#generations.get(lost) !== this.#generation) return;
    this.#generation += 1;
    this.#log.warn({ err: error }, 'A connection to PostgreSQL was lost: all are made anew');
    this.#listener.check();
  }
}

function ignore(): void {}

/** Whether nothing more can be expected of the connection on which this happened. */
function isConnectionLost(error: unknown): boolean {
  return (
    error instanceof StoreUnavailableError &&
    (error.code === null || /^(?:08|57P0[123]|25006)/.test(error.code))
  );
}

/** Gives a connection back, or closes it where it is dropped, without waiting: its other end may be gone. */
function release(client: PoolClient, isDropped: boolean): void {
  if (isDropped) {
    const { connection } = client as PoolClient & {
      readonly connection: { readonly stream: Duplex };
    };
    connection.stream.destroy();
  }
  client.release(isDropped);
}

/** A statement that is given up after a time: pg has a setting for it that its types do not know. */
function timed(text: string, withinMs: number, values?: unknown[]): QueryConfig {
  const query: QueryConfig & { query_timeout: number } = { text, query_timeout: withinMs };
  return values === undefined ? query : { ...query, values };
}

function statementsOn(client: PoolClient, withinMs = statementTimeoutMs): Statements {
  return {
    async query<Row extends object>(sql: string, parameters: readonly Parameter[] = []) {
      const { rows } = await withoutValuesInErrors(
        client.query<Row>(timed(sql, withinMs, [...parameters])),
      );
      return rows;
    },
    async script(sql) {
      // Without parameters pg uses the simple protocol, which takes several statements and then answers with a list.
      const results: QueryResult | QueryResult[] = await withoutValuesInErrors(
        client.query(timed(sql, withinMs)),
      );
      return [results].flat().flatMap<Record<string, unknown>>(({ rows }) => rows);
    },
  };
}

/** Says where the database is, without the user and the password, and why it cannot be used. */
function unusableDatabase(setting: string, url: string, error: unknown): DatabaseUnavailableError {
  const { host, pathname, searchParams } = new URL(url);
  const place = `${searchParams.get('host') ?? host}${pathname}`;
  return new DatabaseUnavailableError(
    `${setting}: the PostgreSQL at ${place} cannot be used: ${describeReason(error)}.`,
  );
}
