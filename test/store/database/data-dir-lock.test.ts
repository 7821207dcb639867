import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  DataDirLockedError,
  DataDirUnusableError,
  lockDataDir,
} from '../../../src/store/database/data-dir-lock.ts';
import { startChild } from '../child.ts';

interface TestDirectory extends AsyncDisposable {
  readonly path: string;
}

async function makeDirectory(): Promise<TestDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'lock-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

describe('the lock of the data directory', () => {
  test('the lock of the data directory refuses a second holder and names the first', async () => {
    await using directory = await makeDirectory();
    await using child = startChild({ do: 'lock', options: { dataDir: directory.path } });
    await child.word();
    child.go();
    expect(await child.word()).toEqual({ says: 'locked' });
    const error = await lockDataDir(directory.path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataDirLockedError);
    expect(error).toMatchObject({
      holder: { pid: child.pid, host: hostname() },
      message: expect.stringContaining(
        `${directory.path} is in use by process ${child.pid} on ${hostname()} since 2`,
      ),
    });
  });

  test('the lock of the data directory refuses a second holder in the same process', async () => {
    await using directory = await makeDirectory();
    const lock = await lockDataDir(directory.path);
    await expect(lockDataDir(directory.path)).rejects.toThrow(DataDirLockedError);
    lock.release();
  });

  test('the lock of the data directory is free again after its release, and at once after its holder was killed', async () => {
    await using directory = await makeDirectory();
    const lock = await lockDataDir(directory.path);
    lock.release();
    lock.release();
    expect(await readdir(directory.path)).toEqual(['lock']);
    await using child = startChild({ do: 'lock', options: { dataDir: directory.path } });
    await child.word();
    child.go();
    await child.word();
    await child.kill();
    (await lockDataDir(directory.path)).release();
  });

  test('the lock of the data directory makes the directory where there is none', async () => {
    await using directory = await makeDirectory();
    const path = join(directory.path, 'deep', 'down');
    (await lockDataDir(path)).release();
    expect(await readdir(path)).toEqual(['lock']);
  });

  test('the lock of the data directory is had by exactly one of many processes that start at once', async () => {
    await using directory = await makeDirectory();
    const children = Array.from({ length: 4 }, () =>
      startChild({ do: 'lock', options: { dataDir: directory.path } }),
    );
    await Promise.all(children.map((child) => child.word()));
    for (const child of children) child.go();
    const words = await Promise.all(children.map((child) => child.word()));
    await Promise.all(children.map((child) => child.kill()));
    expect(words.filter(({ says }) => says === 'locked')).toHaveLength(1);
    expect(words.filter(({ says }) => says === 'refused')).toHaveLength(3);
  });

  test('the lock of the data directory is taken again where its file was deleted', async () => {
    await using directory = await makeDirectory();
    const lock = await lockDataDir(directory.path, { lookEveryMs: 5 });
    await rm(join(directory.path, 'lock'));
    await expect.poll(() => readdir(directory.path)).toContain('lock');
    await expect(lockDataDir(directory.path)).rejects.toThrow(DataDirLockedError);
    lock.release();
  });

  test('the lock of the data directory is lost where its file was deleted and another holder was quicker', async () => {
    await using directory = await makeDirectory();
    const lost = Promise.withResolvers<Error>();
    const lock = await lockDataDir(directory.path, { lookEveryMs: 500, onLost: lost.resolve });
    await rm(join(directory.path, 'lock'));
    const other = await lockDataDir(directory.path);
    expect(await lost.promise).toBeInstanceOf(DataDirLockedError);
    lock.release();
    await expect(lockDataDir(directory.path)).rejects.toThrow(DataDirLockedError);
    other.release();
  });

  test('the lock of the data directory takes the place of one that an earlier version left behind', async () => {
    await using directory = await makeDirectory();
    const left = { pid: 1, host: 'gone', boot: null, pidNamespace: null, startedAt: '7' };
    await writeFile(join(directory.path, 'lock'), JSON.stringify(left));
    const lock = await lockDataDir(directory.path);
    await expect(lockDataDir(directory.path)).rejects.toThrow(DataDirLockedError);
    lock.release();
  });

  test('the lock of the data directory names a place that cannot be written, and a file that is not its own', async () => {
    await using directory = await makeDirectory();
    const file = join(directory.path, 'lock');
    await writeFile(file, 'something else, and long enough to be read');
    const refusals = await Promise.all(
      [directory.path, join(file, 'below')].map((path) =>
        lockDataDir(path).catch((thrown: unknown) => thrown),
      ),
    );
    expect(refusals[0]).toBeInstanceOf(DataDirUnusableError);
    expect(refusals).toEqual([
      expect.objectContaining({
        message: `DATA_DIR: ${file} cannot be used: it is not the lock of this service. Remove it.`,
      }),
      expect.objectContaining({
        message: `DATA_DIR: ${join(file, 'below')} cannot be used: it cannot be made (ENOTDIR). Name a directory that can be written.`,
      }),
    ]);
  });
});
