import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SiteChangesDocument } from '../support/operations.generated.ts';
import {
  eligibilityIdAt,
  outcomeOf,
  qualifySite,
  qualifyToTheEnd,
  whenFinished,
} from '../support/site-questions.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';
import { collect, overWebSocket } from '../support/state-stream.ts';

/** Long enough for the other operator to answer on a busy machine. */
const deadlineMs = 5_000;

let tested: TestService;
beforeAll(async () => {
  tested = await startTestService({
    usesStore: true,
    // Every question asks for the families, so that one can hang there.
    env: { SITE_DEADLINE_MS: String(deadlineMs), CATALOGUE_FRESH_MS: '0' },
  });
  // Opening the store takes longer than most tests.
  await tested.service.work();
});
afterAll(() => tested[Symbol.asyncDispose]());
beforeEach(() => {
  tested.sandbox.covage.reset();
  tested.sandbox.covage.script({ lifecycle: { advance: 'poll', polls: 0 } });
  tested.sandbox.kosc.reset();
});

const both = () => ({ eligibilityId: eligibilityIdAt('every-family') });

describe('an operator that hangs', () => {
  test('an operator that hangs does not delay the question itself', async () => {
    tested.sandbox.covage.script({ faults: [{ route: 'categories', kind: 'hang' }] });
    tested.sandbox.kosc.script({ faults: [{ route: 'checkEligibility', kind: 'hang' }] });
    const asked = await qualifySite(tested, both());
    expect(asked).toMatchObject({ state: 'IN_PROGRESS', verdict: 'PENDING' });
    const answer = await whenFinished(tested, asked);
    expect(answer).toMatchObject({ state: 'FAILED', verdict: 'UNDETERMINED' });
    for (const operator of ['COVAGE', 'KOSC']) {
      expect(outcomeOf(answer, operator)).toMatchObject({
        state: 'FAILED',
        error: { operator, code: 'TIMEOUT', retryable: true },
      });
    }
  });

  test('(Kosc) is FAILED with TIMEOUT after the deadline, long after the other has answered', async () => {
    tested.sandbox.kosc.script({ faults: [{ route: 'checkEligibility', kind: 'hang' }] });
    const ask = async () => {
      const asked = await qualifySite(tested, both());
      const results = await collect(overWebSocket(tested.url, SiteChangesDocument, asked));
      return { asked, outcomes: results.map(({ data }) => data?.siteQualificationChange.change) };
    };
    let { asked, outcomes } = await ask();
    // Once more where the machine was too busy for Covage to answer by then.
    if (outcomes.at(-1)?.operator !== 'KOSC') ({ asked, outcomes } = await ask());
    expect(outcomes.at(-1)).toMatchObject({
      operator: 'KOSC',
      state: 'FAILED',
      error: { code: 'TIMEOUT' },
    });
    expect(outcomes.at(-2)).toMatchObject({ operator: 'COVAGE', state: 'ANSWERED' });
    expect(await whenFinished(tested, asked)).toMatchObject({ state: 'DONE_PARTIAL' });
  });

  test.each(['createQualification', 'qualification', 'categories'] as const)(
    '(Covage at %s) is FAILED with TIMEOUT, after Kosc has answered',
    async (route) => {
      tested.sandbox.covage.script({ faults: [{ route, kind: 'hang' }] });
      const asked = await qualifySite(tested, both());
      const results = await collect(overWebSocket(tested.url, SiteChangesDocument, asked));
      const outcomes = results.map(({ data }) => data?.siteQualificationChange.change);
      expect(outcomes.at(-1)).toMatchObject({
        operator: 'COVAGE',
        state: 'FAILED',
        error: { code: 'TIMEOUT' },
      });
      expect(
        outcomes.findIndex((one) => one?.operator === 'KOSC' && one.state === 'ANSWERED'),
      ).toBeGreaterThanOrEqual(0);
    },
  );

  test('an operator that hangs leaves room for the next question', async () => {
    // One more than are asked at once, and time enough for Covage to answer all of them on a busy machine.
    const count = 21;
    await using patient = await startTestService({
      usesStore: true,
      covage: { lifecycle: { advance: 'poll', polls: 0 } },
      kosc: { faults: [{ route: 'checkEligibility', kind: 'hang', times: count }] },
      env: { SITE_DEADLINE_MS: '8000' },
    });
    await patient.service.work();
    const asked = await Promise.all(
      Array.from({ length: count }, () => qualifySite(patient, both())),
    );
    const answers = await Promise.all(asked.map((one) => whenFinished(patient, one)));
    expect(new Set(answers.map(({ state }) => state))).toEqual(new Set(['DONE_PARTIAL']));
    // What waited for its turn was never sent.
    patient.sandbox.kosc.script({ faults: [] });
    expect(await qualifyToTheEnd(patient, both())).toMatchObject({ state: 'DONE' });
  });
});

describe('an operator that answers by stages', () => {
  test('an operator that answers by stages is FAILED with TIMEOUT when no stage comes any more, and keeps those it had', async () => {
    const answer = await qualifyToTheEnd(tested, { eligibilityId: eligibilityIdAt('never-ends') });
    const outcome = outcomeOf(answer, 'COVAGE');
    expect(outcome).toMatchObject({ state: 'FAILED', error: { code: 'TIMEOUT' } });
    expect(outcome.progress?.at(-1)?.state).toBe('IN_PROGRESS_OFFER');
    expect(outcomeOf(answer, 'KOSC').state).toBe('ANSWERED');
  });

  test('an operator that answers by stages has longer than the deadline while its stages move on', async () => {
    const states = Array.from({ length: 8 }, (_, index) => `in_progress.step${index}`);
    tested.sandbox.covage.script({
      lifecycle: {
        advance: 'poll',
        polls: 2,
        insert: states.map((state) => ({ after: 'in_progress.offer', state })).toReversed(),
      },
    });
    const startedAt = performance.now();
    const answer = await qualifyToTheEnd(tested, both());
    expect(performance.now() - startedAt).toBeGreaterThan(deadlineMs);
    expect(outcomeOf(answer, 'COVAGE')).toMatchObject({ state: 'ANSWERED', error: null });
    expect(answer.state).toBe('DONE');
  });

  test('an operator that answers by stages that is looked at in vain is FAILED within the deadline', async () => {
    tested.sandbox.covage.script({ faults: [{ route: 'qualification', kind: 'gateway' }] });
    const answer = await qualifyToTheEnd(tested, both());
    expect(outcomeOf(answer, 'COVAGE')).toMatchObject({
      state: 'FAILED',
      error: { code: expect.stringMatching(/^(TIMEOUT|UNREACHABLE)$/) },
    });
  });
});
