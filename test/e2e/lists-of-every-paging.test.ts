import { describe, expect, test } from 'vitest';
import type { CovageScript, Paging } from '../../src/sandbox/covage/script.ts';
import { createQualification } from '../support/create-qualification.ts';
import { everyNode } from '../support/every-node.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import {
  ItemDocument,
  ItemsDocument,
  OffersDocument,
  QualificationsDocument,
  type QualificationsQueryVariables,
} from '../support/operations.generated.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

/** Every id of the list of qualifications, page by page; `between` runs after each page. */
async function allIds(
  { url }: TestService,
  variables: QualificationsQueryVariables,
  between?: () => Promise<unknown>,
): Promise<(string | undefined)[]> {
  const nodes = await everyNode(async (after) => {
    const answer = await graphqlRequest(url, QualificationsDocument, { ...variables, after });
    expect(answer.errors).toBeUndefined();
    return partOf(answer.data?.productOfferingQualifications);
  }, between);
  return nodes.map((node) => node?.id);
}

interface Selected<Node> {
  readonly nodes: readonly (Node | null)[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

function partOf<Node>(connection: Selected<Node> | null | undefined) {
  if (!connection) throw new Error('no connection was answered');
  return { nodes: connection.nodes, ...connection.pageInfo };
}

const envelopes: readonly Paging[] = ['page', 'offset', 'bare', 'link-header'];
const orders = ['newest-first', 'oldest-first'] as const;

describe.each(envelopes)('with lists as "%s"', (paging) => {
  describe.each(orders)('%s', (order) => {
    const covage: CovageScript = {
      paging,
      order,
      history: 57,
      pageSize: 10,
      lifecycle: { advance: 'poll' },
    };

    test('pages through every qualification once', async () => {
      await using tested = await startTestService({ covage });
      const ids = await allIds(tested, { first: 7 });
      expect(new Set(ids).size).toBe(ids.length);
      const whole = await allIds(tested, { first: 100 });
      expect(ids).toEqual(whole);
      expect(ids.length).toBeGreaterThanOrEqual(57);
    });

    test('neither loses nor repeats one while new ones arrive', async () => {
      await using tested = await startTestService({ covage });
      const before = await allIds(tested, { first: 100 });
      let arrivals = 0;
      const during = await allIds(tested, { first: 7 }, () =>
        arrivals++ < 5
          ? Promise.all([createQualification(tested), createQualification(tested)])
          : Promise.resolve(),
      );
      expect(new Set(during).size).toBe(during.length);
      expect(before.filter((id) => !during.includes(id))).toEqual([]);
    });
  });

  test('lists the whole catalogue', async () => {
    await using tested = await startTestService({ covage: { paging, pageSize: 20 } });
    const offers = await everyNode(async (after) => {
      const answer = await graphqlRequest(tested.url, OffersDocument, { first: 25, after });
      return partOf(answer.data?.offers);
    });
    const ids = offers.map((offer) => offer?.id);
    expect(ids.length).toBeGreaterThanOrEqual(60);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('a sorted list of items is paged through once while new ones arrive', async () => {
  await using tested = await startTestService({ covage: { history: 30, pageSize: 10 } });
  const items = await everyNode(
    async (after) => {
      const answer = await graphqlRequest(tested.url, ItemsDocument, {
        sort: 'density',
        first: 7,
        after,
      });
      return partOf(answer.data?.productOfferingQualificationItems);
    },
    () => createQualification(tested),
  );
  const ids = items.map((item) => item?.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThanOrEqual(30);
});

test.each(['state-filter-only-words', 'state-filter-only-dotted', undefined] as const)(
  'the filter by state finds what is in that state (%s)',
  async (variant) => {
    await using tested = await startTestService({
      covage: { history: 25, lifecycle: { advance: 'manual' }, variants: variant ? [variant] : [] },
    });
    const pending = await createQualification(tested);
    expect(await allIds(tested, { filter: { states: ['ACKNOWLEDGED'] }, first: 5 })).toEqual([
      pending,
    ]);
    const done = await allIds(tested, { filter: { states: ['DONE_READY'] }, first: 5 });
    expect(done.length).toBeGreaterThan(0);
    expect(done).not.toContain(pending);
  },
);

test('the filters by external id, project and creation date reach Covage', async () => {
  await using tested = await startTestService({ covage: { history: 5 } });
  const id = await createQualification(tested, { externalId: 'quote-7', projectId: 'project-9' });
  expect(await allIds(tested, { filter: { externalId: 'quote-7' } })).toEqual([id]);
  expect(await allIds(tested, { filter: { projectId: 'project-9' } })).toEqual([id]);
  expect(await allIds(tested, { filter: { createdAfter: '2999-01-01T00:00:00Z' } })).toEqual([]);
});

test('a cursor of another list, and a page that is too large, are refused without asking Covage', async () => {
  await using tested = await startTestService();
  for (const variables of [{ after: 'nonsense' }, { first: 101 }, { first: -1 }]) {
    const answer = await graphqlRequest(tested.url, QualificationsDocument, variables);
    expect(answer.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  }
  expect(tested.sandbox.covage.calls).toEqual([]);
});

test('an item by its own route names its families, and its offers and history come from its qualification', async () => {
  await using tested = await startTestService({
    covage: { lifecycle: { advance: 'poll', polls: 0 } },
  });
  const qualificationId = await createQualification(tested);
  const listed = await graphqlRequest(tested.url, ItemsDocument, { first: 1 });
  const id = listed.data!.productOfferingQualificationItems!.nodes[0]!.id;
  const answer = await graphqlRequest(tested.url, ItemDocument, { id });
  expect(answer.errors).toBeUndefined();
  expect(answer.data?.productOfferingQualificationItem).toMatchObject({
    id,
    stateChanges: expect.arrayContaining([{ state: 'DONE_READY' }]),
    requestedOfferFamilies: ['BPEA', 'BPE'],
    productOfferingQualification: { id: qualificationId },
    offers: [{ id: `${id}:2173` }],
  });
});

test('offers by id come in one call, in order, with a gap for an unknown one', async () => {
  await using tested = await startTestService();
  const answer = await graphqlRequest(tested.url, OffersDocument, {
    ids: ['1765', 'no-such-offer', '2173', 'BPE_100M_24MOIS'],
  });
  expect(answer.errors).toBeUndefined();
  expect(answer.data?.offers?.edges.map(({ node }) => node?.id ?? null)).toEqual([
    '1765',
    null,
    '2173',
    'BPE_100M_24MOIS',
  ]);
  expect(tested.sandbox.covage.calls.filter(({ route }) => route === 'offerBatch')).toHaveLength(1);
  expect(tested.sandbox.covage.calls.filter(({ route }) => route === 'offerDetail')).toHaveLength(
    0,
  );
});
