import { openPgliteFiles } from './database/pglite-database.ts';
import { migrate } from './database/migrations.ts';
import { openJobs } from './jobs.ts';

const nowhere = { debug() {}, info() {}, warn() {}, error() {} };

/** Makes the tables of a new PGlite, those of the jobs included. */
export async function makeTables(directory: string): Promise<void> {
  const database = await openPgliteFiles(directory, nowhere);
  await migrate(database);
  const jobs = await openJobs(database, nowhere, []);
  await jobs.stop({ graceful: false, timeoutMs: 0 });
  await database.close();
}
