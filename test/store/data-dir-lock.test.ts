import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataDirLockedError, lockDataDir } from '../../src/store/data-dir-lock.ts';
import { ownIdentity } from '../../src/store/process-identity.ts';
import { startChild } from './child.ts';

interface TestDirectory extends AsyncDisposable {
  readonly path: string;
}

async function makeDirectory(): Promise<TestDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'lock-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Leaves a lock as another process would have. */
async function leaveLock(directory: string, holder: object): Promise<string> {
  const path = join(directory, 'lock');
  const claim = { ...ownIdentity(), token: 'other', since: '2026-01-01T00:00:00.000Z', ...holder };
  await writeFile(path, JSON.stringify(claim));
  return path;
}

describe('the lock of the data directory', () => {
  it('refuses a second holder and names the first', async () => {
    await using directory = await makeDirectory();
    await using child = startChild({ do: 'lock', options: { dataDir: directory.path } });
    await child.word();
    child.go();
    expect(await child.word()).toEqual({ says: 'locked' });
    const refused = lockDataDir(directory.path);
    await expect(refused).rejects.toThrow(DataDirLockedError);
    const error = await refused.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      holder: { pid: child.pid, host: hostname() },
      message: expect.stringContaining(
        `${directory.path} is in use by process ${child.pid} on ${hostname()} since 2`,
      ),
    });
  });

  it('refuses a second holder in the same process', async () => {
    await using directory = await makeDirectory();
    const lock = await lockDataDir(directory.path);
    await expect(lockDataDir(directory.path)).rejects.toThrow(DataDirLockedError);
    await lock.release();
  });

  it('is free again after its release, and leaves nothing behind', async () => {
    await using directory = await makeDirectory();
    const lock = await lockDataDir(directory.path);
    await lock.release();
    await lock.release();
    expect(await readdir(directory.path)).toEqual([]);
    await (await lockDataDir(directory.path)).release();
  });

  it('makes the directory where there is none', async () => {
    await using directory = await makeDirectory();
    const inner = join(directory.path, 'a', 'b');
    const lock = await lockDataDir(inner);
    expect(await readdir(inner)).toEqual(['lock']);
    await lock.release();
  });

  it('is taken over from a process that was killed', async () => {
    await using directory = await makeDirectory();
    await using child = startChild({ do: 'lock', options: { dataDir: directory.path } });
    await child.word();
    child.go();
    await child.word();
    await child.kill();
    expect(await readdir(directory.path)).toEqual(['lock']);
    const lock = await lockDataDir(directory.path);
    await lock.release();
  });

  it('is taken over from a process whose id another one was given', async () => {
    await using directory = await makeDirectory();
    await leaveLock(directory.path, { startedAt: 'at another time' });
    const lock = await lockDataDir(directory.path);
    expect(JSON.parse(await readFile(join(directory.path, 'lock'), 'utf8'))).toMatchObject(
      ownIdentity(),
    );
    await lock.release();
  });

  it('goes to exactly one of several processes that find a dead holder at once', async () => {
    await using directory = await makeDirectory();
    await leaveLock(directory.path, { startedAt: 'at another time' });
    const children = Array.from({ length: 6 }, () =>
      startChild({ do: 'lock', options: { dataDir: directory.path } }),
    );
    await Promise.all(children.map((child) => child.word()));
    for (const child of children) child.go();
    const words = await Promise.all(children.map((child) => child.word()));
    expect(words.filter(({ says }) => says === 'locked')).toHaveLength(1);
    expect(words.filter(({ says }) => says === 'refused')).toHaveLength(5);
    await Promise.all(children.map((child) => child.kill()));
  });

  it('goes to exactly one of many that contend for it in turn', async () => {
    await using directory = await makeDirectory();
    for (let round = 0; round < 50; round += 1) {
      await leaveLock(directory.path, { startedAt: 'at another time', token: `dead-${round}` });
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, () => lockDataDir(directory.path)),
      );
      const [winner, ...others] = tries.filter((one) => one.status === 'fulfilled');
      expect(others).toEqual([]);
      await winner?.value.release();
      expect(await readdir(directory.path)).toEqual([]);
    }
  });

  it('is taken over in spite of a process that was killed while it took over', async () => {
    await using directory = await makeDirectory();
    const path = await leaveLock(directory.path, { startedAt: 'at another time' });
    await writeFile(
      `${path}.after.other`,
      JSON.stringify({
        ...ownIdentity(),
        startedAt: 'at yet another time',
        token: 'successor',
        since: '2026-01-01T00:00:00.000Z',
      }),
    );
    const lock = await lockDataDir(directory.path);
    await lock.release();
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('is taken over from another machine that shows no sign of life', async () => {
    await using directory = await makeDirectory();
    await leaveLock(directory.path, { host: 'elsewhere' });
    const lock = await lockDataDir(directory.path, { silenceMs: 50 });
    await lock.release();
  });

  it('is refused while another machine shows that it lives', async () => {
    await using directory = await makeDirectory();
    const path = await leaveLock(directory.path, { host: 'elsewhere', pid: 7 });
    let beat = 0;
    const beating = setInterval(() => {
      beat += 1;
      void utimes(path, beat, beat);
    }, 10);
    const refused = lockDataDir(directory.path, { silenceMs: 1_000 });
    await expect(refused).rejects.toThrow('is in use by process 7 on elsewhere since 2026-01-01');
    clearInterval(beating);
  });

  it('tells its holder when another machine has taken it', async () => {
    await using directory = await makeDirectory();
    const lost = Promise.withResolvers<void>();
    const lock = await lockDataDir(directory.path, { beatMs: 10, onLost: lost.resolve });
    const path = await leaveLock(directory.path, { host: 'elsewhere' });
    await lost.promise;
    await lock.release();
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ host: 'elsewhere' });
  });

  it('is taken over from a process that was killed while it wrote the lock', async () => {
    await using directory = await makeDirectory();
    await writeFile(join(directory.path, 'lock'), '{"pid":');
    const lock = await lockDataDir(directory.path, { silenceMs: 50 });
    await lock.release();
  });
});
