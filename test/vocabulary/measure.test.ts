import { describe, expect, test } from 'vitest';
import { readDays, readMegabits, readMonths } from '../../src/vocabulary/measure.ts';

describe('a bandwidth in Mbit/s', () => {
  test.for<[sent: number | string | null | undefined, megabits: number | null]>([
    ['20M', 20],
    [20.0, 20],
    ['20.0', 20],
    ['100M', 100],
    [1000, 1000],
    ['1G', 1000],
    ['10G', 10_000],
    ['1,5G', 1500],
    ['2.5G', 2500],
    ['512K', 0.512],
    ['20 M', 20],
    ['20m', 20],
    [' 20M ', 20],
    ['20 Mbps', 20],
    ['20Mb/s', 20],
    ['20 Mbit/s', 20],
    ['1 000 M', 1000],
    ['1\u202F000,5 Mbits/s', 1000.5],
    [Number.NaN, null],
    [0, 0],
    ['', null],
    ['M', null],
    ['20M/100M', null],
    ['rapide', null],
    ['-20M', null],
    [null, null],
    [undefined, null],
  ])('a bandwidth in Mbit/s of %j is %j', ([sent, megabits]) => {
    expect(readMegabits(sent)).toBe(megabits);
  });
});

describe('a commitment in months', () => {
  test.for<[sent: string, months: number | null]>([
    ['24MOIS', 24],
    ['24 mois', 24],
    ['36MOIS', 36],
    ['12', 12],
    ['1 MOIS', 1],
    ['2 ans', 24],
    ['1 AN', 12],
    ['3 ANNÉES', 36],
    ['24 months', 24],
    ['0', 0],
    ['', null],
    ['MOIS', null],
    ['sans engagement', null],
    ['24.5 MOIS', null],
    ['24MOIS ou 36MOIS', null],
  ])('a commitment in months of %j is %j', ([sent, months]) => {
    expect(readMonths(sent)).toBe(months);
  });
});

describe('a lead time in days', () => {
  test.for<[sent: string, days: number | null]>([
    ['T0 + 33 SEMAINES', 231],
    ['T0 + 34 SEMAINES', 238],
    ['60', 60],
    ['T0+33 semaines', 231],
    ['T0 + 1 SEMAINE', 7],
    ['8 SEM', 56],
    ['T0 + 45 JOURS', 45],
    ['T0 + 2 MOIS', 60],
    ['10 weeks', 70],
    ['0', 0],
    ['', null],
    ['T0', null],
    ['T0 + SEMAINES', null],
    ['33 SEMAINES environ', null],
    ['2025-07-01', null],
  ])('a lead time in days of %j is %j', ([sent, days]) => {
    expect(readDays(sent)).toBe(days);
  });
});
