import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyedCallers, requestAs, type KeyedCallers } from '../support/keyed-callers.ts';
import {
  BatchChangesDocument,
  BatchDocument,
  BatchesDocument,
  BatchRowsDocument,
  CancelBatchDocument,
  CreateBatchDocument,
  type BatchRowsQueryVariables,
  type CreateBatchMutationVariables,
} from '../support/operations.generated.ts';
import {
  openTestStore,
  startTestService,
  type TestService,
} from '../support/start-test-service.ts';
import { collect, transports } from '../support/state-stream.ts';

// Many sites at once by GraphQL: a service with two tenants.

const scopes = ['read', 'qualify'] as const;
let callers: KeyedCallers;
let store: Awaited<ReturnType<typeof openTestStore>>;
let tested: TestService;

type Input = CreateBatchMutationVariables['input'];
const sites: Input['sites'] = [
  { externalId: 'one', otpRef: 'FI-3790-3415' },
  { externalId: 'two', siret: '123' },
  { externalId: 'three', address: { label: '110 rue Faidherbe, Lille' }, operators: ['KOSC'] },
  { externalId: 'four', otpRef: 'fi 3790 3415' },
];

async function resultOf(input: Input, key = 'acme') {
  const answer = await requestAs(key, tested.url, CreateBatchDocument, { input });
  expect(answer.errors).toBeUndefined();
  return answer.data!.createSiteQualificationBatch;
}

async function create(input: Omit<Input, 'sites'> = {}, key = 'acme') {
  const result = await resultOf({ sites, ...input }, key);
  if (result.__typename === 'SiteQualificationBatch') return result;
  throw new Error(JSON.stringify(result));
}

const changesOf = (id: string, transport = transports[0]!, key = 'acme') =>
  collect(transport.open(tested.url, BatchChangesDocument, { id }, key));

async function rowsOf(id: string, variables: Omit<BatchRowsQueryVariables, 'id'> = {}) {
  const answer = await requestAs('acme', tested.url, BatchRowsDocument, { id, ...variables });
  expect(answer.errors).toBeUndefined();
  return answer.data!.siteQualificationBatch!.rows;
}

/** The issues of an input that is refused. */
async function codesOf(input: Input) {
  const result = await resultOf(input);
  return result.__typename === 'InvalidInputError'
    ? result.issues.map(({ path, code }) => [path.join('.'), code])
    : result;
}

async function listOf(variables: object, key = 'acme') {
  return (await requestAs(key, tested.url, BatchesDocument, variables)).data!
    .siteQualificationBatches;
}

async function cancel(id: string, key = 'acme') {
  return (await requestAs(key, tested.url, CancelBatchDocument, { id })).data
    ?.cancelSiteQualificationBatch;
}

/** What another tenant is told of a batch, but for its id. */
async function readAsRival(document: string, asked: string): Promise<string> {
  const answer = await requestAs('rival', tested.url, document, { id: asked });
  return JSON.stringify(answer).replaceAll(asked, 'id');
}

beforeAll(async () => {
  callers = keyedCallers({
    acme: { tenant: 'acme', scopes },
    rival: { tenant: 'rival', scopes },
    reader: { tenant: 'acme', scopes: ['read'] },
  });
  store = await openTestStore();
  tested = await startTestService({ store, env: callers.env });
}, 60_000);
afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  callers[Symbol.dispose]();
});

