import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphqlRequest } from '../support/graphql-request.ts';
import {
  eligibilityIdAt,
  outcomeOf,
  qualifySite,
  qualifyToTheEnd,
  whenFinished,
} from '../support/site-questions.ts';
import { putEmptyPglite } from '../support/empty-pglite.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

// One process after another on one folder, as when the service is started again with another OPERATORS.
const dataDir = join(tmpdir(), `eligibility-test-${randomUUID()}`);
beforeAll(() => putEmptyPglite(dataDir));
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const everything = { covage: { lifecycle: { advance: 'poll', polls: 0 } } } as const;
const start = (operators: string): Promise<TestService> =>
  startTestService({ ...everything, env: { OPERATORS: operators, DATA_DIR: dataDir } });

test('An operator that is off is skipped as NOT_CONFIGURED, and the others answer', async () => {
  await using only = await start('covage');
  const answer = await qualifyToTheEnd(only, { eligibilityId: eligibilityIdAt('every-family') });
  expect(outcomeOf(answer, 'COVAGE').state).toBe('ANSWERED');
  expect(outcomeOf(answer, 'KOSC')).toMatchObject({
    state: 'SKIPPED',
    verdict: 'UNDETERMINED',
    skip: { code: 'NOT_CONFIGURED', message: expect.stringMatching(/^KOSC is .*OPERATORS.*\.$/) },
    error: null,
  });
  expect(answer.state).toBe('DONE');
  expect(only.sandbox.kosc.calls).toEqual([]);
});

test('A question to one that is off and to no other ends at once, as FAILED', async () => {
  await using only = await start('COVAGE');
  const answer = await qualifySite(only, {
    buildingRef: 'IMB/76540/C/01A4',
    operators: ['KOSC'],
  });
  expect(answer.state).toBe('FAILED');
  expect(outcomeOf(answer, 'COVAGE').skip?.code).toBe('NOT_REQUESTED');
  expect(outcomeOf(answer, 'KOSC').skip?.code).toBe('NOT_CONFIGURED');
});

test('The fields of an operator that is off say so, and how it is doing is not told', async () => {
  await using only = await start('COVAGE');
  const asked = await graphqlRequest(
    only.url,
    `{ operators { operator } koscEligibility(id: "K-1") { id } offerFamilies { name } }`,
  );
  expect(asked.data).toMatchObject({ operators: [{ operator: 'COVAGE' }], koscEligibility: null });
  expect(asked.errors).toEqual([
    expect.objectContaining({
      path: ['koscEligibility'],
      message: expect.stringContaining('KOSC is switched off'),
      extensions: { code: 'NOT_CONFIGURED', operator: 'KOSC' },
    }),
  ]);
  const check = await graphqlRequest(
    only.url,
    `mutation { checkKoscEligibility(input: { reference: "IMB/76540/C/01A4", referenceType: BUILDING }) { __typename } }`,
  );
  expect(check.errors?.[0]?.extensions).toEqual({ code: 'NOT_CONFIGURED', operator: 'KOSC' });
});

test('What an operator answered before it was switched off is shown as before, and masked as before', async () => {
  const line = {
    line: { number: '0492002525', status: 'ACTIVE', activationType: 'ACTIVATE' },
  } as const;
  const document = `query ($id: ID!) { siteQualification(id: $id) { outcomes { operator state qualification {
    ... on KoscEligibility { id reference endpoint { endpointRef address { ownerName } } } } } } }`;
  const both = await start('COVAGE,KOSC');
  const { id } = await qualifyToTheEnd(both, line);
  const before = await graphqlRequest(both.url, document, { id });
  await both[Symbol.asyncDispose]();
  expect(JSON.stringify(before)).toContain('*');
  await using only = await start('COVAGE');
  expect(await graphqlRequest(only.url, document, { id })).toEqual(before);
});

test('A question that waits for an operator when that is switched off ends as skipped', async () => {
  const both = await start('COVAGE,KOSC');
  both.sandbox.kosc.script({ faults: [{ route: 'checkEligibility', kind: 'hang' }] });
  const asked = await qualifySite(both, { buildingRef: 'IMB/76540/C/01A4' });
  await both.sandbox.kosc.waitForCall(({ route }) => route === 'checkEligibility');
  await both[Symbol.asyncDispose]();
  await using only = await start('COVAGE');
  await only.service.work();
  expect(outcomeOf(await whenFinished(only, asked), 'KOSC').skip?.code).toBe('NOT_CONFIGURED');
});
