import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { createLog } from '../../src/observe/log.ts';
import type { Database, DatabaseOptions } from '../../src/store/database/database.ts';
import { openDatabase } from '../../src/store/database/open-database.ts';
import { migrate } from '../../src/store/database/migrations.ts';
import { putEmptyPglite } from '../support/empty-pglite.ts';
import { postgresMissing, startPostgres, type TestPostgres } from '../support/postgres.ts';

export const silentLog = createLog('silent');

/** An empty place to keep data, and the options that open it. */
export interface TestPlace extends AsyncDisposable {
  readonly options: DatabaseOptions;
}

/** An empty database with its schema, and a second replica of the service on it. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: Database;
  /** The same data through connections of its own; on PGlite, which has one connection, the same database. */
  readonly replica: Database;
  readonly options: DatabaseOptions;
}

/** One of the two databases that everything is tested on. */
export interface Engine {
  readonly name: 'pglite' | 'postgres';
  place(): Promise<TestPlace>;
  open(): Promise<TestDatabase>;
  /** The server, of `postgres`. */
  server(): TestPostgres;
}

/** Runs a suite on PGlite, and on a PostgreSQL server of its own where the programs for one are installed. */
export function onEveryEngine(title: string, suite: (engine: Engine) => void): void {
  onPglite(title, suite);
  onPostgres(title, suite);
}

/** Runs a suite on PGlite alone. */
export function onPglite(title: string, suite: (engine: Engine) => void): void {
  describe(`${title} (PGlite)`, () => {
    let shared: SharedPglite | null = null;
    afterAll(() => shared?.close());
    suite({
      name: 'pglite',
      place: placeForPglite,
      async open() {
        shared ??= await sharePglite();
        return shared.emptied();
      },
      server() {
        throw new Error('PGlite has no server.');
      },
    });
  });
}

/** Runs a suite on PostgreSQL alone. */
export function onPostgres(title: string, suite: (engine: Engine) => void): void {
  const skipped = postgresMissing === null ? '' : `, skipped: ${postgresMissing}`;
  describe.skipIf(postgresMissing !== null)(`${title} (PostgreSQL${skipped})`, () => {
    let started: TestPostgres | null = null;
    const server = (): TestPostgres => {
      if (started === null) throw new Error('PostgreSQL is started before the first test.');
      return started;
    };
    beforeAll(async () => {
      started = await startPostgres();
    }, 60_000);
    afterAll(async () => {
      await started?.[Symbol.asyncDispose]();
    });
    const place = () => placeForPostgres(server());
    suite({ name: 'postgres', place, open: async () => openReplicas(await place()), server });
  });
}

async function openReplicas({ options }: TestPlace): Promise<TestDatabase> {
  const database = await openDatabase(options);
  await migrate(database);
  const replica = await openDatabase(options);
  return {
    database,
    replica,
    options,
    async [Symbol.asyncDispose]() {
      await replica.close();
      await database.close();
    },
  };
}

/** One PGlite for the tests of a file, since opening one takes a third of a second. */
interface SharedPglite {
  /** The database as it is when new. */
  emptied(): Promise<TestDatabase>;
  close(): Promise<void>;
}

async function sharePglite(): Promise<SharedPglite> {
  const place = await placeForPglite();
  const database = await openDatabase(place.options);
  return {
    async emptied() {
      await database.script(`
        drop schema if exists eligibility cascade;
        drop schema if exists eligibility_jobs cascade;
        drop schema public cascade;
        create schema public;
      `);
      await migrate(database);
      return {
        database,
        replica: database,
        options: place.options,
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
    },
    async close() {
      await database.close();
      await place[Symbol.asyncDispose]();
    },
  };
}

async function placeForPostgres(server: TestPostgres): Promise<TestPlace> {
  const databaseUrl = await server.createDatabase();
  return {
    options: { dataDir: '/nowhere', databaseUrl, log: silentLog },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function placeForPglite(): Promise<TestPlace> {
  const dataDir = await mkdtemp(join(tmpdir(), 'store-'));
  await putEmptyPglite(dataDir);
  return {
    options: { dataDir, log: silentLog },
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }),
  };
}
