import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import {
  copyFile,
  link,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { isRunning, ownIdentity, processIdentity, systemCode } from './process-identity.ts';

// PGlite does not notice a second process on its files, and both then lose rows. Node has no file locks that the system
// ends with the process, so the lock is a file that names its holder, and a holder that is gone is succeeded.

const claim = processIdentity.extend({
  token: z.string(),
  /** RFC 3339. */
  since: z.string(),
});
type Claim = z.output<typeof claim>;

/** Another process uses the data directory. */
export class DataDirLockedError extends Error {
  override readonly name = 'DataDirLockedError';
  readonly directory: string;
  /** Who uses it, and since when (RFC 3339). */
  readonly holder: { readonly pid: number; readonly host: string; readonly since: string };

  constructor(directory: string, { pid, host, since }: Claim) {
    super(
      `The data directory ${directory} is in use by process ${pid} on ${host} since ${since}: ` +
        'stop that process, or set DATA_DIR to another directory.',
    );
    this.directory = directory;
    this.holder = { pid, host, since };
  }
}

export interface DataDirLock {
  /** Gives the directory back. Does nothing the second time. */
  release(): Promise<void>;
}

export interface DataDirLockOptions {
  /** How often the holder shows to other machines and containers that it lives. */
  readonly beatMs?: number;
  /** Called when another machine has taken this holder for dead and the directory with it: stop using it at once. */
  onLost?(): void;
  /** For how long a holder that cannot be seen from here must have shown nothing to be succeeded. */
  readonly silenceMs?: number;
}

/**
 * Makes this process the only one to use the data directory, creating it when missing. Rejects with a DataDirLockedError
 * while another one uses it, and succeeds one that has ended without giving it back: at once where its process ids can
 * be seen, else (another machine or container) when it has shown no sign of life for `silenceMs`. Of several processes
 * that start at once, exactly one succeeds.
 */
export async function lockDataDir(
  dataDir: string,
  { beatMs = 2_000, silenceMs = 12_000, onLost }: DataDirLockOptions = {},
): Promise<DataDirLock> {
  const directory = resolve(dataDir);
  // For this user only: what is stored has names and addresses in it.
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'lock');
  const own: Claim = { ...ownIdentity(), token: randomUUID(), since: new Date().toISOString() };
  await take({ directory, path, own, silenceMs });
  let held = true;
  const showLife = async (): Promise<void> => {
    const holder = await readClaim(path);
    if (!held) return;
    if (holder?.token === own.token) return utimes(path, new Date(), new Date());
    held = false;
    clearInterval(beat);
    onLost?.();
  };
  const beat = setInterval(() => void showLife().catch(() => {}), beatMs).unref();
  return {
    async release() {
      if (!held) return;
      held = false;
      clearInterval(beat);
      await giveBack(path, own);
    },
  };
}

interface Taking {
  readonly directory: string;
  readonly path: string;
  readonly own: Claim;
  readonly silenceMs: number;
}

async function take({ directory, path, own, silenceMs }: Taking): Promise<void> {
  const draft = `${path}.${own.token}`;
  await writeFile(draft, JSON.stringify(own));
  try {
    while (!(await placed(draft, path))) {
      const holder = await readClaim(path);
      if (holder !== null && (await replaced({ directory, path, own, silenceMs }, holder, draft))) {
        return;
      }
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Replaces the claim of a holder that has ended. Only the process that holds the lock named after that claim may: two
 * that both saw it end would otherwise both replace it, the second one the claim of the first.
 */
async function replaced(taking: Taking, holder: Claim, draft: string): Promise<boolean> {
  const { directory, path, own, silenceMs } = taking;
  if (await lives(path, holder, silenceMs)) throw new DataDirLockedError(directory, holder);
  const succession = `${path}.after.${holder.token}`;
  await take({ directory, path: succession, own: { ...own, token: randomUUID() }, silenceMs });
  try {
    if ((await readClaim(path))?.token !== holder.token) return false;
    await rename(draft, path);
    return true;
  } finally {
    await rm(succession, { force: true });
  }
}

/** Makes the draft the file at `path` unless there is one. */
async function placed(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path).catch(async (error: unknown) => {
      if (systemCode(error) === 'EEXIST') throw error;
      // A file system without hard links. A reader may then see the file before its content; see `readClaim`.
      await copyFile(draft, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function lives(path: string, holder: Claim, silenceMs: number): Promise<boolean> {
  const running = isRunning(holder);
  if (running !== 'unknown') return running;
  const before = await beatOf(path);
  await sleep(silenceMs);
  return (await beatOf(path)) !== before;
}

async function beatOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}

const unreadable: Claim = {
  pid: 0,
  host: '',
  boot: null,
  pidNamespace: null,
  startedAt: null,
  token: 'unreadable',
  since: '',
};

/** Null where there is no lock. A claim that stays unreadable is nobody's: its writer died while it wrote. */
async function readClaim(path: string): Promise<Claim | null> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    try {
      return claim.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
    }
    await sleep(50);
  }
  return { ...unreadable, host: ownIdentity().host };
}

async function giveBack(path: string, own: Claim): Promise<void> {
  // Not ours any more where another machine took this process for gone.
  if ((await readClaim(path))?.token === own.token) await rm(path, { force: true });
}
