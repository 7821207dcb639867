import { describe, expect, test } from 'vitest';
import { readEuros } from '../../src/vocabulary/money.ts';

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
    expect(readEuros(sent)?.amount ?? null).toBe(amount);
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
    ['0155.00', '155.00'],
    ['-0.00', '0.00'],
    ['1 250,00', '1250.00'],
    ['1\u00A0250,00', '1250.00'],
    ['1\u202F250,00', '1250.00'],
    ['1 234 567,8', '1234567.80'],
    ["1'250.00", '1250.00'],
    ['1.234,50', '1234.50'],
    ['1,234.50', '1234.50'],
    ['1.234.567', '1234567.00'],
    ['1 234,567', '1234.567'],
    ['0,125', '0.125'],
    ['1e2', '100.00'],
    ['1,5E+3', '1500.00'],
    ['25e-2', '0.25'],
    ['155,00 €', '155.00'],
    ['€ 155', '155.00'],
    ['-€5', '-5.00'],
    ['\u2212 5,00 €', '-5.00'],
    ['145.00 EUR', '145.00'],
    ['EUR 1.250,00', '1250.00'],
    ['1 000.00 euros HT', '1000.00'],
    ['155 € (HT)', '155.00'],
    ['155 € H.T.', '155.00'],
    ['155 €50', '155.50'],
  ] as const)('%j is %j', ([sent, amount]) => {
    expect(readEuros(sent)).toEqual({ amount, currency: 'EUR' });
  });

  test.for([
    [0.1, '0.10'],
    [1.005, '1.005'],
    [1e6, '1000000.00'],
    [-3, '-3.00'],
  ] as const)('the number %j is %j', ([sent, amount]) => {
    expect(readEuros(sent)?.amount).toBe(amount);
  });
});

test('a monthly amount may say that it is one, and one that is due once may not', () => {
  for (const text of [
    '155,00 € HT/mois',
    '155,00 €/mois HT',
    '155 EUR par mois (H.T.)',
    '155 €/mois',
    '155.00 EUR par mois',
    '155',
  ]) {
    expect(readEuros(text, 'monthly')?.amount).toBe('155.00');
  }
  expect(readEuros('155 €/an', 'monthly')).toBeNull();
  expect(readEuros('155 €/mois TTC', 'monthly')).toBeNull();
  expect(readEuros('155 €/mois', 'once')).toBeNull();
});

describe('what is no amount is null, never zero', () => {
  test.for([
    undefined,
    null,
    '',
    '  ',
    'sur devis',
    // One thousand two hundred and thirty-four, or a little more than one.
    '1,234',
    '1,234 €',
    '12 50',
    '155 TTC',
    '155 USD',
    '155 €/mois',
    '€',
    '1.2.3',
    '10-20',
    '.5',
    '12.',
    '+5',
    '0x10',
  ])('%j', (sent) => {
    expect(readEuros(sent)).toBeNull();
  });

  test.for([Number.NaN, Number.POSITIVE_INFINITY, 1e21])('the number %d', (sent) => {
    expect(readEuros(sent)).toBeNull();
  });
});
