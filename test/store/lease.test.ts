import { expect, it } from 'vitest';
import { holdLease, LeaseLostError } from '../../src/store/hold-lease.ts';
import { LeaseStore } from '../../src/store/lease-store.ts';
import { startChild } from './child.ts';
import { onEveryEngine, onPostgres } from './engines.ts';

const longMs = 60_000;
const never = new AbortController().signal;

onEveryEngine('a lease', (engine) => {
  it('has one holder at a time', async () => {
    await using test = await engine.open();
    const [mine, theirs] = [new LeaseStore(test.database), new LeaseStore(test.replica)];
    const attempts = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? mine : theirs).acquire('poll', `holder ${index}`, longMs),
      ),
    );
    const won = attempts.flatMap((attempt, index) => (attempt.acquired ? [index] : []));
    expect(won).toHaveLength(1);
    for (const attempt of attempts) {
      if (attempt.acquired) continue;
      expect(attempt.holder).toBe(`holder ${won[0]}`);
      expect(attempt.expiresInMs).toBeGreaterThan(longMs - 10_000);
      expect(attempt.expiresInMs).toBeLessThanOrEqual(longMs);
    }
    expect(await theirs.acquire('another', 'x', longMs)).toEqual({ acquired: true, term: 1 });
  });

  it('is not given twice to the same holder', async () => {
    await using test = await engine.open();
    const leases = new LeaseStore(test.database);
    await leases.acquire('poll', 'a', longMs);
    expect(await leases.acquire('poll', 'a', longMs)).toMatchObject({ acquired: false });
  });

  it('goes to another holder when its time is over, and its former holder cannot renew it', async () => {
    await using test = await engine.open();
    const leases = new LeaseStore(test.database);
    await leases.acquire('poll', 'a', 1);
    await expect
      .poll(() => leases.acquire('poll', 'b', longMs))
      .toEqual({
        acquired: true,
        term: 2,
      });
    expect(await leases.renew('poll', 'a', longMs)).toBe(false);
    await leases.release('poll', 'a');
    expect(await leases.renew('poll', 'b', longMs)).toBe(true);
  });

  it('wakes who waits for it, on another replica, when it is released', async () => {
    await using test = await engine.open();
    const [mine, theirs] = [new LeaseStore(test.database), new LeaseStore(test.replica)];
    await mine.acquire('poll', 'a', longMs);
    const woken = Promise.withResolvers<number>();
    await theirs.onRelease('poll', () => woken.resolve(performance.now()));
    const released = performance.now();
    await mine.release('poll', 'a');
    // Far below the time after which it would look again by itself.
    expect((await woken.promise) - released).toBeLessThan(1_000);
    expect(await theirs.acquire('poll', 'b', longMs)).toEqual({ acquired: true, term: 2 });
  });

  it('passes from holder to holder, each doing its work alone', async () => {
    await using test = await engine.open();
    const [mine, theirs] = [new LeaseStore(test.database), new LeaseStore(test.replica)];
    let inside = 0;
    const terms = await Promise.all(
      [mine, theirs, mine, theirs].map((leases) =>
        holdLease(leases, 'poll', { ttlMs: longMs, signal: never }, async (_, term) => {
          inside += 1;
          expect(inside).toBe(1);
          await test.database.query('select 1');
          inside -= 1;
          return term;
        }),
      ),
    );
    expect(new Set(terms)).toEqual(new Set([1, 2, 3, 4]));
  });

  it('is given back when its work fails', async () => {
    await using test = await engine.open();
    const leases = new LeaseStore(test.database);
    const failing = holdLease(leases, 'poll', { ttlMs: longMs, signal: never }, async () => {
      throw new RangeError('enough');
    });
    await expect(failing).rejects.toThrow(new RangeError('enough'));
    expect(await leases.acquire('poll', 'b', longMs)).toMatchObject({ acquired: true });
  });

  it('aborts the work of a holder that loses it', async () => {
    await using test = await engine.open();
    const leases = new LeaseStore(test.database);
    const holding = holdLease(leases, 'poll', { ttlMs: 300, signal: never }, async (signal) => {
      await test.database.query("update eligibility.lease set holder = 'a thief'");
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    await expect(holding).rejects.toThrow(LeaseLostError);
  });

  it('outlasts its time while its holder works', async () => {
    await using test = await engine.open();
    const leases = new LeaseStore(test.database);
    const until = Promise.withResolvers<void>();
    const holding = holdLease(leases, 'poll', { ttlMs: 300, signal: never }, () => until.promise);
    const expiries = new Set<number>();
    await expect
      .poll(async () => {
        const [row] = await test.database.query<{ expires_at: Date }>(
          'select expires_at from eligibility.lease',
        );
        if (row) expiries.add(row.expires_at.getTime());
        return expiries.size;
      })
      .toBeGreaterThan(4);
    expect(await leases.acquire('poll', 'b', longMs)).toMatchObject({ acquired: false });
    until.resolve();
    await holding;
  });

  it('is no longer waited for once that is aborted', async () => {
    await using test = await engine.open();
    const leases = new LeaseStore(test.database);
    await leases.acquire('poll', 'a', longMs);
    const leaving = new AbortController();
    const waiting = holdLease(leases, 'poll', { ttlMs: longMs, signal: leaving.signal }, () =>
      expect.fail('It is held by another.'),
    );
    leaving.abort(new RangeError('gone'));
    await expect(waiting).rejects.toThrow(new RangeError('gone'));
  });
});

onPostgres('a lease', (engine) => {
  it('goes to another replica after its holder was killed', async () => {
    await using test = await engine.open();
    const { dataDir, databaseUrl } = test.options;
    await using child = startChild({ do: 'lease', options: { dataDir, databaseUrl } });
    expect(await child.word()).toEqual({ says: 'open' });
    expect(await child.word()).toEqual({ says: 'holding', term: 1 });
    const leases = new LeaseStore(test.database);
    const taken = holdLease(
      leases,
      'poll',
      { ttlMs: longMs, signal: never },
      async (_, term) => term,
    );
    await child.kill();
    const killed = performance.now();
    expect(await taken).toBe(2);
    expect(performance.now() - killed).toBeLessThan(2_000);
  });
});
