import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { isObjectType, parse, type GraphQLObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { composeSchema } from '../../src/compose-schema.ts';
import { operators } from '../../src/operators/index.ts';
import { eligibilityIdOf, namedSites } from '../../src/sandbox/covage/sites.ts';
import { covageVariants } from '../../src/sandbox/covage/variants.ts';
import { createQualification } from '../support/create-qualification.ts';
import { fullSelection, thingsIn, type Told } from '../support/full-selection.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { eligibilityIdAt, qualifyToTheEnd } from '../support/site-questions.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';
import { collect, overWebSocket } from '../support/state-stream.ts';

// Client caches keep a thing by its type and id: whichever way it is come by, each of its fields has one value.

const schema = composeSchema(operators);

function typeOf(name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is no object type`);
  return type;
}

/** What is asked below a thing of some type. */
const below = (name: string, depth = 0) => fullSelection(schema, typeOf(name), depth);

const unlimited = {
  MAX_COST: '100000000',
  MAX_TOKENS: '100000',
  MAX_DEPTH: '30',
  MAX_ALIASES: '10000',
  MAX_REPEATED_FIELDS: '1000',
  MAX_FIELDS: '100000',
  MAX_BODY_BYTES: '10000000',
};

class Routes {
  readonly things = new Map<string, Told[]>();
  readonly #url: string;

  constructor({ url }: Pick<TestService, 'url'>) {
    this.#url = url;
  }

  /** Asks for things, and takes note of all that come. */
  async ask(root: string, selection: string): Promise<void> {
    const { data, errors } = await graphqlRequest(this.#url, `{ found: ${root} { ${selection} } }`);
    if (errors !== undefined) throw new Error(`${root}: ${JSON.stringify(errors).slice(0, 2_000)}`);
    thingsIn(root, data, this.things);
  }

  async askList(root: string, type: string, depth = 0): Promise<void> {
    await this.ask(root, `nodes { ${below(type, depth)} }`);
  }

  async askReference(type: string, id: string): Promise<void> {
    const reference = `{ __typename: "${type}", id: "${id}" }`;
    await this.ask(
      `_entities(representations: [${reference}])`,
      `... on ${type} { ${below(type)} }`,
    );
  }

  idsOf(type: string): string[] {
    return [...this.things.keys()]
      .filter((name) => name.startsWith(`${type}:`))
      .map((name) => name.slice(type.length + 1));
  }

  /** What each thing is by the first route that it came by, and by each other one. */
  *told(): Generator<readonly [first: object, other: object]> {
    for (const [name, [first, ...others]] of this.things) {
      for (const { route, fields } of others) {
        yield [
          { name, route, fields: first?.fields },
          { name, route, fields },
        ];
      }
    }
  }
}

async function askCovage(routes: Routes, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await routes.ask(
      `productOfferingQualification(id: "${id}")`,
      below('ProductOfferingQualification', 3),
    );
    await routes.askReference('ProductOfferingQualification', id);
  }
  await routes.askList(
    'productOfferingQualifications(first: 20)',
    'ProductOfferingQualification',
    2,
  );
  await routes.askList(
    'productOfferingQualificationItems(first: 20)',
    'ProductOfferingQualificationItem',
    2,
  );
  for (const id of routes.idsOf('ProductOfferingQualificationItem')) {
    await routes.ask(
      `productOfferingQualificationItem(id: "${id}")`,
      below('ProductOfferingQualificationItem'),
    );
    await routes.askReference('ProductOfferingQualificationItem', id);
  }
  await routes.askList('offers(first: 100)', 'Offer');
  for (const id of routes.idsOf('Offer').slice(0, 3)) {
    await routes.ask(`offer(id: "${id}")`, below('Offer'));
    await routes.askReference('Offer', id);
    await routes.askList(`offers(ids: ["${id}"])`, 'Offer');
  }
}

/** All sites whose qualification ends, in one qualification. */
async function createOfAllSites(tested: TestService): Promise<string> {
  const ending = namedSites.filter(({ lifecycle }) => lifecycle.stuckAt === undefined);
  return createQualification(tested, {
    externalId: 'all',
    items: ending.map((site) => ({
      eligibilityId: eligibilityIdOf(site),
      offerFamilies: ['BPE', 'BPEA', 'DIA'],
      resolvePricing: true,
    })),
  });
}

describe.each([undefined, ...covageVariants.map(({ name }) => name)])(
  'with Covage writing "%s"',
  (variant) => {
    test('each thing of Covage is the same by every route, whichever was asked first', async () => {
      await using tested = await startTestService({
        env: unlimited,
        covage: {
          history: 3,
          lifecycle: { advance: 'poll', polls: 0 },
          variants: variant === undefined ? [] : [variant],
        },
      });
      const id = await createOfAllSites(tested);
      const routes = new Routes(tested);
      await askCovage(routes, [id]);
      for (const [first, other] of routes.told()) expect(other).toEqual(first);
      expect(routes.idsOf('ItemOffer').length).toBeGreaterThan(3);
      expect(routes.idsOf('Offer').length).toBeGreaterThan(20);
    }, 120_000);
  },
);

test('each thing is the same by every route while Covage works on it', async () => {
  await using tested = await startTestService({
    env: unlimited,
    covage: { history: 0, lifecycle: { advance: 'manual' } },
  });
  const id = await createQualification(tested);
  const routes = new Routes(tested);
  await askCovage(routes, [id]);
  for (const [first, other] of routes.told()) expect(other).toEqual(first);
  expect(routes.idsOf('ProductOfferingQualificationItem').length).toBeGreaterThan(0);
}, 60_000);

test('what operators answered about a site is the same in its outcome and by itself', async () => {
  await using tested = await startTestService({
    env: unlimited,
    usesStore: true,
    covage: { history: 0, lifecycle: { advance: 'poll', polls: 0 } },
  });
  const routes = new Routes(tested);
  for (const site of ['every-family', 'no-offer', 'not-eligible']) {
    const answer = await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt(site),
      externalId: site,
    });
    await routes.ask(`siteQualification(id: "${answer.id}")`, below('SiteQualification', 4));
    await routes.askReference('SiteQualification', answer.id);
    const changes = await collect(
      overWebSocket(
        tested.url,
        parse(`subscription {
      found: siteQualificationChange(id: "${answer.id}") {
        siteQualification { ${below('SiteQualification', 4)} }
      }
    }`) as TypedDocumentNode,
        {},
      ),
    );
    thingsIn(
      'siteQualificationChange',
      changes.map(({ data }) => data),
      routes.things,
    );
  }
  await routes.askList('siteQualifications(first: 10)', 'SiteQualification', 2);
  await routes.askList('koscEligibilities(first: 10)', 'KoscEligibility');
  for (const id of routes.idsOf('KoscEligibility')) {
    await routes.ask(`koscEligibility(id: "${id}")`, below('KoscEligibility', 1));
    await routes.askReference('KoscEligibility', id);
  }
  const ids = routes.idsOf('ProductOfferingQualification');
  for (const id of ids) {
    const states = await collect(
      overWebSocket(
        tested.url,
        parse(`subscription {
      found: productOfferingQualificationStateChange(id: "${id}") {
        productOfferingQualification { ${below('ProductOfferingQualification', 3)} }
      }
    }`) as TypedDocumentNode,
        {},
      ),
    );
    thingsIn(
      'stateChange',
      states.map(({ data }) => data),
      routes.things,
    );
  }
  await askCovage(routes, ids);
  for (const [first, other] of routes.told()) expect(other).toEqual(first);
  expect(ids.length).toBeGreaterThan(1);
  expect(routes.idsOf('KoscEligibility')).not.toEqual([]);
  expect(routes.idsOf('QualifiedOffer')).not.toEqual([]);
}, 120_000);

test('an eligibility that was just checked at Kosc is the same by every route', async () => {
  await using tested = await startTestService({ env: unlimited, usesStore: true });
  const routes = new Routes(tested);
  const input = '{ reference: "IMB/76540/C/01A4", referenceType: BUILDING }';
  const { data, errors } = await graphqlRequest(
    tested.url,
    `mutation { checkKoscEligibility(input: ${input}) { ... on KoscEligibility { ${below('KoscEligibility', 1)} } } }`,
  );
  expect(errors).toBeUndefined();
  thingsIn('checkKoscEligibility', data, routes.things);
  await routes.askList('koscEligibilities(first: 10)', 'KoscEligibility', 1);
  const [id = ''] = routes.idsOf('KoscEligibility');
  await routes.ask(`koscEligibility(id: "${id}")`, below('KoscEligibility', 1));
  await routes.askReference('KoscEligibility', id);
  for (const [first, other] of routes.told()) expect(other).toEqual(first);
}, 60_000);
