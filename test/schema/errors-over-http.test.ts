import { describe, expect, test } from 'vitest';
import { graphqlRequest } from '../support/graphql-request.ts';
import { recordingLog } from '../support/recording-log.ts';
import { startTestService } from '../support/start-test-service.ts';

describe("an operator's failure", () => {
  test('blanks the field that needed it, with its code and without a stack', async () => {
    const log = recordingLog();
    await using tested = await startTestService({
      log,
      covage: { faults: [{ kind: 'status', status: 403, route: 'siteConnections' }] },
    });
    const answer = await graphqlRequest(
      tested.url,
      '{ siteConnectionTypes offerFamilies { name } }',
    );
    expect(answer).toMatchObject({
      status: 200,
      data: { siteConnectionTypes: null, offerFamilies: expect.any(Array) },
    });
    expect(answer.errors).toEqual([
      {
        message: expect.stringMatching(/^Covage does not allow this \(403\)/),
        path: ['siteConnectionTypes'],
        locations: [{ line: 1, column: 3 }],
        extensions: {
          code: 'OPERATOR_FORBIDDEN',
          operator: 'COVAGE',
          retryable: false,
          retryAfterSeconds: null,
          correlationId: null,
        },
      },
    ]);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test("an operator's failure says how long to wait in whole seconds", async () => {
    await using tested = await startTestService({
      covage: { faults: [{ kind: 'rate-limited', retryAfterSeconds: 7, route: 'categories' }] },
    });
    const answer = await graphqlRequest(tested.url, '{ offerFamilies { name } }');
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'OPERATOR_RATE_LIMITED',
      retryable: true,
      retryAfterSeconds: 7,
    });
  });

  test("an operator's failure of a mutation is a member of its result and no error", async () => {
    await using tested = await startTestService({
      kosc: { faults: [{ kind: 'gateway', route: 'checkEligibility' }] },
    });
    const answer = await graphqlRequest(
      tested.url,
      `mutation {
        checkKoscEligibility(input: { reference: "FI-1000-0001", referenceType: OTP }) {
          __typename
          ... on EligibilityError { message }
          ... on OperatorError { operator code retryable correlationId }
        }
      }`,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({
      checkKoscEligibility: {
        __typename: 'OperatorError',
        message: expect.stringContaining('502'),
        operator: 'KOSC',
        code: 'UNREACHABLE',
        retryable: true,
        correlationId: null,
      },
    });
  });
});

describe('a mistake of the client', () => {
  test.for([
    '{ nothing }',
    '{ offerFamilies { name }',
    '{ productOfferingQualifications(filter: { createdAfter: "yesterday" }) { totalCount } }',
  ])('a mistake of the client is told in full, without a stack, and no operator is asked: %s', async (query) => {
    await using tested = await startTestService();
    const { data, errors } = await graphqlRequest(tested.url, query);
    expect(data).toBeUndefined();
    expect(errors).toHaveLength(1);
    const text = JSON.stringify(errors);
    expect(text).not.toMatch(/stack|node_modules|\.ts:|INTERNAL_SERVER_ERROR/);
    expect(tested.sandbox.covage.calls).toEqual([]);
  });
});
