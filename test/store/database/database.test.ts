import { expect, test } from 'vitest';
import { DatabaseUnavailableError } from '../../../src/store/database/database-error.ts';
import type { Listener } from '../../../src/store/database/database.ts';
import { openDatabase } from '../../../src/store/database/open-database.ts';
import { onEveryEngine, onPostgres, silentLog } from '../engines.ts';
import { quickestNotificationMs } from '../../support/quickest.ts';

/** A listener whose calls can be waited for, one by one. */
function follow(): Listener & { next(): Promise<string> } {
  const heard: string[] = [];
  let wake: (() => void) | null = null;
  const hear = (word: string): void => {
    heard.push(word);
    wake?.();
  };
  return {
    onPayload: (payload) => hear(payload),
    onMissed: () => hear('(missed)'),
    async next() {
      while (heard.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return heard.shift() ?? '';
    },
  };
}

onEveryEngine('the database', (engine) => {
  test('gives back parameters of every kind as they were given', async () => {
    await using opened = await engine.open();
    const [row] = await opened.database.query(
      `select $1::text as text, $2::integer as number, $3::boolean as truth, $4::text as nothing,
         $5::text[] as list, $6::jsonb as json, $7::timestamptz(3) as instant`,
      [
        'é"\'',
        12,
        true,
        null,
        ['a', 'b,"c'],
        '{"a":[1,{"b":null}]}',
        '2026-03-01T09:00:00.123+01:00',
      ],
    );
    expect(row).toEqual({
      text: 'é"\'',
      number: 12,
      truth: true,
      nothing: null,
      list: ['a', 'b,"c'],
      json: { a: [1, { b: null }] },
      instant: new Date('2026-03-01T08:00:00.123Z'),
    });
  });

  test('commits a transaction as one', async () => {
    await using opened = await engine.open();
    await opened.database.script('create table thing (id integer)');
    await opened.database.transaction(async (transaction) => {
      await transaction.query('insert into thing values ($1)', [1]);
      await transaction.query('insert into thing values ($1)', [2]);
    });
    expect(await opened.replica.query('select id from thing order by id')).toEqual([
      { id: 1 },
      { id: 2 },
    ]);
  });

  test('rolls back a transaction whose work throws, and rejects with what it threw', async () => {
    await using opened = await engine.open();
    await opened.database.script('create table thing (id integer)');
    const failed = opened.database.transaction(async (transaction) => {
      await transaction.query('insert into thing values (1)');
      throw new RangeError('enough');
    });
    await expect(failed).rejects.toThrow(new RangeError('enough'));
    expect(await opened.database.query('select id from thing')).toEqual([]);
  });

  test('rejects a transaction that goes on after a failed statement', async () => {
    await using opened = await engine.open();
    await opened.database.script('create table thing (id integer)');
    const failed = opened.database.transaction(async (transaction) => {
      await transaction.query('insert into thing values (1)');
      await transaction.query('select nonsense').catch(() => {});
    });
    await expect(failed).rejects.toThrow();
    expect(await opened.database.query('select id from thing')).toEqual([]);
  });

  test('rejects its own use within a transaction, and that of a transaction after its end', async () => {
    await using opened = await engine.open();
    const { database } = opened;
    await expect(database.transaction(() => database.query('select 1'))).rejects.toThrow(
      'Within a transaction only the transaction may be used',
    );
    await expect(
      database.transaction(() => database.transaction(() => Promise.resolve())),
    ).rejects.toThrow('Within a transaction only the transaction may be used');
    const ended = await database.transaction(async (transaction) => ({ transaction }));
    await expect(ended.transaction.query('select 1')).rejects.toThrow('has ended');
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('keeps the statements of transactions that run at once apart', async () => {
    await using opened = await engine.open();
    await opened.database.script('create table thing (id integer); insert into thing values (0)');
    await Promise.all(
      Array.from({ length: 20 }, () =>
        opened.database.transaction(async (transaction) => {
          const [row] = await transaction.query<{ id: number }>('select id from thing for update');
          await transaction.query('update thing set id = $1', [(row?.id ?? 0) + 1]);
        }),
      ),
    );
    expect(await opened.database.query('select id from thing')).toEqual([{ id: 20 }]);
  });

  test('is usable after a script that failed inside a transaction of its own', async () => {
    await using opened = await engine.open();
    const failing = opened.database.script(
      'begin; create table thing (id integer); select nonsense',
    );
    const next = opened.database.query('select 1 as one');
    await expect(failing).rejects.toThrow('nonsense');
    expect(await next).toEqual([{ one: 1 }]);
    expect(await opened.database.query("select to_regclass('thing') as thing")).toEqual([
      { thing: null },
    ]);
  });

  test('delivers a notification of another replica within 100 ms', async () => {
    await using opened = await engine.open();
    const follower = follow();
    await opened.database.listen('news', follower);
    const quickest = await quickestNotificationMs(async () => {
      const sent = performance.now();
      await opened.replica.notify('news', 'hello');
      expect(await follower.next()).toBe('hello');
      return performance.now() - sent;
    });
    expect(quickest).toBeLessThan(100);
  });

  test('delivers what a transaction notifies of once it is committed, and nothing of one rolled back', async () => {
    await using opened = await engine.open();
    const follower = follow();
    await opened.database.listen('news', follower);
    await opened.replica
      .transaction(async (transaction) => {
        await transaction.notify('news', 'never');
        throw new Error('no');
      })
      .catch(() => {});
    await opened.replica.transaction((transaction) => transaction.notify('news', 'committed'));
    expect(await follower.next()).toBe('committed');
  });

  test('delivers to every listener of a channel until it stops listening', async () => {
    await using opened = await engine.open();
    const [first, second] = [follow(), follow()];
    const stop = await opened.database.listen('news', first);
    await opened.database.listen('news', second);
    await opened.database.notify('news', 'one');
    expect([await first.next(), await second.next()]).toEqual(['one', 'one']);
    await stop();
    await stop();
    await opened.database.notify('news', 'two');
    expect(await second.next()).toBe('two');
    await opened.database.listen('news', first);
    await opened.database.notify('news', 'three');
    expect([await first.next(), await second.next()]).toEqual(['three', 'three']);
  });

  test('survives a listener that throws', async () => {
    await using opened = await engine.open();
    const follower = follow();
    await opened.database.listen('news', {
      onPayload() {
        throw new Error('a bug');
      },
      onMissed() {},
    });
    await opened.database.listen('news', follower);
    await opened.database.notify('news', 'still here');
    expect(await follower.next()).toBe('still here');
  });
});

onPostgres('the connection that listens', (engine) => {
  const endListeners = `select pg_terminate_backend(pid) from pg_stat_activity
    where pid <> pg_backend_pid() and query ilike 'listen %'`;

  test('comes back after it was ended, and tells its listeners that they may have missed something', async () => {
    await using opened = await engine.open();
    const [news, weather] = [follow(), follow()];
    await opened.database.listen('news', news);
    await opened.database.listen('weather', weather);
    await engine.server().asOwner(endListeners);
    expect([await news.next(), await weather.next()]).toEqual(['(missed)', '(missed)']);
    await opened.replica.notify('news', 'after');
    expect(await news.next()).toBe('after');
  });

  test('takes new listeners while it is away', async () => {
    await using opened = await engine.open();
    const [early, late] = [follow(), follow()];
    await opened.database.listen('news', early);
    await engine.server().asOwner(endListeners);
    await opened.database.listen('weather', late);
    await opened.replica.notify('weather', 'sun');
    const heard = [await late.next()];
    if (heard[0] === '(missed)') heard.push(await late.next());
    expect(heard.at(-1)).toBe('sun');
  });

  test('comes back, as the statements do, after the server has crashed', async () => {
    await using opened = await engine.open();
    const follower = follow();
    await opened.database.listen('news', follower);
    await engine.server().crashAndRestart();
    expect(await follower.next()).toBe('(missed)');
    // A connection of the pool that has not noticed yet may fail once.
    await opened.replica
      .notify('news', 'after')
      .catch(() => opened.replica.notify('news', 'after'));
    expect(await follower.next()).toBe('after');
  });
});

test('names where a PostgreSQL is that does not answer, and not the password', async () => {
  const opening = openDatabase({
    dataDir: '/nowhere',
    databaseUrl: 'postgres://someone:secret@127.0.0.1:1/eligibility',
    log: silentLog,
  });
  await expect(opening).rejects.toThrow(DatabaseUnavailableError);
  await expect(opening).rejects.toThrow(
    'DATABASE_URL: the PostgreSQL at 127.0.0.1:1/eligibility cannot be used: connect ECONNREFUSED 127.0.0.1:1.',
  );
});
