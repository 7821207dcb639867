import { readFileSync } from 'node:fs';
import { graphql, isObjectType, parse, visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { federationSecretHeader, isFederationSecret } from '../../src/http/exchange.ts';
import { composeSchema, composeServedSchema } from '../../src/compose-schema.ts';
import { printSubgraph } from '../../src/schema/subgraph.ts';
import { operators } from '../../src/operators/index.ts';
import { createQualification } from '../support/create-qualification.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import {
  openTestStore,
  startTestService,
  type TestService,
  type TestServiceOptions,
} from '../support/start-test-service.ts';

let store: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());
const start = (options: TestServiceOptions = {}): Promise<TestService> =>
  startTestService({ registry: operators, covage: { lifecycle: { advance: 'poll', polls: 0 } }, store, ...options });

interface Entities {
  readonly _entities: readonly (Readonly<Record<string, unknown>> | null)[];
}

const entities = /* GraphQL */ `
  query ($representations: [_Any!]!) {
    _entities(representations: $representations) {
      __typename
      ... on Offer {
        id
        name
      }
      ... on ProductOfferingQualification {
        id
        state
      }
      ... on ProductOfferingQualificationItem {
        id
        state
      }
      ... on KoscEligibility {
        id
        verdict
      }
      ... on SiteQualification {
        id
        asking: state
      }
    }
  }
`;

const load = ({ url }: TestService, representations: readonly unknown[]) =>
  graphqlRequest<Entities>(url, entities, { representations });

const offer = (id: string) => ({ __typename: 'Offer', id });

describe('the schema of the subgraph', () => {
  const sdl = readFileSync(new URL('../../schema/subgraph.graphql', import.meta.url), 'utf8');

  test('the schema of the subgraph is in schema/subgraph.graphql as _service gives it', async () => {
    await using tested = await start();
    const answer = await graphqlRequest<{ _service: { sdl: string } }>(
      tested.url,
      '{ _service { sdl } }',
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data!._service.sdl.trim()).toBe(sdl.trim());
  });

  test('the schema of the subgraph has a key on what others refer to, and shares the pages of lists', () => {
    const directives: string[] = [];
    visit(parse(sdl), {
      ObjectTypeDefinition({ name, directives: used = [] }) {
        for (const one of used) directives.push(`${name.value} @${one.name.value}`);
      },
    });
    expect(directives.toSorted()).toEqual(
      expect.arrayContaining([
        'KoscEligibility @key',
        'Offer @key',
        'PageInfo @shareable',
        'ProductOfferingQualification @key',
        'ProductOfferingQualificationItem @key',
        'SiteQualification @key',
      ]),
    );
    const shared = directives.filter((one) => one.endsWith('@shareable'));
    expect(shared).toEqual(['PageInfo @shareable']);
    expect(sdl).toContain('type Offer @key(fields: "id") {');
  });

  test('the schema of the subgraph leaves the contract without a trace of federation', () => {
    const contract = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
    expect(contract).not.toMatch(/_service|_entities|_Any|@key|@shareable|@link/);
    expect(composeSchema(operators).getQueryType()?.getFields()).not.toHaveProperty('_entities');
  });

  test('the schema of the subgraph describes every type and field that it adds', () => {
    const added = Object.values(composeServedSchema(operators).getTypeMap()).filter(({ name }) =>
      /^_[A-Z]/.test(name),
    );
    expect(added.map(({ name }) => name)).toEqual(['_Entity', '_Any', '_Service']);
    const query = composeServedSchema(operators).getQueryType()!.getFields();
    const service = composeServedSchema(operators).getType('_Service');
    const described = [
      ...added,
      query['_entities']!,
      ...query['_entities']!.args,
      query['_service']!,
      ...(isObjectType(service) ? Object.values(service.getFields()) : []),
    ];
    expect(described.filter(({ description }) => !description)).toEqual([]);
  });

  test('the schema of the subgraph is printed from the contract alone', () => {
    expect(printSubgraph(composeSchema(operators)).trim()).toBe(sdl.trim());
  });
});

