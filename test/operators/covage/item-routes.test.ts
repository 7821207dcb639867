import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eligibilityIdOf, namedSites } from '../../../src/sandbox/covage/sites.ts';
import { createQualification } from '../../support/create-qualification.ts';
import { graphqlRequest } from '../../support/graphql-request.ts';
import { eligibilityIdAt } from '../../support/site-questions.ts';
import { startTestService, type TestService } from '../../support/start-test-service.ts';

interface Item {
  readonly id: string;
  readonly state: string;
  readonly verdict: string;
  readonly confidence: string | null;
  readonly offers: readonly { readonly verdict: string }[] | null;
}

const fields = 'id state verdict confidence offers { verdict }';
const insideQuery = `query ($id: ID!) { productOfferingQualification(id: $id) { items { ${fields} } } }`;
const aloneQuery = `query ($id: ID!) { productOfferingQualificationItem(id: $id) { ${fields} } }`;

test('An item of any site is the same inside its qualification and on its own route, as a cache has it', async () => {
  await using tested = await startTestService({
    covage: { lifecycle: { advance: 'poll', polls: 0 } },
  });
  const compared = await Promise.all(
    namedSites
      .filter(({ lifecycle }) => lifecycle.stuckAt === undefined)
      .map(async (site) => {
        const id = await createQualification(tested, {
          items: [{ eligibilityId: eligibilityIdOf(site), offerFamilies: ['BPE', 'BPEA', 'DIA'] }],
        });
        const whole = await graphqlRequest<{
          productOfferingQualification: { items: readonly Item[] };
        }>(tested.url, insideQuery, { id });
        const inside = whole.data?.productOfferingQualification.items[0];
        const single = await graphqlRequest<{ productOfferingQualificationItem: Item }>(
          tested.url,
          aloneQuery,
          { id: inside?.id },
        );
        return { site: site.name, inside, alone: single.data?.productOfferingQualificationItem };
      }),
  );
  expect(compared).not.toEqual([]);
  expect(compared.map(({ site, alone }) => [site, alone])).toEqual(
    compared.map(({ site, inside }) => [site, inside]),
  );
});

describe('an item that is ready without any offer', () => {
  let tested: TestService;
  let id = '';
  let itemId = '';
  beforeAll(async () => {
    tested = await startTestService({ covage: { lifecycle: { advance: 'poll', polls: 0 } } });
    id = await createQualification(tested, {
      items: [{ eligibilityId: eligibilityIdAt('no-offer'), offerFamilies: ['BPE'] }],
    });
    await graphqlRequest(tested.url, insideQuery, { id });
    itemId = (await listed('nodes { id }')).nodes[0]?.id ?? '';
  });
  afterAll(() => tested[Symbol.asyncDispose]());

  interface Listed {
    readonly nodes: readonly Partial<Item>[];
    readonly edges: readonly { readonly node: Partial<Item> }[];
  }

  async function listed(selection: string, declared = '', variables = {}): Promise<Listed> {
    tested.sandbox.covage.clearCalls();
    const { data, errors } = await graphqlRequest<{ items: Listed }>(
      tested.url,
      `query ${declared} {
        items: productOfferingQualificationItems(filter: { buildingRef: "IMB/69383" }) {
          ${selection}
        }
      }`,
      variables,
    );
    expect(errors).toBeUndefined();
    return data!.items;
  }

  const routes = () =>
    tested.sandbox.covage.calls.map(({ route }) => route).filter((route) => route !== 'token');
  const none = { verdict: 'NOT_ELIGIBLE', confidence: 'RED' };

  test('an item that is ready without any offer is NOT_ELIGIBLE, red, in its qualification, by itself and as an entity', async () => {
    const { data, errors } = await graphqlRequest(
      tested.url,
      `query ($id: ID!, $item: ID!, $representations: [_Any!]!) {
        productOfferingQualification(id: $id) { verdict items { verdict confidence } }
        productOfferingQualificationItem(id: $item) { verdict confidence }
        _entities(representations: $representations) {
          ... on ProductOfferingQualificationItem { verdict confidence }
        }
      }`,
      {
        id,
        item: itemId,
        representations: [{ __typename: 'ProductOfferingQualificationItem', id: itemId }],
      },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      productOfferingQualification: { verdict: 'NOT_ELIGIBLE', items: [none] },
      productOfferingQualificationItem: none,
      _entities: [none],
    });
  });

  test.each([
    'nodes { verdict confidence offers { id } }',
    'nodes { verdict confidence } all: nodes { offers { id } }',
    'nodes { verdict confidence } edges { node { offers { id } } }',
    '... on ProductOfferingQualificationItemConnection { nodes { verdict confidence offers { id } } }',
    'nodes { verdict confidence ... @include(if: true) { offers { id } } }',
  ])(
    'an item that is ready without any offer is that on lists, too, where its offers are selected: %s',
    async (selection) => {
      const { nodes } = await listed(selection);
      expect(nodes).toEqual([expect.objectContaining(none)]);
    },
  );

  test('an item that is ready without any offer is that on the edges of lists', async () => {
    const { edges } = await listed('edges { node { offers { id } verdict confidence } }');
    expect(edges).toEqual([{ node: { offers: [], ...none } }]);
  });

  test.each([
    ['nodes { verdict confidence }', {}],
    ['nodes { verdict confidence offers @include(if: $offers) { id } }', { offers: false }],
  ])(
    'is that on lists without its offers, too, for one call more: %s',
    async (selection, variables) => {
      const declared = 'offers' in variables ? '($offers: Boolean!)' : '';
      const { nodes } = await listed(selection, declared, variables);
      expect(nodes).toEqual([none]);
      expect(routes().filter((route) => route !== 'items').length).toBeLessThanOrEqual(1);
    },
  );

  test('an item that is ready without any offer costs no call more on lists where no verdict is selected', async () => {
    await listed('nodes { id state creationDate density requestedOfferFamilies }');
    expect(routes()).toEqual(['items']);
  });
});

test('Items of one qualification cost one call more for their verdicts and offers on a list, and none once it is settled', async () => {
  await using tested = await startTestService({
    covage: { history: 0, lifecycle: { advance: 'time', factor: 0 } },
  });
  await createQualification(tested, {
    items: ['every-family', 'no-offer', 'one-family'].map((site) => ({
      eligibilityId: eligibilityIdAt(site),
      offerFamilies: ['BPE'],
    })),
  });
  const callsFor = async (selection: string) => {
    tested.sandbox.covage.clearCalls();
    const { errors } = await graphqlRequest(
      tested.url,
      `{ productOfferingQualificationItems(first: 3) { nodes { ${selection} } } }`,
    );
    expect(errors).toBeUndefined();
    return tested.sandbox.covage.calls.filter(({ route }) => route === 'qualification').length;
  };
  expect(await callsFor('id state zones { zone }')).toBe(0);
  expect(await callsFor('id verdict confidence')).toBe(1);
  expect(await callsFor('id verdict confidence offers { id verdict }')).toBe(0);
});
