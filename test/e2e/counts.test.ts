import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { eligibilityIdAt } from '../support/site-questions.ts';
import {
  openTestStore,
  startTestService,
  type TestService,
} from '../support/start-test-service.ts';

// What an operation costs behind the service, in calls and in statements. Times differ from run to run, these do not: whoever
// makes one of them grow sees it here.

let store: Store & AsyncDisposable;
let tested: TestService;
let statements = 0;

beforeAll(async () => {
  store = await openTestStore();
  const { database } = store;
  const query = database.query.bind(database);
  database.query = (...given) => {
    // Jobs and replicas beat in the background; what an operation reads are its own tables.
    if (/site_qualification|operator_answer|ownership/.test(given[0])) statements += 1;
    return query(...given);
  };
  tested = await startTestService({ store, covage: { lifecycle: { advance: 'poll', polls: 0 } } });
});
afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const qualificationId = '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7';
const wholeQualification = `{
  productOfferingQualification(id: "${qualificationId}") {
    id state items { id offers { verdict offer { id name bandwidth pricing { recurring } } } }
  }
}`;

/** The calls of operators that asking makes, as words of their routes. */
async function callsOf(query: string): Promise<string[]> {
  const { covage, kosc } = tested.sandbox;
  covage.clearCalls();
  kosc.clearCalls();
  const { errors } = await graphqlRequest(tested.url, query);
  expect(errors).toBeUndefined();
  return [...covage.calls, ...kosc.calls]
    .map(({ route }) => route)
    .filter((route) => !/token|login|auth/i.test(route));
}

async function statementsOf(query: string): Promise<number> {
  statements = 0;
  const { errors } = await graphqlRequest(tested.url, query);
  expect(errors).toBeUndefined();
  return statements;
}

/** The states of the last ten questions. */
async function states() {
  const { data } = await graphqlRequest<{ siteQualifications: { nodes: { state: string }[] } }>(
    tested.url,
    '{ siteQualifications(first: 10) { nodes { state } } }',
  );
  return data?.siteQualifications.nodes.map(({ state }) => state);
}

const list = (first: number) =>
  `{ siteQualifications(first: ${first}) { totalCount nodes { id outcomes { operator verdict } offers { name } } } }`;

test('a qualification with its offers costs a call for each of the two, and none when asked again', async () => {
  const first = await callsOf(wholeQualification);
  expect(first.filter((route) => route === 'qualification')).toHaveLength(1);
  expect(new Set(first).size).toBe(first.length);
  expect(await callsOf(wholeQualification)).toEqual([]);
});

test('the same thing under many names costs one call', async () => {
  const aliases = Array.from({ length: 10 }, (_, index) => `a${index}: offerFamilies { name }`);
  expect(await callsOf(`{ ${aliases.join(' ')} }`)).toHaveLength(1);
});

test('a list of site qualifications costs as many statements for ten as for two', async () => {
  const ask = `mutation { qualifySite(input: { eligibilityId: "${eligibilityIdAt('every-family')}" }) { __typename } }`;
  for (let count = 0; count < 10; count += 1) await graphqlRequest(tested.url, ask);
  // Jobs write while they ask: only when they are through the statements are the list's alone.
  await expect.poll(states, { timeout: 20_000 }).toEqual(Array.from({ length: 10 }, () => 'DONE'));
  const ofTwo = await statementsOf(list(2));
  expect(ofTwo).toBeGreaterThan(0);
  expect(ofTwo).toBeLessThanOrEqual(3);
  expect(await statementsOf(list(10))).toBe(ofTwo);
});

test('a list is counted only where its count is selected', async () => {
  const counted = await statementsOf('{ siteQualifications { totalCount nodes { id } } }');
  expect(await statementsOf('{ siteQualifications { nodes { id } } }')).toBe(counted - 1);
});

test('ten references to site qualifications cost one statement', async () => {
  const { data } = await graphqlRequest<{ siteQualifications: { nodes: { id: string }[] } }>(
    tested.url,
    '{ siteQualifications(first: 10) { nodes { id } } }',
  );
  const aliases = data!.siteQualifications.nodes.map(
    ({ id }, index) => `a${index}: siteQualification(id: "${id}") { state }`,
  );
  expect(aliases).toHaveLength(10);
  expect(await statementsOf(`{ ${aliases.join(' ')} }`)).toBe(1);
});
