import { expect, test } from 'vitest';
import { ShortMap } from '../../../src/operators/calling/short-map.ts';

test('a short map holds what a Map holds, few or many', () => {
  const map = new ShortMap<number>();
  const expected = new Map<string, number>();
  for (let n = 0; n < 500; n += 1) {
    // Each key twice, and the first ones again and again.
    for (const key of [`key-${n}`, `key-${n >> 1}`, `key-${n % 7}`]) {
      map.set(key, n);
      expected.set(key, n);
    }
    expect(map.get('absent')).toBeUndefined();
    expect([...expected.keys()].map((key) => map.get(key))).toEqual([...expected.values()]);
  }
});
