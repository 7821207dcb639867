import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { pause } from '../../abort.ts';
import { DataDirLockedError, lockDataDir } from './data-dir-lock.ts';

// Making a database takes seconds: so one is made once for each version of this service, kept, and copied.

/** How often it is looked whether another process has made it. */
const lookAgainMs = 100;

const cache = new URL('../../../node_modules/.cache/eligibility-store/', import.meta.url).pathname;

/**
 * Puts a new database into a directory that is missing or empty. It has another name until it is whole, so that a process that
 * is killed meanwhile leaves nothing half made. Resolves to the kept one that was copied; null where none can be kept.
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

/** Where the kept one is, made when missing. Null where there is no place for one, as in an image that cannot be written. */
export async function keptPglite(): Promise<string | null> {
  const name = await versionName();
  const kept = join(cache, name);
  const isThere = (): boolean => existsSync(join(kept, 'PG_VERSION'));
  while (!isThere()) {
    try {
      // Of several processes one makes it and the others wait.
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
  // Those of other versions, and what a process that was killed left.
  const others = (await readdir(cache)).filter((one) => one.startsWith('pglite-'));
  await Promise.all(others.map((one) => rm(join(cache, one), { recursive: true, force: true })));
  const draft = `${kept}.unfinished`;
  await make(draft);
  await rename(draft, kept);
}

/** Another version of PGlite, of the job queue or of the schema has another name. */
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

/** A thread of its own does the work, so that this one goes on answering. */
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
