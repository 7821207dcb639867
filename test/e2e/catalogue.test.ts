import { describe, expect, test } from 'vitest';
import { createQualification } from '../support/create-qualification.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

const catalogue = `{
  offerFamilies { name }
  siteConnectionTypes
  offers(ids: ["2173", "1765"]) { nodes { id pricing { price { amount } } } }
  offer(id: "2173") { pricing(zone: 1) { options { name } } }
}`;

function routesOf({ sandbox }: TestService): string[] {
  return sandbox.covage.calls.map(({ route }) => route).filter((route) => route !== 'token');
}

describe('the catalogue', () => {
  test('the catalogue is asked for once by operations that follow each other, and only for what is missing', async () => {
    await using tested = await startTestService();
    const first = await graphqlRequest(tested.url, catalogue);
    expect(first.errors).toBeUndefined();
    expect(routesOf(tested).toSorted()).toEqual([
      'categories',
      'offerBatch',
      'offerDetail',
      'siteConnections',
    ]);
    const second = await graphqlRequest(tested.url, catalogue);
    expect(second.data).toEqual(first.data);
    expect(second).not.toHaveProperty('extensions');
    expect(routesOf(tested)).toHaveLength(4);
    await graphqlRequest(
      tested.url,
      '{ offers(ids: ["2173", "BPE_100M_24MOIS"]) { nodes { id } } }',
    );
    const batches = tested.sandbox.covage.calls.filter(({ route }) => route === 'offerBatch');
    expect(batches.map(({ body }) => body)).toEqual([['2173', '1765'], ['BPE_100M_24MOIS']]);
  });

  test('the catalogue is asked for each time where nothing is to be kept', async () => {
    await using tested = await startTestService({ env: { CATALOGUE_FRESH_MS: '0' } });
    await graphqlRequest(tested.url, catalogue);
    await graphqlRequest(tested.url, catalogue);
    expect(routesOf(tested)).toHaveLength(8);
  });

  test('the catalogue is stood in for by what it was when Covage cannot be asked, and the answer says so', async () => {
    await using tested = await startTestService({ env: { CATALOGUE_FRESH_MS: '1' } });
    const query = '{ offerFamilies { name } }';
    const first = await graphqlRequest(tested.url, query);
    tested.sandbox.covage.script({ faults: [{ kind: 'gateway', route: 'categories' }] });
    await expect
      .poll(async () => (await graphqlRequest(tested.url, query)) as object)
      .toMatchObject({
        data: first.data,
        extensions: {
          stale: [{ operator: 'COVAGE', what: 'offerFamilies', since: expect.any(String) }],
        },
      });
    tested.sandbox.covage.script({ faults: [] });
    await expect
      .poll(async () => (await graphqlRequest(tested.url, query)) as object)
      .not.toHaveProperty('extensions');
  });
});

describe('a qualification', () => {
  const query =
    '{ productOfferingQualification(id: "2eaf7b5b-384d-4cb7-8d9b-09ac712354d7") { state } }';

  test('a qualification that is finished is asked for once', async () => {
    await using tested = await startTestService();
    await graphqlRequest(tested.url, query);
    const { data } = await graphqlRequest(tested.url, query);
    expect(data).toEqual({ productOfferingQualification: { state: 'DONE_READY' } });
    expect(routesOf(tested)).toContain('qualification');
  });
});

const price = (zone: number) => `{ offer(id: "2173") { pricing(zone: ${zone}) { recurring } } }`;

describe('a zone', () => {
  test.each([0, -1, -2_147_483_648])(
    'below 1 is refused, and Covage is not asked: %i',
    async (zone) => {
      await using tested = await startTestService();
      const { data, errors } = await graphqlRequest(tested.url, price(zone));
      expect(data).toEqual({ offer: { pricing: null } });
      expect(errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        issues: [
          {
            path: ['zone'],
            code: 'ZONE_OUT_OF_RANGE',
            message: expect.stringContaining(`${zone}`),
          },
        ],
      });
      expect(routesOf(tested)).not.toContain('offerDetail');
    },
  );
});

test('An id longer than any is refused, and Covage is not asked', async () => {
  await using tested = await startTestService();
  for (const length of [257, 20_000]) {
    const id = JSON.stringify('x'.repeat(length));
    const { data, errors } = await graphqlRequest(
      tested.url,
      `{
        offer(id: ${id}) { name }
        offers(ids: [${id}]) { nodes { name } }
        productOfferingQualification(id: ${id}) { state }
        productOfferingQualificationItem(id: ${id}) { state }
      }`,
    );
    expect(Object.values(data ?? {})).toEqual([null, null, null, null]);
    expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(
      Array.from({ length: 4 }, () => 'BAD_USER_INPUT'),
    );
  }
  expect(tested.sandbox.covage.calls).toEqual([]);
  const longest = JSON.stringify('x'.repeat(256));
  await graphqlRequest(tested.url, `{ productOfferingQualification(id: ${longest}) { state } }`);
  expect(routesOf(tested)).toContain('qualification');
});

test('A catalogue that cannot be asked costs the offers of an item what it tells of them, and no more', async () => {
  await using tested = await startTestService({
    covage: {
      lifecycle: { advance: 'poll', polls: 0 },
      faults: [{ route: 'offerBatch', kind: 'status', status: 400, body: { detail: 'refused' } }],
    },
  });
  const id = await createQualification(tested);
  const { data, errors } = await graphqlRequest<{
    productOfferingQualification: { items: { offers: { offer: object }[] }[] };
  }>(
    tested.url,
    `query ($id: ID!) {
      productOfferingQualification(id: $id) {
        items { offers { price { amount } offer { id name tariffZone pricing { recurring } } } }
      }
    }`,
    { id },
  );
  const [item] = data?.productOfferingQualification.items ?? [];
  expect(item?.offers[0]?.offer).toEqual({
    id: '2173',
    name: 'BPEA 20M/100M_24 mois',
    tariffZone: null,
    pricing: null,
  });
  expect(errors?.map(({ path }) => path?.at(-1))).toEqual(['tariffZone', 'pricing']);
  expect(routesOf(tested).filter((route) => route === 'offerBatch')).toHaveLength(1);
});
