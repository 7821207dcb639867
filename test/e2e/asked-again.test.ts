import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { operators } from '../../src/operators/index.ts';
import { composeServedSchema } from '../../src/compose-schema.ts';
import { createQualification, documentedEligibilityId } from '../support/create-qualification.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { mergingDocuments } from '../support/merging-operations.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { collect, transports } from '../support/state-stream.ts';
import { qualifyToTheEnd } from '../support/site-questions.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

// A document that comes for the first time is executed by graphql-js; one that comes again may be executed otherwise, and
// nobody may be able to tell. FUZZ_SEED and FUZZ_COUNT in the environment make other operations, or more of them.

const seed = Number(process.env['FUZZ_SEED'] ?? 20_250_404);
const count = Number(process.env['FUZZ_COUNT'] ?? 25);
const times = 5;

const states = 12;
const insert = Array.from({ length: states }, (_, index) => ({
  after: index === 0 ? 'in_progress.offer' : `in_progress.survey${index - 1}`,
  state: `in_progress.survey${index}`,
}));

let tested: TestService;
beforeAll(async () => {
  tested = await startTestService({
    registry: operators,
    usesStore: true,
    env: {
      CATALOGUE_FRESH_MS: '0',
      MAX_TOKENS: '100000',
      MAX_DEPTH: '100',
      MAX_ALIASES: '1000',
      MAX_REPEATED_FIELDS: '1000',
      MAX_FIELDS: '100000',
      MAX_DIRECTIVES: '1000',
      MAX_COST: '1000000000',
    },
    covage: { lifecycle: { advance: 'poll', polls: 0, insert } },
  });
});
afterAll(() => tested[Symbol.asyncDispose]());

interface Asked {
  readonly query: string;
  readonly variables?: object;
  readonly operationName?: string;
}

interface Known {
  readonly offers: { readonly nodes: readonly { readonly id: string }[] };
  readonly productOfferingQualification: { readonly items: readonly { readonly id: string }[] };
}

async function post(asked: Asked): Promise<string> {
  const { body } = await request(tested.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(asked),
  });
  return body.text();
}

const sharedFragments = `query ($c: Boolean!) { operators { ...A ...B } }
  fragment A on OperatorStatus { ...F @include(if: $c) operator }
  fragment B on OperatorStatus { ...F }
  fragment F on OperatorStatus { circuit }`;
const selectedTwice = `query ($c: Boolean!) { operators { operator } operators @include(if: $c) { ...F } }
  fragment F on OperatorStatus { circuit }`;
const twoOperations = `query One($c: Boolean!) { operators { ...F @include(if: $c) operator } }
  query Other { operators { ...F } }
  fragment F on OperatorStatus { circuit sandbox }`;

