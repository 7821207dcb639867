import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import {
  OperatorError,
  type OperatorErrorCode,
} from '../../../src/operators/port/operator-error.ts';
import type { Fault } from '../../../src/sandbox/http/fault.ts';
import { startAnsweringCovage, startCovage } from '../../support/covage-client.ts';
import { startHttpServer } from '../../support/start-http-server.ts';

const documentedId = '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7';
const request = {
  externalId: null,
  projectId: null,
  items: [
    {
      offerFamilies: ['BPE'],
      eligibilityId: 'KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp',
      resolvePricing: false,
      address: null,
    },
  ],
};

async function failure(call: Promise<unknown>): Promise<OperatorError> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OperatorError);
  return error as OperatorError;
}

describe('a failure of Covage', () => {
  test.for<[Fault, OperatorErrorCode]>([
    [{ kind: 'status', status: 500 }, 'SERVER_ERROR'],
    [{ kind: 'status', status: 403 }, 'FORBIDDEN'],
    [{ kind: 'status', status: 400 }, 'REJECTED'],
    [{ kind: 'gateway' }, 'UNREACHABLE'],
    [{ kind: 'gateway', status: 503 }, 'UNREACHABLE'],
    [{ kind: 'gateway', status: 504 }, 'UNREACHABLE'],
    [{ kind: 'rate-limited' }, 'RATE_LIMITED'],
    [{ kind: 'destroy' }, 'UNREACHABLE'],
    [{ kind: 'destroy', when: 'in-body' }, 'UNREACHABLE'],
    [{ kind: 'truncated' }, 'INVALID_RESPONSE'],
    [{ kind: 'oversized' }, 'INVALID_RESPONSE'],
    [{ kind: 'redirect' }, 'INVALID_RESPONSE'],
    [{ kind: 'html' }, 'INVALID_RESPONSE'],
    [{ kind: 'wrong-shape' }, 'INVALID_RESPONSE'],
    [{ kind: 'wrong-shape', body: null }, 'INVALID_RESPONSE'],
    [{ kind: 'wrong-shape', body: [] }, 'INVALID_RESPONSE'],
  ])('%j is %s, never a verdict', async ([fault, code]) => {
    await using covage = await startCovage({ faults: [{ ...fault, route: 'qualification' }] });
    expect((await failure(covage.client.fetchQualification(documentedId, {}))).code).toBe(code);
  });

  test('a failure of Covage of one look is not tried again where exactly one call was wanted', async () => {
    await using covage = await startCovage({
      faults: [{ kind: 'gateway', route: 'qualification' }],
    });
    await failure(covage.client.fetchQualification(documentedId, { repeatable: false }));
    expect(covage.server.calls.filter(({ route }) => route === 'qualification')).toHaveLength(1);
  });

  test('a failure of Covage that is over at the third try was none', async () => {
    await using covage = await startCovage({
      faults: [{ kind: 'gateway', route: 'categories', times: 2 }],
    });
    expect(await covage.client.fetchOfferFamilies({})).not.toEqual([]);
  });

  test('a failure of Covage of a creation is not tried again', async () => {
    await using covage = await startCovage({
      faults: [{ kind: 'gateway', route: 'createQualification' }],
    });
    await failure(covage.client.createQualification(request, { synchronous: false }));
    const sent = covage.server.calls.filter(({ route }) => route === 'createQualification');
    expect(sent).toHaveLength(1);
  });

  test('a failure of Covage tells how long to wait on the synchronous route, and asks once', async () => {
    await using covage = await startCovage({ syncLimitPerMinute: 0 });
    const error = await failure(covage.client.createQualification(request, { synchronous: true }));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', mayHaveTakenEffect: false });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    const sent = covage.server.calls.filter(({ route }) => route === 'createQualificationSync');
    expect(sent).toHaveLength(1);
  });

  test("a failure of Covage quotes Covage's words on what it refuses", async () => {
    await using covage = await startCovage();
    const error = await failure(
      covage.client.createQualification({ ...request, items: [] }, { synchronous: false }),
    );
    expect(error).toMatchObject({ code: 'REJECTED', status: 400 });
    expect(error.message).toContain('This list may not be empty.');
  });

  test('a failure of Covage that cuts a refusal off before its items does not make it NOT_ELIGIBLE', async () => {
    const whole = JSON.stringify({
      id: documentedId,
      creation_date: '2025-04-04T10:07:24.274+02:00',
      state: 'done.unable_to_provide',
      state_change: [],
      product_offering_qualification_item_detail: [],
    });
    const text = whole.slice(0, whole.indexOf(',"product_offering_qualification_item_detail'));
    await using covage = await startAnsweringCovage(() => ({ text }));
    const verdict = await covage.client.fetchQualification(documentedId, {}).then(
      (qualification) => qualification?.verdict,
      () => 'a failure',
    );
    expect(verdict).not.toBe('NOT_ELIGIBLE');
  });
});

