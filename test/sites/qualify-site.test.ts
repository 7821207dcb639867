import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeEligibilityId } from '../../src/sandbox/covage/eligibility-id.ts';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import type { KoscScript } from '../../src/sandbox/kosc/script.ts';
import { places } from '../../src/sandbox/places.ts';
import { createQualification } from '../support/create-qualification.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import {
  SiteChangesDocument,
  SiteOffersDocument,
  SiteQualificationDocument,
  SiteQualificationsDocument,
  type QualifySiteInput,
} from '../support/operations.generated.ts';
import {
  eligibilityIdAt,
  outcomeOf,
  qualifySite,
  qualifyToTheEnd,
  statesOf,
  tryToQualify,
  whenFinished,
} from '../support/site-questions.ts';
import { collect, overWebSocket } from '../support/state-stream.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

/** Covage ends at the first look. */
const quick: CovageScript = { lifecycle: { advance: 'poll', polls: 0 } };
const rouen = 'IMB/76540/C/01A4';
const grenoble = 'IMB/38185/X/00G6';
const gueret = 'IMB/23096/X/000B';

let tested: TestService;
beforeAll(async () => {
  tested = await startTestService({ usesStore: true });
  // Opening the store takes longer than most tests.
  await tested.service.work();
});
afterAll(() => tested[Symbol.asyncDispose]());
beforeEach(() => {
  const { covage, kosc } = tested.sandbox;
  covage.reset();
  covage.script(quick);
  kosc.reset();
});

const creations = () =>
  tested.sandbox.covage.calls.filter(({ route }) => route === 'createQualification');
const checks = () => tested.sandbox.kosc.calls.filter(({ route }) => route === 'checkEligibility');

interface CreationBody {
  readonly external_id?: unknown;
  readonly product_offering_qualification_items?: readonly Readonly<Record<string, unknown>>[];
}
const bodyOf = (call: { readonly body: unknown } | undefined) => call?.body as CreationBody;
const itemsOf = (call: { readonly body: unknown } | undefined) =>
  bodyOf(call).product_offering_qualification_items;

