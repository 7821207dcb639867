import type { Connection } from '../../../src/schema/connection.ts';
import { describe, expect, test } from 'vitest';
import { listThings, type ListingOptions } from '../../../src/operators/covage/lists/listing.ts';
import type { Listed } from '../../../src/operators/covage/lists/creation-order.ts';

/** Things by their numbers, the newest first, ten on each of the operator's pages. */
const things = Array.from({ length: 1_200 }, (_, number): Listed => {
  const creationDate = new Date(Date.UTC(2026, 0, 1) - number * 1000).toISOString();
  return { id: String(number), creationDate };
});

function optionsOf(
  isSorted: boolean,
  wanted: Partial<ListingOptions<Listed>>,
): ListingOptions<Listed> {
  return {
    list: 'things',
    args: {},
    filter: isSorted ? { sort: 'name' } : {},
    first: 5,
    after: null,
    fetchPage: (query) => {
      const before = Date.parse(query.get('creation_date_lt') ?? '2027-01-01T00:00:00Z');
      const found = things.filter(({ creationDate }) => Date.parse(creationDate ?? '') < before);
      const page = Number(query.get('page') ?? '1');
      const next = new URLSearchParams(query);
      next.set('page', String(page + 1));
      return Promise.resolve({
        members: found.slice((page - 1) * 10, page * 10),
        next: page * 10 < found.length ? next.toString() : null,
        total: found.length,
        isNamingNext: true,
        unreadable: 0,
      });
    },
    ...wanted,
  };
}

const isWanted = ({ id }: Listed): boolean => id === '777';

describe.each([
  ['in order of creation', false],
  ['in another order', true],
] as const)('a list %s', (_order, isSorted) => {
  test('whose search is cut short goes on where it was, with nothing found yet', async () => {
    const found: string[] = [];
    let after: string | null = null;
    let parts = 0;
    for (; parts < 10; parts += 1) {
      const part: Connection<Listed> = await listThings(
        optionsOf(isSorted, { keep: isWanted, after }),
      );
      found.push(...part.edges.map(({ node }) => node.id));
      if (!part.pageInfo.hasNextPage) break;
      after = part.pageInfo.endCursor;
    }
    expect(found).toEqual(['777']);
    expect(parts).toBe(2);
  });

  test('counts without a thing, by one page', async () => {
    let pages = 0;
    const options = optionsOf(isSorted, { first: 0 });
    const part = await listThings({
      ...options,
      fetchPage: (query) => {
        pages += 1;
        return options.fetchPage(query);
      },
    });
    expect(part).toMatchObject({
      edges: [],
      pageInfo: { hasNextPage: false, endCursor: null },
      totalCount: 1_200,
    });
    expect(pages).toBe(1);
  });
});

test('A list whose cursor stands behind what is not found within one answer refuses it', async () => {
  const part = await listThings(optionsOf(true, {}));
  const { list, place } = JSON.parse(
    Buffer.from(part.pageInfo.endCursor ?? '', 'base64url').toString(),
  ) as { list: string; place: object };
  const gone = JSON.stringify({ list, place: { ...place, known: ['gone'] } });
  const after = Buffer.from(gone).toString('base64url');
  await expect(listThings(optionsOf(true, { after }))).rejects.toMatchObject({
    issues: [{ code: 'CURSOR_INVALID', message: expect.stringContaining('was not found') }],
  });
});
