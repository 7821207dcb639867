import { describe, expect, test } from 'vitest';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import type { KoscScript } from '../../src/sandbox/kosc/script.ts';
import { serveSites } from '../support/serve-sites.ts';
import { eligibilityIdAt, outcomeOf, qualifyToTheEnd } from '../support/site-questions.ts';
import type { TestService } from '../support/start-test-service.ts';

let tested: TestService;
const { creations } = serveSites(
  (service) => {
    tested = service;
  },
  // What fails is asked again until then.
  { SITE_DEADLINE_MS: '12000' },
);

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

  test('a failing operator makes a failure of all FAILED, and says nothing about the place', async () => {
    tested.sandbox.covage.script({
      faults: [{ kind: 'status', status: 403, route: 'createQualification' }],
    });
    tested.sandbox.kosc.script({ faults: [{ kind: 'gateway', route: 'checkEligibility' }] });
    const answer = await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt('not-eligible'),
    });
    expect(answer).toMatchObject({ state: 'FAILED', verdict: 'UNDETERMINED' });
  });

  test('a failing operator leaves the no of the other undetermined as a whole', async () => {
    tested.sandbox.kosc.script({ faults: [{ kind: 'gateway', route: 'checkEligibility' }] });
    const answer = await qualifyToTheEnd(tested, {
      eligibilityId: eligibilityIdAt('not-eligible'),
    });
    expect(outcomeOf(answer, 'COVAGE').verdict).toBe('NOT_ELIGIBLE');
    expect(answer).toMatchObject({ state: 'DONE_PARTIAL', verdict: 'UNDETERMINED' });
  });

  test('a failing operator whose qualification ends with an error is FAILED with its reason and its stages', async () => {
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

  test('a failing operator is not one that does not know the building: it is SKIPPED in its words', async () => {
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

  test('a failing operator that lost the answer to a creation is not asked to create a second one', async () => {
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