describe('the keys of a site', () => {
  test('an eligibility id asks both operators, Kosc about the building that it names', async () => {
    const eligibilityId = eligibilityIdAt('every-family');
    const asked = await qualifySite(tested, { eligibilityId });
    expect(asked).toMatchObject({
      state: 'IN_PROGRESS',
      verdict: 'PENDING',
      externalId: null,
      site: {
        eligibilityId,
        buildingRef: rouen,
        location: { longitude: 1.0993, latitude: 49.4431 },
        otpRef: null,
        lineNumber: null,
        address: null,
      },
    });
    expect(asked.outcomes).toMatchObject([
      { id: `${asked.id}:COVAGE`, operator: 'COVAGE', state: 'PENDING', verdict: 'PENDING' },
      { id: `${asked.id}:KOSC`, operator: 'KOSC', state: 'PENDING', verdict: 'PENDING' },
    ]);
    for (const outcome of asked.outcomes) {
      expect(outcome).toMatchObject({
        confidence: null,
        progress: null,
        skip: null,
        error: null,
        qualification: null,
      });
    }

    const answer = await whenFinished(tested, asked);
    expect(answer).toMatchObject({ id: asked.id, state: 'DONE', verdict: 'ELIGIBLE' });
    expect(outcomeOf(answer, 'COVAGE')).toMatchObject({
      state: 'ANSWERED',
      verdict: 'ELIGIBLE',
      confidence: 'GREEN',
      qualification: { __typename: 'ProductOfferingQualification', state: 'DONE_READY' },
    });
    expect(outcomeOf(answer, 'KOSC')).toMatchObject({
      state: 'ANSWERED',
      verdict: 'ELIGIBLE',
      confidence: 'GREEN',
      progress: null,
      qualification: {
        __typename: 'KoscEligibility',
        reference: rouen,
        referenceType: 'BUILDING',
        productLines: null,
      },
    });
    expect(itemsOf(creations()[0])).toMatchObject([{ eligibility_id: eligibilityId }]);
    expect(checks().map(({ body }) => body)).toMatchObject([
      { reference: rouen, reference_type: 'building' },
    ]);
    expect(creations()).toHaveLength(1);
  });

  test('an eligibility id that cannot be read asks Covage all the same, and says what Kosc lacks', async () => {
    const answer = await qualifyToTheEnd(tested, { eligibilityId: 'not-base64!' });
    expect(creations()).toHaveLength(1);
    expect(outcomeOf(answer, 'KOSC')).toMatchObject({
      state: 'SKIPPED',
      verdict: 'UNDETERMINED',
      skip: { code: 'SITE_KEY_MISSING', message: expect.stringContaining('building') },
    });
    expect(outcomeOf(answer, 'COVAGE').state).toBe('FAILED');
    expect(answer.state).toBe('FAILED');
  });

  test('an eligibility id without a building asks Covage alone', async () => {
    const answer = await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt('documented-result'),
    });
    expect(statesOf(answer)).toEqual({ COVAGE: 'ANSWERED', KOSC: 'SKIPPED' });
    expect(answer).toMatchObject({ state: 'DONE', verdict: 'ELIGIBLE' });
    expect(checks()).toHaveLength(0);
  });

  test('a building alone reaches Covage through an item that it has qualified there', async () => {
    const eligibilityId = eligibilityIdAt('partly-on-quotation');
    await createQualification(tested, { items: [{ eligibilityId, offerFamilies: ['BPEA'] }] });
    tested.sandbox.covage.clearCalls();
    const answer = await qualifyToTheEnd(tested, { buildingRef: 'IMB/59350/C/00F1' });
    expect(statesOf(answer)).toEqual({ COVAGE: 'ANSWERED', KOSC: 'ANSWERED' });
    expect(itemsOf(creations()[0])).toMatchObject([{ eligibility_id: eligibilityId }]);
    expect(answer.site).toMatchObject({
      eligibilityId,
      buildingRef: 'IMB/59350/C/00F1',
      location: { longitude: 3.0635, latitude: 50.6367 },
    });
  });

  test('an item of another building whose reference begins alike is not taken for it', async () => {
    const eligibilityId = encodeEligibilityId({
      longitude: 5.7,
      latitude: 45.1,
      buildingRef: `${grenoble}7`,
    });
    await createQualification(tested, { items: [{ eligibilityId, offerFamilies: ['BPEA'] }] });
    tested.sandbox.covage.clearCalls();
    const answer = await qualifyToTheEnd(tested, { buildingRef: grenoble });
    expect(outcomeOf(answer, 'COVAGE').skip?.code).toBe('SITE_KEY_MISSING');
    expect(creations()).toHaveLength(0);
  });

  test('a building that Covage has not qualified skips it, in words', async () => {
    const answer = await qualifyToTheEnd(tested, { buildingRef: grenoble });
    expect(outcomeOf(answer, 'COVAGE')).toMatchObject({
      state: 'SKIPPED',
      verdict: 'UNDETERMINED',
      confidence: null,
      error: null,
      qualification: null,
      skip: { code: 'SITE_KEY_MISSING', message: expect.stringContaining(grenoble) },
    });
    expect(creations()).toHaveLength(0);
    expect(answer).toMatchObject({ state: 'DONE', verdict: 'UNDETERMINED' });
  });

  test('a no of one operator is not the answer while the other, which was to be asked, could not be', async () => {
    const answer = await qualifyToTheEnd(tested, { buildingRef: gueret });
    expect(outcomeOf(answer, 'KOSC').verdict).toBe('NOT_ELIGIBLE');
    expect(outcomeOf(answer, 'COVAGE').state).toBe('SKIPPED');
    expect(answer.verdict).toBe('UNDETERMINED');
  });

  test('an outlet alone asks Kosc, whose building lets a skipped Covage be asked', async () => {
    const eligibilityId = eligibilityIdAt('every-family');
    await createQualification(tested, { items: [{ eligibilityId, offerFamilies: ['BPEA'] }] });
    tested.sandbox.covage.clearCalls();
    // Late enough for Covage to have been skipped.
    tested.sandbox.kosc.script({
      faults: [{ route: 'checkEligibility', kind: 'delay', delayMs: 4_000 }],
    });
    const asked = await qualifySite(tested, { otpRef: 'FI-1000-0001' });
    const changes = await collect(overWebSocket(tested.url, SiteChangesDocument, { id: asked.id }));
    const ofCovage = changes
      .map(({ data }) => data?.siteQualificationChange.change)
      .filter((outcome) => outcome?.operator === 'COVAGE')
      .map((outcome) => outcome?.state);
    expect(ofCovage.slice(0, 2)).toEqual(['SKIPPED', 'PENDING']);
    const answer = await whenFinished(tested, asked);
    expect(answer).toMatchObject({ state: 'DONE', verdict: 'ELIGIBLE' });
    expect(outcomeOf(answer, 'COVAGE')).toMatchObject({ state: 'ANSWERED', skip: null });
    expect(checks()[0]?.body).toMatchObject({ reference: 'FI-1000-0001', reference_type: 'otp' });
    expect(answer.site).toMatchObject({
      otpRef: 'FI-1000-0001',
      buildingRef: rouen,
      eligibilityId,
    });
    expect(answer.site.address).not.toBeNull();
    expect(creations()).toHaveLength(1);
  });

  test('an outlet whose building Covage does not know leaves it skipped, naming that building', async () => {
    const answer = await qualifyToTheEnd(tested, { otpRef: 'FI-1000-0001' });
    expect(outcomeOf(answer, 'COVAGE').skip).toMatchObject({
      code: 'SITE_KEY_MISSING',
      message: expect.stringContaining(rouen),
    });
    expect(answer).toMatchObject({ state: 'DONE', verdict: 'ELIGIBLE' });
  });

  test('a line alone asks Kosc, and its address enriches the site', async () => {
    const answer = await qualifyToTheEnd(tested, {
      line: { number: '0478299251', status: 'ACTIVE', activationType: 'ACTIVATE' },
    });
    expect(checks()[0]?.body).toMatchObject({
      reference: '0478299251',
      reference_type: 'line_number',
      status: 'active',
      activation_type: 'activate',
    });
    expect(answer.site).toMatchObject({
      lineNumber: '0478299251',
      address: { streetNumber: '129' },
    });
    expect(outcomeOf(answer, 'COVAGE').skip?.code).toBe('SITE_KEY_MISSING');
    expect(answer).toMatchObject({ state: 'DONE', verdict: 'ELIGIBLE' });
  });

  test('what the caller said of the site stays when an operator says otherwise', async () => {
    const answer = await qualifyToTheEnd(tested, {
      otpRef: 'FI-1000-0001',
      location: { longitude: 1.1, latitude: 49.443 },
      address: { streetName: 'Rue du Client', cityName: 'Rouen' },
    });
    expect(answer.site).toMatchObject({
      buildingRef: rouen,
      location: { longitude: 1.1, latitude: 49.443 },
      // The city is the same; what is told of another street is not added to the client's.
      address: {
        streetNumber: null,
        streetName: 'Rue du Client',
        cityName: 'Rouen',
        inseeCode: '76540',
      },
    });
  });

  test('a location beside an eligibility id is kept where it may be the same place', async () => {
    const location = { longitude: 1.1013, latitude: 49.4441 };
    const asked = await qualifySite(tested, {
      eligibilityId: eligibilityIdAt('every-family'),
      location,
    });
    expect(asked.site.location).toEqual(location);
    expect(await whenFinished(tested, asked)).toMatchObject({ state: 'DONE', site: { location } });
  });

  const covageIsLate: CovageScript = {
    ...quick,
    faults: [{ route: 'createQualification', kind: 'delay', delayMs: 1_000 }],
  };
  const koscIsLate: KoscScript = {
    faults: [{ route: 'checkEligibility', kind: 'delay', delayMs: 1_000 }],
  };
  const orders: [string, CovageScript, KoscScript][] = [
    ['Covage', quick, koscIsLate],
    ['Kosc', covageIsLate, {}],
  ];

  test.each(orders)(
    'an address is the same where %s answers first, by the words of Covage',
    async (first, covage, kosc) => {
      tested.sandbox.covage.script(covage);
      tested.sandbox.kosc.script(kosc);
      const asked = await qualifySite(tested, { eligibilityId: eligibilityIdAt('toulouse') });
      const answer = await whenFinished(tested, asked);
      expect(statesOf(answer)).toEqual({ COVAGE: 'ANSWERED', KOSC: 'ANSWERED' });
      expect(answer.site.address).toMatchObject({
        label: expect.stringContaining('44'),
        streetNumber: '44',
        streetExtension: 'Q',
        streetName: 'Rue d’Alsace-Lorraine',
        streetId: '31555015V',
        cityName: 'TOULOUSE',
        inseeCode: '31555',
        postCode: '31000',
      });
      const changes = await collect(
        overWebSocket(tested.url, SiteChangesDocument, { id: asked.id }),
      );
      const ends = changes
        .map(({ data }) => data?.siteQualificationChange.change)
        .filter((outcome) => outcome?.state === 'ANSWERED');
      expect(ends[0]?.operator).toBe(first.toUpperCase());
    },
  );

  test('what Kosc glues to a number is its extension', async () => {
    const { buildingRef } = places.toulouse;
    const answer = await qualifyToTheEnd(tested, { buildingRef });
    expect(answer.site.address).toMatchObject({ streetNumber: '44', streetExtension: 'Q' });
  });

  test('coordinates alone are looked up, and no identifier is made up of them', async () => {
    const answer = await qualifyToTheEnd(tested, {
      location: { longitude: 1.0993, latitude: 49.4431 },
    });
    expect(statesOf(answer)).toEqual({ COVAGE: 'SKIPPED', KOSC: 'ANSWERED' });
    expect(outcomeOf(answer, 'COVAGE').skip).toMatchObject({ code: 'SITE_KEY_MISSING' });
    expect(creations()).toHaveLength(0);
  });

  test.each([
    ['an outlet', { otpRef: 'nonsense' }],
    [
      'a line',
      { line: { number: '12345', status: 'ACTIVE', activationType: 'ACTIVATE' } as const },
    ],
    ['a building', { buildingRef: 'x'.repeat(33) }],
  ])('%s in a form that Kosc does not take skips Kosc and says so', async (_key, input) => {
    const answer = await qualifyToTheEnd(tested, input);
    expect(outcomeOf(answer, 'KOSC')).toMatchObject({
      state: 'SKIPPED',
      verdict: 'UNDETERMINED',
      skip: { code: 'SITE_KEY_INVALID', message: expect.stringMatching(/\w.*\.$/) },
    });
    expect(checks()).toHaveLength(0);
  });

  test.each([
    ['an outlet', { otpRef: 'nonsense' }, ['input', 'otpRef'], 'OTP_FORMAT'],
    ['an unknown outlet', { otpRef: 'FI-9999-9999' }, ['input', 'otpRef'], 'SITE_UNKNOWN'],
    [
      'a line',
      { line: { number: '12345', status: 'ACTIVE', activationType: 'ACTIVATE' } as const },
      ['input', 'line', 'number'],
      'LINE_NUMBER_FORMAT',
    ],
    [
      'an unknown line',
      { line: { number: '0399999999', status: 'ACTIVE', activationType: 'ACTIVATE' } as const },
      ['input', 'line', 'number'],
      'SITE_UNKNOWN',
    ],
  ])(
    '%s that Kosc cannot use does not hide the building beside it, and is told',
    async (_key, bad, path, code) => {
      const answer = await qualifyToTheEnd(tested, { ...bad, buildingRef: rouen });
      expect(outcomeOf(answer, 'KOSC')).toMatchObject({
        state: 'ANSWERED',
        verdict: 'ELIGIBLE',
        skip: null,
        error: null,
        qualification: { referenceType: 'BUILDING', reference: rouen },
        issues: [{ path, code, message: expect.stringMatching(/\w.*\.$/) }],
      });
      expect(checks().at(-1)?.body).toMatchObject({ reference: rouen, reference_type: 'building' });
    },
  );

  test('a building in a form that Kosc does not take, told by an eligibility id, skips Kosc and says so', async () => {
    const eligibilityId = encodeEligibilityId({
      longitude: 5.7,
      latitude: 45.1,
      buildingRef: 'x'.repeat(33),
    });
    const answer = await qualifyToTheEnd(tested, { eligibilityId });
    expect(outcomeOf(answer, 'KOSC')).toMatchObject({
      state: 'SKIPPED',
      verdict: 'UNDETERMINED',
      skip: { code: 'SITE_KEY_INVALID', message: expect.stringMatching(/\w.*\.$/) },
    });
    expect(checks()).toHaveLength(0);
  });
});

