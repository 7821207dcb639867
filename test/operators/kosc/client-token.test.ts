import { testApis, testCalls } from '../../support/test-calls.ts';
import { describe, expect, test } from 'vitest';
import { openKoscClient } from '../../../src/operators/kosc/client.ts';
import { koscApi } from '../../../src/operators/kosc/transport.ts';
import { koscFields } from '../../../src/operators/kosc/wire.ts';
import { UnknownReferenceError } from '../../../src/operators/port/operator-error.ts';
import { OperatorError } from '../../../src/operators/port/operator-error.ts';
import { sendJson, startHttpServer } from '../../support/start-http-server.ts';

const request = {
  reference: 'IMB/77108/X/031C',
  referenceType: 'BUILDING',
  productLines: null,
  status: null,
  activationType: null,
} as const;

describe('a token that cannot be had', () => {
  test.for([
    ['whose address is wrong', 404, 'Not found'],
    ['of an account that does not exist', 400, 'User not found.'],
  ] as const)('%s says nothing of the reference', async ([, status, error]) => {
    await using server = await startHttpServer((_request, response) => {
      sendJson(response, { apirequest_uuid: 'KOSC_1', error, details: null }, status);
    });
    const fields = koscFields(() => {});
    const apis = testApis(testCalls('KOSC'), () => {});
    const account = { email: 'somebody@example.fr', password: 'a-secret', timeoutMs: 20_000 };
    const api = apis.openApi(koscApi({ apiUrl: server.url, ...account }, fields));
    const failure: unknown = await openKoscClient(api, fields)
      .checkEligibility(request, {})
      .catch((thrown: unknown) => thrown);
    await apis.close();
    expect(failure).toBeInstanceOf(OperatorError);
    expect(failure).not.toBeInstanceOf(UnknownReferenceError);
  });
});
