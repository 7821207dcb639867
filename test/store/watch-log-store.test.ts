import { expect, test } from 'vitest';
import { WatchLogStore } from '../../src/store/watch-log-store.ts';
import { removeOld } from '../../src/store/retention.ts';
import { onEveryEngine } from './engines.ts';
import { quickestNotificationMs } from '../support/quickest.ts';

const watched = { operator: 'NORTH', id: 'q-1' };

onEveryEngine('the watch log', (engine) => {
  test('begins empty', async () => {
    await using opened = await engine.open();
    const log = new WatchLogStore(opened.database);
    expect(await log.readAfter(watched, 0)).toEqual({
      version: 0,
      snapshot: null,
      ended: false,
      failures: 0,
      error: null,
      isPolled: false,
      changes: [],
    });
  });

  test('gives the changes behind a cursor, in order, with the latest snapshot', async () => {
    await using opened = await engine.open();
    const log = new WatchLogStore(opened.database);
    await log.append(watched, { changes: ['a'], snapshot: { now: 'a' }, ended: false });
    await log.append(watched, {
      changes: ['a', 'b', null],
      snapshot: { now: 'c' },
      ended: true,
    });
    const part = await log.readAfter(watched, 1);
    expect(part).toMatchObject({ version: 3, snapshot: { now: 'c' }, ended: true });
    expect(part.changes.map(({ sequence, change }) => [sequence, change])).toEqual([
      [2, 'b'],
      [3, null],
    ]);
    expect((await log.readAfter(watched, 0, 2)).changes).toHaveLength(2);
    expect((await log.readAfter(watched, 3)).changes).toEqual([]);
  });

  test('stores each change once, whoever saw it', async () => {
    await using opened = await engine.open();
    const [mine, theirs] = [new WatchLogStore(opened.database), new WatchLogStore(opened.replica)];
    const history = Array.from({ length: 12 }, (_, index) => `change ${index + 1}`);
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        (index % 2 === 0 ? mine : theirs).append(watched, {
          changes: history.slice(0, (index % 12) + 1),
          snapshot: index % 12,
          ended: false,
        }),
      ),
    );
    const part = await new WatchLogStore(opened.database).readAfter(watched, 0);
    expect(part.changes.map(({ sequence, change }) => [sequence, change])).toEqual(
      history.map((change, index) => [index + 1, change]),
    );
    expect(part).toMatchObject({ version: 12, snapshot: 11 });
  });

  test('ignores an observation that knows of fewer changes, and any after the end', async () => {
    await using opened = await engine.open();
    const log = new WatchLogStore(opened.database);
    await log.append(watched, { changes: ['a', 'b'], snapshot: 2, ended: false });
    await log.append(watched, { changes: ['a'], snapshot: 1, ended: true });
    expect(await log.readAfter(watched, 0)).toMatchObject({
      version: 2,
      snapshot: 2,
      ended: false,
    });
    await log.append(watched, { changes: ['a', 'b'], snapshot: 3, ended: true });
    await log.append(watched, { changes: ['a', 'b', 'c'], snapshot: 4, ended: false });
    expect(await log.readAfter(watched, 0)).toMatchObject({ version: 2, snapshot: 3, ended: true });
  });

  test('counts the watches that gave up, and goes on with the next', async () => {
    await using opened = await engine.open();
    const log = new WatchLogStore(opened.database);
    await log.fail(watched, { code: 'TIMEOUT' });
    expect(await log.readAfter(watched, 0)).toMatchObject({
      failures: 1,
      error: { code: 'TIMEOUT' },
      ended: false,
    });
    const head = await log.append(watched, { changes: ['a'], snapshot: 1, ended: true });
    expect(head).toMatchObject({ version: 1, failures: 1, ended: true });
    await log.fail(watched, { code: 'LATE' });
    expect(await log.readAfter(watched, 0)).toMatchObject({
      failures: 1,
      error: { code: 'TIMEOUT' },
    });
  });

  test('wakes who follows a thing on another replica within 100 ms, and nobody else', async () => {
    await using opened = await engine.open();
    const reader = new WatchLogStore(opened.replica);
    const writer = new WatchLogStore(opened.database);
    let woken: (() => void) | null = null;
    let others = 0;
    const leave = await reader.onChange(watched, () => woken?.());
    await reader.onChange({ ...watched, id: 'q-2' }, () => {
      others += 1;
    });
    const changes: string[] = [];
    const quickest = await quickestNotificationMs(async () => {
      const wake = new Promise<void>((resolve) => {
        woken = resolve;
      });
      changes.push('more');
      const begun = performance.now();
      await writer.append(watched, { changes, snapshot: null, ended: false });
      await wake;
      return performance.now() - begun;
    });
    expect(quickest).toBeLessThan(100);
    expect(others).toBe(0);
    leave();
  });

  test('removes the logs of what was last seen long ago', async () => {
    await using opened = await engine.open();
    const log = new WatchLogStore(opened.database);
    for (let index = 0; index < 5; index += 1) {
      await log.append(
        { operator: 'NORTH', id: `old-${index}` },
        { changes: ['a'], snapshot: null, ended: true },
      );
    }
    await opened.database.query(
      "update eligibility.watched set updated_at = clock_timestamp() - interval '91 days'",
    );
    await log.append(watched, { changes: ['a'], snapshot: null, ended: true });
    expect(await removeOld(opened.database, 90, 2)).toBe(5);
    expect(await opened.database.query('select id from eligibility.watched_change')).toEqual([
      { id: 'q-1' },
    ]);
  });
});
