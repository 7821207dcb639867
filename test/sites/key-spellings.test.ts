import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { encodeEligibilityId } from '../../src/sandbox/covage/eligibility-id.ts';
import { createQualification } from '../support/create-qualification.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import {
  KoscEligibilitiesDocument,
  SiteQualificationsDocument,
  type QualifySiteInput,
} from '../support/operations.generated.ts';
import {
  eligibilityIdAt,
  outcomeOf,
  qualifySite,
  qualifyToTheEnd,
} from '../support/site-questions.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

// One key has many spellings. Its normal form is what is sent, stored, shown and compared.

let tested: TestService;
beforeAll(async () => {
  tested = await startTestService({ usesStore: true });
  // Opening the store takes longer than most tests.
  await tested.service.work();
});
afterAll(() => tested[Symbol.asyncDispose]());
beforeEach(() => {
  tested.sandbox.covage.reset();
  tested.sandbox.covage.script({ lifecycle: { advance: 'poll', polls: 0 } });
  tested.sandbox.kosc.reset();
});

const line = (number: string) =>
  ({ line: { number, status: 'ACTIVE', activationType: 'ACTIVATE' } }) as const;
const rouen = 'IMB/76540/C/01A4';

const spellings: [QualifySiteInput, string, object][] = [
  [line('+33 (0)4 92 00 25 25'), '0492002525', { lineNumber: '0492002525' }],
  [line('04\u00a092\u202f00\u00a025\u00a025'), '0492002525', { lineNumber: '0492002525' }],
  [{ otpRef: 'fi 1000 0001/c' }, 'FI-1000-0001', { otpRef: 'FI-1000-0001' }],
  [{ buildingRef: 'imb-76540-c-01a4' }, rouen, { buildingRef: rouen }],
  [{ buildingRef: 'thed 1000260' }, 'THED1000260', { buildingRef: 'THED1000260' }],
];

test.each(spellings)(
  '%j is sent, stored and shown in its normal form',
  async (input, reference, site) => {
    const asked = await qualifySite(tested, { ...input, operators: ['KOSC'] });
    expect(asked.site).toMatchObject(site);
    const answer = await qualifyToTheEnd(tested, { ...input, operators: ['KOSC'] });
    expect(outcomeOf(answer, 'KOSC')).toMatchObject({
      state: 'ANSWERED',
      qualification: { reference },
      issues: [],
    });
    const sent = tested.sandbox.kosc.calls.filter(({ route }) => route === 'checkEligibility');
    for (const { body } of sent) expect(body).toMatchObject({ reference });
  },
);

test('two spellings of one building do not contradict each other, be one of them in an eligibility id', async () => {
  const eligibilityId = encodeEligibilityId({
    longitude: 1.0993,
    latitude: 49.4431,
    buildingRef: 'imb/76540/c/01a4',
  });
  const asked = await qualifySite(tested, { eligibilityId, buildingRef: 'IMB 76540 C 01A4' });
  expect(asked.site).toMatchObject({ eligibilityId, buildingRef: rouen });
});

test('a building is found among those that Covage has qualified by another spelling', async () => {
  const eligibilityId = eligibilityIdAt('every-family');
  await createQualification(tested, { items: [{ eligibilityId, offerFamilies: ['BPEA'] }] });
  const answer = await qualifyToTheEnd(tested, { buildingRef: 'imb 76540 c 01a4' });
  expect(answer.site).toMatchObject({ eligibilityId, buildingRef: rouen });
});

test('lists find what is asked for in any spelling', async () => {
  const { id } = await qualifyToTheEnd(tested, { buildingRef: rouen, operators: ['KOSC'] });
  for (const buildingRef of [rouen, 'imb-76540-c-01a4', '\u00a0IMB 76540 C 01A4']) {
    const { data } = await graphqlRequest(tested.url, SiteQualificationsDocument, {
      filter: { buildingRef },
    });
    expect(data?.siteQualifications.nodes).toContainEqual(expect.objectContaining({ id }));
  }
  await qualifyToTheEnd(tested, { ...line('0492002525'), operators: ['KOSC'] });
  for (const filter of [
    { reference: '04 92 00 25 25' },
    { reference: '+33492002525', referenceType: 'LINE_NUMBER' as const },
  ]) {
    const { data } = await graphqlRequest(tested.url, KoscEligibilitiesDocument, { filter });
    expect(data?.koscEligibilities.totalCount).toBeGreaterThan(0);
  }
  const eligibilityId = eligibilityIdAt('every-family');
  await createQualification(tested, { items: [{ eligibilityId, offerFamilies: ['BPEA'] }] });
  const { data } = await graphqlRequest<{
    productOfferingQualificationItems: { nodes: unknown[] };
  }>(
    tested.url,
    '{ productOfferingQualificationItems(filter: { buildingRef: "imb-76540" }) { nodes { id } } }',
  );
  expect(data?.productOfferingQualificationItems.nodes.length).toBeGreaterThan(0);
});

const check = (input: string) =>
  graphqlRequest<{ checkKoscEligibility: { reference: string } }>(
    tested.url,
    `mutation { checkKoscEligibility(input: { ${input} }) {
      ... on KoscEligibility { reference } ... on ReferenceNotFoundError { reference } } }`,
  );

test('checkKoscEligibility tells the normal form of what it was asked, also where Kosc does not know it', async () => {
  const known = await check('reference: "imb 76540 c 01a4", referenceType: BUILDING');
  expect(known.data?.checkKoscEligibility).toEqual({ reference: rouen });
  const unknown = await check('reference: "fi 9999 9999", referenceType: OTP');
  expect(unknown.data?.checkKoscEligibility).toEqual({ reference: 'FI-9999-9999' });
});
