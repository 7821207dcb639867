import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { getNamedType, isObjectType, isUnionType, parse, type GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeServedSchema } from '../../src/compose-schema.ts';
import { operators } from '../../src/operators/index.ts';
import type { Store } from '../../src/store/store.ts';
import { fullSelection } from '../support/full-selection.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { eligibilityIdAt, qualifyToTheEnd } from '../support/site-questions.ts';
import {
  openTestStore,
  startTestService,
  type TestService,
} from '../support/start-test-service.ts';
import { collect, overWebSocket } from '../support/state-stream.ts';

// Of a site qualification only the parts are read that an operation selects.

const schema = composeServedSchema(operators);

function typeOf(name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is no object type`);
  return type;
}

/** Each field of a type by itself, with all that is below it. */
function eachField(name: string): string[] {
  return Object.values(typeOf(name).getFields()).map((field) => {
    const named = getNamedType(field.type);
    if (isUnionType(named)) return `${field.name} { __typename }`;
    return isObjectType(named)
      ? `${field.name} { ${fullSelection(schema, named, 1)} }`
      : field.name;
  });
}

const selections = [
  ...eachField('SiteQualification'),
  ...eachField('OperatorOutcome').map((field) => `outcomes { ${field} }`),
  ...eachField('QualifiedOffer').map((field) => `offers { ${field} }`),
];

let store: Store & AsyncDisposable;
let tested: TestService;
let id = '';
/** Whatever part of the site qualification was read, statement by statement. */
const read: string[] = [];
/** Whatever part of changes was left out, statement by statement. */
const left: string[] = [];
let whole: Record<string, unknown> = {};

beforeAll(async () => {
  store = await openTestStore();
  const { database } = store;
  const query = database.query.bind(database);
  database.query = (sql, parameters) => {
    const parts = ['json_agg', 'qualification', 'offers'];
    if (sql.includes('site_qualification_change c')) left.push(String(parameters?.at(-1)));
    else if (/from eligibility\.site_qualification q/.test(sql)) {
      read.push(parts.filter((part) => new RegExp(`\\b${part}\\b`).test(sql)).join());
    }
    return query(sql, parameters);
  };
  tested = await startTestService({
    store,
    registry: operators,
    covage: { lifecycle: { advance: 'poll', polls: 0 } },
    env: {
      MAX_COST: '1000000',
      MAX_FIELDS: '10000',
      MAX_TOKENS: '10000',
      MAX_DEPTH: '30',
      MAX_ALIASES: '1000',
      MAX_REPEATED_FIELDS: '1000',
    },
  });
  const answer = await qualifyToTheEnd(tested, { eligibilityId: eligibilityIdAt('every-family') });
  ({ id } = answer);
  whole = await ask(fullSelection(schema, typeOf('SiteQualification'), 3));
}, 60_000);
afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

/** What is told of the site qualification by its id, without errors. */
async function ask(selection: string): Promise<Record<string, unknown>> {
  return askAs(`siteQualification(id: "${id}")`, selection);
}

async function askAs(root: string, selection: string): Promise<Record<string, unknown>> {
  const { data, errors } = await graphqlRequest<{ found: Record<string, unknown> }>(
    tested.url,
    `{ found: ${root} { ${selection} } }`,
  );
  expect(errors).toBeUndefined();
  return data!.found;
}

async function partsReadBy(query: string, variables: Record<string, unknown>): Promise<string[]> {
  read.length = 0;
  const { errors } = await graphqlRequest(tested.url, query, variables);
  expect(errors).toBeUndefined();
  return [...read];
}

describe.each(selections)('%s', (selection) => {
  test('is the same by itself as beside everything else', async () => {
    expect(whole).toMatchObject(await ask(selection));
  });

  test('is the same under another name, in a fragment and under a condition', async () => {
    const { data, errors } = await graphqlRequest<{ found: { inside: object } }>(
      tested.url,
      `query ($id: ID!, $yes: Boolean!) {
        found: siteQualification(id: $id) { ... @include(if: $yes) { ...Part @skip(if: false) } }
      }
      fragment Part on SiteQualification { inside: ${selection} }`,
      { id, yes: true },
    );
    expect(errors).toBeUndefined();
    expect(whole).toMatchObject({ [/^\w+/.exec(selection)![0]]: data!.found.inside });
  });

  test('is the same in a list, as an entity and beside a change', async () => {
    const alone = await ask(selection);
    const list = await askAs('siteQualifications(first: 1)', `nodes { ${selection} }`);
    expect(list['nodes']).toEqual([alone]);
    const entities = await askAs(
      `_entities(representations: [{ __typename: "SiteQualification", id: "${id}" }])`,
      `... on SiteQualification { ${selection} }`,
    );
    expect(entities).toEqual([alone]);
    const changes = await collect(
      overWebSocket(
        tested.url,
        parse(`subscription { found: siteQualificationChange(id: "${id}") {
          siteQualification { ${selection} } } }`) as TypedDocumentNode<{
          found: { siteQualification: object };
        }>,
        {},
      ),
    );
    expect(changes.at(-1)?.data?.found.siteQualification).toEqual(alone);
  });
});

interface Change {
  readonly operator: string;
}

/** The changes, each with its operator and what is selected. */
async function changesWith(selection: string): Promise<readonly Change[]> {
  const document = `subscription { found: siteQualificationChange(id: "${id}") {
    change { operator ${selection} } } }`;
  const told = await collect(
    overWebSocket(
      tested.url,
      parse(document) as TypedDocumentNode<{ found: { change: Change } }>,
      {},
    ),
  );
  return told.map(({ data, errors }) => {
    expect(errors).toBeUndefined();
    return data!.found.change;
  });
}

test.each(eachField('OutcomeChange'))(
  'a change tells { %s } by itself as beside everything else',
  async (field) => {
    const all = await changesWith(fullSelection(schema, typeOf('OutcomeChange'), 1));
    expect(all).toMatchObject(await changesWith(field));
    expect(all.findLast(({ operator }) => operator === 'COVAGE')).toMatchObject({
      qualification: { __typename: 'ProductOfferingQualification' },
    });
  },
);

test.each([
  ['state verdict', 'qualification,offers'],
  ['qualification { __typename }', 'offers'],
])('{ %s } of changes reads no other parts of them than it shows', async (selection, without) => {
  left.length = 0;
  await changesWith(selection);
  expect(new Set(left)).toEqual(new Set([without]));
});

test.each([
  ['state verdict site { buildingRef }', ''],
  ['outcomes { operator state verdict }', 'json_agg'],
  ['outcomes { qualification { __typename } }', 'json_agg,qualification'],
  ['outcomes { state } offers { name }', 'json_agg,offers'],
  ['state ... { other: offers { name } }', 'json_agg,offers'],
  ['outcomes { qualification { __typename } } offers { name }', 'json_agg,qualification,offers'],
])('{ %s } reads no other parts than it shows', async (selection, parts) => {
  expect(
    await partsReadBy(`query ($id: ID!) { siteQualification(id: $id) { ${selection} } }`, { id }),
  ).toEqual([parts]);
  expect(
    await partsReadBy(`{ siteQualifications(first: 2) { nodes { ${selection} } } }`, {}),
  ).toEqual([parts]);
});

test('the same thing under two names is read once, with what either shows', async () => {
  expect(
    await partsReadBy(
      `query ($id: ID!) {
        one: siteQualification(id: $id) { state }
        other: siteQualification(id: $id) { offers { name } }
      }`,
      { id },
    ),
  ).toEqual(['json_agg,offers']);
});
