import type { Database, Listener } from '../../src/store/database/database.ts';
import { expect, test } from 'vitest';
import { Replica, type SharedNumber } from '../../src/store/replica.ts';
import { WatchLogStore } from '../../src/store/watch-log-store.ts';
import { startChild } from './child.ts';
import { quickestMs } from '../support/quickest.ts';
import { onEveryEngine, onPostgres, silentLog } from './engines.ts';

const watched = { operator: 'NORTH', id: 'q-1' };

/** A number that is shared, of which this many are in use. */
const using = (total: number, running = 0): SharedNumber & { inUse: number } => {
  const shared = { total, inUse: running, running: () => shared.inUse };
  return shared;
};

onEveryEngine('a replica', (engine) => {
  test('a replica that is alone has the whole', async () => {
    await using opened = await engine.open();
    const replica = new Replica(opened.database, silentLog);
    const part = replica.share(using(20));
    // Nothing is known of the others yet.
    expect(part()).toBe(0);
    await replica.join();
    expect(part()).toBe(20);
    expect(replica.isAlive).toBe(true);
    await replica.leave();
    expect(replica.isAlive).toBe(false);
  });

  test('has what nobody polls, until it leaves', async () => {
    await using opened = await engine.open();
    const replica = new Replica(opened.database, silentLog);
    await replica.join();
    const log = new WatchLogStore(opened.database);
    expect(await log.claim('NORTH', ['q-1'], replica.id)).toEqual(['q-1']);
    expect(await log.claim('NORTH', ['q-1'], replica.id)).toEqual(['q-1']);
    expect(await log.readAfter(watched, 0)).toMatchObject({ isPolled: true });
    await replica.leave();
    expect(await log.readAfter(watched, 0)).toMatchObject({ isPolled: false });
  });
});

onPostgres('replicas', (engine) => {
  test('divide what they share, and the whole is never exceeded', async () => {
    await using opened = await engine.open();
    const [one, other] = [
      new Replica(opened.database, silentLog),
      new Replica(opened.replica, silentLog),
    ];
    await one.join();
    const mine = using(5, 5);
    const myPart = one.share(mine);
    expect(myPart()).toBe(5);
    await other.join();
    const theirPart = other.share(using(5));
    // The first still uses all of it: the second has nothing, and then the one that everybody has.
    await expect.poll(myPart).toBeLessThan(5);
    await expect.poll(theirPart).toBe(1);
    mine.inUse = 2;
    await expect.poll(() => myPart() + theirPart()).toBe(5);
    await one.leave();
    await expect.poll(theirPart).toBe(5);
    await other.leave();
  });

  test('each have one at least', async () => {
    await using opened = await engine.open();
    const three = [opened.database, opened.replica, opened.replica].map(
      (database) => new Replica(database, silentLog),
    );
    const parts = three.map((one) => one.share(using(2)));
    await Promise.all(three.map((one) => one.join()));
    await expect.poll(() => parts.map((part) => part())).toEqual([1, 1, 1]);
    await Promise.all(three.map((one) => one.leave()));
  });

  test('take one place each, also where one hears of another while it takes its own', async () => {
    await using tested = await engine.open();
    const { database } = tested;
    let heard: Listener | null = null;
    const busy: Database = {
      engine: database.engine,
      query: (sql, parameters) => database.query(sql, parameters),
      script: (sql) => database.script(sql),
      notify: (channel, payload) => database.notify(channel, payload),
      listen: (channel, listener) => {
        heard = listener;
        return database.listen(channel, listener);
      },
      // What is heard between the end of the first transaction and its being noticed.
      transaction: async (work) => {
        const result = await database.transaction(work);
        const first = heard;
        heard = null;
        first?.onPayload('another');
        if (first !== null) await database.query('select pg_sleep(0.3)');
        return result;
      },
      whyNotReady: () => database.whyNotReady(),
      close: () => database.close(),
    };
    const replica = new Replica(busy, silentLog);
    await replica.join();
    const { id } = replica;
    await replica.leave();
    expect(replica.id).toBe(id);
    expect(await database.query('select id from eligibility.replica')).toEqual([]);
  });

  test('claim a poll one at a time, and together only what nobody polls', async () => {
    await using opened = await engine.open();
    const [one, other] = [
      new Replica(opened.database, silentLog),
      new Replica(opened.replica, silentLog),
    ];
    await Promise.all([one.join(), other.join()]);
    const [mine, theirs] = [new WatchLogStore(opened.database), new WatchLogStore(opened.replica)];
    const ids = Array.from({ length: 20 }, (_, index) => `q-${index}`);
    const claims = await Promise.all(
      ids.flatMap((id) => [
        mine.claim('NORTH', [id], one.id),
        theirs.claim('NORTH', [id], other.id),
      ]),
    );
    expect(claims.flat()).toHaveLength(20);
    const held = await mine.claim('NORTH', ids, one.id);
    expect(held).toHaveLength(claims.filter((_, index) => index % 2 === 0).flat().length);
    await one.leave();
    expect((await theirs.claim('NORTH', ids, other.id)).toSorted()).toEqual(ids.toSorted());
    await other.leave();
  });

  test('remove one that was killed, and what it polled is free, within 12 s', async () => {
    const tookMs = await quickestMs(12_000, async () => {
      await using opened = await engine.open();
      const { dataDir, databaseUrl } = opened.options;
      await using child = startChild({ do: 'poll', options: { dataDir, databaseUrl } });
      expect(await child.word()).toEqual({ says: 'open' });
      await child.word();
      const survivor = new Replica(opened.database, silentLog);
      const part = survivor.share(using(20));
      await survivor.join();
      const log = new WatchLogStore(opened.database);
      expect(await log.claim('NORTH', ['q-1'], survivor.id)).toEqual([]);
      await expect.poll(part).toBe(10);
      await child.kill();
      const killed = performance.now();
      await expect
        .poll(() => log.claim('NORTH', ['q-1'], survivor.id), { timeout: 30_000 })
        .toEqual(['q-1']);
      const took = performance.now() - killed;
      await expect.poll(part).toBe(20);
      await survivor.leave();
      return took;
    });
    expect(tookMs).toBeLessThan(12_000);
  }, 120_000);
});
