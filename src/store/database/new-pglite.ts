import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { pause } from '../../abort.ts';
import { DataDirLockedError, lockDataDir } from './data-dir-lock.ts';

// Making a database takes seconds. So one is made for each version of this service, kept, and copied.

/** How often a process looks whether another one has made the kept database. */
const lookAgainMs = 100;

const cache = new URL('../../../node_modules/.cache/eligibility-store/', import.meta.url).pathname;

/**
 * Puts a new database into a directory that is missing or empty. The directory has another name until the database is whole, so
 * that a process that is killed meanwhile leaves none half made. Resolves to the directory of the kept database that was copied;
 * null where none can be kept.
 */
export async function putNewPglite(directory: string): Promise<string | null> {
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const kept = await keptPglite();
  if (kept === null) await make(unfinished);
  else await cp(kept, unfinished, { recursive: true });
  await rm(directory, { recursive: true, force: true });
  await rename(unfinished, directory);
  return kept;
}

/** The directory of the kept database, made when missing. Null where none can be kept, as in an image that cannot be written. */
export async function keptPglite(): Promise<string | null> {
  const name = await versionName();
  const kept = join(cache, name);
  const isThere = (): boolean => existsSync(join(kept, 'PG_VERSION'));
  while (!isThere()) {
    try {
      // One process makes it and the others wait.
      const lock = await lockDataDir(cache);
      try {
        if (!isThere()) await makeKept(kept);
      } finally {
        lock.release();
      }
    } catch (error) {
      if (!(error instanceof DataDirLockedError)) return null;
      await pause(lookAgainMs, undefined);
    }
  }
  return kept;
}

async function makeKept(kept: string): Promise<void> {
  // Those of other versions, and what a killed process left, are removed.
  const others = (await readdir(cache)).filter((one) => one.startsWith('pglite-'));
  await Promise.all(others.map((one) => rm(join(cache, one), { recursive: true, force: true })));
  const draft = `${kept}.unfinished`;
  await make(draft);
  await rename(draft, kept);
}

/** The name of the kept database, which differs for each version of PGlite, of the job queue and of the schema. */
async function versionName(): Promise<string> {
  const migrations = new URL('migrations/', import.meta.url);
  const files = [
    new URL('make-pglite.ts', import.meta.url),
    new URL('../../../node_modules/@electric-sql/pglite/package.json', import.meta.url),
    new URL('../../../node_modules/pg-boss/package.json', import.meta.url),
    ...(await readdir(migrations)).toSorted().map((name) => new URL(name, migrations)),
  ];
  const hash = createHash('sha256');
  for (const text of await Promise.all(files.map((file) => readFile(file)))) hash.update(text);
  return `pglite-${hash.digest('hex').slice(0, 16)}`;
}

/** Makes a database in a thread of its own, so that this one goes on answering. */
async function make(directory: string): Promise<void> {
  const maker = new Worker(new URL('make-pglite.ts', import.meta.url), {
    workerData: { directory },
  });
  try {
    await once(maker, 'message');
  } finally {
    await maker.terminate();
  }
}
