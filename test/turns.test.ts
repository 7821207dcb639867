import { describe, expect, test } from 'vitest';
import { limitConcurrency } from '../src/turns.ts';

describe('a limit', () => {
  test('a limit lets that many tasks run at once, and never more', async () => {
    const bound = limitConcurrency(4);
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        bound(async () => {
          running += 1;
          most = Math.max(most, running);
          for (let turn = 0; turn <= index % 5; turn += 1) {
            // oxlint-disable-next-line no-await-in-loop -- tasks of several lengths
            await Promise.resolve();
          }
          running -= 1;
        }),
      ),
    );
    expect(most).toBe(4);
  });

  test('a limit starts the waiting tasks in the order they came', async () => {
    const bound = limitConcurrency(1);
    const started: number[] = [];
    await Promise.all(
      [1, 2, 3, 4].map((task) =>
        bound(async () => {
          started.push(task);
          await Promise.resolve();
        }),
      ),
    );
    expect(started).toEqual([1, 2, 3, 4]);
  });

  test('a limit gives a place back when a task fails', async () => {
    const bound = limitConcurrency(1);
    await expect(bound(() => Promise.reject(new Error('first')))).rejects.toThrow('first');
    await expect(
      bound(() => {
        throw new Error('second');
      }),
    ).rejects.toThrow('second');
    expect(await bound(() => Promise.resolve('third'))).toBe('third');
  });

  test('a limit hands each task its own result', async () => {
    const bound = limitConcurrency(2);
    const tasks = [1, 2, 3, 4, 5].map((task) => bound(() => Promise.resolve(task * 10)));
    expect(await Promise.all(tasks)).toEqual([10, 20, 30, 40, 50]);
  });
});