describe('a token', () => {
  test('a token is asked for by the documented form', async () => {
    await using covage = await startCovage();
    await covage.client.fetchOfferFamilies({});
    const [token, families] = covage.server.calls;
    expect(token).toMatchObject({
      method: 'POST',
      path: '/auth/realms/covage/protocol/openid-connect/token',
      body: { grant_type: 'password', client_id: 'api-client', password: '***' },
    });
    expect(token?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(families?.headers['authorization']).toBe('Bearer ***');
  });

  test('a token that was revoked is renewed once, and the call made again', async () => {
    await using covage = await startCovage();
    await covage.client.fetchOfferFamilies({});
    covage.server.clearCalls();
    covage.server.revokeTokens();
    expect(await covage.client.fetchOfferFamilies({})).not.toEqual([]);
    expect(covage.server.calls.map(({ route, status }) => [route, status])).toEqual([
      ['categories', 401],
      ['token', 200],
      ['categories', 200],
    ]);
  });

  test('a token that was revoked is renewed once for many calls', async () => {
    await using covage = await startCovage();
    await covage.client.fetchOfferFamilies({});
    covage.server.clearCalls();
    covage.server.revokeTokens();
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => covage.client.fetchItem(`item-${index}`, {})),
    );
    expect(covage.server.calls.filter(({ route }) => route === 'token')).toHaveLength(1);
  });

  test('a token is renewed for a creation, too, since what was refused had no effect', async () => {
    await using covage = await startCovage();
    await covage.client.fetchOfferFamilies({});
    covage.server.revokeTokens();
    expect(await covage.client.createQualification(request, { synchronous: false })).toMatchObject({
      qualification: null,
    });
  });

  test('a token that is refused again after its renewal is UNAUTHENTICATED', async () => {
    await using covage = await startCovage({
      faults: [{ kind: 'status', status: 401, route: 'categories' }],
    });
    expect((await failure(covage.client.fetchOfferFamilies({}))).code).toBe('UNAUTHENTICATED');
    expect(covage.server.calls.map(({ route }) => route)).toEqual([
      'token',
      'categories',
      'token',
      'categories',
    ]);
  });

  test('a token that the credentials do not get is UNAUTHENTICATED, without the password in the message', async () => {
    await using covage = await startCovage({}, { password: 'wrong-and-secret' });
    const error = await failure(covage.client.fetchOfferFamilies({}));
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', mayHaveTakenEffect: false });
    expect(error.message).not.toContain('wrong-and-secret');
  });

  test('a token whose address is wrong is a failure, and not "unknown"', async () => {
    await using covage = await startCovage();
    await using lost = await startCovage({}, { tokenUrl: `${covage.server.url}/nowhere` });
    await failure(lost.client.fetchQualification(documentedId, {}));
  });

  test('a token that does not come lets a caller go who leaves', async () => {
    const asked = Promise.withResolvers<void>();
    await using server = await startHttpServer((_request, response) => {
      void once(response, 'close');
      asked.resolve();
    });
    await using covage = await startCovage({}, { tokenUrl: server.url, timeoutMs: 60_000 });
    const leaving = new AbortController();
    const call = covage.client.fetchOfferFamilies({ signal: leaving.signal });
    const outcome = call.catch((error: unknown) => error);
    await asked.promise;
    const reason = new Error('the caller has gone');
    leaving.abort(reason);
    expect(await outcome).toBe(reason);
  });
});

describe('an answer', () => {
  test('an answer to a creation tells an instant, in whatever form Covage writes it', async () => {
    await using covage = await startAnsweringCovage(() => ({
      status: 201,
      body: { id: 'one', creation_date: '2025-04-04 10:07:24' },
    }));
    expect(await covage.client.createQualification(request, { synchronous: false })).toMatchObject({
      id: 'one',
      creationDate: '2025-04-04T10:07:24Z',
    });
  });

  test('an answer to a synchronous creation is not lost because one date in it cannot be read', async () => {
    await using covage = await startAnsweringCovage(() => ({
      status: 201,
      body: { id: 'one', creation_date: null, state: 'done.ready' },
    }));
    const creation = await covage.client.createQualification(request, { synchronous: true });
    expect(creation).toMatchObject({ qualification: { id: 'one', creationDate: null } });
  });
});