describe('_service', () => {
  const source = '{ _service { sdl } }';
  const schema = composeServedSchema(operators);

  test('_service refuses a caller who may not read the schema with FORBIDDEN', async () => {
    const { data, errors } = await graphql({
      schema,
      source,
      contextValue: { mayReadSchema: false },
    });
    expect(data).toBeNull();
    expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN']);
  });

  test('_service answers a caller who may', async () => {
    const { data, errors } = await graphql({
      schema,
      source,
      contextValue: { mayReadSchema: true },
    });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ _service: { sdl: expect.stringContaining('@link') as string } });
  });
});

describe('the secret of the gateway', () => {
  const secret = 'of the gateway and of nobody else';

  test('the secret of the gateway is shown in a header of its own', () => {
    expect(federationSecretHeader).toBe('x-federation-secret');
  });

  test.for([
    ['the secret', secret, secret, true],
    ['a part of it', secret.slice(0, -1), secret, false],
    ['more than it', `${secret}!`, secret, false],
    ['an empty text', '', secret, false],
    ['nothing', undefined, secret, false],
    ['anything where none is set', secret, undefined, false],
    ['nothing where none is set', undefined, undefined, false],
  ] as const)('the secret of the gateway takes %s for what it is', ([, given, set, expected]) => {
    expect(isFederationSecret(given, set)).toBe(expected);
  });
});

