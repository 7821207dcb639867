import { describe, expect, test } from 'vitest';
import { makeFailure, readRetryAfterMs } from '../../../src/operators/calling/answer.ts';

const now = Date.parse('2025-04-04T10:00:00Z');

function delay(header: string | string[] | undefined): number | undefined {
  return readRetryAfterMs({ status: 429, headers: { 'retry-after': header }, text: '' }, now);
}

describe('Retry-After', () => {
  test.for<[header: string | string[] | undefined, delayMs: number | undefined]>([
    ['30', 30_000],
    ['0', 0],
    ['1.5', 1500],
    [' 30 ', 30_000],
    ['Fri, 04 Apr 2025 10:00:30 GMT', 30_000],
    ['Friday, 04-Apr-25 10:00:30 GMT', 30_000],
    // A date that has passed asks for no delay.
    ['Fri, 04 Apr 2025 09:00:00 GMT', 0],
    [['30', '60'], 30_000],
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['30 seconds', undefined],
    ['-5', undefined],
    ['+5', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['2025-04-04', undefined],
    ['Fri Apr  4 10:00:30 2025', 30_000],
    // At most two minutes, whatever it says.
    ['120', 120_000],
    ['121', 120_000],
    ['864000', 120_000],
    ['9'.repeat(400), 120_000],
    ['Mon, 04 Apr 2095 10:00:00 GMT', 120_000],
  ])('%j is a delay of %j ms', ([header, delayMs]) => {
    expect(delay(header)).toBe(delayMs);
  });

  test("Retry-After is read by the operator's own clock, where the answer shows that", () => {
    const headers = {
      date: 'Fri, 04 Apr 2025 14:00:00 GMT',
      'retry-after': 'Fri, 04 Apr 2025 14:00:30 GMT',
    };
    expect(readRetryAfterMs({ status: 429, headers, text: '' }, now)).toBe(30_000);
    const odd = { ...headers, date: 'now' };
    expect(readRetryAfterMs({ status: 429, headers: odd, text: '' }, now)).toBe(120_000);
  });

  test('Retry-After is on the failure that is thrown, in whole seconds rounded up for clients', () => {
    const error = makeFailure(
      { status: 429, headers: { 'retry-after': '1.5' }, text: '' },
      { operator: 'COVAGE', label: 'Covage', words: null },
    );
    expect(error.retryAfterMs).toBe(1500);
    expect(error.retryAfterSeconds).toBe(2);
  });

  test('Retry-After is read on a 503, too', () => {
    const error = makeFailure(
      { status: 503, headers: { 'retry-after': '20' }, text: '' },
      { operator: 'COVAGE', label: 'Covage', words: null },
    );
    expect(error).toMatchObject({ code: 'UNREACHABLE', retryAfterMs: 20_000 });
  });

  test('Retry-After stays within what the Int of the API can carry', () => {
    const error = makeFailure(
      { status: 429, headers: { 'retry-after': '99999999999' }, text: '' },
      { operator: 'COVAGE', label: 'Covage', words: null },
    );
    expect(error.retryAfterSeconds).toBeLessThanOrEqual(2 ** 31 - 1);
  });
});
