import { expect, it } from 'vitest';
import { DatabaseUnavailableError } from '../../../src/store/database/database-error.ts';
import type { Listener } from '../../../src/store/database/database.ts';
import { openDatabase } from '../../../src/store/database/open-database.ts';
import { onEveryEngine, onPostgres, silentLog } from '../engines.ts';
import { usualMs } from '../latency.ts';

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
  it('gives back parameters of every kind as they were given', async () => {
    await using test = await engine.open();
    const [row] = await test.database.query(
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

  it('commits a transaction as one', async () => {
    await using test = await engine.open();
    await test.database.script('create table thing (id integer)');
    await test.database.transaction(async (transaction) => {
      await transaction.query('insert into thing values ($1)', [1]);
      await transaction.query('insert into thing values ($1)', [2]);
    });
    expect(await test.replica.query('select id from thing order by id')).toEqual([
      { id: 1 },
      { id: 2 },
    ]);
  });

  it('rolls back a transaction whose work throws, and rejects with what it threw', async () => {
    await using test = await engine.open();
    await test.database.script('create table thing (id integer)');
    const failed = test.database.transaction(async (transaction) => {
      await transaction.query('insert into thing values (1)');
      throw new RangeError('enough');
    });
    await expect(failed).rejects.toThrow(new RangeError('enough'));
    expect(await test.database.query('select id from thing')).toEqual([]);
  });

  it('rejects a transaction that goes on after a failed statement', async () => {
    await using test = await engine.open();
    await test.database.script('create table thing (id integer)');
    const failed = test.database.transaction(async (transaction) => {
      await transaction.query('insert into thing values (1)');
      await transaction.query('select nonsense').catch(() => {});
    });
    await expect(failed).rejects.toThrow();
    expect(await test.database.query('select id from thing')).toEqual([]);
  });

  it('rejects its own use within a transaction, and that of a transaction after its end', async () => {
    await using test = await engine.open();
    const { database } = test;
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

  it('keeps the statements of transactions that run at once apart', async () => {
    await using test = await engine.open();
    await test.database.script('create table thing (id integer); insert into thing values (0)');
    await Promise.all(
      Array.from({ length: 20 }, () =>
        test.database.transaction(async (transaction) => {
          const [row] = await transaction.query<{ id: number }>('select id from thing for update');
          await transaction.query('update thing set id = $1', [(row?.id ?? 0) + 1]);
        }),
      ),
    );
    expect(await test.database.query('select id from thing')).toEqual([{ id: 20 }]);
  });

  it('is usable after a script that failed inside a transaction of its own', async () => {
    await using test = await engine.open();
    const failing = test.database.script('begin; create table thing (id integer); select nonsense');
    const next = test.database.query('select 1 as one');
    await expect(failing).rejects.toThrow('nonsense');
    expect(await next).toEqual([{ one: 1 }]);
    expect(await test.database.query("select to_regclass('thing') as thing")).toEqual([
      { thing: null },
    ]);
  });

  it('delivers a notification of another replica within 100 ms', async () => {
    await using test = await engine.open();
    const follower = follow();
    await test.database.listen('news', follower);
    const usual = await usualMs(async () => {
      const sent = performance.now();
      await test.replica.notify('news', 'hello');
      expect(await follower.next()).toBe('hello');
      return performance.now() - sent;
    });
    expect(usual).toBeLessThan(100);
  });

  it('delivers what a transaction notifies of once it is committed, and nothing of one rolled back', async () => {
    await using test = await engine.open();
    const follower = follow();
    await test.database.listen('news', follower);
    await test.replica
      .transaction(async (transaction) => {
        await transaction.notify('news', 'never');
        throw new Error('no');
      })
      .catch(() => {});
    await test.replica.transaction((transaction) => transaction.notify('news', 'committed'));
    expect(await follower.next()).toBe('committed');
  });

  it('delivers to every listener of a channel until it stops listening', async () => {
    await using test = await engine.open();
    const [first, second] = [follow(), follow()];
    const stop = await test.database.listen('news', first);
    await test.database.listen('news', second);
    await test.database.notify('news', 'one');
    expect([await first.next(), await second.next()]).toEqual(['one', 'one']);
    await stop();
    await stop();
    await test.database.notify('news', 'two');
    expect(await second.next()).toBe('two');
    await test.database.listen('news', first);
    await test.database.notify('news', 'three');
    expect([await first.next(), await second.next()]).toEqual(['three', 'three']);
  });

  it('survives a listener that throws', async () => {
    await using test = await engine.open();
    const follower = follow();
    await test.database.listen('news', {
      onPayload() {
        throw new Error('a bug');
      },
      onMissed() {},
    });
    await test.database.listen('news', follower);
    await test.database.notify('news', 'still here');
    expect(await follower.next()).toBe('still here');
  });
});

onPostgres('the connection that listens', (engine) => {
  const endListeners = `select pg_terminate_backend(pid) from pg_stat_activity
    where pid <> pg_backend_pid() and query ilike 'listen %'`;

  it('comes back after it was ended, and tells its listeners that they may have missed something', async () => {
    await using test = await engine.open();
    const [news, weather] = [follow(), follow()];
    await test.database.listen('news', news);
    await test.database.listen('weather', weather);
    await engine.server().asOwner(endListeners);
    expect([await news.next(), await weather.next()]).toEqual(['(missed)', '(missed)']);
    await test.replica.notify('news', 'after');
    expect(await news.next()).toBe('after');
  });

  it('takes new listeners while it is away', async () => {
    await using test = await engine.open();
    const [early, late] = [follow(), follow()];
    await test.database.listen('news', early);
    await engine.server().asOwner(endListeners);
    await test.database.listen('weather', late);
    await test.replica.notify('weather', 'sun');
    const heard = [await late.next()];
    if (heard[0] === '(missed)') heard.push(await late.next());
    expect(heard.at(-1)).toBe('sun');
  });

  it('comes back, as the statements do, after the server has crashed', async () => {
    await using test = await engine.open();
    const follower = follow();
    await test.database.listen('news', follower);
    await engine.server().crashAndRestart();
    expect(await follower.next()).toBe('(missed)');
    // A connection of the pool that has not noticed yet may fail once.
    await test.replica.notify('news', 'after').catch(() => test.replica.notify('news', 'after'));
    expect(await follower.next()).toBe('after');
  });
});

it('names where a PostgreSQL is that does not answer, and not the password', async () => {
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
