import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { makeConnection, Cursors, checkPageSize, positionSchema } from '../../src/schema/connection.ts';
import { InvalidInputError } from '../../src/vocabulary/errors.ts';

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

  test('a connection begins and ends with the cursors of its edges', () => {
    const options = { hasNextPage: true, after: null, totalCount: 7 };
    expect(makeConnection(edges, options)).toEqual({
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

  test('a connection of no edges has no cursors', () => {
    const options = { hasNextPage: false, after: undefined, totalCount: null };
    expect(makeConnection([], options)).toEqual({
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

  test('a connection goes on behind its last edge, or where it is told to', () => {
    const options = { hasNextPage: true, after: null, totalCount: null, endCursor: 'further on' };
    expect(makeConnection(edges, options).pageInfo.endCursor).toBe('further on');
    expect(makeConnection([], options).pageInfo).toMatchObject({
      hasNextPage: true,
      endCursor: 'further on',
    });
  });

  test('a connection has no next page that no cursor leads to', () => {
    const options = { hasNextPage: true, after: null, totalCount: 7 };
    expect(makeConnection([], options).pageInfo).toMatchObject({
      hasNextPage: false,
      endCursor: null,
    });
  });

  test('a connection behind a cursor has something before it', () => {
    const options = { hasNextPage: false, after: 'at a', totalCount: null };
    expect(makeConnection(edges.slice(1), options).pageInfo.hasPreviousPage).toBe(true);
  });
});

describe('first', () => {
  test.for([
    [null, 20],
    [undefined, 20],
    [0, 0],
    [1, 1],
    [largestPage, largestPage],
  ] as const)('first of %j is %i', ([first, expected]) => {
    expect(checkPageSize(first, largestPage)).toBe(expected);
  });

  test.for([null, undefined, 20])('first of %j is the most where that is less than usual', (first) => {
    expect(checkPageSize(first, 3)).toBe(3);
  });

  test.for([-1, largestPage + 1, 2 ** 31 - 1])('first of %i is refused', (first) => {
    expect(issueOf(() => checkPageSize(first, largestPage))).toMatchObject({
      path: ['first'],
      code: 'FIRST_OUT_OF_RANGE',
      message: expect.stringContaining(String(first)),
    });
  });
});

const spell = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');

describe('a cursor', () => {
  const schema = z.strictObject({ date: z.string(), seen: z.array(z.string()) });
  const place = { date: '2025-04-04T10:07:24.274+02:00', seen: ['é', '"'] };
  const cursors = new Cursors('things', { filter: { state: 'DONE', name: null } }, schema);

  test('a cursor gives back what it was made of, and is safe in an address', () => {
    const cursor = cursors.encode(place);
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(cursors.decode(cursor)).toEqual(place);
  });

  test.for([null, undefined])('a cursor that is %j is the start', (cursor) => {
    expect(cursors.decode(cursor)).toBeNull();
  });

  test.for<[string, object]>([
    ['things', { filter: { name: null, state: 'DONE' } }],
    ['things', { filter: { state: 'DONE' }, sort: undefined }],
  ])('a cursor is taken under the same arguments, however they are written: %j', ([list, args]) => {
    expect(new Cursors(list, args, schema).decode(cursors.encode(place))).toEqual(place);
  });

  test.for<[string, object]>([
    ['others', { filter: { state: 'DONE' } }],
    ['things', {}],
    ['things', { filter: { state: 'FAILED' } }],
    ['things', { filter: { state: 'DONE', name: 'x' } }],
    ['things', { filter: { state: 'DONE' }, sort: 'date' }],
    ['things', { filter: { state: ['DONE'] } }],
  ])('a cursor is refused by %j', ([list, args]) => {
    const issue = issueOf(() => new Cursors(list, args, schema).decode(cursors.encode(place)));
    expect(issue).toMatchObject({
      path: ['after'],
      code: 'CURSOR_INVALID',
      message: expect.stringContaining('begin again without after'),
    });
  });

  const [list] = Object.values(
    JSON.parse(Buffer.from(cursors.encode(place), 'base64url').toString()) as object,
  );
  test.for([
    '',
    'nonsense',
    '💥',
    spell(null),
    spell('text'),
    spell(place),
    spell({ list, place: { ...place, more: 1 } }),
    spell({ list, place: null }),
    spell({ list }),
    spell({ list, place, more: 1 }),
    cursors.encode(place).slice(0, -4),
    'x'.repeat(100_000),
  ])('that is not one of ours is refused', (cursor) => {
    const issue = issueOf(() => cursors.decode(cursor));
    expect(issue).toMatchObject({ path: ['after'], code: 'CURSOR_INVALID' });
    expect((issue as { message: string }).message.length).toBeLessThan(300);
  });

  test.for([
    { at: '2026-02-30T00:00:00.000Z', id: 'x' },
    { at: '0000-01-01T00:00:00.000Z', id: 'x' },
    { at: '2026-01-01T00:00:00.000+23:59', id: 'x' },
    { at: '+275760-09-13T00:00:00.000Z', id: 'x' },
    { at: 'infinity', id: 'x' },
    { at: '2026-01-01T00:00:00.000Z', id: '' },
  ])(
    'into a list of the store has an instant that PostgreSQL takes, and an id: not %j',
    (given) => {
      expect(positionSchema.safeParse(given).success).toBe(false);
    },
  );
});
