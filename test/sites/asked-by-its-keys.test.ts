import { describe, expect, test } from 'vitest';
import { encodeEligibilityId } from '../../src/sandbox/covage/eligibility-id.ts';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import type { KoscScript } from '../../src/sandbox/kosc/script.ts';
import { places } from '../../src/sandbox/places.ts';
import { createQualification } from '../support/create-qualification.ts';
import { SiteChangesDocument } from '../support/operations.generated.ts';
import { grenoble, gueret, itemsOf, quick, rouen, serveSites } from '../support/serve-sites.ts';
import {
  eligibilityIdAt,
  outcomeOf,
  qualifySite,
  qualifyToTheEnd,
  statesOf,
  whenFinished,
} from '../support/site-questions.ts';
import { collect, overWebSocket } from '../support/state-stream.ts';
import type { TestService } from '../support/start-test-service.ts';

let tested: TestService;
const { creations, checks } = serveSites((service) => {
  tested = service;
});

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
