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
import { sendJson, startHttpServer } from '../support/start-http-server.ts';
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

/** By the contradictions of Covage's documents that are about what a route tells. */
const rows = [8, 9, 10, 13, 14, 18, 22];
const variants = covageVariants.filter(({ row }) => rows.includes(row)).map(({ name }) => name);

describe.each([undefined, ...variants])('with Covage writing "%s"', (variant) => {
  test('each thing of Covage is the same by every route, whichever was asked first', async () => {
    await using tested = await startTestService({
      registry: operators,
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
});

test('each thing is the same by every route while Covage works on it', async () => {
  await using tested = await startTestService({
    registry: operators,
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
    registry: operators,
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

test.each([
  ['as usual', {}],
  [
    'with characters that cannot be stored',
    {
      'offers.0.product.name': '"A\\u0000B\\ud800C"',
      eligibility_ref: '"a\\u0000\\udfffz"',
    },
  ],
])(
  'an eligibility that was just checked at Kosc is the same by every route: %s',
  async (_how, set) => {
    await using tested = await startTestService({
      registry: operators,
      env: unlimited,
      usesStore: true,
      kosc: { faults: [{ kind: 'altered', set, route: 'checkEligibility' }] },
    });
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
  },
  60_000,
);

/** The service before a Covage that answers so, by path. */
async function startWith(answers: Readonly<Record<string, unknown>>) {
  const server = await startHttpServer(({ method, path }, response) => {
    const [route = ''] = path.split('?');
    const found = answers[route] ?? answers[`${method} ${route}`];
    sendJson(response, found ?? { detail: 'Not found.' }, found === undefined ? 404 : 200);
  });
  const tested = await startTestService({
    registry: operators,
    env: {
      ...unlimited,
      COVAGE_API_URL: server.url,
      COVAGE_TOKEN_URL: `${server.url}/token`,
      CATALOGUE_FRESH_MS: '0',
    },
  });
  return {
    ...tested,
    async [Symbol.asyncDispose]() {
      await tested[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('with a Covage that tells on each route what its documents require there, and no more,', () => {
  const id = '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7';
  const itemId = 'a4517ca6-1f13-42a2-9359-4ff3cc21785b';
  const at = '2025-04-04T10:07:24.274+02:00';
  const offer = {
    product_id: '2173',
    offer_family: 'BPEA',
    bandwidth: '20M',
    on_quotation: false,
  };

  /** The answers by path, of one qualification of one item. */
  function answersOf(state: string, inside: object, alone: object): Record<string, unknown> {
    const required = {
      id,
      user: { email: 'anonymous@example.fr', first_name: 'Ano', last_name: 'Nymous' },
      creation_date: at,
      state,
      state_change: [{ change_reason: '', change_date: at, state }],
    };
    const whole = {
      ...required,
      external_id: '987654',
      effective_qualification_date: '2025-04-04T10:07:26.332+02:00',
      product_offering_qualification_item_detail: [
        { id: itemId, state, state_change: required.state_change, zone_bpea: 2, ...inside },
      ],
    };
    const item = {
      id: itemId,
      state,
      creation_date: '2025-04-04T10:07:24.300+02:00',
      offer_families: ['BPEA', 'BPE'],
      density: 'TD',
      bandwidth_max: 1000,
      product_offering_qualification_id: id,
      ...alone,
    };
    const catalogue = {
      id: '2173',
      name: 'BPEA 20M/100M_24 mois',
      description: 'BPEA 20M/100M',
      bandwidth: '20M',
      commitment: '24MOIS',
      offer_family: 'BPEA',
      offer_technology: 'FIBDE',
      last_update: at,
    };
    return {
      '/token': { access_token: 'a-token', expires_in: 300 },
      [`GET /api/v1/product_offering_qualification/${id}`]: whole,
      'GET /api/v1/product_offering_qualification/': { count: 1, next: null, results: [required] },
      [`GET /api/v1/product_offering_qualification_item/${itemId}/`]: item,
      'GET /api/v1/product_offering_qualification_item/': {
        count: 1,
        next: null,
        results: [{ id: itemId, state, product_offering_qualification_id: id }],
      },
      'GET /api/v1/catalog/product_offering/': [{ id: '2173', name: 'BPEA 20M/100M_24 mois' }],
      'POST /api/v1/catalog/product_offering/': [{ ...catalogue, price: 145, far: 0, fas: 0 }],
      'GET /api/v1/product_offering/2173': {
        ...catalogue,
        price: 145,
        recurring: true,
        href: '/2173',
      },
    };
  }

  test.each([
    ['offers', 'done.ready', { products_offering: [offer], price: 145 }, {}, 'ELIGIBLE'],
    [
      'no offers',
      'done.ready',
      { products_offering: [] },
      { offer_families_eligibility: ['BPEA'] },
      'NOT_ELIGIBLE',
    ],
    ['families only', 'done.ready', {}, { offer_families_eligibility: ['BPEA'] }, 'ELIGIBLE'],
    ['no families', 'done.ready', {}, { offer_families_eligibility: [] }, 'NOT_ELIGIBLE'],
    [
      'no families of those asked for',
      'done.ready',
      { offer_families: ['BPEA'] },
      { offer_families_eligibility: [] },
      'NOT_ELIGIBLE',
    ],
    ['nothing', 'done.ready', {}, {}, 'UNDETERMINED'],
    [
      'families on quotation',
      'done.unable_to_provide',
      { products_offering: [] },
      { offer_families_eligibility: ['BPEA'] },
      'QUOTE_REQUIRED',
    ],
    [
      'neither',
      'done.unable_to_provide',
      { products_offering: [] },
      { offer_families_eligibility: [] },
      'NOT_ELIGIBLE',
    ],
    ['an error', 'terminated_with_error', {}, {}, 'UNDETERMINED'],
    ['nothing yet', 'in_progress.offer', {}, {}, 'PENDING'],
  ] as const)(
    'a thing is the same by every route: %s',
    async (_what, state, inside, alone, verdict) => {
      await using tested = await startWith(answersOf(state, inside, alone));
      const routes = new Routes(tested);
      await askCovage(routes, [id]);
      for (const [first, other] of routes.told()) expect(other).toEqual(first);
      for (const name of [
        `ProductOfferingQualification:${id}`,
        `ProductOfferingQualificationItem:${itemId}`,
      ]) {
        expect([name, routes.things.get(name)?.[0]?.fields['verdict']]).toEqual([name, verdict]);
      }
      // Alone, a verdict is what it is beside everything else.
      const { data } = await graphqlRequest<Record<string, { verdict: string; nodes: unknown[] }>>(
        tested.url,
        `{
        productOfferingQualification(id: "${id}") { verdict items { verdict } }
        productOfferingQualificationItem(id: "${itemId}") { verdict }
        productOfferingQualifications { nodes { verdict } }
        productOfferingQualificationItems { nodes { verdict } }
      }`,
      );
      expect(data).toEqual({
        productOfferingQualification: { verdict, items: [{ verdict }] },
        productOfferingQualificationItem: { verdict },
        productOfferingQualifications: { nodes: [{ verdict }] },
        productOfferingQualificationItems: { nodes: [{ verdict }] },
      });
    },
  );

  const list = 'GET /api/v1/product_offering_qualification/';
  const item = { id: itemId, state: 'done.ready', zone_bpea: 2, products_offering: [offer] };

  test.each([
    ['its items and neither dates nor names', { product_offering_qualification_items: [item] }],
    ['a state alone', {}],
  ])(
    'a qualification of which a list tells %s is the same by its own route',
    async (_what, told) => {
      const answers = answersOf('done.ready', item, {});
      answers[list] = { count: 1, next: null, results: [{ id, state: 'done.ready', ...told }] };
      await using tested = await startWith(answers);
      const routes = new Routes(tested);
      await routes.askList('productOfferingQualifications', 'ProductOfferingQualification', 3);
      await routes.ask(
        `productOfferingQualification(id: "${id}")`,
        below('ProductOfferingQualification', 3),
      );
      for (const [first, other] of routes.told()) expect(other).toEqual(first);
      const [first] = routes.things.get(`ProductOfferingQualification:${id}`) ?? [];
      expect(first?.fields).toMatchObject({ externalId: '987654', creationDate: at });
    },
  );

  test('a qualification that is ready before its item is not at its end by any route', async () => {
    const answers = answersOf('done.ready', { state: 'in_progress.price' }, {});
    await using tested = await startWith(answers);
    const routes = new Routes(tested);
    await routes.askList('productOfferingQualifications', 'ProductOfferingQualification', 3);
    await routes.ask(
      `productOfferingQualification(id: "${id}")`,
      below('ProductOfferingQualification', 3),
    );
    for (const [first, other] of routes.told()) expect(other).toEqual(first);
    const [first] = routes.things.get(`ProductOfferingQualification:${id}`) ?? [];
    expect(first?.fields).toMatchObject({ terminal: false });
  });
});
