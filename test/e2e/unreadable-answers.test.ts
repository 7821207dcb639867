import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphqlRequest } from '../support/graphql-request.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

// What of operators' answers cannot be read, as clients of the API see it.

const documentedId = '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7';
const items = 'product_offering_qualification_item_detail';

let tested: TestService;
beforeAll(async () => {
  tested = await startTestService({ env: { CATALOGUE_FRESH_MS: '0' }, covage: { history: 2 } });
});
afterAll(() => tested[Symbol.asyncDispose]());

/** Has Covage answer with other texts at these paths, by route. */
function alter(routes: Readonly<Record<string, Record<string, string>>>): void {
  const faults = Object.entries(routes).map(
    ([route, set]) => ({ kind: 'altered', route: route as 'qualification', set }) as const,
  );
  tested.sandbox.covage.script({ faults });
}

async function ask(query: string): Promise<Record<string, unknown>> {
  const answer = await graphqlRequest(tested.url, query);
  expect(answer.errors).toBeUndefined();
  return answer.data as Record<string, unknown>;
}

describe('a qualification', () => {
  const verdicts = `{ productOfferingQualification(id: "${documentedId}") { verdict items { verdict } } }`;

  test.for([
    [
      'offers',
      { [`${items}.0.products_offering`]: '"voir devis"' },
      { offer_families_eligibility: '[]' },
    ],
    [
      'eligible families',
      { [`${items}.0.products_offering`]: '[]', [`${items}.0.state`]: '"done.unable_to_provide"' },
      { offer_families_eligibility: '[7]', state: '"done.unable_to_provide"' },
    ],
  ] as const)(
    'a qualification is UNDETERMINED where its %s cannot be read',
    async ([, qualification, item]) => {
      alter({ qualification, item });
      expect(await ask(verdicts)).toEqual({
        productOfferingQualification: {
          verdict: 'UNDETERMINED',
          items: [{ verdict: 'UNDETERMINED' }],
        },
      });
    },
  );

  test('a qualification shows a price that cannot be read as such', async () => {
    alter({ qualification: { [`${items}.0.products_offering.0.price`]: '"1,234"' } });
    const query = `{ productOfferingQualification(id: "${documentedId}") {
      items { offers { priceStatus price { amount } } }
    } }`;
    expect(await ask(query)).toEqual({
      productOfferingQualification: {
        items: [{ offers: [{ priceStatus: 'UNREADABLE', price: null }] }],
      },
    });
  });
});

test('a list shows a member without a state beside the others, and leaves out one without an id', async () => {
  alter({ qualifications: { 'results.0.state': 'null', 'results.1.id': '{}' } });
  const query = '{ productOfferingQualifications(first: 5) { nodes { state verdict } } }';
  expect(await ask(query)).toEqual({
    productOfferingQualifications: {
      nodes: [
        { state: 'UNRECOGNISED', verdict: 'UNDETERMINED' },
        { state: 'DONE_READY', verdict: 'ELIGIBLE' },
      ],
    },
  });
});

test('one bad record opens no circuit', async () => {
  alter({ qualifications: { 'results.0': 'null' }, qualification: { state: 'null' } });
  const query = `{ productOfferingQualifications(first: 5) { nodes { id } }
    productOfferingQualification(id: "${documentedId}") { state } }`;
  for (let look = 0; look < 15; look += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await ask(query);
  }
  expect(await ask('{ operators { operator circuit } }')).toMatchObject({
    operators: [{ operator: 'COVAGE', circuit: 'CLOSED' }, {}],
  });
});
