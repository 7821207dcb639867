import { describe, expect, test } from 'vitest';
import type { KoscReferenceType } from '../../../src/operators/kosc/domain.ts';
import {
  OperatorError,
  type OperatorErrorCode,
  UnknownReferenceError,
} from '../../../src/operators/port/operator-error.ts';
import type { Fault } from '../../../src/sandbox/http/fault.ts';
import type { KoscVariant } from '../../../src/sandbox/kosc/variants.ts';
import { asking, startAnsweringKosc, startKosc } from '../../support/kosc-client.ts';

const building = asking('IMB/77108/X/031C', 'BUILDING');
const apirequest_uuid = 'KOSC_7a9f1c1e-0000-4000-8000-000000000000';

async function failure(call: Promise<unknown>): Promise<OperatorError> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OperatorError);
  return error as OperatorError;
}

const answering = (status: number, error: string | null, details: unknown = null) =>
  startAnsweringKosc(() => ({ status, body: { apirequest_uuid, error, details } }));

describe('a reference that Kosc does not know', () => {
  const unknown: readonly [string, KoscReferenceType, string][] = [
    ['0199999999', 'LINE_NUMBER', 'Line number not found'],
    ['FI-0000-0000', 'OTP', 'Otp not found'],
    ['IMB/00000/X/0000', 'BUILDING', 'Building not found'],
  ];
  const variants: readonly KoscVariant[][] = [
    [],
    ['not-found-as-500'],
    ['errors-without-details'],
    ['not-found-as-500', 'errors-without-details'],
  ];
  test.for(variants.flatMap((each) => unknown.map((one) => [each, ...one] as const)))(
    'is told apart from a failure (%j, %s)',
    async ([inForce, reference, referenceType, words]) => {
      await using kosc = await startKosc({ variants: [...inForce] });
      const asked = kosc.client.checkEligibility(asking(reference, referenceType), {});
      const error = await failure(asked);
      expect(error).toBeInstanceOf(UnknownReferenceError);
      expect(error).toMatchObject({ code: 'NOT_FOUND', retryable: false });
      expect(error.message).toContain(words);
      expect(error.correlationId).toMatch(/^KOSC_/);
      const sent = kosc.server.calls.filter(({ route }) => route === 'checkEligibility');
      expect(sent).toHaveLength(1);
    },
  );

  test('a reference that Kosc does not know is not what a 404 of the web server says', async () => {
    await using kosc = await startAnsweringKosc(() => ({ status: 404, body: 'Not Found' }));
    const error = await failure(kosc.client.checkEligibility(building, {}));
    expect(error).not.toBeInstanceOf(UnknownReferenceError);
  });

  test.for(['User not found.', 'Product line not found', 'Page not found'])(
    'is not what %j says',
    async (words) => {
      await using kosc = await answering(404, words);
      const error = await failure(kosc.client.checkEligibility(building, {}));
      expect(error).not.toBeInstanceOf(UnknownReferenceError);
    },
  );
});

describe('an error of Kosc', () => {
  test.for(['/srv/kosc/secret.py', 'Traceback (most recent call last)', 'x'.repeat(200)])(
    'is not named by %j',
    async (name) => {
      await using kosc = await startAnsweringKosc(() => ({
        status: 500,
        body: { apirequest_uuid: name, error: 'Unable to serve your request', details: null },
      }));
      const error = await failure(kosc.client.checkEligibility(building, {}));
      expect(error).toMatchObject({ code: 'SERVER_ERROR', correlationId: null });
    },
  );

  test.for<[number, string, OperatorErrorCode, boolean]>([
    [500, 'Unable to serve your request', 'SERVER_ERROR', true],
    [500, 'External web service unreachable', 'UPSTREAM_UNREACHABLE', true],
    [502, 'External web service unreachable', 'UPSTREAM_UNREACHABLE', true],
    [503, 'External web service unreachable, try later.', 'UPSTREAM_UNREACHABLE', true],
    [400, 'External web service unreachable', 'UPSTREAM_UNREACHABLE', true],
    [200, 'External web service unreachable', 'UPSTREAM_UNREACHABLE', true],
    [500, 'Building not found.', 'NOT_FOUND', false],
    [502, 'Bad gateway', 'UNREACHABLE', true],
    [503, 'Maintenance', 'UNREACHABLE', true],
    [504, 'Timeout', 'UNREACHABLE', true],
    [429, 'Too many requests', 'RATE_LIMITED', true],
    [403, 'You do not have permission to perform this action.', 'FORBIDDEN', false],
    [401, 'Authentication credentials were not provided.', 'UNAUTHENTICATED', false],
    [400, 'Invalid input', 'REJECTED', false],
    [422, 'Unprocessable', 'REJECTED', false],
  ])('%i %j is %s', async ([status, words, code, retryable]) => {
    await using kosc = await answering(status, words);
    const error = await failure(kosc.client.checkEligibility(building, {}));
    expect(error).toMatchObject({ code, retryable, operator: 'KOSC' });
    expect(error.correlationId).toBe(apirequest_uuid);
    expect(error.message).toMatch(/^Kosc .*[^.]\.$/);
  });

  test('an error of Kosc quotes its words, with what is wrong field by field', async () => {
    await using kosc = await answering(400, 'Invalid input', [
      { field: 'reference', errors: ['This field is required.', 'Too short.'] },
      { field: 'status', errors: ['Not a valid choice.'] },
    ]);
    const { message } = await failure(kosc.client.checkEligibility(building, {}));
    expect(message).toContain('Invalid input');
    expect(message).toContain('reference: This field is required. Too short.');
    expect(message).toContain('status: Not a valid choice.');
  });

  test.for([
    [500, 'File "/srv/kosc/db.py": password=hunter2'],
    [502, 'External web service unreachable: http://10.0.0.7/secret'],
    [200, 'Traceback: secret'],
  ] as const)('an error of Kosc of its own (%i) is not quoted: %j', async ([status, words]) => {
    await using kosc = await answering(status, words);
    const { message, said } = await failure(kosc.client.checkEligibility(building, {}));
    expect(message).not.toMatch(/srv|hunter2|10\.0|secret/);
    expect(said).toContain(words);
  });

  test('an error of Kosc of its own is not quoted beside what says that a reference is unknown', async () => {
    await using kosc = await answering(500, 'Building not found.', [
      { field: 'trace', errors: ['File "/srv/kosc/db.py": secret'] },
    ]);
    const { code, message } = await failure(kosc.client.checkEligibility(building, {}));
    expect(code).toBe('NOT_FOUND');
    expect(message).toBe('Kosc does not know the reference: Building not found.');
  });

  test('an error of Kosc that refuses a product line says so', async () => {
    await using kosc = await startKosc({ variants: ['unknown-product-lines-refused'] });
    const asked = kosc.client.checkEligibility({ ...building, productLines: ['QQ'] }, {});
    const error = await failure(asked);
    expect(error).toMatchObject({ code: 'REJECTED', status: 400 });
    expect(error.message).toContain('"QQ" is not a valid choice.');
  });

  test.for([null, 'a text', [], { error: 5 }, { error: null, details: 'odd' }])(
    'an error of Kosc whose body is %j is a failure by its status',
    async (body) => {
      await using kosc = await startAnsweringKosc(() => ({ status: 500, body }));
      expect((await failure(kosc.client.checkEligibility(building, {}))).code).toBe('SERVER_ERROR');
    },
  );

  test.for([429, 503])('an error of Kosc says how long to wait (%i)', async (status) => {
    await using kosc = await startKosc({
      faults: [
        {
          kind: 'status',
          status,
          headers: { 'retry-after': '30' },
          body: { apirequest_uuid, error: 'External web service unreachable', details: null },
          route: 'checkEligibility',
        },
      ],
    });
    expect((await failure(kosc.client.checkEligibility(building, {}))).retryAfterMs).toBe(30_000);
  });

  test('an error of Kosc without an answer that can be read is INVALID_RESPONSE with its status', async () => {
    await using kosc = await startAnsweringKosc(() => ({ text: '<html>Maintenance</html>' }));
    expect(await failure(kosc.client.checkEligibility(building, {}))).toMatchObject({
      code: 'INVALID_RESPONSE',
      status: 200,
    });
  });
});