describe('_entities', () => {
  test('_entities loads things of every kind in the order of the references', async () => {
    await using tested = await start();
    const qualification = await createQualification(tested);
    const made = await graphqlRequest<{
      checkKoscEligibility: { id: string };
      qualifySite: { id: string };
      productOfferingQualification: { items: { id: string }[] };
    }>(
      tested.url,
      `mutation {
        checkKoscEligibility(input: { reference: "IMB/77108/X/031C", referenceType: BUILDING }) {
          ... on KoscEligibility { id }
        }
        qualifySite(input: { buildingRef: "IMB/77108/X/031C", operators: [KOSC] }) {
          ... on SiteQualification { id }
        }
      }`,
    );
    const read = await graphqlRequest<{
      productOfferingQualification: { items: { id: string }[] };
    }>(tested.url, `{ productOfferingQualification(id: "${qualification}") { items { id } } }`);
    const item = read.data!.productOfferingQualification.items[0]!.id;
    const references = [
      { __typename: 'SiteQualification', id: made.data!.qualifySite.id },
      { __typename: 'KoscEligibility', id: made.data!.checkKoscEligibility.id },
      { __typename: 'ProductOfferingQualificationItem', id: item },
      offer('1765'),
      { __typename: 'ProductOfferingQualification', id: qualification },
    ];
    const answer = await load(tested, references);
    expect(answer.errors).toBeUndefined();
    expect(
      answer.data!._entities.map((one) => ({ __typename: one?.['__typename'], id: one?.['id'] })),
    ).toEqual(references);
  });

  test('_entities leaves null in the place of what does not exist', async () => {
    await using tested = await start();
    const unknown = '00000000-0000-4000-8000-000000000000';
    const answer = await load(tested, [
      offer('no-such-offer'),
      offer('1765'),
      { __typename: 'SiteQualification', id: unknown },
      { __typename: 'KoscEligibility', id: unknown },
      { __typename: 'ProductOfferingQualification', id: unknown },
      { __typename: 'ProductOfferingQualificationItem', id: unknown },
      offer('2173'),
    ]);
    expect(answer.errors).toBeUndefined();
    expect(answer.data!._entities.map((one) => one?.['id'] ?? null)).toEqual([
      null,
      '1765',
      null,
      null,
      null,
      null,
      '2173',
    ]);
  });

  test('_entities asks Covage once for all offers, and once for what is referred to twice', async () => {
    await using tested = await start();
    const qualification = {
      __typename: 'ProductOfferingQualification',
      id: await createQualification(tested),
    };
    const answer = await load(tested, [
      offer('1765'),
      qualification,
      offer('2173'),
      offer('1765'),
      qualification,
    ]);
    expect(answer.errors).toBeUndefined();
    expect(answer.data!._entities.map((one) => one?.['id'])).toEqual([
      '1765',
      qualification.id,
      '2173',
      '1765',
      qualification.id,
    ]);
    const calls = tested.sandbox.covage.calls.map(({ route }) => route);
    expect(calls.filter((route) => route === 'offerBatch')).toHaveLength(1);
    expect(calls.filter((route) => route === 'qualification')).toHaveLength(1);
  });

  test('_entities has an error in the place of what cannot be loaded, and the rest beside it', async () => {
    await using tested = await start();
    const answer = await load(tested, [
      { __typename: 'Money', id: '1' },
      offer('1765'),
      { __typename: 'Offer' },
      { __typename: 'Offer', id: { nested: true } },
      { id: '1765' },
      'Offer',
    ]);
    expect(answer.data!._entities.map((one) => one?.['id'] ?? null)).toEqual([
      null,
      '1765',
      null,
      null,
      null,
      null,
    ]);
    expect(
      answer.errors!.map(({ path, extensions }) => [
        path?.join('.'),
        extensions?.['code'],
        (extensions?.['issues'] as { code: string }[] | undefined)?.[0]?.code,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['_entities.0', 'BAD_USER_INPUT', 'ENTITY_UNKNOWN'],
        ['_entities.2', 'BAD_USER_INPUT', 'ID_MISSING'],
        ['_entities.3', 'BAD_USER_INPUT', 'ID_MISSING'],
        ['_entities.4', 'BAD_USER_INPUT', 'ENTITY_UNKNOWN'],
        ['_entities.5', 'BAD_USER_INPUT', 'ENTITY_UNKNOWN'],
      ]),
    );
    expect(answer.errors).toHaveLength(5);
  });

  test('_entities loads as many as a list of arguments may have, and refuses more without asking anybody', async () => {
    await using tested = await start({ env: { MAX_LIST_ITEMS: '30' } });
    const most = await load(
      tested,
      Array.from({ length: 30 }, (_, index) => offer(`unknown-${index}`)),
    );
    expect(most.errors).toBeUndefined();
    expect(most.data!._entities).toHaveLength(30);
    tested.sandbox.covage.clearCalls();
    const more = await load(
      tested,
      Array.from({ length: 31 }, () => offer('1765')),
    );
    expect(more.data).toBeUndefined();
    expect(more.errors!.map(({ extensions }) => extensions?.['code'])).toEqual(['LIMIT_EXCEEDED']);
    expect(tested.sandbox.covage.calls).toEqual([]);
  });

  test('_entities masks what the caller may not see, as everywhere', async () => {
    await using tested = await start();
    const { data } = await graphqlRequest<{ checkKoscEligibility: { id: string } }>(
      tested.url,
      `mutation {
        checkKoscEligibility(
          input: { reference: "0199000001", referenceType: LINE_NUMBER, status: INACTIVE, activationType: CREATE }
        ) { ... on KoscEligibility { id } }
      }`,
    );
    const answer = await graphqlRequest<Entities>(
      tested.url,
      `query ($representations: [_Any!]!) {
        _entities(representations: $representations) {
          ... on KoscEligibility { id reference endpoint { address { ownerName } } }
        }
      }`,
      { representations: [{ __typename: 'KoscEligibility', ...data!.checkKoscEligibility }] },
    );
    expect(answer.data!._entities[0]).toMatchObject({ id: data!.checkKoscEligibility.id });
    expect(JSON.stringify(answer)).not.toMatch(/0199000001|JEANNE|DUPONT/);
  });
});
