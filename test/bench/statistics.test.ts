import { describe, expect, test } from 'vitest';
import { quantileOf, quartilesOf, spreadOf } from '../../bench/measure/statistics.ts';

describe('quartiles', () => {
  test('lie between values where no value is in the place', () => {
    expect(quartilesOf([4, 1, 3, 2])).toEqual({ lower: 1.75, median: 2.5, upper: 3.25 });
  });

  test('quartiles of one value are that value', () => {
    expect(quartilesOf([7])).toEqual({ lower: 7, median: 7, upper: 7 });
  });

  test('quartiles do not exist without a value', () => {
    expect(() => quartilesOf([])).toThrow('no value has no quantile');
  });

  test('spread by their distance as a share of the median', () => {
    expect(spreadOf({ lower: 90, median: 100, upper: 130 })).toBeCloseTo(0.4);
  });
});

test('the 99th percentile of a hundred and one values is the one before the last', () => {
  expect(
    quantileOf(
      Float64Array.from({ length: 101 }, (_, index) => index),
      0.99,
    ),
  ).toBeCloseTo(99);
});
