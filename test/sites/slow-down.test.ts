import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { graphqlRequest } from '../support/graphql-request.ts';
import { eligibilityIdAt, outcomeOf, qualifyToTheEnd } from '../support/site-questions.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

const both = () => ({ eligibilityId: eligibilityIdAt('every-family') });

let tested: TestService;
beforeEach(async () => {
  tested = await startTestService({
    usesStore: true,
    covage: { lifecycle: { advance: 'poll', polls: 0 } },
  });
  await tested.service.work();
});
afterEach(() => tested[Symbol.asyncDispose]());

/** When calls of a route came, in milliseconds since the epoch. */
const timesOf = (calls: readonly { route: string; at: string }[], route: string): number[] =>
  calls.filter((call) => call.route === route).map(({ at }) => Date.parse(at));

describe('a question that an operator answers with 429', () => {
  test.each(['categories', 'createQualification', 'qualification'] as const)(
    'is asked again after the time that Covage gave (%s)',
    async (route) => {
      tested.sandbox.covage.script({
        faults: [{ route, kind: 'rate-limited', retryAfterSeconds: 1, times: 1 }],
      });
      const answer = await qualifyToTheEnd(tested, both());
      expect(answer).toMatchObject({ state: 'DONE' });
      const [first = 0, second = 0] = timesOf(tested.sandbox.covage.calls, route);
      expect(second - first).toBeGreaterThanOrEqual(990);
      expect(timesOf(tested.sandbox.covage.calls, 'createQualification').length).toBe(
        route === 'createQualification' ? 2 : 1,
      );
    },
  );

  test('a question that an operator answers with 429 is asked again after the time that Kosc gave, as often as it takes', async () => {
    tested.sandbox.kosc.script({
      faults: [{ route: 'checkEligibility', kind: 'rate-limited', retryAfterSeconds: 1, times: 3 }],
    });
    const answer = await qualifyToTheEnd(tested, both());
    expect(answer).toMatchObject({ state: 'DONE' });
    expect(timesOf(tested.sandbox.kosc.calls, 'checkEligibility')).toHaveLength(4);
  });

  test('a question that an operator answers with 429 fails at once where that time is longer than it can wait, and says so', async () => {
    tested.sandbox.kosc.script({
      faults: [{ route: 'checkEligibility', kind: 'rate-limited', retryAfterSeconds: 120 }],
    });
    const begun = performance.now();
    const answer = await qualifyToTheEnd(tested, both());
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(outcomeOf(answer, 'KOSC')).toMatchObject({
      state: 'FAILED',
      error: { code: 'RATE_LIMITED', retryable: true },
    });
    expect(outcomeOf(answer, 'KOSC').error?.message).toContain(
      'longer than this question can wait',
    );
    expect(timesOf(tested.sandbox.kosc.calls, 'checkEligibility')).toHaveLength(1);
  });

  test('a question that an operator answers with 429 waits where it was a client that Kosc told to slow down', async () => {
    tested.sandbox.kosc.script({
      faults: [{ route: 'checkEligibility', kind: 'rate-limited', retryAfterSeconds: 2, times: 1 }],
    });
    const told = await graphqlRequest<{ checkKoscEligibility: { code: string } }>(
      tested.url,
      `mutation { checkKoscEligibility(input: { reference: "FI-3790-3415", referenceType: OTP }) {
        ... on OperatorError { code } } }`,
      {},
    );
    expect(told.data?.checkKoscEligibility).toEqual({ code: 'RATE_LIMITED' });
    expect(await qualifyToTheEnd(tested, both())).toMatchObject({ state: 'DONE' });
    const [first = 0, second = 0] = timesOf(tested.sandbox.kosc.calls, 'checkEligibility');
    expect(second - first).toBeGreaterThanOrEqual(1_990);
  });

  test('a question that an operator answers with 429 waits two minutes at most, and no longer than until the operator answers somebody', async () => {
    tested.sandbox.kosc.script({
      faults: [
        { route: 'checkEligibility', kind: 'rate-limited', retryAfterSeconds: 864_000, times: 1 },
      ],
    });
    const check = async () => {
      const told = await graphqlRequest<{
        checkKoscEligibility: { code?: string; retryAfterSeconds?: number };
      }>(
        tested.url,
        `mutation { checkKoscEligibility(input: { reference: "FI-3790-3415", referenceType: OTP }) {
        ... on OperatorError { code retryAfterSeconds } } }`,
        {},
      );
      return told.data?.checkKoscEligibility;
    };
    expect(await check()).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 120 });
    expect(outcomeOf(await qualifyToTheEnd(tested, both()), 'KOSC')).toMatchObject({
      state: 'FAILED',
      error: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) },
    });
    expect(await check()).toEqual({});
    expect(await qualifyToTheEnd(tested, both())).toMatchObject({ state: 'DONE' });
  });
});
