import { existsSync, readdirSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readErrorCode, DataDirUnusableError } from './data-dir-lock.ts';

/** A new database takes 29 MB, and every one needs some room to go on. */
const leastFreeMb = { whenNew: 64, later: 8 } as const;
const megabyte = 1024 * 1024;

/**
 * Rejects with a DataDirUnusableError where the database in a data directory plainly cannot be used: its disk is full, it is not
 * whole, or its files cannot be read and written. This is quick; other faults are found when the database is opened.
 */
export async function assertUsable(dataDir: string): Promise<void> {
  const directory = directoryIn(dataDir);
  const isNew = !isThere(directory);
  if (!isNew && !existsSync(join(directory, 'PG_VERSION'))) {
    throw damagedDatabase(directory, 'has no PG_VERSION');
  }
  if (!isNew) await assertWritable(directory);
  const freeMb = await measureFreeMb(dataDir);
  const least = isNew ? leastFreeMb.whenNew : leastFreeMb.later;
  if (freeMb < least) {
    throw new DataDirUnusableError(
      resolve(dataDir),
      `its disk has ${Math.floor(freeMb)} MB left, and the database needs ${least}`,
      'Make room, or name a directory on another disk.',
    );
  }
}

/** As `hasPglite`. Where the directory cannot be read, the error says what to do. */
function isThere(directory: string): boolean {
  try {
    return hasPglite(directory);
  } catch (error) {
    throw new DataDirUnusableError(
      directory,
      `it cannot be read (${readErrorCode(error)})`,
      advice,
    );
  }
}

/** Rejects where the files cannot be written. Without this, files of another user, as of a back-up that root unpacked, would seem damaged. */
async function assertWritable(directory: string): Promise<void> {
  const files = [directory, join(directory, 'PG_VERSION'), join(directory, 'global')];
  try {
    await Promise.all(files.map((file) => access(file, constants.R_OK | constants.W_OK)));
  } catch (error) {
    if (readErrorCode(error) === 'ENOENT') return;
    throw new DataDirUnusableError(
      directory,
      `it cannot be written (${readErrorCode(error)})`,
      advice,
    );
  }
}

const advice =
  'Let the user that the service runs as read and write all of it, or name another directory.';

/** The directory of PGlite's files. */
export function directoryIn(dataDir: string): string {
  return join(resolve(dataDir), 'pglite');
}

/** Whether there are files of a database in the folder for it, whole or not. */
export function hasPglite(directory: string): boolean {
  return existsSync(directory) && readdirSync(directory).length > 0;
}

/** Whether there is no room for the database to go on. */
export async function isFull(directory: string): Promise<boolean> {
  return (await measureFreeMb(directory)) < leastFreeMb.later;
}

/** The error for a database whose files are not as they should be. */
export function damagedDatabase(directory: string, how: string): DataDirUnusableError {
  return new DataDirUnusableError(
    directory,
    `the database in it ${how}`,
    'Restore it from a back-up, or move it away to begin with an empty one.',
  );
}

async function measureFreeMb(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return (bavail * bsize) / megabyte;
}
