import { expect, test } from 'vitest';
import { graphqlRequest } from '../support/graphql-request.ts';
import { eligibilityIdAt, outcomeOf, qualifyToTheEnd } from '../support/site-questions.ts';
import { startTestService } from '../support/start-test-service.ts';

const check = `mutation {
  checkKoscEligibility(input: { reference: "FI-3790-3415", referenceType: OTP }) {
    ... on OperatorError { code }
  }
}`;

test('A question about a site waits for a circuit that is open, while a client that waits is refused at once', async () => {
  const circuitOpenMs = 4_000;
  await using tested = await startTestService({
    usesStore: true,
    covage: { lifecycle: { advance: 'poll', polls: 0 } },
    env: { CIRCUIT_OPEN_MS: String(circuitOpenMs) },
  });
  await tested.service.work();
  const { kosc } = tested.sandbox;
  const codeOfCheck = async (): Promise<string | undefined> => {
    const { data } = await graphqlRequest<{ checkKoscEligibility: { code?: string } }>(
      tested.url,
      check,
      {},
    );
    return data?.checkKoscEligibility.code;
  };
  kosc.script({ faults: [{ route: 'checkEligibility', kind: 'status', status: 500 }] });
  for (let count = 0; count < 10; count += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await codeOfCheck()).toBe('SERVER_ERROR');
  }
  kosc.script({ faults: [] });
  expect(await codeOfCheck()).toBe('CIRCUIT_OPEN');
  const answer = await qualifyToTheEnd(tested, { eligibilityId: eligibilityIdAt('every-family') });
  expect(outcomeOf(answer, 'KOSC').state).toBe('ANSWERED');
});

const everyRead = ['categories', 'items', 'qualifications', 'siteConnections'] as const;

test('A question about a site waits for the open circuit of an operator that answers by stages, too', async () => {
  await using tested = await startTestService({
    usesStore: true,
    covage: { lifecycle: { advance: 'poll', polls: 0 } },
    env: { CIRCUIT_OPEN_MS: '4000' },
  });
  await tested.service.work();
  const { covage } = tested.sandbox;
  covage.script({ faults: [{ route: [...everyRead], kind: 'status', status: 500 }] });
  const circuit = async (): Promise<string | undefined> => {
    await graphqlRequest(tested.url, '{ siteConnectionTypes }');
    const { data } = await graphqlRequest<{ operators: { operator: string; circuit: string }[] }>(
      tested.url,
      '{ operators { operator circuit } }',
    );
    return data?.operators.find(({ operator }) => operator === 'COVAGE')?.circuit;
  };
  await expect.poll(circuit).toBe('OPEN');
  covage.script({ faults: [], lifecycle: { advance: 'poll', polls: 0 } });
  const answer = await qualifyToTheEnd(tested, { eligibilityId: eligibilityIdAt('every-family') });
  expect(outcomeOf(answer, 'COVAGE')).toMatchObject({ state: 'ANSWERED', error: null });
});
