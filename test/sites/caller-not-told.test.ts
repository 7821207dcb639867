import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { graphqlRequest } from '../support/graphql-request.ts';
import { SiteQualificationsDocument } from '../support/operations.generated.ts';
import { eligibilityIdAt, qualifyToTheEnd } from '../support/site-questions.ts';
import {
  openTestStore,
  startTestService,
  type TestService,
} from '../support/start-test-service.ts';

// What a caller was not told of is not asked, and what an operator has answered is told.

let store: Awaited<ReturnType<typeof openTestStore>>;
let tested: TestService;
beforeAll(async () => {
  store = await openTestStore();
  tested = await startTestService({ store, env: { EXECUTION_TIMEOUT_MS: '3000' } });
  await tested.service.work();
});
afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});
beforeEach(() => {
  tested.sandbox.covage.reset();
  tested.sandbox.covage.script({ lifecycle: { advance: 'poll', polls: 0 } });
  tested.sandbox.kosc.reset();
});

/** Keeps the database to itself until it is let go: whoever else needs it waits. */
async function holdDatabase(): Promise<() => Promise<void>> {
  const [held, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = store.database.transaction(async (transaction) => {
    await transaction.query('select 1');
    held.resolve();
    await letGo.promise;
  });
  await held.promise;
  return async () => {
    letGo.resolve();
    await holding;
  };
}

const ask = (url: string, externalId: string, signal?: AbortSignal) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query:
        'mutation ($input: QualifySiteInput!) { qualifySite(input: $input) { ... on SiteQualification { id } } }',
      variables: { input: { eligibilityId: eligibilityIdAt('every-family'), externalId } },
    }),
    ...(signal && { signal }),
  });

const storedWith = async (externalId: string) => {
  const filter = { externalId };
  const { data } = await graphqlRequest(tested.url, SiteQualificationsDocument, { filter });
  return data?.siteQualifications.nodes;
};

/** Once this has been asked and answered, whatever was asked before it would have been, too. */
const askAnother = () => qualifyToTheEnd(tested, { buildingRef: 'IMB/38185/X/00G6' });

test('a question that ends with DEADLINE_EXCEEDED is not stored, and no operator is asked', async () => {
  const letGo = await holdDatabase();
  const response = await ask(tested.url, 'too-late');
  await letGo();
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'DEADLINE_EXCEEDED' } }],
  });
  await askAnother();
  expect(await storedWith('too-late')).toEqual([]);
  expect(tested.sandbox.covage.calls.filter(({ route }) => route !== 'token')).toEqual(
    tested.sandbox.covage.calls.filter(({ route }) => route === 'items'),
  );
  expect(
    tested.sandbox.kosc.calls.filter(({ route }) => route === 'checkEligibility'),
  ).toHaveLength(1);
});

test('a question whose caller has left before it was stored is not asked', async () => {
  const letGo = await holdDatabase();
  const leaving = new AbortController();
  const left = ask(tested.url, 'left', leaving.signal).then(
    () => 'answered',
    () => 'left',
  );
  // Time for the request to arrive; where it has not, nothing is asked either.
  await graphqlRequest(tested.url, '{ __typename }');
  leaving.abort();
  expect(await left).toBe('left');
  // The service notices by the next request at the latest.
  await graphqlRequest(tested.url, '{ __typename }');
  await letGo();
  await askAnother();
  expect(await storedWith('left')).toEqual([]);
});

test('an answer of Kosc is told although it cannot be kept yet, and is found later', async () => {
  const letGo = await holdDatabase();
  const check = `mutation { checkKoscEligibility(input: { reference: "IMB/77108/X/031C", referenceType: BUILDING }) {
    ... on KoscEligibility { id } } }`;
  const { data, errors } = await graphqlRequest<{ checkKoscEligibility: { id: string } }>(
    tested.url,
    check,
  );
  await letGo();
  expect(errors).toBeUndefined();
  const id = data?.checkKoscEligibility.id;
  expect(id).toMatch(/^elig-/);
  const found = await graphqlRequest(
    tested.url,
    'query ($id: ID!) { koscEligibility(id: $id) { id } }',
    { id },
  );
  expect(found.data).toEqual({ koscEligibility: { id } });
});
