import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { pid } from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

// PGlite does not notice a second process on its files, and both then lose rows. Node has no file locks of its own; SQLite
// has the system's, which end with the process that holds them, however it ends.

const holderSchema = z.object({
  pid: z.number(),
  host: z.string(),
  /** RFC 3339. */
  since: z.string(),
});
type Holder = z.output<typeof holderSchema>;

/** Another process uses the data directory. */
export class DataDirLockedError extends Error {
  override readonly name = 'DataDirLockedError';
  readonly directory: string;
  /** Its present holder, and since when (RFC 3339); null where that cannot be read. */
  readonly holder: Holder | null;

  constructor(directory: string, holder: Holder | null) {
    const who =
      holder === null
        ? 'another process'
        : `process ${holder.pid} on ${holder.host} since ${holder.since}`;
    super(
      `The data directory ${directory} is in use by ${who}: ` +
        'stop that process, or set DATA_DIR to another directory.',
    );
    this.directory = directory;
    this.holder = holder;
  }
}

/** The data directory, or the database in it, cannot be used. The message names the path, the reason and what to do. */
export class DataDirUnusableError extends Error {
  override readonly name = 'DataDirUnusableError';

  constructor(path: string, reason: string, advice = 'Name a directory that can be written.') {
    super(`DATA_DIR: ${path} cannot be used: ${reason}. ${advice}`);
  }
}

export interface DataDirLock {
  /** Gives the directory back. Does nothing the second time. */
  release(): void;
}

export interface DataDirLockOptions {
  /** How often the process looks whether the file of its lock is still there. */
  readonly lookEveryMs?: number;
  /**
   * Called when the lock is lost, for example because its file was deleted and another process took it. Stop using the
   * directory.
   */
  onLost?(error: Error): void;
}

/**
 * Makes this process the only one to use the data directory, creating it when missing. Rejects with a DataDirLockedError
 * while another one uses it, and with a DataDirUnusableError where it cannot be written. The lock ends with the process. A
 * lock whose file was deleted is taken again.
 */
export async function lockDataDir(
  dataDir: string,
  { lookEveryMs = 2_000, onLost }: DataDirLockOptions = {},
): Promise<DataDirLock> {
  const directory = resolve(dataDir);
  // For this user only: what is stored has names and addresses in it.
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new DataDirUnusableError(directory, `it cannot be made (${readErrorCode(error)})`);
  });
  const path = join(directory, 'lock');
  const holderPath = join(directory, 'lock.json');
  let lock = takeLock(directory, path, holderPath);
  const timer = setInterval(() => {
    if (identifyFile(path) === lock.file) return;
    try {
      const again = takeLock(directory, path, holderPath);
      lock.database.close();
      lock = again;
    } catch (error) {
      release();
      onLost?.(error as Error);
    }
  }, lookEveryMs).unref();
  let isHeld = true;
  const release = (): void => {
    if (!isHeld) return;
    isHeld = false;
    clearInterval(timer);
    const isOwn = identifyFile(path) === lock.file;
    if (isOwn) rmSync(holderPath, { force: true });
    lock.database.close();
  };
  return { release };
}

interface Lock {
  readonly database: DatabaseSync;
  /** Identifies the file that is locked, since another file may take its name. */
  readonly file: string | null;
}

/** Result codes of SQLite. */
const busy = 5;
const notADatabase = 26;

function takeLock(directory: string, path: string, holderPath: string): Lock {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path);
    database.exec('pragma journal_mode = memory; begin exclusive');
    const holder: Holder = { pid, host: hostname(), since: new Date().toISOString() };
    // Written as a whole, since a process that is refused meanwhile reads it.
    writeFileSync(`${holderPath}.new`, JSON.stringify(holder));
    renameSync(`${holderPath}.new`, holderPath);
    return { database, file: identifyFile(path) };
  } catch (error) {
    database?.close();
    const number = (error as { readonly errcode?: unknown }).errcode;
    if (number === busy) throw new DataDirLockedError(directory, readHolder(holderPath));
    if (number === notADatabase && isOfEarlierVersion(path)) {
      rmSync(path);
      return takeLock(directory, path, holderPath);
    }
    if (number === notADatabase) {
      throw new DataDirUnusableError(path, 'it is not the lock of this service', 'Remove it.');
    }
    throw new DataDirUnusableError(directory, `it cannot be written (${describeLockError(error)})`);
  }
}

/** Earlier versions wrote the holder of the lock into its file. */
function isOfEarlierVersion(path: string): boolean {
  return readFileSync(path, 'utf8').startsWith('{"pid":');
}

function identifyFile(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** Null where it cannot be read, and where it still names this process: then the new holder has not written it yet. */
function readHolder(path: string): Holder | null {
  try {
    const holder = holderSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    return holder.pid === pid && holder.host === hostname() ? null : holder;
  } catch {
    return null;
  }
}

function describeLockError(error: unknown): string {
  const code = readErrorCode(error);
  return code === 'ERR_SQLITE_ERROR' ? (error as Error).message : code;
}

/** The code of an error of the operating system, such as `ENOENT`. */
export function readErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
