import { readFile } from 'node:fs/promises';
import type { Database, Transaction } from './database.ts';

/** Every step of the schema, in order; each is the file of that name in `migrations/`. A released one never changes. */
const migrations = [
  '0001-site-qualification',
  '0002-operator-answer',
  '0003-watch-log',
  '0004-lease',
  '0005-jobs',
  '0006-replicas',
  '0007-tenants',
  '0008-outcome-issues',
  '0009-addresses',
  '0010-batches',
  '0011-questions-asked-alone',
] as const;

/** The version of the schema that this code reads and writes. */
export const schemaVersion = migrations.length;

/** The database was used by a newer version of this service, whose schema this one does not know. */
export class NewerSchemaError extends Error {
  override readonly name = 'NewerSchemaError';

  constructor(found: number) {
    super(
      `The database has schema version ${found} and this service knows ${schemaVersion}: ` +
        'start the newer version of the service, or give this one a database of its own.',
    );
  }
}

/** The same for every replica: the number under which they wait for each other. Spells "elig" in ASCII. */
const lockNumber = 0x656c6967;
/** How long a replica waits for another one that migrates. */
const waitMs = 60_000;

/**
 * Brings the database to `schemaVersion`, in one transaction, so that it is at one version or at the next. Of replicas
 * that start together one does it and the others wait. Rejects with a NewerSchemaError and changes nothing where the
 * database is ahead.
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction((transaction) => migrateWithin(transaction), { statementMs: waitMs });
}

async function migrateWithin(transaction: Transaction): Promise<void> {
  await transaction.query('select pg_advisory_xact_lock($1)', [lockNumber]);
  await transaction.script(`
      create schema if not exists eligibility;
      create table if not exists eligibility.schema_migration (
        version integer primary key,
        name text not null,
        applied_at timestamptz(3) not null default clock_timestamp()
      );
    `);
  const [row] = await transaction.query<{ version: number }>(
    'select coalesce(max(version), 0) as version from eligibility.schema_migration',
  );
  const found = row?.version ?? 0;
  if (found > schemaVersion) throw new NewerSchemaError(found);
  for (const [index, name] of migrations.entries()) {
    const version = index + 1;
    if (version <= found) continue;
    await transaction.script(await readMigration(name));
    await transaction.query(
      'insert into eligibility.schema_migration (version, name) values ($1, $2)',
      [version, name],
    );
  }
}

function readMigration(name: string): Promise<string> {
  return readFile(new URL(`./migrations/${name}.sql`, import.meta.url), 'utf8');
}
