import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/http/fault.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { recordingLog } from '../support/recording-log.ts';
import { openTestStore, startTestService } from '../support/start-test-service.ts';

let store: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

async function start(env: Readonly<Record<string, string>> = {}) {
  const log = recordingLog();
  const tested = await startTestService({ store, log, env: { CATALOGUE_FRESH_MS: '0', ...env } });
  const { covage } = tested.sandbox;
  const ask = async (query = '{ siteConnectionTypes }') => {
    const { data, errors } = await graphqlRequest(tested.url, query);
    const [error] = errors ?? [];
    return { data, code: error?.extensions?.['code'] ?? null, message: error?.message ?? '' };
  };
  return {
    ...tested,
    log,
    ask,
    /** What goes wrong at Covage from now on. */
    script: (...faults: readonly Fault[]) => covage.script({ faults: [...faults] as never }),
    callsOf: (route: string) => covage.calls.filter((call) => call.route === route),
    async circuit(): Promise<string> {
      const { data } = await graphqlRequest<{ operators: { operator: string; circuit: string }[] }>(
        tested.url,
        '{ operators { operator circuit } }',
        {},
      );
      return data?.operators.find(({ operator }) => operator === 'COVAGE')?.circuit ?? '';
    },
  };
}

/** One after the other. */
async function times<T>(count: number, ask: () => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (let one = 0; one < count; one += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    answers.push(await ask());
  }
  return answers;
}

const traceback =
  'Traceback (most recent call last): File "/srv/covage/settings.py" password=hunter2 token: eyJhbGciOi.eyJzdWIiOi.c2ln for marie@example.fr';

describe('what an operator says of a failure of its own', () => {
  test.for<[string, Fault]>([
    ['as JSON', { kind: 'status', status: 500, body: { detail: traceback } }],
    ['as a page', { kind: 'status', status: 503, body: `<html><pre>${traceback}</pre></html>` }],
    ['in place of an answer', { kind: 'status', status: 200, body: `<html>${traceback}</html>` }],
  ])('(%s) goes to the log, without secrets, and not to the client', async ([, fault]) => {
    await using tested = await start();
    tested.script({ ...fault, route: 'siteConnections' });
    const { code, message } = await tested.ask();
    expect(code).toMatch(/^OPERATOR_(SERVER_ERROR|UNREACHABLE|INVALID_RESPONSE)$/);
    expect(message).not.toMatch(/Traceback|srv|hunter2/);
    const lines = tested.log.lines.filter(({ message: text }) => text.includes('said this'));
    expect(lines).toMatchObject([
      {
        level: 'warn',
        fields: { operator: 'COVAGE', said: expect.stringContaining('/srv/covage/settings.py') },
      },
    ]);
    expect(JSON.stringify(tested.log.lines)).not.toMatch(/hunter2|eyJhbGci|marie@/);
  });

  test('what an operator says of a failure of its own of its token endpoint goes there, too', async () => {
    await using tested = await start();
    tested.script({
      kind: 'status',
      status: 401,
      body: { error: 'invalid_grant', error_description: 'Account svc-17 is disabled' },
      route: 'token',
    });
    const { code, message } = await tested.ask();
    expect(code).toBe('OPERATOR_UNAUTHENTICATED');
    expect(message).not.toContain('svc-17');
    expect(JSON.stringify(tested.log.lines)).toContain('svc-17');
  });

  test('what an operator says of a failure of its own where it refuses what was asked, is told', async () => {
    await using tested = await start();
    tested.script({
      kind: 'status',
      status: 400,
      body: { detail: 'Zone inconnue.' },
      route: 'siteConnections',
    });
    expect((await tested.ask()).message).toBe('Covage refused the request (400): Zone inconnue.');
  });
});

