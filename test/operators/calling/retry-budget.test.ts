import { expect, test } from 'vitest';
import { RetryBudget } from '../../../src/operators/calling/trouble.ts';

function budgetAt(start = 5_000) {
  const clock = { now: start };
  return { clock, budget: new RetryBudget(() => clock.now) };
}

/** How many retries may be begun now, of so many that are wanted. */
function taken(budget: RetryBudget, wanted: number): number {
  return Array.from({ length: wanted }, () => budget.take()).filter(Boolean).length;
}

test('ten retries in ten seconds are always there, however few calls were made', () => {
  const { budget } = budgetAt();
  expect(taken(budget, 50)).toBe(10);
});

test('many calls allow a tenth of them', () => {
  const { budget } = budgetAt();
  for (let call = 0; call < 500; call += 1) budget.countCall();
  expect(taken(budget, 500)).toBe(50);
});

test('the window slides by the second: what is older than ten seconds counts no more', () => {
  const { clock, budget } = budgetAt();
  for (let call = 0; call < 500; call += 1) budget.countCall();
  expect(taken(budget, 30)).toBe(30);
  clock.now += 5_000;
  expect(taken(budget, 500)).toBe(20);
  clock.now += 5_000;
  // The calls have left the window, and the first 30 retries; the 20 after them have not.
  expect(taken(budget, 500)).toBe(0);
  clock.now += 5_000;
  expect(taken(budget, 500)).toBe(10);
});

test('a long silence is over in one step', () => {
  const { clock, budget } = budgetAt();
  expect(taken(budget, 10)).toBe(10);
  clock.now += 1_000_000;
  expect(taken(budget, 50)).toBe(10);
});
