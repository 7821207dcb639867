import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { eligibilityIdAt, tryToQualify } from '../../support/site-questions.ts';
import { graphqlRequest } from '../../support/graphql-request.ts';
import { putEmptyPglite } from '../../support/empty-pglite.ts';
import { ServiceProcess } from '../../support/service-process.ts';

// The whole service as a process of its own, on data directories that something has happened to.

const timeoutMs = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'data-dir-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const halve = (path: string): void => truncateSync(path, Math.floor(statSync(path).size / 2));

const damages: Readonly<Record<string, (pglite: string) => void>> = {
  'no PG_VERSION': (pglite) => rmSync(join(pglite, 'PG_VERSION')),
  'an empty PG_VERSION': (pglite) => truncateSync(join(pglite, 'PG_VERSION')),
  'the beginning of a control file': (pglite) =>
    truncateSync(join(pglite, 'global', 'pg_control'), 200),
  'half a catalogue': (pglite) => halve(join(pglite, 'base', '5', '1259')),
  'an empty catalogue': (pglite) => truncateSync(join(pglite, 'base', '5', '1249')),
  'the beginning of a write-ahead log': (pglite) => {
    const segments = readdirSync(join(pglite, 'pg_wal')).filter((name) =>
      /^[0-9A-F]{24}$/.test(name),
    );
    for (const name of segments) truncateSync(join(pglite, 'pg_wal', name), 100);
  },
  'no transaction states': (pglite) => truncateSync(join(pglite, 'pg_xact', '0000')),
  'no data': (pglite) => rmSync(join(pglite, 'base'), { recursive: true }),
  'something else': (pglite) => {
    rmSync(pglite, { recursive: true });
    mkdirSync(pglite);
    writeFileSync(join(pglite, 'notes.txt'), 'mine');
  },
};

describe('a data directory with', () => {
  test.each(Object.keys(damages))(
    '%s in the place of its database ends the start in one line, before "Ready", with 78',
    async (name) => {
      const dataDir = mkdtempSync(join(folder, 'damaged-'));
      await putEmptyPglite(dataDir);
      damages[name]?.(join(dataDir, 'pglite'));
      const files = readdirSync(join(dataDir, 'pglite'));
      await using service = new ServiceProcess({ DATA_DIR: dataDir });
      expect(await service.exit()).toBe(78);
      expect(service.stdout).toBe('');
      expect(service.stderr).toMatch(/^DATA_DIR: [^\n]*\n$/);
      expect(service.stderr).toContain(join(dataDir, 'pglite'));
      expect(service.stderr).toContain('Restore it from a back-up, or move it away');
      expect(service.stderr).not.toContain('Abort');
      // What is left of it is somebody's data.
      expect(readdirSync(join(dataDir, 'pglite'))).toEqual(expect.arrayContaining(files));
    },
    timeoutMs,
  );

  test(
    'a file in the place of its database ends the start in one line, with 78',
    async () => {
      const dataDir = mkdtempSync(join(folder, 'file-'));
      writeFileSync(join(dataDir, 'pglite'), '');
      await using service = new ServiceProcess({ DATA_DIR: dataDir });
      expect(await service.exit()).toBe(78);
      expect(service.stderr).toMatch(
        /^DATA_DIR: [^\n]*\/pglite cannot be used: [^\n]*ENOTDIR[^\n]*\n$/,
      );
    },
    timeoutMs,
  );

  const isRoot = process.getuid?.() === 0;
  const whyNot = isRoot ? ' (skipped: root may read and write everything)' : '';
  // oxlint-disable-next-line vitest/valid-title -- a skip says why
  test.skipIf(isRoot).each([
    [0o500, 'cannot be written'],
    [0o000, 'cannot be read'],
  ])(
    `a database of the mode %o ends the start in one line that says that it %s, with 78${whyNot}`,
    async (mode, reason) => {
      const dataDir = mkdtempSync(join(folder, 'mode-'));
      await putEmptyPglite(dataDir);
      chmodSync(join(dataDir, 'pglite'), mode);
      await using service = new ServiceProcess({ DATA_DIR: dataDir });
      expect(await service.exit()).toBe(78);
      chmodSync(join(dataDir, 'pglite'), 0o700);
      expect(service.stderr).toMatch(/^DATA_DIR: [^\n]*\n$/);
      expect(service.stderr).toContain(`it ${reason} (EACCES)`);
    },
    timeoutMs,
  );

  test(
    'an empty folder for the database gets a new one',
    async () => {
      const dataDir = mkdtempSync(join(folder, 'empty-'));
      mkdirSync(join(dataDir, 'pglite'));
      await using service = new ServiceProcess({ DATA_DIR: dataDir });
      const answer = await graphqlRequest(
        await service.url(),
        '{ siteQualifications(first: 1) { totalCount } }',
      );
      expect(answer.data).toEqual({ siteQualifications: { totalCount: 0 } });
    },
    timeoutMs,
  );
});

