import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  connectionOf,
  decodeCursor,
  encodeCursor,
  pageSizeOf,
} from '../../src/graphql/connection.ts';
import { InvalidInputError } from '../../src/graphql/errors.ts';

const largestPage = 100;

function issueOf(call: () => unknown): object | undefined {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError);
    return (error as InvalidInputError).issues[0];
  }
  return undefined;
}

describe('a connection', () => {
  const edges = ['a', 'b', 'c'].map((node) => ({ cursor: `at ${node}`, node }));

  test('begins and ends with the cursors of its edges', () => {
    const options = { hasNextPage: true, after: null, totalCount: 7 };
    expect(connectionOf(edges, options)).toEqual({
      edges,
      pageInfo: {
        hasNextPage: true,
        hasPreviousPage: false,
        startCursor: 'at a',
        endCursor: 'at c',
      },
      totalCount: 7,
    });
  });

  test('of no edges has no cursors', () => {
    const options = { hasNextPage: false, after: undefined, totalCount: null };
    expect(connectionOf([], options)).toEqual({
      edges: [],
      pageInfo: {
        hasNextPage: false,
        hasPreviousPage: false,
        startCursor: null,
        endCursor: null,
      },
      totalCount: null,
    });
  });

  test('behind a cursor has something before it', () => {
    const options = { hasNextPage: false, after: 'at a', totalCount: null };
    expect(connectionOf(edges.slice(1), options).pageInfo.hasPreviousPage).toBe(true);
  });
});

describe('first', () => {
  test.for([
    [null, 20],
    [undefined, 20],
    [0, 0],
    [1, 1],
    [largestPage, largestPage],
  ] as const)('of %j is %i', ([first, expected]) => {
    expect(pageSizeOf(first, largestPage)).toBe(expected);
  });

  test.for([-1, largestPage + 1, 2 ** 31 - 1])('of %i is refused', (first) => {
    expect(issueOf(() => pageSizeOf(first, largestPage))).toMatchObject({
      path: ['first'],
      code: 'FIRST_OUT_OF_RANGE',
      message: expect.stringContaining(String(first)),
    });
  });
});

describe('a cursor', () => {
  const schema = z.object({ date: z.string(), seen: z.array(z.string()) });
  const content = { date: '2025-04-04T10:07:24.274+02:00', seen: ['é', '"'] };

  test('gives back what it was made of, and is safe in an address', () => {
    const cursor = encodeCursor(content);
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(decodeCursor(cursor, schema)).toEqual(content);
  });

  test.for([null, undefined])('that is %j is the start', (cursor) => {
    expect(decodeCursor(cursor, schema)).toBeNull();
  });

  test.for([
    '',
    'nonsense',
    '💥',
    encodeCursor(null),
    encodeCursor('text'),
    encodeCursor({ query: 'page=2', id: '1' }),
    encodeCursor(content).slice(0, -4),
    'x'.repeat(100_000),
  ])('that is not one of ours is refused', (cursor) => {
    const issue = issueOf(() => decodeCursor(cursor, schema));
    expect(issue).toMatchObject({ path: ['after'], code: 'CURSOR_INVALID' });
    expect((issue as { message: string }).message.length).toBeLessThan(300);
  });
});