describe('the operators that the caller names', () => {
  test('decide alone what they take', async () => {
    const asked = await qualifySite(tested, {
      eligibilityId: eligibilityIdAt('every-family'),
      otpRef: 'nonsense',
      kosc: { productLines: [] },
      operators: ['COVAGE'],
    });
    expect(await whenFinished(tested, asked)).toMatchObject({ state: 'DONE' });
    expect(checks()).toHaveLength(0);
  });

  test('are asked, and the others are skipped at once as not requested', async () => {
    const asked = await qualifySite(tested, { buildingRef: gueret, operators: ['KOSC'] });
    expect(outcomeOf(asked, 'COVAGE')).toMatchObject({
      state: 'SKIPPED',
      verdict: 'UNDETERMINED',
      skip: { code: 'NOT_REQUESTED' },
    });
    expect(outcomeOf(asked, 'KOSC').state).toBe('PENDING');
    const answer = await whenFinished(tested, asked);
    // Everybody who was to be asked said no.
    expect(answer).toMatchObject({ state: 'DONE', verdict: 'NOT_ELIGIBLE' });
    expect(tested.sandbox.covage.calls).toHaveLength(0);
  });

  test('stay the only ones when an answer would let others be asked', async () => {
    const eligibilityId = eligibilityIdAt('every-family');
    await createQualification(tested, { items: [{ eligibilityId, offerFamilies: ['BPEA'] }] });
    tested.sandbox.covage.clearCalls();
    const answer = await qualifyToTheEnd(tested, {
      otpRef: 'FI-1000-0001',
      operators: ['KOSC'],
    });
    expect(answer.site.buildingRef).toBe(rouen);
    expect(outcomeOf(answer, 'COVAGE').skip?.code).toBe('NOT_REQUESTED');
    expect(tested.sandbox.covage.calls).toHaveLength(0);
  });

  test('get their own options', async () => {
    await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt('every-family'),
      covage: { offerFamilies: ['BPEA'], resolvePricing: false },
      kosc: { productLines: ['FP'] },
    });
    expect(itemsOf(creations()[0])).toMatchObject([{ offer_families: ['BPEA'] }]);
    expect(checks()[0]?.body).toMatchObject({ product_lines: ['FP'] });
  });
});

