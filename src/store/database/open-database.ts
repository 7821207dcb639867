import type { Database, DatabaseOptions } from './database.ts';

/**
 * Opens PGlite in this process, or connects to a PostgreSQL when there is a `databaseUrl`; only the one that is used is
 * loaded. The caller holds the lock of the data directory. Rejects with a DatabaseUnavailableError where PostgreSQL does
 * not answer, and with a NotificationsLostError where its notifications do not arrive.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.databaseUrl === undefined) {
    const { openPglite } = await import('./pglite-database.ts');
    return openPglite(options.dataDir, options.log);
  }
  const { openPostgres } = await import('./postgres-database.ts');
  return openPostgres(options.databaseUrl, options);
}
