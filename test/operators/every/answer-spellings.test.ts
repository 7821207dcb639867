import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  eachTrial,
  resetPlayers,
  startEveryOperator,
  type EveryOperator,
} from '../../support/every-operator.ts';
import { graphqlRequest } from '../../support/graphql-request.ts';
import { qualifyToTheEnd } from '../../support/site-questions.ts';
import { openTestStore } from '../../support/start-test-service.ts';

// Every operator under every other spelling that its documents show: the verdict and the offers are the same, and what
// departs from the preferred spelling is counted for it and for no other.

let store: Awaited<ReturnType<typeof openTestStore>>;
let tested: EveryOperator;
beforeAll(async () => {
  store = await openTestStore();
  tested = await startEveryOperator({ store, env: { CATALOGUE_FRESH_MS: '0' } });
});
afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

async function answerOf(operator: string, input: object) {
  const { id } = await qualifyToTheEnd(tested, { ...input, operators: [operator] as never });
  const answer = await graphqlRequest<{
    siteQualification: {
      verdict: string;
      outcomes: { operator: string; verdict: string; error: unknown }[];
      offers: { name: string; verdict: string; maxBandwidth: number | null }[];
    };
  }>(
    tested.url,
    `query ($id: ID!) { siteQualification(id: $id) { verdict
       outcomes { operator verdict error { code message } }
       offers { name verdict technology maxBandwidth leadTimeDays } } }`,
    { id },
  );
  expect(answer.errors).toBeUndefined();
  const whole = answer.data?.siteQualification;
  if (whole === undefined) throw new Error('there is no answer');
  return { ...whole, outcomes: whole.outcomes.filter((one) => one.operator === operator) };
}

describe.for(eachTrial)('%s', ([operator, { input, played, variants }]) => {
  let plain: Awaited<ReturnType<typeof answerOf>>;
  beforeAll(async () => {
    resetPlayers(tested.players);
    plain = await answerOf(operator, input);
  });

  test('delivers to the place of its trial', () => {
    expect(plain.verdict).toBe('ELIGIBLE');
    expect(plain.offers.length).toBeGreaterThan(0);
  });

  test.for(variants.map((name) => [name] as const))(
    'says the same when it writes "%s"',
    async ([variant]) => {
      resetPlayers(tested.players);
      played(tested.players).script({ variants: [variant] });
      const before = new Map(
        [...tested.service.deviations].map(([name, deviations]) => [
          name,
          deviations.counts().size,
        ]),
      );
      expect(await answerOf(operator, input)).toEqual(plain);
      for (const [name, deviations] of tested.service.deviations) {
        if (name !== operator)
          expect([name, deviations.counts().size]).toEqual([name, before.get(name)]);
      }
    },
  );
});