describe('a batch of sites in a mutation', () => {
  test('a batch of sites in a mutation is answered at once, and its bad sites are rows that are refused', async () => {
    const batch = await create({ name: ' Tender of May ', externalId: 'tender-5' });
    expect(batch).toMatchObject({ name: 'Tender of May', externalId: 'tender-5' });
    expect(batch).toMatchObject({ total: 4, refused: 1 });
    const { nodes, totalCount } = await rowsOf(batch.id);
    expect(totalCount).toBe(4);
    expect(nodes.map((row) => row?.line)).toEqual([2, 3, 4, 5]);
    expect(nodes.map((row) => row?.issues.map(({ path, code }) => [...path, code]))).toEqual([
      [],
      [['siret', 'SIRET_INVALID']],
      [],
      [],
    ]);
    expect(nodes[1]?.issues[0]?.message).toContain('"123"');
    const texts = nodes.map((row) =>
      Object.fromEntries(row?.values.map(({ column, text }) => [column, text]) ?? []),
    );
    const empty = { otpRef: '', siret: '', address: '', operators: '' };
    expect(texts).toEqual([
      { ...empty, externalId: 'one', otpRef: 'FI-3790-3415' },
      { ...empty, externalId: 'two', siret: '123' },
      { ...empty, externalId: 'three', address: '110 rue Faidherbe, Lille', operators: 'KOSC' },
      { ...empty, externalId: 'four', otpRef: 'fi 3790 3415' },
    ]);
  });

  test.each(transports)(
    'a batch of sites in a mutation is followed over $name until it is over, once more then',
    async (over) => {
      const { id } = await create();
      const events = await changesOf(id, over);
      expect(events.flatMap(({ errors }) => errors ?? [])).toEqual([]);
      const told = events.map(({ data }) => data!.siteQualificationBatchChange);
      expect(told.at(-1)).toMatchObject({
        id,
        state: 'DONE_PARTIAL',
        total: 4,
        refused: 1,
        completed: 3,
        estimatedEndDate: null,
      });
      expect(told.filter(({ state }) => state !== 'IN_PROGRESS')).toHaveLength(1);
      const counted = told.at(-1)?.verdicts.reduce((sum, { count }) => sum + count, 0);
      expect(counted).toBe(3);
    },
  );

  test('a batch of sites in a mutation tells what came of each row, by filter and by page', async () => {
    const { id } = await create();
    await changesOf(id);
    const { nodes } = await rowsOf(id);
    const [one, two, three, four] = nodes.map((row) => row?.siteQualification);
    expect(one).toMatchObject({ verdict: 'NOT_YET' });
    expect(two).toBeNull();
    expect(three).not.toBeNull();
    expect(four?.id).toBe(one?.id);
    const linesOf = async (filter: BatchRowsQueryVariables['filter']) =>
      (await rowsOf(id, { filter })).nodes.map((row) => row?.line);
    expect(await linesOf({ refused: true })).toEqual([3]);
    expect(await linesOf({ refused: false })).toEqual([2, 4, 5]);
    expect(await linesOf({ verdicts: ['NOT_YET'] })).toEqual([2, 5]);
    expect(await linesOf({ states: ['IN_PROGRESS'] })).toEqual([]);
    expect(await linesOf({ verdicts: [] })).toEqual([]);
    const seen: (number | undefined)[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof rowsOf>> = await rowsOf(id, { first: 3, after });
      seen.push(...page.nodes.map((row) => row?.line));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual([2, 3, 4, 5]);
    const foreign = await requestAs('acme', tested.url, BatchRowsDocument, {
      id: (await create()).id,
      after: (await rowsOf(id, { first: 1 })).pageInfo.endCursor,
    });
    expect(foreign.errors?.[0]?.extensions).toMatchObject({ issues: [{ code: 'CURSOR_INVALID' }] });
  });

  test('a batch of sites in a mutation is refused as a whole without sites, with too many, or under a name that cannot be kept', async () => {
    expect(await codesOf({ sites: [] })).toEqual([['input.sites', 'SITES_EMPTY']]);
    expect(await codesOf({ sites, name: 'a\tb' })).toEqual([['input.name', 'CONTROL_CHARACTER']]);
    expect(await codesOf({ sites, name: 'a'.repeat(256) })).toEqual([
      ['input.name', 'TEXT_TOO_LONG'],
    ]);
    const env = { ...callers.env, MAX_BATCH_ROWS: '3' };
    await using small = await startTestService({ store, env });
    const answer = await requestAs('acme', small.url, CreateBatchDocument, { input: { sites } });
    expect(answer.data?.createSiteQualificationBatch).toMatchObject({
      issues: [{ code: 'TOO_MANY_ROWS', message: expect.stringContaining('4 members') as string }],
    });
  });

  test('a batch of sites in a mutation costs 1 for each site, in a variable or in the document', async () => {
    const env = { ...callers.env, MAX_COST: '13' };
    await using cheap = await startTestService({ store, env });
    const select = '{ __typename }';
    const asked = async (count: number, isInDocument: boolean) => {
      const some = Array.from({ length: count }, () => ({ siret: '1' }));
      const answer = isInDocument
        ? await requestAs(
            'acme',
            cheap.url,
            `mutation { createSiteQualificationBatch(input: { sites: [${'{ siret: "1" } '.repeat(count)}] }) ${select} }`,
          )
        : await requestAs(
            'acme',
            cheap.url,
            `mutation ($input: CreateSiteQualificationBatchInput!) { createSiteQualificationBatch(input: $input) ${select} }`,
            { input: { sites: some } },
          );
      return answer.errors?.[0]?.extensions?.['limit'];
    };
    for (const isInDocument of [true, false]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect([await asked(2, isInDocument), await asked(3, isInDocument)]).toEqual([
        undefined,
        'cost',
      ]);
    }
  });

  test('a batch of sites in a mutation needs the scope to qualify', async () => {
    const answer = await requestAs('reader', tested.url, CreateBatchDocument, { input: { sites } });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', scope: 'qualify' });
  });
});

describe('the list of batches', () => {
  test('the list of batches has those of the tenant, the newest first, by filter and by page', async () => {
    const externalId = crypto.randomUUID();
    const [first, second] = [await create({ externalId }), await create({ externalId })];
    const page = await listOf({ filter: { externalId }, first: 1 });
    expect(page).toMatchObject({ totalCount: 2, nodes: [{ id: second.id }] });
    const rest = await listOf({ filter: { externalId }, first: 1, after: page.pageInfo.endCursor });
    expect(rest).toMatchObject({ nodes: [{ id: first.id }], pageInfo: { hasNextPage: false } });
    expect(await listOf({ filter: { externalId, states: ['CANCELLED'] } })).toMatchObject({
      totalCount: 0,
      nodes: [],
    });
    expect(await listOf({ filter: { externalId } }, 'rival')).toMatchObject({ totalCount: 0 });
  });
});

describe('a batch that is cancelled', () => {
  test('a batch that is cancelled says so, and stays as it is where it is over', async () => {
    const { id } = await create();
    const unknown = { issues: [{ path: ['input', 'id'], code: 'BATCH_UNKNOWN' }] };
    expect(await cancel(id, 'rival')).toMatchObject(unknown);
    expect(await cancel('nothing')).toMatchObject(unknown);
    expect(await cancel(id)).toMatchObject({ id, state: 'CANCELLED' });
    const events = await changesOf(id);
    expect(events.at(-1)?.data?.siteQualificationBatchChange.state).toBe('CANCELLED');
    const over = await create();
    await changesOf(over.id);
    expect(await cancel(over.id)).toMatchObject({ state: 'DONE_PARTIAL' });
  });
});

describe('another tenant', () => {
  test('another tenant cannot tell a batch from one that does not exist', async () => {
    const { id } = await create();
    const nobody = crypto.randomUUID();
    for (const document of [BatchDocument, CancelBatchDocument, BatchRowsDocument]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await readAsRival(print(document), id)).toBe(
        await readAsRival(print(document), nobody),
      );
    }
    for (const over of transports) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const [theirs, none] = [await changesOf(id, over, 'rival'), await changesOf(nobody, over)];
      expect(theirs.map(({ errors }) => errors?.[0]?.extensions?.['code'])).toEqual(['NOT_FOUND']);
      expect(JSON.stringify(theirs).replaceAll(id, nobody)).toBe(JSON.stringify(none));
    }
    const entities = `query ($id: ID!) {
      _entities(representations: [{ __typename: "SiteQualificationBatch", id: $id }]) {
        ... on SiteQualificationBatch { id }
      }
    }`;
    const entity = async (key: string) =>
      (await requestAs(key, tested.url, entities, { id })).data?.['_entities'];
    expect(await entity('acme')).toEqual([{ id }]);
    expect(await entity('rival')).toEqual([null]);
  });
});
