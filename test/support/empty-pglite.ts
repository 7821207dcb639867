import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { keptPglite } from '../../src/store/database/new-pglite.ts';

/** Puts an empty database into a data directory, as the service does for a new one. */
export async function putEmptyPglite(dataDir: string): Promise<void> {
  const kept = await keptPglite();
  if (kept === null) throw new Error('node_modules/.cache cannot be written.');
  cpSync(kept, join(dataDir, 'pglite'), { recursive: true });
}
