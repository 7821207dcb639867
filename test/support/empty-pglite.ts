import { cpSync, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '../../src/observe/log.ts';
import { openDatabase } from '../../src/store/database/open-database.ts';

const cache = new URL('../../node_modules/.cache/', import.meta.url).pathname;

/** Puts an empty database into a data directory, in a fraction of the seconds that the service takes to make one. */
export async function putEmptyPglite(dataDir: string): Promise<void> {
  cpSync(await emptyPglite(), join(dataDir, 'pglite'), { recursive: true });
}

/** The files of a new PGlite, made once for each version of it and then copied. */
async function emptyPglite(): Promise<string> {
  const manifest = new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url);
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  const kept = join(cache, `empty-pglite-${version}`);
  if (existsSync(join(kept, 'pglite', 'PG_VERSION'))) return join(kept, 'pglite');
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(`${kept}-`);
  await (await openDatabase({ dataDir: draft, log: createLog('silent') })).close();
  // Other test files may make it at the same time; whoever is first keeps it.
  await rename(draft, kept).catch(() => rm(draft, { recursive: true, force: true }));
  return join(kept, 'pglite');
}
