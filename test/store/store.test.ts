import { readdir, rm, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DataDirLockedError } from '../../src/store/database/data-dir-lock.ts';
import { NewerSchemaError } from '../../src/store/database/migrations.ts';
import { openStore } from '../../src/store/store.ts';
import { startChild } from './child.ts';
import { onEveryEngine, onPglite } from './engines.ts';
import { createIn, newSiteQualification, outcomeOf } from './site-qualifications.ts';

onEveryEngine('the store', (engine) => {
  test('keeps what it was given from one process to the next', async () => {
    await using place = await engine.place();
    const first = await openStore(place.options);
    const { id } = await createIn(first.database, newSiteQualification());
    await first.close();
    await first.close();
    const second = await openStore(place.options);
    expect(await second.siteQualifications.find(id)).toMatchObject({ id });
    await second.close();
  });

  test('keeps what a killed process had stored', async () => {
    await using place = await engine.place();
    const { dataDir, databaseUrl } = place.options;
    const stored: unknown[] = [];
    for (let round = 0; round < 3; round += 1) {
      await using child = startChild({ do: 'insert', options: { dataDir, databaseUrl } });
      expect(await child.word()).toEqual({ says: 'open' });
      for (let count = 0; count < 20; count += 1) stored.push((await child.word())['id']);
      await child.kill();
    }
    const store = await openStore(place.options);
    const found = await store.siteQualifications.findMany(stored.map(String));
    expect(found.size).toBe(60);
    for (const one of found.values()) expect(one.outcomes).toHaveLength(2);
    await store.close();
  });

  test('leaves nothing open where a newer version of the service has used it', async () => {
    await using place = await engine.place();
    const store = await openStore(place.options);
    await store.database.query("insert into eligibility.schema_migration values (99, 'to come')");
    await store.close();
    await expect(openStore(place.options)).rejects.toThrow(NewerSchemaError);
    await expect(openStore(place.options)).rejects.toThrow(NewerSchemaError);
  });

  test('removes what is older than it is to be kept', async () => {
    await using place = await engine.place();
    const store = await openStore(place.options);
    await createIn(
      store.database,
      newSiteQualification({ outcomes: [outcomeOf({ state: 'ANSWERED' })] }),
    );
    await store.database.query(
      "update eligibility.site_qualification set creation_date = clock_timestamp() - interval '91 days'",
    );
    const watched = { operator: 'NORTH', id: 'q-1' };
    await store.watchLog.append(watched, { changes: [1], snapshot: 1, ended: true });
    await store.database.query(
      "update eligibility.watched set updated_at = clock_timestamp() - interval '91 days'",
    );
    expect(await store.removeOld(90)).toBe(2);
    expect(await store.removeOld(90)).toBe(0);
    await store.close();
  });

  test('stops its jobs when it is closed', async () => {
    await using place = await engine.place();
    const store = await openStore(place.options);
    const jobs = await store.openJobs(['test']);
    expect(await store.openJobs(['test'])).toBe(jobs);
    const done = Promise.withResolvers<void>();
    await jobs.work('test', { concurrency: 1 }, async () => done.resolve());
    await jobs.enqueue('test', {}, { retryLimit: 0, expireInSeconds: 60 });
    await done.promise;
    await store.close();
  });
});

onPglite('a job', (engine) => {
  test('whose process is killed is run again by the next one', async () => {
    await using place = await engine.place();
    const { dataDir, databaseUrl } = place.options;
    const first = await openStore(place.options);
    const before = await first.openJobs(['test']);
    const id = await before.enqueue('test', {}, { retryLimit: 3, expireInSeconds: 600 });
    await first.close();
    for (let killed = 0; killed < 2; killed += 1) {
      await using child = startChild({ do: 'work', options: { dataDir, databaseUrl } });
      expect(await child.word()).toEqual({ says: 'open' });
      expect(await child.word()).toEqual({ says: 'running', id });
    }
    const last = await openStore(place.options);
    const jobs = await last.openJobs(['test']);
    const ran = Promise.withResolvers<string>();
    await jobs.work('test', { concurrency: 1 }, async (job) => ran.resolve(job.id));
    expect(await ran.promise).toBe(id);
    await last.close();
  });
});

onPglite('the store in a data directory', (engine) => {
  test('is refused to a second process, which is told who uses it', async () => {
    await using place = await engine.place();
    const { dataDir } = place.options;
    const store = await openStore(place.options);
    await expect(openStore(place.options)).rejects.toThrow(DataDirLockedError);
    await using child = startChild({ do: 'hold', options: { dataDir } });
    expect(await child.word()).toMatchObject({ says: 'refused', holder: { pid: process.pid } });
    await store.close();
  });

  test('opens in one process when the other has closed it or was killed', async () => {
    await using place = await engine.place();
    const { dataDir } = place.options;
    await using closing = startChild({ do: 'hold', options: { dataDir } });
    expect(await closing.word()).toEqual({ says: 'open' });
    closing.go();
    await closing.ended();
    await using killed = startChild({ do: 'hold', options: { dataDir } });
    expect(await killed.word()).toEqual({ says: 'open' });
    await killed.kill();
    const store = await openStore(place.options);
    await store.close();
  });

  test('is made again where a process was killed while it made it', async () => {
    await using place = await engine.place();
    const { dataDir } = place.options;
    // What is left then: some of the files, under the name that they have until they are all there.
    await rename(join(dataDir, 'pglite'), join(dataDir, 'pglite.unfinished'));
    await rm(join(dataDir, 'pglite.unfinished', 'global'), { recursive: true });
    const store = await openStore(place.options);
    expect(await store.siteQualifications.count()).toBe(0);
    await store.close();
    expect(await readdir(dataDir)).toEqual(['lock', 'pglite']);
  });

  test('opens in exactly one of two processes that start at once', async () => {
    await using place = await engine.place();
    const { dataDir } = place.options;
    await using first = startChild({ do: 'hold', options: { dataDir } });
    await using second = startChild({ do: 'hold', options: { dataDir } });
    const words = await Promise.all([first.word(), second.word()]);
    expect(new Set(words.map(({ says }) => says))).toEqual(new Set(['open', 'refused']));
  });
});
