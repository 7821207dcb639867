import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createQualification } from '../support/create-qualification.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { openTestStore, startTestService } from '../support/start-test-service.ts';

// With the settings as they are shipped one try may take as long as a whole operation; these are shorter, and alike.
const env = {
  CATALOGUE_FRESH_MS: '0',
  COVAGE_TIMEOUT_MS: '60000',
  EXECUTION_TIMEOUT_MS: '8000',
};

let store: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

describe.concurrent('a call that hangs', () => {
  test('a call that hangs leaves a read time for a second try', async ({ expect: expectHere }) => {
    await using tested = await startTestService({ store, env });
    tested.sandbox.covage.script({
      faults: [{ kind: 'hang', route: 'siteConnections', times: 1 }],
    });
    const { data, errors } = await graphqlRequest(tested.url, '{ siteConnectionTypes }');
    expectHere(errors).toBeUndefined();
    expectHere(data).toEqual({ siteConnectionTypes: expect.any(Array) });
  });

  test('a call that hangs leaves a creation time to find what it made', async ({
    expect: expectHere,
  }) => {
    await using tested = await startTestService({ store, env });
    tested.sandbox.covage.script({
      faults: [{ kind: 'hang', route: 'createQualification', times: 1, actThenFault: true }],
    });
    const created = await createQualification(tested, { externalId: 'lost-in-time' });
    expectHere(created).toEqual(expect.any(String));
    const routes = tested.sandbox.covage.calls.map(({ route }) => route);
    expectHere(routes.filter((route) => route === 'createQualification')).toHaveLength(1);
  });
});
