import { describe, expect, test } from 'vitest';
import { eurosOf } from '../../src/vocabulary/money.ts';

describe('every price in the documents', () => {
  test.for<[sent: number | string | null, amount: string | null]>([
    [145.0, '145.00'],
    [0.0, '0.00'],
    [240.0, '240.00'],
    [360.0, '360.00'],
    [155.0, '155.00'],
    [10.0, '10.00'],
    ['500.00', '500.00'],
    ['1000.00', '1000.00'],
    [null, null],
  ])('%j is %j', ([sent, amount]) => {
    expect(eurosOf(sent)?.amount ?? null).toBe(amount);
  });
});

describe('an amount is exact', () => {
  test.for([
    ['0.1', '0.10'],
    ['0.125', '0.125'],
    ['155.000', '155.000'],
    ['12345678901234567890.01', '12345678901234567890.01'],
    ['155,5', '155.50'],
    ['-12.5', '-12.50'],
    [' 155.00 ', '155.00'],
    ['7', '7.00'],
  ] as const)('%j is %j', ([sent, amount]) => {
    expect(eurosOf(sent)).toEqual({ amount, currency: 'EUR' });
  });

  test.for([
    [0.1, '0.10'],
    [1.005, '1.005'],
    [1e6, '1000000.00'],
    [-3, '-3.00'],
  ] as const)('the number %j is %j', ([sent, amount]) => {
    expect(eurosOf(sent)?.amount).toBe(amount);
  });
});

describe('what is no amount is null, never zero', () => {
  test.for([
    undefined,
    null,
    '',
    '  ',
    'sur devis',
    '.5',
    '12.',
    '1 000',
    '1.000,50',
    '+5',
    '0x10',
  ])('%j', (sent) => {
    expect(eurosOf(sent)).toBeNull();
  });

  test.for([Number.NaN, Number.POSITIVE_INFINITY, 1e21])('the number %d', (sent) => {
    expect(eurosOf(sent)).toBeNull();
  });
});