describe('the name of a question at Covage', () => {
  test("is the caller's identifier", async () => {
    const answer = await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt('every-family'),
      externalId: 'devis-4711',
    });
    expect(answer.externalId).toBe('devis-4711');
    expect(bodyOf(creations()[0]).external_id).toBe('devis-4711');
  });

  test('is our id where the caller gave none', async () => {
    const answer = await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt('every-family'),
    });
    expect(bodyOf(creations()[0]).external_id).toBe(answer.id);
  });

  test('is never empty, which would find nothing again', async () => {
    const result = await tryToQualify(tested, {
      eligibilityId: eligibilityIdAt('every-family'),
      externalId: '',
    });
    if (result.__typename === 'InvalidInputError') return;
    const answer = await whenFinished(tested, result);
    expect(bodyOf(creations()[0]).external_id).toBe(answer.id);
  });
});

describe('a failing operator', () => {
  const ofKosc: [string, KoscScript, object][] = [
    [
      'behind a gateway that does not reach it',
      { faults: [{ route: 'checkEligibility', kind: 'gateway' }] },
      { code: 'UNREACHABLE', retryable: true },
    ],
    [
      'that drops connections',
      { faults: [{ route: 'checkEligibility', kind: 'destroy' }] },
      { code: 'UNREACHABLE' },
    ],
    [
      'that answers 500',
      { faults: [{ route: 'checkEligibility', kind: 'status', status: 500, body: {} }] },
      { code: 'SERVER_ERROR' },
    ],
    [
      'that refuses',
      { faults: [{ route: 'checkEligibility', kind: 'status', status: 400, body: {} }] },
      { code: 'REJECTED', retryable: false },
    ],
    [
      'that answers something else',
      { faults: [{ route: 'checkEligibility', kind: 'wrong-shape' }] },
      { code: 'INVALID_RESPONSE' },
    ],
    [
      'that shows a maintenance page',
      { faults: [{ route: 'checkEligibility', kind: 'html' }] },
      { code: 'INVALID_RESPONSE' },
    ],
    [
      'that accepts no credentials',
      { faults: [{ route: ['token', 'checkEligibility'], kind: 'status', status: 401 }] },
      { code: 'UNAUTHENTICATED' },
    ],
  ];
  test.each(ofKosc)('(Kosc %s) is FAILED, and the other answers', async (_what, kosc, error) => {
    tested.sandbox.kosc.script(kosc);
    const answer = await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt('every-family'),
    });
    expect(outcomeOf(answer, 'KOSC')).toMatchObject({
      state: 'FAILED',
      verdict: 'UNDETERMINED',
      confidence: null,
      qualification: null,
      error: { operator: 'KOSC', ...error },
    });
    expect(outcomeOf(answer, 'COVAGE').state).toBe('ANSWERED');
    expect(answer).toMatchObject({ state: 'DONE_PARTIAL', verdict: 'ELIGIBLE' });
  });

  const ofCovage: [string, CovageScript, string][] = [
    [
      'that cannot be reached',
      {
        faults: [
          { kind: 'destroy', route: ['categories', 'createQualification', 'qualifications'] },
        ],
      },
      'UNREACHABLE',
    ],
    [
      'that forbids it',
      { faults: [{ kind: 'status', status: 403, route: 'createQualification' }] },
      'FORBIDDEN',
    ],
    [
      'that refuses the request',
      { faults: [{ kind: 'status', status: 400, route: 'createQualification' }] },
      'REJECTED',
    ],
    [
      'that loses what it made',
      { faults: [{ kind: 'status', status: 404, route: 'qualification' }] },
      'NOT_FOUND',
    ],
  ];
  test.each(ofCovage)(
    '(Covage %s) is FAILED, and the other answers',
    async (_what, covage, code) => {
      tested.sandbox.covage.script(covage);
      const answer = await qualifyToTheEnd(tested, {
        eligibilityId: eligibilityIdAt('every-family'),
      });
      expect(outcomeOf(answer, 'COVAGE')).toMatchObject({
        state: 'FAILED',
        verdict: 'UNDETERMINED',
        error: { operator: 'COVAGE', code },
      });
      expect(outcomeOf(answer, 'KOSC').state).toBe('ANSWERED');
      expect(answer).toMatchObject({ state: 'DONE_PARTIAL', verdict: 'ELIGIBLE' });
    },
  );

  test('makes a failure of all FAILED, and says nothing about the place', async () => {
    tested.sandbox.covage.script({
      faults: [{ kind: 'status', status: 403, route: 'createQualification' }],
    });
    tested.sandbox.kosc.script({ faults: [{ kind: 'gateway', route: 'checkEligibility' }] });
    const answer = await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt('not-eligible'),
    });
    expect(answer).toMatchObject({ state: 'FAILED', verdict: 'UNDETERMINED' });
  });

  test('leaves the no of the other undetermined as a whole', async () => {
    tested.sandbox.kosc.script({ faults: [{ kind: 'gateway', route: 'checkEligibility' }] });
    const answer = await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt('not-eligible'),
    });
    expect(outcomeOf(answer, 'COVAGE').verdict).toBe('NOT_ELIGIBLE');
    expect(answer).toMatchObject({ state: 'DONE_PARTIAL', verdict: 'UNDETERMINED' });
  });

  test('whose qualification ends with an error is FAILED with its reason and its stages', async () => {
    const answer = await qualifyToTheEnd(tested, { eligibilityId: eligibilityIdAt('data-error') });
    const outcome = outcomeOf(answer, 'COVAGE');
    expect(outcome).toMatchObject({
      state: 'FAILED',
      verdict: 'UNDETERMINED',
      confidence: null,
      error: {
        operator: 'COVAGE',
        code: 'QUALIFICATION_FAILED',
        message:
          'Covage ended the qualification with an error: Incohérence entre l’adresse et le référentiel : site inconnu.',
      },
    });
    expect(outcome.progress?.map(({ state }) => state)).toEqual([
      'ACKNOWLEDGED',
      'IN_PROGRESS_ELIGIBILITY',
      'TERMINATED_WITH_ERROR',
    ]);
    expect(answer).toMatchObject({ state: 'DONE_PARTIAL', verdict: 'ELIGIBLE' });
  });

  test('is not one that does not know the building: it is SKIPPED in its words', async () => {
    const answer = await qualifyToTheEnd(tested, { eligibilityId: eligibilityIdAt('brest') });
    const message =
      'Kosc does not know "IMB/29019/C/0B0B" (Building not found). Check the reference and its type.';
    expect(outcomeOf(answer, 'KOSC')).toMatchObject({
      state: 'SKIPPED',
      verdict: 'UNDETERMINED',
      error: null,
      skip: { code: 'SITE_UNKNOWN', message },
      issues: [{ path: ['input', 'buildingRef'], code: 'SITE_UNKNOWN', message }],
    });
    expect(answer).toMatchObject({ state: 'DONE', verdict: 'ELIGIBLE' });
  });

  test('that lost the answer to a creation is not asked to create a second one', async () => {
    tested.sandbox.covage.script({
      faults: [{ kind: 'destroy', route: 'createQualification', times: 1, actThenFault: true }],
    });
    const answer = await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt('every-family'),
    });
    expect(outcomeOf(answer, 'COVAGE').state).toBe('ANSWERED');
    expect(creations()).toHaveLength(1);
  });
});

