import { describe, expect, test } from 'vitest';
import { ClockDifference } from '../../../../src/operators/covage/creating/clock-difference.ts';

const noon = Date.parse('2025-04-04T12:00:00Z');
const at = (ms: number) => new Date(noon + ms).toUTCString();

describe('the difference to a clock', () => {
  test('the difference to a clock is none before anything was heard of it, and where nothing can be read', () => {
    const clock = new ClockDifference();
    expect(clock.aheadMs).toBe(0);
    clock.heed(undefined, noon, noon);
    clock.heed('soon', noon, noon);
    expect(clock.aheadMs).toBe(0);
  });

  test('the difference to a clock is none where whole seconds allow for that', () => {
    const clock = new ClockDifference();
    clock.heed(at(0), noon + 100, noon + 900);
    expect(clock.aheadMs).toBe(0);
  });

  test.for([-3_600_000, -1_500, 5_000])(
    'the difference to a clock of %i ms is found, within a second',
    (ahead) => {
      const clock = new ClockDifference();
      for (const now of [0, 350, 700]) clock.heed(at(now + ahead), noon + now - 20, noon + now);
      expect(clock.aheadMs).toBeLessThanOrEqual(ahead);
      expect(clock.aheadMs).toBeGreaterThan(ahead - 1_000);
    },
  );

  test('the difference to a clock is found anew when a clock was set', () => {
    const clock = new ClockDifference();
    clock.heed(at(0), noon, noon);
    clock.heed(at(-60_000), noon, noon);
    expect(clock.aheadMs).toBeLessThan(-59_000);
  });
});
