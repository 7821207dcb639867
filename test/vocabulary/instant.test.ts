import { describe, expect, test } from 'vitest';
import { readDay, readInstant } from '../../src/vocabulary/instant.ts';

describe('an instant that is RFC 3339 stays as it was sent', () => {
  test.for([
    '2025-04-04T10:07:24.274+02:00',
    '2025-04-04T10:07:24.276+02:00',
    '2025-04-04T10:07:26.332+02:00',
    '2024-06-22T08:28:06Z',
    '2025-01-04T10:07:24.274000+01:00',
    '2024-02-29T00:00:00Z',
  ])('%s', (sent) => {
    expect(readInstant(sent)).toBe(sent);
  });
});

describe('an instant that lacks a part is completed', () => {
  test.for([
    ['2025-04-04T10:07:24', '2025-04-04T10:07:24Z'],
    ['2025-04-04 10:07:24', '2025-04-04T10:07:24Z'],
    ['2025-04-04 10:07:24+02:00', '2025-04-04T10:07:24+02:00'],
    ['2025-04-04T10:07:24+0200', '2025-04-04T10:07:24+02:00'],
    ['2025-04-04T10:07', '2025-04-04T10:07:00Z'],
    ['2025-04-04T10:07Z', '2025-04-04T10:07:00Z'],
    [' 2024-06-22T08:28:06Z ', '2024-06-22T08:28:06Z'],
    ['2025-04-04 10:07:24+02', '2025-04-04T10:07:24+02:00'],
    ['2025-04-04T10:07:24,5+0200', '2025-04-04T10:07:24.5+02:00'],
    ['2025-04-04t10:07:24z', '2025-04-04T10:07:24Z'],
    // A leap second, which few programs can read, is the second behind it.
    ['1990-12-31T23:59:60Z', '1991-01-01T00:00:00.000Z'],
    ['1990-12-31T15:59:60-08:00', '1991-01-01T00:00:00.000Z'],
  ] as const)('%j is %j', ([sent, completed]) => {
    expect(readInstant(sent)).toBe(completed);
  });
});

describe('what names no instant is null', () => {
  test.for([
    null,
    undefined,
    '',
    '2025-04-04',
    'bientôt',
    '04/04/2025 10:07',
    '2025-13-01T00:00:00Z',
    '2025-04-04T25:00:00Z',
    '2025-04-04T24:00:00Z',
    '2025-04-04T10:07:60Z',
    '2025-04-04T10:07:24+25:00',
    '1743754044274',
    // No such day.
    '2025-02-30T10:00:00Z',
    '2025-04-31 10:00:00',
  ])('%j', (sent) => {
    expect(readInstant(sent)).toBeNull();
  });
});

describe('a day', () => {
  test.for(['2018-07-15', '2024-12-31', '2024-02-29'])('a day is %s itself', (sent) => {
    expect(readDay(sent)).toBe(sent);
  });

  test.for(['2023', '2024-12', '2025-02-29', '2025-13-01', 'Available around 2024-12-31', ''])(
    'is not in %j',
    (sent) => {
      expect(readDay(sent)).toBeNull();
    },
  );
});
