import { describe, expect, test } from 'vitest';
import { OneAtATime } from '../src/one-at-a-time.ts';

/** Work whose runs end when the test says so. */
function work() {
  const runs: PromiseWithResolvers<number>[] = [];
  const one = new OneAtATime(() => {
    const run = Promise.withResolvers<number>();
    runs.push(run);
    return run.promise;
  });
  return { one, runs };
}

describe('work of which one run is under way at a time', () => {
  test('work of which one run is under way at a time is begun once for all who ask meanwhile, and anew afterwards', async () => {
    const { one, runs } = work();
    const asked = [one.run(), one.run()];
    expect(runs).toHaveLength(1);
    runs[0]?.resolve(1);
    expect(await Promise.all(asked)).toEqual([1, 1]);
    expect(one.isRunning).toBe(false);
    const again = one.run();
    runs[1]?.resolve(2);
    expect(await again).toBe(2);
  });

  test('work of which one run is under way at a time is begun once more for all who asked for it afresh while it ran', async () => {
    const { one, runs } = work();
    const first = one.runAfresh();
    const afresh = [one.runAfresh(), one.runAfresh()];
    expect(runs).toHaveLength(1);
    runs[0]?.reject(new Error('lost'));
    await expect(first).rejects.toThrow('lost');
    await expect.poll(() => runs.length).toBe(2);
    runs[1]?.resolve(2);
    expect(await Promise.all(afresh)).toEqual([2, 2]);
  });

  test('work of which one run is under way at a time has settled when what was asked for afresh has, too', async () => {
    const { one, runs } = work();
    void one.run();
    void one.runAfresh();
    let hasSettled = false;
    const settled = one.settled().finally(() => {
      hasSettled = true;
    });
    runs[0]?.resolve(1);
    await expect.poll(() => runs.length).toBe(2);
    expect(hasSettled).toBe(false);
    runs[1]?.resolve(2);
    await settled;
    expect(one.isRunning).toBe(false);
  });
});