test(
  'a service whose lock was taken by another one ends with 78',
  async () => {
    const dataDir = mkdtempSync(join(folder, 'lock-'));
    await putEmptyPglite(dataDir);
    await using first = new ServiceProcess({ DATA_DIR: dataDir });
    await first.url();
    // Faster than the first one looks, or it would take its lock again.
    let second: ServiceProcess | null = null;
    try {
      do {
        await second?.kill();
        rmSync(join(dataDir, 'lock'));
        second = new ServiceProcess({ DATA_DIR: dataDir });
        await Promise.race([second.url().catch(() => {}), first.exit()]);
      } while (second.stderr.includes('is in use by'));
      expect(await first.exit()).toBe(78);
      // Without a number where the first one was refused before the second had left its own.
      expect(first.stderr).toMatch(
        /^The data directory [^\n]* is in use by (process \d+ [^\n]*|another process: [^\n]*)\n$/,
      );
    } finally {
      await second?.kill();
    }
  },
  timeoutMs,
);

/** Why no disk of a test's own can be had; null where it can. */
const noDisk = ((): string | null => {
  const place = mkdtempSync(join(folder, 'mount-'));
  const tried = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place]);
  if (tried.status !== 0) return 'only where a tmpfs can be mounted';
  execFileSync('umount', [place]);
  return null;
})();

async function withDisk(options: string, use: (place: string) => Promise<void>): Promise<void> {
  const place = mkdtempSync(join(folder, 'disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', place]);
  try {
    await use(place);
  } finally {
    execFileSync('umount', ['-l', place]);
  }
}

describe.skipIf(noDisk !== null)(`a data directory on a disk (skipped: ${noDisk})`, () => {
  test.each(['size=256k', 'size=30m'])(
    'that is too small (%s) ends the start in one line, before "Ready", with 78',
    (size) =>
      withDisk(size, async (dataDir) => {
        await using service = new ServiceProcess({ DATA_DIR: dataDir });
        expect(await service.exit()).toBe(78);
        expect(service.stdout).toBe('');
        expect(service.stderr).toMatch(/^DATA_DIR: [^\n]*MB left[^\n]*\n$/);
        expect(service.stderr).toContain(dataDir);
      }),
    timeoutMs,
  );

  test(
    'that is read-only ends the start in one line, before "Ready", with 78',
    () =>
      withDisk('size=1m,ro', async (dataDir) => {
        await using service = new ServiceProcess({ DATA_DIR: dataDir });
        expect(await service.exit()).toBe(78);
        expect(service.stdout).toBe('');
        expect(service.stderr).toMatch(/^DATA_DIR: [^\n]* cannot be written[^\n]*\n$/);
      }),
    timeoutMs,
  );

  test(
    'that fills while the service runs makes it not ready, and an orderly stop ends it all the same',
    () =>
      withDisk('size=100m', async (dataDir) => {
        await putEmptyPglite(dataDir);
        await using service = new ServiceProcess({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
        const url = await service.url();
        const readiness = async () => {
          const answer = await fetch(new URL('/readyz', url));
          return [answer.status, await answer.text()];
        };
        expect(await readiness()).toEqual([200, 'ready\n']);
        spawnSync('dd', ['if=/dev/zero', `of=${join(dataDir, 'filler')}`, 'bs=64k']);
        expect(await readiness()).toEqual([503, 'the disk of DATA_DIR is full\n']);
        const asked = { eligibilityId: eligibilityIdAt('every-family') };
        const refusals = await Promise.all(
          Array.from({ length: 40 }, () => tryToQualify({ url }, asked).catch(String)),
        );
        for (const refusal of refusals.filter((one) => typeof one === 'string')) {
          expect(refusal).toContain('STORE_UNAVAILABLE');
        }
        rmSync(join(dataDir, 'filler'));
        expect((await readiness())[0]).toBe(200);
        spawnSync('dd', ['if=/dev/zero', `of=${join(dataDir, 'filler')}`, 'bs=64k']);
        service.signal('SIGTERM');
        expect(await service.exit()).toBe(0);
      }),
    timeoutMs,
  );
});