describe('the whole', () => {
  test.each([
    ['not-eligible', 'DONE', 'NOT_ELIGIBLE', ['NOT_ELIGIBLE', 'RED'], ['NOT_ELIGIBLE', 'RED']],
    ['on-quotation', 'DONE', 'ELIGIBLE', ['QUOTE_REQUIRED', 'YELLOW'], ['ELIGIBLE', 'GREEN']],
    ['partly-on-quotation', 'DONE', 'ELIGIBLE', ['ELIGIBLE', 'GREEN'], ['NOT_ELIGIBLE', 'RED']],
    ['another-zone-each', 'DONE', 'ELIGIBLE', ['ELIGIBLE', 'GREEN'], ['NOT_YET', 'RED']],
    ['no-offer', 'DONE', 'UNDETERMINED', ['NOT_ELIGIBLE', 'RED'], ['UNDETERMINED', null]],
    ['toulouse', 'DONE', 'ELIGIBLE', ['ELIGIBLE', 'GREEN'], ['UNDETERMINED', null]],
    ['other-building-reference', 'DONE', 'ELIGIBLE', ['ELIGIBLE', 'GREEN'], ['ELIGIBLE', 'GREEN']],
  ] as const)('of the site %s is %s and %s', async (name, state, verdict, ofCovage, ofKosc) => {
    const answer = await qualifyToTheEnd(tested, { eligibilityId: eligibilityIdAt(name) });
    const [covage, kosc] = [outcomeOf(answer, 'COVAGE'), outcomeOf(answer, 'KOSC')];
    expect([covage.verdict, covage.confidence]).toEqual(ofCovage);
    expect([kosc.verdict, kosc.confidence]).toEqual(ofKosc);
    expect(answer).toMatchObject({ state, verdict });
  });

  test('has the best verdict so far while another operator is still asked', async () => {
    tested.sandbox.covage.script({ lifecycle: { advance: 'manual' } });
    const asked = await qualifySite(tested, { eligibilityId: eligibilityIdAt('every-family') });
    const changes = overWebSocket(tested.url, SiteChangesDocument, { id: asked.id });
    for await (const { data } of changes) {
      const change = data?.siteQualificationChange;
      if (change?.change?.operator !== 'KOSC') continue;
      expect(change.siteQualification).toMatchObject({ state: 'IN_PROGRESS', verdict: 'ELIGIBLE' });
      break;
    }
    await changes.leave();
    const creation = await tested.sandbox.covage.waitForCall(
      ({ route, status }) => route === 'qualification' && status !== null,
    );
    tested.sandbox.covage.advance(creation.path.split('/').findLast(Boolean) ?? '', 9);
    expect(await whenFinished(tested, asked)).toMatchObject({ state: 'DONE' });
  });

  test('has the stages of Covage to their end', async () => {
    const answer = await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt('every-family'),
    });
    expect(outcomeOf(answer, 'COVAGE').progress?.map(({ state }) => state)).toEqual([
      'ACKNOWLEDGED',
      'IN_PROGRESS_ELIGIBILITY',
      'IN_PROGRESS_OFFER',
      'IN_PROGRESS_PRICE',
      'DONE_READY',
    ]);
  });

  test('is null without an error for an id that does not exist', async () => {
    for (const id of ['00000000-0000-4000-8000-000000000000', 'not-an-id', '']) {
      const answer = await graphqlRequest(tested.url, SiteQualificationDocument, { id });
      expect(answer.errors).toBeUndefined();
      expect(answer.data).toEqual({ siteQualification: null });
    }
  });
});

