import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createQualification } from '../support/create-qualification.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { keyedCallers, type KeyedCallers } from '../support/keyed-callers.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { qualifyToTheEnd } from '../support/site-questions.ts';
import {
  openTestStore,
  startTestService,
  type TestService,
} from '../support/start-test-service.ts';

// One service without tenants and one with them, on one store; every list of either, and what it makes of cursors.

const key = { 'x-api-key': 'acme' };

let callers: KeyedCallers;
let store: Awaited<ReturnType<typeof openTestStore>>;
let open: TestService;
let tenanted: TestService;
beforeAll(async () => {
  store = await openTestStore();
  callers = keyedCallers({ acme: { tenant: 'acme', scopes: ['read', 'qualify'] } });
  const covage = {
    history: 30,
    pageSize: 10,
    lifecycle: { advance: 'poll', polls: 0 },
  } as const;
  open = await startTestService({ store, covage });
  await open.service.work();
  await qualifyToTheEnd(open, { buildingRef: 'IMB/77108/X/031C', operators: ['KOSC'] });
  await qualifyToTheEnd(open, { buildingRef: 'IMB/76540/C/01A4', operators: ['KOSC'] });
  tenanted = await startTestService({ store, covage, env: callers.env });
  await createQualification(tenanted, {}, key);
  await createQualification(tenanted, {}, key);
}, 60_000);
afterAll(async () => {
  await tenanted[Symbol.asyncDispose]();
  await open[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  callers[Symbol.dispose]();
});

interface Part {
  readonly list: {
    readonly nodes: readonly { readonly id: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly totalCount: number | null;
  } | null;
}

/** Lists of the service without tenants, by field and arguments; those of the other one have a name. */
const lists = [
  'productOfferingQualifications',
  'productOfferingQualifications(filter: { states: [DONE_READY] })',
  'productOfferingQualificationItems',
  'productOfferingQualificationItems(sort: "creation_date")',
  'productOfferingQualificationItems(sort: "-creation_date")',
  'productOfferingQualificationItems(sort: "creation_date", filter: { buildingRef: "IMB/" })',
  'productOfferingQualificationItems(sort: "creation_date", search: "imb")',
  'offers',
  'offers(ids: ["1765", "2173"])',
  'offers(ids: ["2173", "1765"])',
  'koscEligibilities',
  'koscEligibilities(filter: { verdict: ELIGIBLE })',
  'siteQualifications',
  'siteQualifications(filter: { operator: KOSC })',
  'acme: productOfferingQualifications',
  'acme: productOfferingQualifications(filter: { createdAfter: "2020-01-01T00:00:00Z" })',
  'acme: productOfferingQualificationItems',
  'acme: productOfferingQualificationItems(filter: { density: "M" })',
] as const;

function ask(list: string, after: string | null, first = 1) {
  const [, tenant, field = '', args = ''] = /^(acme: )?(\w+)(?:\((.*)\))?$/.exec(list) ?? [];
  const { url } = tenant === undefined ? open : tenanted;
  const query = `query ($after: String) {
    list: ${field}(${args}${args && ','} first: ${first}, after: $after) {
      nodes { id } pageInfo { hasNextPage endCursor } totalCount
    }
  }`;
  return graphqlRequest<Part>(url, query, { after }, tenant === undefined ? {} : key);
}

async function cursorOf(list: string): Promise<string> {
  const answer = await ask(list, null);
  const cursor = answer.data?.list?.pageInfo.endCursor;
  if (typeof cursor !== 'string') throw new Error(`${list}: ${JSON.stringify(answer)}`);
  return cursor;
}

const contentOf = (cursor: string) =>
  JSON.parse(Buffer.from(cursor, 'base64url').toString()) as { list: string; place: object };
const spell = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');

const issueOf = ({ errors }: Awaited<ReturnType<typeof ask>>) =>
  (errors?.[0]?.extensions?.['issues'] as { code: string; message: string }[] | undefined)?.[0];

describe('a cursor', () => {
  test.each(lists)(
    'a cursor of %s is refused by every other list, and under other arguments',
    async (list) => {
      const cursor = await cursorOf(list);
      const own = await ask(list, cursor);
      expect(own.errors).toBeUndefined();
      for (const other of lists) {
        if (other === list) continue;
        expect([other, issueOf(await ask(other, cursor))]).toMatchObject([
          other,
          { code: 'CURSOR_INVALID', message: expect.stringContaining('begin again without after') },
        ]);
      }
    },
  );

  test.each(lists)('a cursor of %s goes on behind what was there', async (list) => {
    const [whole, rest] = [await ask(list, null, 10), await ask(list, await cursorOf(list), 9)];
    expect(rest.data?.list?.nodes).toEqual(whole.data?.list?.nodes.slice(1));
    expect(rest.data?.list?.totalCount).toBe(whole.data?.list?.totalCount);
  });

  test.each([
    ['productOfferingQualifications', { date: 'nonsense' }],
    ['productOfferingQualifications', { date: '2025-02-30T00:00:00Z' }],
    ['productOfferingQualifications', { towards: 'nowhere' }],
    ['productOfferingQualifications', { total: -7 }],
    ['productOfferingQualifications', { total: 1.5 }],
    ['productOfferingQualifications', { query: 'limit=100' }],
    ['offers', { total: -7 }],
    ['offers', { position: { page: -1 } }],
    ['offers', { position: { page: '2&limit=5' } }],
    ['offers', { position: { page: 2, limit: 5 } }],
    ['offers(ids: ["1765", "2173"])', { position: -2 }],
    ['koscEligibilities', { at: '0000-01-01T00:00:00.000Z' }],
    ['siteQualifications', { id: 'nonsense' }],
    ['acme: productOfferingQualifications', { at: 'infinity' }],
  ] as const)('a cursor of %s that was changed to %j is refused', async (list, change) => {
    const { place, ...content } = contentOf(await cursorOf(list));
    const answer = await ask(list, spell({ ...content, place: { ...place, ...change } }));
    expect(issueOf(answer)).toMatchObject({ code: 'CURSOR_INVALID' });
  });

  test('a cursor adds nothing to the operator’s query but a place', async () => {
    const list = lists[5];
    const { place, ...content } = contentOf(await cursorOf(list));
    open.sandbox.covage.clearCalls();
    const moved = spell({ ...content, place: { ...place, position: { page: 2 } } });
    expect((await ask(list, moved)).errors).toBeUndefined();
    const chosen = { building_ref: 'IMB/', sort: 'creation_date' };
    expect(open.sandbox.covage.calls[0]?.query).toEqual({ ...chosen, page: '2' });
  });
});

/** A copy with one value somewhere in it replaced, left out, or given company. */
function spoiled(value: unknown, random: SeededRandom): unknown {
  const odd: readonly unknown[] = [
    null,
    true,
    '',
    'nonsense',
    '\0',
    '\ud800',
    '9999-12-31T23:59:59.999Z',
    '0000-01-01T00:00:00.000Z',
    '2026-01-01T00:00:00+23:59',
    -1,
    0,
    1.5,
    1e308,
    999_999_999,
    [],
    [null],
    {},
    { position: {} },
    'x'.repeat(2_000),
  ];
  if (typeof value !== 'object' || value === null || random.chance(0.2)) return random.pick(odd);
  if (Array.isArray(value)) return [...(value as unknown[]), random.pick(odd)];
  const entries = Object.entries(value);
  if (entries.length === 0 || random.chance(0.1)) return { ...value, more: random.pick(odd) };
  const [name, member] = random.pick(entries);
  if (random.chance(0.15)) return Object.fromEntries(entries.filter(([other]) => other !== name));
  return { ...value, [name]: spoiled(member, random) };
}

test.each(lists)('no cursor, however it is spoiled, is a fault of %s', async (list) => {
  const random = new SeededRandom(lists.indexOf(list));
  const { list: bound, place } = contentOf(await cursorOf(list));
  for (let count = 0; count < 60; count += 1) {
    const content = random.chance(0.9)
      ? { list: bound, place: spoiled(place, random) }
      : spoiled({ list: bound, place }, random);
    const { errors } = await ask(list, spell(content));
    const codes = (errors ?? []).map(({ extensions }) => extensions?.['code']);
    expect([JSON.stringify(content), codes]).not.toContainEqual(['INTERNAL_SERVER_ERROR']);
  }
});

describe('a part of nothing', () => {
  test.each(lists)('a part of nothing of %s only counts', async (list) => {
    const answer = await ask(list, null, 0);
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.list).toEqual({
      nodes: [],
      pageInfo: { hasNextPage: false, endCursor: null },
      totalCount: (await ask(list, null)).data?.list?.totalCount,
    });
  });
});