describe('a question', () => {
  test.for<Fault>([
    { kind: 'gateway' },
    { kind: 'destroy' },
    { kind: 'destroy', when: 'in-body' },
    { kind: 'status', status: 500 },
    { kind: 'rate-limited', retryAfterSeconds: 0 },
    { kind: 'hang' },
  ])('a question is sent once, since Kosc records each: %j', async (fault) => {
    await using kosc = await startKosc(
      { faults: [{ ...fault, route: 'checkEligibility' }] },
      { timeoutMs: 1_500 },
    );
    await failure(kosc.client.checkEligibility(building, {}));
    const sent = kosc.server.calls.filter(({ route }) => route === 'checkEligibility');
    expect(sent).toHaveLength(1);
  });

  test('a question ends when the caller leaves', async () => {
    await using kosc = await startKosc({
      faults: [{ kind: 'hang', route: 'checkEligibility' }],
    });
    const leaving = new AbortController();
    const asked = kosc.client
      .checkEligibility(building, { signal: leaving.signal })
      .catch((error: unknown) => error);
    await kosc.server.waitForCall(({ route }) => route === 'checkEligibility');
    const reason = new Error('the caller has gone');
    leaving.abort(reason);
    expect(await asked).toBe(reason);
  });
});

describe('a token', () => {
  test.for<KoscVariant[]>([[], ['unauthorized-other-words'], ['unauthorized-as-403']])(
    'that was revoked is renewed once, and the question asked again (%j)',
    async (variants) => {
      await using kosc = await startKosc({ variants });
      await kosc.client.checkEligibility(building, {});
      kosc.server.clearCalls();
      kosc.server.revokeTokens();
      expect(await kosc.client.checkEligibility(building, {})).toMatchObject({
        verdict: 'ELIGIBLE',
      });
      expect(kosc.server.calls.map(({ route }) => route)).toEqual([
        'checkEligibility',
        'token',
        'checkEligibility',
      ]);
    },
  );

  test('a token is asked for once by many questions at once', async () => {
    await using kosc = await startKosc();
    await Promise.all(Array.from({ length: 20 }, () => kosc.client.checkEligibility(building, {})));
    expect(kosc.server.calls.filter(({ route }) => route === 'token')).toHaveLength(1);
  });

  test('a token that is refused again is UNAUTHENTICATED after one renewal', async () => {
    await using kosc = await startKosc({
      faults: [{ kind: 'status', status: 401, route: 'checkEligibility' }],
    });
    const error = await failure(kosc.client.checkEligibility(building, {}));
    expect(error.code).toBe('UNAUTHENTICATED');
    expect(kosc.server.calls.map(({ route }) => route)).toEqual([
      'token',
      'checkEligibility',
      'token',
      'checkEligibility',
    ]);
  });

  test('a token that the credentials do not get is UNAUTHENTICATED, without the password in the message', async () => {
    await using kosc = await startKosc({}, { password: 'wrong-and-secret' });
    const error = await failure(kosc.client.checkEligibility(building, {}));
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', mayHaveTakenEffect: false });
    expect(error.message).not.toContain('wrong-and-secret');
    expect(error.correlationId).toMatch(/^KOSC_/);
  });
});
