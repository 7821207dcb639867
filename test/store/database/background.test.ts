import { expect, test } from 'vitest';
import { ConnectionTurns, inBackground } from '../../../src/store/database/background.ts';

test('What is done in the background has its turn behind what came after it, and one of five all the same', async () => {
  const turns = new ConnectionTurns(1, 1);
  const leaveFirst = await turns.enter();
  const order: string[] = [];
  const take = async (name: string): Promise<void> => {
    const leave = await turns.enter();
    order.push(name);
    leave();
  };
  const all = [
    inBackground(() => take('background 1')),
    inBackground(() => take('background 2')),
    ...Array.from({ length: 8 }, (_, n) => take(`${n}`)),
  ];
  leaveFirst();
  await Promise.all(all);
  expect(order.indexOf('background 1')).toBeGreaterThan(2);
  expect(order.indexOf('background 1')).toBeLessThan(6);
  expect(order.filter((name) => !name.startsWith('background'))).toEqual(
    Array.from({ length: 8 }, (_, n) => `${n}`),
  );
  expect(order).toHaveLength(10);
});

test('The background leaves connections for others where there are several', async () => {
  const turns = new ConnectionTurns(Infinity, 1);
  const leave = await inBackground(() => turns.enter());
  let isSecondIn = false;
  const second = inBackground(() => turns.enter()).then((end) => {
    isSecondIn = true;
    return end;
  });
  // Not behind the background.
  (await turns.enter())();
  expect(isSecondIn).toBe(false);
  leave();
  (await second)();
  expect(isSecondIn).toBe(true);
});
