import { afterAll, beforeAll, expect, test } from 'vitest';
import { eachTrial, startEveryOperator, type EveryOperator } from '../../support/every-operator.ts';
import { graphqlRequest } from '../../support/graphql-request.ts';
import type { OperatorTrial } from '../../support/operator-trial.ts';
import { qualifyToTheEnd } from '../../support/site-questions.ts';
import { openTestStore } from '../../support/start-test-service.ts';

let store: Awaited<ReturnType<typeof openTestStore>>;
const services: EveryOperator[] = [];
beforeAll(async () => {
  store = await openTestStore();
  for (const isExposed of ['0', '1']) {
    const env = { EXPOSE_PERSONAL_DATA: isExposed };
    services.push(await startEveryOperator({ store, env }));
  }
});
afterAll(async () => {
  for (const one of services) await one[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const askable = eachTrial.filter(([, { personal }]) => personal !== undefined);

test.for(askable)(
  '%s shows personal data to those only who may see them, whenever they ask',
  async ([operator, { personal }]) => {
    const [closed, open] = services;
    if (closed === undefined || open === undefined || personal === undefined) throw new Error();
    const input = { ...personal.input, operators: [operator] as never };
    const { id } = await qualifyToTheEnd(closed, input);
    const shown = await textOf(open, id, personal);
    const masked = await textOf(closed, id, personal);
    for (const secret of personal.secrets) {
      expect(shown).toContain(secret);
      expect(masked).not.toContain(secret);
    }
  },
);

async function textOf(
  { url }: EveryOperator,
  id: string,
  { fields }: NonNullable<OperatorTrial['personal']>,
): Promise<string> {
  const answer = await graphqlRequest(
    url,
    `query ($id: ID!) { siteQualification(id: $id) { outcomes { qualification { __typename ${fields} } } } }`,
    { id },
  );
  expect(answer.errors).toBeUndefined();
  return JSON.stringify(answer.data);
}