async function offersOf(
  input: QualifySiteInput,
  options: {
    orderBy?: 'PRICE' | 'BANDWIDTH' | 'LEAD_TIME';
    verdicts?: ('ELIGIBLE' | 'NOT_ELIGIBLE' | 'QUOTE_REQUIRED' | 'NOT_YET')[];
  } = {},
) {
  const { id } = await qualifyToTheEnd(tested, input);
  const answer = await graphqlRequest(tested.url, SiteOffersDocument, { id, ...options });
  expect(answer.errors).toBeUndefined();
  return answer.data?.siteQualification?.offers ?? [];
}
const both = () => ({ eligibilityId: eligibilityIdAt('every-family') });

describe('offers', () => {
  test("of all operators stand side by side, each with its operator's own", async () => {
    const offers = await offersOf(both());
    const ofCovage = offers.filter(({ operator }) => operator === 'COVAGE');
    const ofKosc = offers.filter(({ operator }) => operator === 'KOSC');
    expect(ofCovage.length).toBeGreaterThan(3);
    expect(new Set(offers.map(({ id }) => id)).size).toBe(offers.length);
    for (const offer of ofCovage) {
      const { source } = offer;
      if (source.__typename !== 'ItemOffer') throw new Error(`it is a ${source.__typename}`);
      expect(offer).toMatchObject({
        id: `COVAGE:${source.id}`,
        name: source.offer.name,
        technology: source.offer.offerTechnology,
        verdict: 'ELIGIBLE',
        priceStatus: 'KNOWN',
        setupFeeStatus: 'KNOWN',
        reasons: [],
      });
      expect(offer.price?.amount).toBe(source.price?.amount);
      const fees =
        Number(source.networkAccessFee?.amount ?? 0) + Number(source.serviceAccessFee?.amount ?? 0);
      expect(offer.setupFee).toEqual({ amount: fees.toFixed(2), currency: 'EUR' });
      expect(offer.maxBandwidth).toBeGreaterThan(0);
      expect(offer.commitmentMonths).toBeGreaterThan(0);
      expect(offer.guaranteedUntilDate).not.toBeNull();
      expect(offer.leadTimeDays).toBe(
        { BPE: 84, BPEA: 70, DIA: 98 }[source.offer.offerFamily as 'BPE' | 'BPEA' | 'DIA'],
      );
    }
    expect(ofKosc).toMatchObject([
      {
        technology: 'FTTH',
        price: null,
        priceStatus: 'NOT_PUBLISHED',
        maxBandwidth: null,
        guaranteedBandwidth: null,
        source: { __typename: 'KoscOffer', product: { code: 'FP01' } },
      },
      {
        setupFee: { amount: '750.00', currency: 'EUR' },
        setupFeeStatus: 'KNOWN',
        leadTimeDays: 90,
        source: { __typename: 'KoscOffer', product: { code: 'XG01' } },
      },
    ]);
  });

  test.each([
    ['PRICE', (offer: { price: { amount: string } | null }) => Number(offer.price?.amount ?? 1e9)],
    ['BANDWIDTH', (offer: { maxBandwidth: number | null }) => -(offer.maxBandwidth ?? -1)],
    ['LEAD_TIME', (offer: { leadTimeDays: number | null }) => offer.leadTimeDays ?? 1e9],
  ] as const)('are sorted by %s, those that do not tell last', async (orderBy, keyOf) => {
    const offers = await offersOf(both(), { orderBy });
    const keys = offers.map((offer) => (keyOf as (one: typeof offer) => number)(offer));
    expect(new Set(keys).size).toBeGreaterThan(2);
    expect(keys).toEqual(keys.toSorted((one, other) => one - other));
  });

  test('are filtered by verdict', async () => {
    const input = { eligibilityId: eligibilityIdAt('partly-on-quotation') };
    const toQuote = await offersOf(input, { verdicts: ['QUOTE_REQUIRED'] });
    expect(toQuote.length).toBeGreaterThan(0);
    for (const offer of toQuote) {
      expect(offer).toMatchObject({
        operator: 'COVAGE',
        verdict: 'QUOTE_REQUIRED',
        price: null,
        priceStatus: 'ON_QUOTATION',
        setupFee: null,
        setupFeeStatus: 'ON_QUOTATION',
      });
    }
    const refused = await offersOf(input, { verdicts: ['NOT_ELIGIBLE'] });
    expect(refused).toMatchObject([
      { operator: 'KOSC', reasons: [{ code: 'PRODUCT_NOT_AVAILABLE' }] },
    ]);
    expect(await offersOf(input, { verdicts: [] })).toEqual([]);
  });

  test.each([
    [{ far: 250, fas: 0.5 }, '250.50', 'KNOWN'],
    [{ far: 250, fas: null }, null, 'NOT_PUBLISHED'],
    [{ far: null, fas: 0 }, null, 'NOT_PUBLISHED'],
    [{ price: null, on_quotation: true, far: 250, fas: null }, null, 'ON_QUOTATION'],
  ])('with %j have the setup fee %s, %s', async (prices, setupFee, setupFeeStatus) => {
    const offer = { product_id: '1', name: 'BPE_20M', offer_family: 'BPE', price: 99, ...prices };
    const item = { id: crypto.randomUUID(), state: 'done.ready', resolve_pricing: true };
    const body = {
      id: crypto.randomUUID(),
      state: 'done.ready',
      creation_date: '2026-01-05T10:00:00Z',
      state_change: [{ state: 'done.ready', change_date: '2026-01-05T10:00:01Z' }],
      product_offering_qualification_item_detail: [{ ...item, products_offering: [offer] }],
    };
    tested.sandbox.covage.script({
      ...quick,
      faults: [{ route: 'qualification', kind: 'status', status: 200, body }],
    });
    const offers = await offersOf({
      eligibilityId: eligibilityIdAt('every-family'),
      operators: ['COVAGE'],
    });
    expect(offers).toMatchObject([
      {
        setupFee: setupFee === null ? null : { amount: setupFee, currency: 'EUR' },
        setupFeeStatus,
      },
    ]);
  });

  test('without prices say that they were not asked for', async () => {
    const offers = await offersOf({ ...both(), covage: { resolvePricing: false } });
    const [first] = offers.filter(({ operator }) => operator === 'COVAGE');
    expect(first).toMatchObject({ price: null, priceStatus: 'NOT_RESOLVED' });
  });

  test('are none while nobody has answered', async () => {
    const answer = await qualifyToTheEnd(tested, { location: { longitude: 1, latitude: 1 } });
    const { data } = await graphqlRequest(tested.url, SiteOffersDocument, { id: answer.id });
    expect(data?.siteQualification?.offers).toEqual([]);
  });
});