describe('an operation that comes again and again', () => {
  test.for<[Asked, object]>([
    [
      { query: sharedFragments, variables: { c: false } },
      { circuit: 'CLOSED', operator: 'COVAGE' },
    ],
    [
      { query: sharedFragments, variables: { c: true } },
      { circuit: 'CLOSED', operator: 'COVAGE' },
    ],
    [{ query: selectedTwice, variables: { c: false } }, { operator: 'COVAGE' }],
    [
      { query: selectedTwice, variables: { c: true } },
      { operator: 'COVAGE', circuit: 'CLOSED' },
    ],
    [
      { query: twoOperations, operationName: 'Other' },
      { circuit: 'CLOSED', sandbox: false },
    ],
    [
      { query: twoOperations, operationName: 'One', variables: { c: false } },
      { operator: 'COVAGE' },
    ],
    [
      { query: twoOperations, operationName: 'One', variables: { c: true } },
      { circuit: 'CLOSED', sandbox: false, operator: 'COVAGE' },
    ],
  ])(
    'an operation that comes again and again answers %j with what it selects',
    async ([asked, first]) => {
      for (let time = 0; time < times; time += 1) {
        const { data } = JSON.parse(await post(asked)) as { data: { operators: object[] } };
        expect(data.operators[0]).toEqual(first);
      }
    },
  );

  test('an operation that comes again and again reads a variable inside of a reference', async () => {
    const { data } = await graphqlRequest<{ offers: { nodes: { id: string }[] } }>(
      tested.url,
      '{ offers(first: 1) { nodes { id } } }',
    );
    const { id } = data!.offers.nodes[0]!;
    const query = `query ($id: ID!) {
      _entities(representations: [{ __typename: "Offer", id: $id }]) { ... on Offer { id } }
    }`;
    for (let time = 0; time < times; time += 1) {
      expect(await post({ query, variables: { id } })).toBe(
        JSON.stringify({ data: { _entities: [{ id }] } }),
      );
    }
  });

  test.for(transports)(
    'an operation that comes again and again has every field in every event over $name',
    async ({ open }) => {
      const id = await createQualification(tested);
      const text = `subscription ($id: ID!, $c: Boolean!) {
        productOfferingQualificationStateChange(id: $id) {
          sequence
          ...F @include(if: $c)
          terminal
          ... { ...F productOfferingQualification { id ...G @skip(if: $c) } }
        }
      }
      fragment F on ProductOfferingQualificationStateChangeEvent {
        terminal stateChange { stateText } productOfferingQualification { ...G }
      }
      fragment G on ProductOfferingQualification { verdict }`;
      const document = parse(text) as TypedDocumentNode<
        Record<string, object>,
        Record<string, unknown>
      >;
      for (const c of [true, false]) {
        const results = await collect(open(tested.url, document, { id, c }));
        const events = results.map(({ data }) => data!['productOfferingQualificationStateChange']!);
        expect(events.length).toBeGreaterThan(states);
        const keys = c
          ? ['sequence', 'terminal', 'stateChange', 'productOfferingQualification']
          : ['sequence', 'terminal', 'stateChange', 'productOfferingQualification'];
        for (const [index, event] of events.entries()) {
          expect(Object.keys(event)).toEqual(keys);
          expect(event).toMatchObject({
            sequence: index + 1,
            terminal: index === events.length - 1,
            stateChange: { stateText: expect.any(String) },
            productOfferingQualification: { id, verdict: expect.any(String) },
          });
        }
      }
    },
  );

  test(
    `is answered like one that comes for the first time, by chance (FUZZ_SEED=${seed})`,
    { timeout: 100_000 + count * 1_000 },
    async () => {
      const random = new SeededRandom(seed);
      const schema = composeServedSchema(operators);
      const qualification = await createQualification(tested);
      const site = await qualifyToTheEnd(tested, { eligibilityId: documentedEligibilityId });
      const { data } = await graphqlRequest<{ checkKoscEligibility: { id: string } }>(
        tested.url,
        `mutation { checkKoscEligibility(input: { reference: "IMB/77108/X/031C", referenceType: BUILDING }) {
          ... on KoscEligibility { id }
        } }`,
      );
      const kosc = data!.checkKoscEligibility.id;
      const listed = await graphqlRequest<Known>(
        tested.url,
        `{ productOfferingQualification(id: "${qualification}") { items { id } }
          offers(first: 2) { nodes { id } } }`,
      );
      const { offers, productOfferingQualification } = listed.data!;
      const ids: Readonly<Record<string, string>> = {
        Offer: offers.nodes[0]!.id,
        ProductOfferingQualification: qualification,
        ProductOfferingQualificationItem: productOfferingQualification.items[0]!.id,
        KoscEligibility: kosc,
        SiteQualification: site.id,
      };
      const made = mergingDocuments({
        schema,
        random,
        // What another look would show otherwise.
        isAsked: (field) => !['_service', 'lastSuccess'].includes(field),
        argument: (field, name) =>
          name === 'id' ? ids[`${field[0]!.toUpperCase()}${field.slice(1)}`] : undefined,
        scalar: (type) =>
          type === '_Any'
            ? random.pick(Object.entries(ids).map(([__typename, id]) => ({ __typename, id })))
            : type === 'DateTime'
              ? '2025-04-04T10:07:24+02:00'
              : random.pick(Object.values(ids)),
      });
      const differences: string[] = [];
      let answered = 0;
      let number = 0;
      for (let document = 0; document < count; document += 1) {
        for (const asked of made.next().value.slice(0, 3)) {
          const anew = { ...asked, query: `${asked.query} # ${(number += 1)}` };
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          const expected = await post(anew);
          if (/"data":\{/.test(expected)) answered += 1;
          for (let time = 0; time < times; time += 1) {
            // oxlint-disable-next-line no-await-in-loop -- one after the other
            const again = await post(asked);
            if (again !== expected) {
              differences.push(`${JSON.stringify(asked)}\n  ${again}\n  ${expected}`);
            }
          }
        }
      }
      expect(differences.slice(0, 3).join('\n\n')).toBe('');
      expect(answered).toBeGreaterThan(count / 3);
    },
  );
});
