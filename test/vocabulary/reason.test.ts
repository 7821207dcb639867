import { expect, test } from 'vitest';
import { readAvailability } from '../../src/vocabulary/reason.ts';

test.for([
  ['2018-07-15', '2018-07-15'],
  ['2018-07-15T00:00:00Z', '2018-07-15'],
  ['Available around 2024-12-31.', '2024-12-31'],
  ['Disponible le 31/12/2024', '2024-12-31'],
  ['2023', null],
  ['12/2024', null],
  ['2024-02-30', null],
  ['31/02/2024', null],
] as const)('the day in the availability %j is %j', ([text, date]) => {
  expect(readAvailability(text)).toEqual({ text, date });
});

test('no availability is told by no text', () => {
  expect(readAvailability(null)).toBeNull();
});
