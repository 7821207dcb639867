import { describe, expect, test } from 'vitest';
import { everyNode } from '../../../support/every-node.ts';
import { graphqlRequest } from '../../../support/graphql-request.ts';
import { sendJson, startHttpServer } from '../../../support/start-http-server.ts';
import { startTestService } from '../../../support/start-test-service.ts';

// Lists of Covage as they may be served against its documents, over the wire; each is paged through to its end.

interface Wire {
  readonly id: string;
  readonly [name: string]: unknown;
}

/** A page of a list for the query that asks for it, or a status. */
type Serve = (query: URLSearchParams, url: string) => object | number;

const paths = {
  qualifications: '/api/v1/product_offering_qualification/',
  items: '/api/v1/product_offering_qualification_item/',
  offers: '/api/v1/catalog/product_offering/',
} as const;

/** The service before a Covage of which one list is served by `serve`. */
async function serving(list: keyof typeof paths, serve: Serve) {
  const server = await startHttpServer((request, response) => {
    const { pathname, searchParams } = new URL(request.path, server.url);
    if (pathname === '/token') {
      sendJson(response, { access_token: 'a-token', expires_in: 300 });
      return;
    }
    const served = pathname === paths[list] ? serve(searchParams, server.url + pathname) : 404;
    if (typeof served === 'number') sendJson(response, { detail: 'Invalid page.' }, served);
    else sendJson(response, served);
  });
  const tested = await startTestService({
    env: { COVAGE_API_URL: server.url, COVAGE_TOKEN_URL: `${server.url}/token` },
  });
  return {
    ...tested,
    calls: () => server.received.filter(({ path }) => path !== '/token').length,
    async [Symbol.asyncDispose]() {
      await tested[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

interface Listed {
  readonly nodes: readonly ({ readonly id: string } | null)[];
  readonly totalCount: number | null;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const fields = {
  qualifications: 'productOfferingQualifications',
  items: 'productOfferingQualificationItems',
  offers: 'offers',
} as const;

async function part(url: string, list: keyof typeof paths, args: string): Promise<Listed> {
  const { data, errors } = await graphqlRequest<{ list: Listed }>(
    url,
    `{ list: ${fields[list]}(${args}) { nodes { id } totalCount pageInfo { hasNextPage endCursor } } }`,
  );
  expect(errors).toBeUndefined();
  return data!.list;
}

/** Every id, in parts of `first`; `between` runs after each part. */
async function everyId(
  url: string,
  list: keyof typeof paths,
  { first, args = '', between }: { first: number; args?: string; between?: () => void },
) {
  const nodes = await everyNode(
    async (after) => {
      const found = await part(
        url,
        list,
        `first: ${first}, after: ${JSON.stringify(after)} ${args}`,
      );
      return { nodes: found.nodes, ...found.pageInfo };
    },
    () => Promise.resolve(between?.()),
  );
  return nodes.map((node) => node?.id);
}

const epoch = Date.UTC(2026, 0, 1);
const dateOf = (number: number) => new Date(epoch - number * 60_000).toISOString();
const idsTo = (count: number) => Array.from({ length: count }, (_, number) => `q${number}`);

function qualification(id: string, more: object = {}): Wire {
  const creation_date = dateOf(Number(id.slice(1)));
  return { id, creation_date, state: 'done.ready', state_change: [], ...more };
}

const qualifications = (count: number) => idsTo(count).map((id) => qualification(id));
const offers = (count: number) =>
  idsTo(count).map((id): Wire => ({ id, name: id, bandwidth: '20M' }));

/** Those that satisfy the documented filters by date. */
function byDate(all: readonly Wire[], query: URLSearchParams): readonly Wire[] {
  const before = Date.parse(query.get('creation_date_lt') ?? '9999-01-01T00:00:00Z');
  const after = Date.parse(query.get('creation_date_gt') ?? '0001-01-01T00:00:00Z');
  return all.filter(({ creation_date }) => {
    const at = Date.parse(String(creation_date));
    return at < before && at > after;
  });
}

function pageOf(all: readonly Wire[], query: URLSearchParams, size: number) {
  const page = Number(query.get('page') ?? 1);
  const results = all.slice((page - 1) * size, page * size);
  const next = page * size < all.length ? page + 1 : null;
  return { count: all.length, results, next };
}

describe.each(['qualifications', 'offers'] as const)('a list of %s', (list) => {
  const things = (count: number) => (list === 'offers' ? offers(count) : qualifications(count));
  const served: Record<string, (all: readonly Wire[]) => Serve> = {
    'with relative links': (all) => (query) => {
      const { next, ...page } = pageOf(all, query, 3);
      return { ...page, next: next && `?page=${next}` };
    },
    'with links to another host': (all) => (query) => {
      const { next, ...page } = pageOf(all, query, 3);
      return { ...page, next: next && `https://elsewhere.example/api/?page=${next}` };
    },
    'with numbers of pages': (all) => (query) => pageOf(all, query, 3),
    'by offset': (all) => (query, url) => {
      const offset = Number(query.get('offset') ?? 0);
      const next = offset + 3 < all.length ? `${url}?limit=3&offset=${offset + 3}` : null;
      return { count: all.length, next, results: all.slice(offset, offset + 3) };
    },
    'that names no next page, and takes numbers': (all) => (query) => {
      const { next: _, ...page } = pageOf(all, query, 3);
      return page.results.length > 0 ? page : 404;
    },
    'that names no next page, and takes offsets': (all) => (query) => {
      const offset = Number(query.get('offset') ?? 0);
      return { count: all.length, results: all.slice(offset, offset + 3) };
    },
    'whose next page is its own': (all) => (query, url) => {
      const { next: _, ...page } = pageOf(all, query, 3);
      return { ...page, next: `${url}?${query.toString()}` };
    },
    'whose last page names the one before': (all) => (query, url) => {
      const { next, ...page } = pageOf(all, query, 3);
      const number = Number(query.get('page') ?? 1);
      return { ...page, next: `${url}?page=${next ?? number - 1}` };
    },
    'by opaque cursors': (all) => (query, url) => {
      const from = Number(atob(query.get('cursor') ?? btoa('0')));
      const next = from + 3 < all.length ? `${url}?cursor=${btoa(String(from + 3))}` : null;
      return { next, results: all.slice(from, from + 3) };
    },
    'by opaque cursors that lead in a circle': (all) => (query, url) => {
      const from = Number(atob(query.get('cursor') ?? btoa('0')));
      const next = from + 3 < all.length ? from + 3 : 0;
      return {
        count: all.length,
        next: `${url}?cursor=${btoa(String(next))}`,
        results: all.slice(from, from + 3),
      };
    },
    'that counts fewer than it has': (all) => (query) => ({ ...pageOf(all, query, 3), count: 2 }),
    'whose last page names one that does not exist': (all) => (query, url) => {
      const page = Number(query.get('page') ?? 1);
      const results = all.slice((page - 1) * 3, page * 3);
      return results.length === 0
        ? 404
        : { count: all.length, results, next: `${url}?page=${page + 1}` };
    },
  };

  test.each(Object.keys(served))('%s has each thing once', async (how) => {
    await using covage = await serving(list, served[how]!(things(8)));
    expect(await everyId(covage.url, list, { first: 2 })).toEqual(idsTo(8));
    expect(await everyId(covage.url, list, { first: 3 })).toEqual(idsTo(8));
    expect(await everyId(covage.url, list, { first: 100 })).toEqual(idsTo(8));
    expect(covage.calls()).toBeLessThan(40);
  });
});

test.each([0, 1, 3])('a count of %i for more things than that is not told', async (count) => {
  await using covage = await serving('qualifications', (query) => ({
    ...pageOf(qualifications(8), query, 3),
    count,
  }));
  expect((await part(covage.url, 'qualifications', 'first: 100')).totalCount).toBeNull();
  expect((await part(covage.url, 'qualifications', 'first: 0')).totalCount).toBeNull();
});

test.each([1, 3, 100])(
  'a list with the oldest first has each thing once, in parts of %i',
  async (first) => {
    let all = qualifications(8).toReversed();
    await using covage = await serving('qualifications', (query) => {
      const shown = byDate(all, query);
      return { count: shown.length, results: shown.slice(0, 3) };
    });
    const ids = await everyId(covage.url, 'qualifications', {
      first,
      between: () => {
        // The last one that was given leaves, and another one arrives.
        const newest = all.at(-1)!;
        const date = new Date(Date.parse(String(newest['creation_date'])) + 60_000).toISOString();
        if (all.length < 10)
          all = [...all, qualification(`q${-all.length}`, { creation_date: date })];
      },
    });
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.slice(0, 8)).toEqual(idsTo(8).toReversed());
  },
);

test.each([
  [
    '{count: 8, results: [3]} alone',
    (all: readonly Wire[]) => ({ count: all.length, results: all.slice(0, 3) }),
  ],
  ['bare arrays of three', (all: readonly Wire[]) => all.slice(0, 3)],
])('qualifications that are shown by date only are all listed: %s', async (_form, form) => {
  await using covage = await serving('qualifications', (query) =>
    form(byDate(qualifications(8), query)),
  );
  expect(await everyId(covage.url, 'qualifications', { first: 2 })).toEqual(idsTo(8));
  expect(await everyId(covage.url, 'qualifications', { first: 100 })).toEqual(idsTo(8));
});

test('a list that says there are more than it shows, and shows them by no way, ends', async () => {
  const shown = { count: 8, results: offers(3) };
  await using covage = await serving('offers', () => shown);
  expect(await everyId(covage.url, 'offers', { first: 100 })).toEqual(idsTo(3));
  expect(covage.calls()).toBeLessThan(5);
});

test('a thing whose date is spelled in other ways from page to page is listed once', async () => {
  const seconds = ['28.900', '24.900', '24.500', '24.100', '24.000', '20.300', '20.000', '16.000'];
  const all = seconds.map((second, number) =>
    qualification(`q${number}`, { creation_date: `2026-01-01T00:00:${second}Z` }),
  );
  let calls = 0;
  const respelled = ({ creation_date, ...one }: Wire) => {
    calls += 1;
    const date = String(creation_date);
    return { ...one, creation_date: calls % 2 === 0 ? date : `${date.slice(0, 19)}Z` };
  };
  await using covage = await serving('qualifications', (query) => {
    const { results, ...page } = pageOf(byDate(all, query), query, 3);
    return { ...page, results: results.map(respelled) };
  });
  for (const first of [1, 2, 3]) {
    expect(await everyId(covage.url, 'qualifications', { first })).toEqual(idsTo(8));
  }
});

describe('a list of which things go while it is paged through', () => {
  const sizes = [1, 2, 5, 10] as const;

  test.each(sizes)(
    'a list of which things go while it is paged through loses none of the others, in parts of %i: offers',
    async (first) => {
      let all = offers(30);
      await using covage = await serving('offers', (query) => {
        const page = pageOf(all, query, 4);
        return page.results.length === 0 ? 404 : page;
      });
      const seen = new Set<string>();
      const ids = await everyId(covage.url, 'offers', {
        first,
        between: () => {
          // Whatever was given last is withdrawn.
          const given = all[[...all.keys()].findLast((index) => seen.has(all[index]!.id)) ?? 0];
          all = all.filter((offer) => offer !== given);
        },
      });
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.at(-1)).toBe('q29');
    },
  );

  test('a list of which things go while it is paged through goes on where all that was given has left the filter', async () => {
    let all = qualifications(30);
    await using covage = await serving('qualifications', (query) =>
      pageOf(
        byDate(all, query).filter(({ state }) => state === query.get('state')),
        query,
        4,
      ),
    );
    const seen = await everyId(covage.url, 'qualifications', {
      first: 5,
      args: 'filter: { states: [DONE_READY] }',
      between: () => {
        const left = all.filter(({ state }) => state === 'done.ready').slice(0, 5);
        all = all.map((one) => (left.includes(one) ? { ...one, state: 'in_progress.elig' } : one));
      },
    });
    expect(seen).toEqual(idsTo(30));
  });

  test('a list of which things go while it is paged through in another order goes on where all that was given is gone', async () => {
    let all = offers(12);
    await using covage = await serving('offers', (query) => pageOf(all, query, 4));
    const ids = await everyId(covage.url, 'offers', {
      first: 3,
      between: () => {
        all = all.slice(3);
      },
    });
    expect(ids).toEqual(idsTo(12));
  });
});

describe('a filter that Covage ignores', () => {
  const all = qualifications(12).map((one, number) => ({
    ...one,
    state: number < 6 ? 'done.ready' : 'acknowledged',
    external_id: `external-${number % 4}`,
    project_id: `project-${number % 3}`,
  }));

  test.each([
    ['states: [DONE_READY]', [0, 1, 2, 3, 4, 5]],
    ['states: [ACKNOWLEDGED, DONE_READY]', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
    ['states: [UNRECOGNISED]', []],
    ['externalId: "external-1"', [1, 5, 9]],
    ['projectId: "project-2"', [2, 5, 8, 11]],
    [`createdAfter: "${dateOf(3)}"`, [0, 1, 2]],
    [`createdBefore: "${dateOf(9)}"`, [10, 11]],
    ['states: [ACKNOWLEDGED], externalId: "external-3"', [7, 11]],
  ] as const)(
    'a filter that Covage ignores by %s is held all the same, and counts nothing wrong',
    async (filter, expected) => {
      await using covage = await serving('qualifications', (query) => {
        const { results, ...page } = pageOf(all, query, 5);
        return { ...page, results };
      });
      const args = `filter: { ${filter} }`;
      expect(await everyId(covage.url, 'qualifications', { first: 2, args })).toEqual(
        expected.map((number) => `q${number}`),
      );
      const { totalCount } = await part(covage.url, 'qualifications', `first: 100 ${args}`);
      expect([null, expected.length]).toContain(totalCount);
      const counted = await part(covage.url, 'qualifications', `first: 0 ${args}`);
      expect([null, expected.length]).toContain(counted.totalCount);
    },
  );

  const items = idsTo(6).map((id, number): Wire => ({
    id,
    creation_date: dateOf(number),
    state: 'done.ready',
    density: number % 2 === 0 ? 'TD' : 'MD',
    offer_technologies: number < 2 ? ['FIBDE'] : ['FTTH'],
    place: { building_ref: number < 3 ? 'IMB/76451/C/0019' : 'IMB/69383/C/0001' },
    product_offering_qualification_id: 'a',
  }));

  test.each([
    ['density: "T"', [0, 2, 4]],
    ['buildingRef: "IMB/69"', [3, 4, 5]],
    ['offerTechnologies: ["FIBDE", "other"]', [0, 1]],
    ['density: "M", offerTechnologies: ["FTTH"]', [3, 5]],
  ] as const)(
    'a filter that Covage ignores by %s is held of items, too',
    async (filter, expected) => {
      await using covage = await serving('items', (query) => pageOf(items, query, 4));
      const args = `filter: { ${filter} }`;
      expect(await everyId(covage.url, 'items', { first: 2, args })).toEqual(
        expected.map((number) => `q${number}`),
      );
    },
  );
});

describe('a record that cannot be read', () => {
  const bad: Record<string, unknown> = {
    'without an id': { creation_date: dateOf(1), state: 'done.ready' },
    'that is null': null,
    'that is a word': 'voir devis',
  };

  test.each(Object.keys(bad))('%s costs neither the others nor the circuit', async (what) => {
    const [first, ...others] = qualifications(4);
    await using covage = await serving('qualifications', () => ({
      count: 5,
      next: null,
      results: [first, bad[what], ...others],
    }));
    for (let count = 0; count < 15; count += 1) {
      expect(await everyId(covage.url, 'qualifications', { first: 100 })).toEqual(idsTo(4));
    }
    const { totalCount } = await part(covage.url, 'qualifications', 'first: 100');
    expect(totalCount).toBeNull();
    const { data } = await graphqlRequest<{ operators: { operator: string; circuit: string }[] }>(
      covage.url,
      '{ operators { operator circuit } }',
    );
    expect(data?.operators).toContainEqual({ operator: 'COVAGE', circuit: 'CLOSED' });
  });

  test('a record that cannot be read for want of a state or a date does not cost the others either', async () => {
    const results = [
      qualification('q0', { state: null }),
      qualification('q2', { creation_date: 'hier' }),
      qualification('q1'),
    ];
    await using covage = await serving('qualifications', () => ({ count: 2, next: null, results }));
    for (let count = 0; count < 15; count += 1) {
      expect(await everyId(covage.url, 'qualifications', { first: 100 })).toContain('q1');
    }
  });

  test('a record that cannot be read costs nothing where there is no other', async () => {
    await using covage = await serving('qualifications', () => [bad['without an id']]);
    expect(await everyId(covage.url, 'qualifications', { first: 100 })).toEqual([]);
  });
});
