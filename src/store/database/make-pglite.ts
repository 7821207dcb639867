import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { openJobs } from '../jobs.ts';
import { migrate } from './migrations.ts';
import { openPgliteFiles } from './pglite-database.ts';

// Runs in a thread of its own: making a new database keeps a thread busy for seconds.

const nowhere = { debug() {}, info() {}, warn() {}, error() {} };
const { directory } = workerData as { readonly directory: string };
const pglite = await PGlite.create({
  dataDir: directory,
  // Segments of the write-ahead log of 1 MB instead of 16: a new database is half as large.
  initDbStartParams: ['--wal-segsize=1'],
});
await pglite.close();
// Every database of this service has its schema and that of the jobs.
const database = await openPgliteFiles(directory, nowhere);
await migrate(database);
const jobs = await openJobs(database, nowhere, []);
await jobs.stop(0);
await database.close();
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage('made');