describe('credentials that are refused', () => {
  test('credentials that are refused are sent three times at most, however many questions need them', async () => {
    await using tested = await start();
    tested.script({ kind: 'status', status: 401, route: 'token' });
    const answers = await times(12, () => tested.ask());
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set(['OPERATOR_UNAUTHENTICATED']));
    expect(tested.callsOf('token')).toHaveLength(3);
    expect(answers.at(-1)?.message).toMatch(/It is asked again in \d s at the earliest\.$/);
    expect(await tested.circuit()).toBe('CLOSED');
  });

  test('credentials that are refused by the API, which takes no token that it gave, are not asked new ones for without end', async () => {
    await using tested = await start();
    tested.script({ kind: 'status', status: 401, route: 'siteConnections' });
    const answers = await times(12, () => tested.ask());
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set(['OPERATOR_UNAUTHENTICATED']));
    expect(tested.callsOf('token')).toHaveLength(3);
    // Another route, for which the account is good, is asked as ever.
    expect((await tested.ask('{ offerFamilies { name } }')).code).toBeNull();
    expect(tested.callsOf('token')).toHaveLength(3);
  });

  test('credentials that are refused are none where the token endpoint asks to slow down, which it is left alone for', async () => {
    await using tested = await start();
    tested.script({ kind: 'rate-limited', retryAfterSeconds: 30, route: 'token' });
    const answers = await times(12, () => tested.ask());
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set(['OPERATOR_RATE_LIMITED']));
    expect(tested.callsOf('token')).toHaveLength(1);
  });

  test('credentials that are refused are none where the token endpoint fails, which is not asked for each question either', async () => {
    await using tested = await start();
    tested.script({ kind: 'status', status: 500, route: 'token' });
    const answers = await Promise.all(Array.from({ length: 12 }, () => tested.ask()));
    expect(answers.every(({ code }) => code === 'OPERATOR_SERVER_ERROR')).toBe(true);
    expect(tested.callsOf('token').length).toBeLessThanOrEqual(4);
    tested.script();
    await expect.poll(async () => (await tested.ask()).code, { timeout: 20_000 }).toBeNull();
  });
});

describe('a circuit', () => {
  test('a circuit stays closed however often one record cannot be read', async () => {
    await using tested = await start();
    tested.script({ kind: 'wrong-shape', body: { id: 5, state: null }, route: 'item' });
    const answers = await times(11, () =>
      tested.ask('{ productOfferingQualificationItem(id: "broken") { state } }'),
    );
    expect(answers.at(-1)?.code).not.toBe('OPERATOR_CIRCUIT_OPEN');
    expect(await tested.circuit()).toBe('CLOSED');
    expect((await tested.ask()).code).toBeNull();
  });

  test.for<[string, Fault]>([
    ['a page', { kind: 'html' }],
    ['a redirect', { kind: 'redirect' }],
  ])('a circuit opens where %s answers in place of the API', async ([, fault]) => {
    await using tested = await start({ CIRCUIT_OPEN_MS: '60000' });
    tested.script({ ...fault, route: 'siteConnections' });
    await times(10, () => tested.ask());
    expect(await tested.circuit()).toBe('OPEN');
  });

  test('a circuit is neither closed nor opened by a trial that its caller had no time for', async () => {
    await using tested = await start({
      CIRCUIT_OPEN_MS: '5',
      COVAGE_TIMEOUT_MS: '60000',
      EXECUTION_TIMEOUT_MS: '1500',
    });
    await tested.ask('{ offerFamilies { name } }');
    tested.script({ kind: 'status', status: 500, route: 'siteConnections' });
    await expect
      .poll(async () => {
        await tested.ask();
        return tested.circuit();
      })
      .toBe('OPEN');
    tested.script({ kind: 'hang', route: 'siteConnections' });
    await expect
      .poll(async () => {
        await tested.ask();
        return tested.circuit();
      })
      .toBe('HALF_OPEN');
    await tested.ask();
    expect(await tested.circuit()).toBe('HALF_OPEN');
    tested.script();
    expect((await tested.ask()).code).toBeNull();
    expect(await tested.circuit()).toBe('CLOSED');
  });
});
