import { describe, expect, test } from 'vitest';
import { graphqlRequest } from '../support/graphql-request.ts';
import { startTestService } from '../support/start-test-service.ts';

const query = `{
  operators { operator sandbox circuit lastSuccess lastError { operator code message retryable } }
}`;

describe('the operators', () => {
  test('the operators are listed without asking them anything', async () => {
    await using tested = await startTestService();
    const { data, errors } = await graphqlRequest(tested.url, query);
    expect(errors).toBeUndefined();
    const unasked = { sandbox: false, circuit: 'CLOSED', lastSuccess: null, lastError: null };
    expect(data).toEqual({
      operators: [
        { operator: 'COVAGE', ...unasked },
        { operator: 'KOSC', ...unasked },
      ],
    });
    expect(tested.sandbox.covage.calls).toEqual([]);
    expect(tested.sandbox.kosc.calls).toEqual([]);
  });

  test('the operators tell one that is in trouble from one that is well, and that it is well again', async () => {
    await using tested = await startTestService({
      env: { CIRCUIT_OPEN_MS: '1000' },
      covage: { faults: [{ kind: 'gateway', route: 'categories' }] },
    });
    const families = () => graphqlRequest(tested.url, '{ offerFamilies { name } }');
    const codes: unknown[] = [];
    // More than the ten it takes: on a busy machine one may come when Covage is tried again.
    while (codes.length < 30 && codes.at(-1) !== 'OPERATOR_CIRCUIT_OPEN') {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      codes.push((await families()).errors?.[0]?.extensions?.['code']);
    }
    expect(new Set(codes)).toEqual(new Set(['OPERATOR_UNREACHABLE', 'OPERATOR_CIRCUIT_OPEN']));
    const { data } = await graphqlRequest(tested.url, query);
    expect(data).toMatchObject({
      operators: [
        { operator: 'COVAGE', circuit: 'OPEN', lastError: { code: 'UNREACHABLE' } },
        { operator: 'KOSC', circuit: 'CLOSED', lastError: null },
      ],
    });
    tested.sandbox.covage.script({ faults: [] });
    await expect.poll(async () => (await families()).errors).toBeUndefined();
    expect((await graphqlRequest(tested.url, query)).data).toMatchObject({
      operators: [
        { operator: 'COVAGE', circuit: 'CLOSED', lastSuccess: expect.any(String) },
        { operator: 'KOSC' },
      ],
    });
  });
});
