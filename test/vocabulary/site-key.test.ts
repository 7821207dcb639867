import { describe, expect, test } from 'vitest';
import {
  normalBuildingRef,
  normalLineNumber,
  normalOtpRef,
} from '../../src/vocabulary/site-key.ts';

describe('the number of a line', () => {
  test.each([
    '0492002525',
    '04 92 00 25 25',
    '04.92.00.25.25',
    '04-92-00-25-25',
    '04/92/00/25/25',
    '04\u00a092\u202f00\u200925\t25',
    '04‑92–00—25−25',
    '０４９２００２５２５',
    '\u202d04 92 00 25 25\u202c',
    '+33492002525',
    '+33 4 92 00 25 25',
    '+33 (0)4 92 00 25 25',
    '+33.(0)492.00.25.25',
    '＋33 4 92 00 25 25',
    '0033492002525',
    '00 33 4 92 00 25 25',
    '0033 (0) 492002525',
    '33492002525',
    '33 (0)4 92 00 25 25',
    'tel:+33-4-92-00-25-25',
    '492002525',
  ])('the number of a line is 0492002525 of %j', (given) => {
    expect(normalLineNumber(given)).toBe('0492002525');
  });

  test.each([
    ['+262 262 20 12 34', '0262201234'],
    ['+262 0262 20 12 34', '0262201234'],
    ['00262 262 20 12 34', '0262201234'],
    ['0262 20 12 34', '0262201234'],
    ['+262 269 61 12 34', '0269611234'],
    ['+590 590 82 12 34', '0590821234'],
    ['+590 (0)590 82 12 34', '0590821234'],
    ['+594 594 30 12 34', '0594301234'],
    ['+596 596 70 12 34', '0596701234'],
    ['596596701234', '0596701234'],
    ['+508 41 12 34', '0508411234'],
  ])('overseas is the one that is dialled within France: of %j %s', (given, number) => {
    expect(normalLineNumber(given)).toBe(number);
  });

  test.each([
    // 0687 and six digits is a mobile number of mainland France.
    ['+687 23 45 67', '+687234567'],
    ['00 689 40 12 34 56', '+68940123456'],
    ['+32 2 123 45 67', '+3221234567'],
    ['+33 4 92 00 25', '+334920025'],
  ])('the number of a line of elsewhere stays one of elsewhere: of %j %s', (given, number) => {
    expect(normalLineNumber(given)).toBe(number);
  });

  test.each([
    '',
    '   ',
    '04 92 00 25',
    '049200252',
    '04920025255',
    '04 92 00 25 2a',
    '٠٤٩٢٠٠٢٥٢٥',
    '0492002525 ext',
  ])('the number of a line is none in %j', (given) => {
    expect(normalLineNumber(given)).toBeNull();
  });
});

describe('the reference of an outlet', () => {
  test.each([
    'FI-3790-3415',
    'fi-3790-3415',
    'FI37903415',
    'FI 3790 3415',
    'fi.3790.3415',
    'FI/3790/3415',
    'FI‑3790‑3415',
    ' FI-3790-3415\u00a0',
    'ＦＩ-3790-3415',
    'FI-3790-3415/C',
    'fi 3790 3415 / c',
    'FI37903415/SC',
  ])('the reference of an outlet is FI-3790-3415 of %j', (given) => {
    expect(normalOtpRef(given)).toBe('FI-3790-3415');
  });

  test.each([
    ['sf-ab12-c3d4', 'SF-AB12-C3D4'],
    ['abcdef-12345', 'ABCDEF-12345'],
    ['ABCDEFGHIJ12/C', 'ABCDEFGHIJ12'],
  ])('the reference of an outlet of %j is %s', (given, reference) => {
    expect(normalOtpRef(given)).toBe(reference);
  });

  test.each(['', 'nonsense', 'FI-3790-341', 'FI-3790-34155', '/C', 'FI-3790-341é'])(
    'is none in %j',
    (given) => {
      expect(normalOtpRef(given)).toBeNull();
    },
  );
});

describe('the reference of a building', () => {
  test.each([
    'IMB/76540/C/01A4',
    'imb/76540/c/01a4',
    'Imb-76540-c-01a4',
    'IMB 76540 C 01A4',
    'IMB_76540_C_01A4',
    'IMB\\76540\\C\\01A4',
    'IMB / 76540 / C / 01A4',
    'IMB76540C01A4',
    'IMB/76540/C/01A4/',
    '\u202fIMB／76540／C／01A4',
  ])('the reference of a building is IMB/76540/C/01A4 of %j', (given) => {
    expect(normalBuildingRef(given)).toBe('IMB/76540/C/01A4');
  });

  test.each([
    ['imb/2a004/s/00c3', 'IMB/2A004/S/00C3'],
    ['thed1000260', 'THED1000260'],
    ['THED-1000260', 'THED1000260'],
    ['thed 1000260', 'THED1000260'],
    ['fafo', 'FAFO'],
    ['ab-12/x.7', 'AB-12/X.7'],
    ['imb/76540', 'IMB/76540'],
    ['imb-76540-', 'IMB/76540/'],
    ['Bât  1', 'Bât 1'],
  ])('the reference of a building of %j is %s', (given, reference) => {
    expect(normalBuildingRef(given)).toBe(reference);
  });

  test('the reference of a building is in normal form already where it was made by it', () => {
    for (const given of ['imb 76540 c 01a4', 'thed 1000260', 'ab-12/x.7', 'Bât  1']) {
      const normal = normalBuildingRef(given);
      expect(normalBuildingRef(normal)).toBe(normal);
    }
  });
});
