import { expect, test } from 'vitest';
import { takeAllowance } from '../../src/access/shared-rate-limiter.ts';
import { onEveryEngine } from '../store/engines.ts';

onEveryEngine('an allowance', (engine) => {
  test('is shared by all processes, and one for each tenant', async () => {
    await using opened = await engine.open();
    const { database, replica } = opened;
    const perMinute = 60;
    expect(await takeAllowance(database, 'one', 40, perMinute)).toBe(40);
    // A little comes back with every millisecond.
    const rest = await takeAllowance(replica, 'one', 40, perMinute);
    expect(rest).toBeGreaterThanOrEqual(20);
    expect(rest).toBeLessThan(40);
    expect(await takeAllowance(database, 'one', 40, perMinute)).toBeLessThan(20);
    expect(await takeAllowance(database, 'other', 60, perMinute)).toBe(60);
  });

  test('is never granted twice, however many processes take of it at once', async () => {
    await using opened = await engine.open();
    // So little comes back meanwhile that it does not count.
    const perMinute = 1;
    const databases = [opened.database, opened.replica];
    const granted = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        takeAllowance(databases[index % 2]!, 'one', 0.2, perMinute),
      ),
    );
    const sum = granted.reduce((one, other) => one + other, 0);
    expect(sum).toBeGreaterThanOrEqual(0.99);
    expect(sum).toBeLessThan(1.9);
  });

  test('comes back within a minute, and never more than that', async () => {
    await using opened = await engine.open();
    const { database } = opened;
    await takeAllowance(database, 'one', 60, 60);
    const age = (seconds: number) =>
      database.query(
        `update eligibility.allowance set updated_at = clock_timestamp() - make_interval(secs => $1)`,
        [seconds],
      );
    await age(30);
    const half = await takeAllowance(database, 'one', 60, 60);
    expect(half).toBeGreaterThanOrEqual(30);
    expect(half).toBeLessThan(50);
    await age(3_600);
    expect(await takeAllowance(database, 'one', 1_000, 60)).toBe(60);
  });
});