describe('input that cannot be used', () => {
  const cases: [string, QualifySiteInput, { path: string[]; code?: string }[]][] = [
    ['nothing', {}, [{ path: ['input'], code: 'SITE_KEY_MISSING' }]],
    [
      'an address in another département than the building',
      { buildingRef: rouen, address: { postCode: '69003' } },
      [{ path: ['input', 'address', 'postCode'], code: 'SITE_KEYS_CONTRADICT' }],
    ],
    [
      'the key of an address in another département than the building',
      { buildingRef: rouen, addressId: '69383_6710_00129' },
      [{ path: ['input', 'addressId'], code: 'SITE_KEYS_CONTRADICT' }],
    ],
    [
      'an empty key',
      { buildingRef: '', eligibilityId: eligibilityIdAt('every-family') },
      [{ path: ['input', 'buildingRef'], code: 'KEY_EMPTY' }],
    ],
    [
      'several empty keys',
      { buildingRef: ' ', eligibilityId: '', otpRef: '\t' },
      [
        { path: ['input', 'eligibilityId'], code: 'KEY_EMPTY' },
        { path: ['input', 'buildingRef'], code: 'KEY_EMPTY' },
        { path: ['input', 'otpRef'], code: 'KEY_EMPTY' },
      ],
    ],
    [
      'a line without a number',
      { line: { number: ' ', status: 'ACTIVE', activationType: 'ACTIVATE' } },
      [{ path: ['input', 'line', 'number'], code: 'KEY_EMPTY' }],
    ],
    [
      'a longitude out of range',
      { location: { longitude: 180.5, latitude: 0 } },
      [{ path: ['input', 'location'], code: 'LOCATION_OUT_OF_RANGE' }],
    ],
    [
      'a latitude out of range beside a key',
      { buildingRef: rouen, location: { longitude: 0, latitude: -90.5 } },
      [{ path: ['input', 'location'], code: 'LOCATION_OUT_OF_RANGE' }],
    ],
    [
      'another building than the eligibility id names, and another point',
      {
        eligibilityId: eligibilityIdAt('every-family'),
        buildingRef: grenoble,
        location: { longitude: 5, latitude: 43 },
      },
      [
        { path: ['input', 'buildingRef'], code: 'SITE_KEYS_CONTRADICT' },
        { path: ['input', 'location'], code: 'SITE_KEYS_CONTRADICT' },
      ],
    ],
    [
      'a point a kilometre from that of the eligibility id',
      {
        eligibilityId: eligibilityIdAt('every-family'),
        location: { longitude: 1.0993, latitude: 49.4521 },
      },
      [{ path: ['input', 'location'], code: 'SITE_KEYS_CONTRADICT' }],
    ],
    [
      'no product lines and no families',
      { buildingRef: rouen, kosc: { productLines: [] }, covage: { offerFamilies: [] } },
      [
        { path: ['input', 'covage', 'offerFamilies'], code: 'OFFER_FAMILIES_EMPTY' },
        { path: ['input', 'kosc', 'productLines'], code: 'PRODUCT_LINES_EMPTY' },
      ],
    ],
    [
      'empty product lines and families',
      { buildingRef: rouen, kosc: { productLines: [''] }, covage: { offerFamilies: ['BPE', ' '] } },
      [
        { path: ['input', 'covage', 'offerFamilies', '1'], code: 'OFFER_FAMILY_EMPTY' },
        { path: ['input', 'kosc', 'productLines', '0'], code: 'PRODUCT_LINE_EMPTY' },
      ],
    ],
    [
      'control characters',
      { buildingRef: rouen, externalId: 'a\u0001b', eligibilityId: 'a\nb' },
      [
        { path: ['input', 'externalId'], code: 'CONTROL_CHARACTER' },
        { path: ['input', 'eligibilityId'], code: 'CONTROL_CHARACTER' },
      ],
    ],
  ];

  test.each(cases)(
    '(%s) is an InvalidInputError, and nobody is asked',
    async (_name, input, issues) => {
      const count = async () => {
        const { data } = await graphqlRequest(tested.url, SiteQualificationsDocument, {});
        return data?.siteQualifications.totalCount;
      };
      const before = await count();
      const result = await tryToQualify(tested, input);
      if (result.__typename === 'SiteQualification') await whenFinished(tested, result);
      expect(result.__typename).toBe('InvalidInputError');
      expect(result).toMatchObject({
        message: expect.stringMatching(/\w/),
        issues: issues.map((issue) => ({ ...issue, message: expect.stringMatching(/\w/) })),
      });
      expect(await count()).toBe(before);
      expect(creations()).toHaveLength(0);
      expect(checks()).toHaveLength(0);
    },
  );
});
