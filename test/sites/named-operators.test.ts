import { describe, expect, test } from 'vitest';
import { createQualification } from '../support/create-qualification.ts';
import { bodyOf, gueret, itemsOf, rouen, serveSites } from '../support/serve-sites.ts';
import {
  eligibilityIdAt,
  outcomeOf,
  qualifySite,
  qualifyToTheEnd,
  tryToQualify,
  whenFinished,
} from '../support/site-questions.ts';
import type { TestService } from '../support/start-test-service.ts';

let tested: TestService;
const { creations, checks } = serveSites((service) => {
  tested = service;
});

describe('the operators that the caller names', () => {
  test('the operators that the caller names decide alone what they take', async () => {
    const asked = await qualifySite(tested, {
      eligibilityId: eligibilityIdAt('every-family'),
      otpRef: 'nonsense',
      kosc: { productLines: [] },
      operators: ['COVAGE'],
    });
    expect(await whenFinished(tested, asked)).toMatchObject({ state: 'DONE' });
    expect(checks()).toHaveLength(0);
  });

  test('the operators that the caller names are asked, and the others are skipped at once as not requested', async () => {
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

  test('the operators that the caller names stay the only ones when an answer would let others be asked', async () => {
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

  test('the operators that the caller names get their own options', async () => {
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
  test("the name of a question at Covage is the caller's identifier", async () => {
    const answer = await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt('every-family'),
      externalId: 'devis-4711',
    });
    expect(answer.externalId).toBe('devis-4711');
    expect(bodyOf(creations()[0]).external_id).toBe('devis-4711');
  });

  test('the name of a question at Covage is our id where the caller gave none', async () => {
    const answer = await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt('every-family'),
    });
    expect(bodyOf(creations()[0]).external_id).toBe(answer.id);
  });

  test('the name of a question at Covage is never empty, which would find nothing again', async () => {
    const result = await tryToQualify(tested, {
      eligibilityId: eligibilityIdAt('every-family'),
      externalId: '',
    });
    if (result.__typename === 'InvalidInputError') return;
    const answer = await whenFinished(tested, result);
    expect(bodyOf(creations()[0]).external_id).toBe(answer.id);
  });
});
