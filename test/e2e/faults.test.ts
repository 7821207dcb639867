import { gzipSync } from 'node:zlib';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperatorErrorCode } from '../../src/operators/port/operator-error.ts';
import type { Fault } from '../../src/sandbox/http/fault.ts';
import { startFaultProxy, type ProxyFault } from '../support/fault-proxy.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { openTestStore, startTestService } from '../support/start-test-service.ts';

// Each row: what goes wrong between this service and Covage, and what the client is told. Whatever it is, Kosc answers
// meanwhile, nothing is left open, and Covage is asked again as soon as it is well.

let store: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const covageQuery = '{ siteConnectionTypes }';
const koscMutation = `mutation {
  checkKoscEligibility(input: { reference: "FI-1000-0001", referenceType: OTP }) {
    __typename
  }
}`;

async function start(env: Readonly<Record<string, string>> = {}) {
  const proxy = await startFaultProxy();
  const tested = await startTestService({
    store,
    env: { COVAGE_API_URL: proxy.url, CATALOGUE_FRESH_MS: '0', ...env },
  });
  proxy.targetPort = tested.sandbox.covage.port;
  return {
    ...tested,
    proxy,
    ask: (query: string) => graphqlRequest(tested.url, query),
    async [Symbol.asyncDispose]() {
      await tested[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const kilobyte = 'x'.repeat(1024);

interface Row {
  readonly name: string;
  readonly code: OperatorErrorCode;
  /** What the sandbox does. */
  readonly fault?: Fault;
  /** What happens on the way. */
  readonly onTheWay?: ProxyFault;
  /** Whether the connection is of no use any more. */
  readonly closes?: true;
  /** Only where a short time makes the test shorter. */
  readonly timeoutMs?: number;
}

const timeoutMs = 2_000;
const rows: readonly Row[] = [
  { name: 'an error of its own', fault: { kind: 'status', status: 500 }, code: 'SERVER_ERROR' },
  { name: "a gateway's page", fault: { kind: 'gateway' }, code: 'UNREACHABLE' },
  { name: 'a page of maintenance', fault: { kind: 'html' }, code: 'INVALID_RESPONSE' },
  { name: 'a redirect', fault: { kind: 'redirect' }, code: 'INVALID_RESPONSE' },
  { name: 'JSON of another shape', fault: { kind: 'wrong-shape' }, code: 'INVALID_RESPONSE' },
  { name: 'half of its JSON', fault: { kind: 'truncated' }, code: 'INVALID_RESPONSE' },
  {
    name: 'a slow-down for long',
    fault: { kind: 'rate-limited', retryAfterSeconds: 7 },
    code: 'RATE_LIMITED',
  },
  {
    name: 'five megabytes with their length',
    fault: { kind: 'oversized' },
    code: 'INVALID_RESPONSE',
    closes: true,
  },
  {
    name: 'a body without end',
    onTheWay: {
      kind: 'replace',
      answer: `${ok}transfer-encoding: chunked\r\n\r\n`,
      endless: `400\r\n${kilobyte}\r\n`,
    },
    code: 'INVALID_RESPONSE',
    closes: true,
  },
  {
    name: 'headers without end',
    onTheWay: { kind: 'replace', answer: ok, endless: `x-more: ${kilobyte}\r\n` },
    code: 'INVALID_RESPONSE',
    closes: true,
  },
  {
    name: 'a bomb of gzip that nobody asked for',
    onTheWay: { kind: 'replace', answer: gzipAnswer(64 * 1024 * 1024) },
    code: 'INVALID_RESPONSE',
  },
  {
    name: 'another language than HTTP',
    onTheWay: { kind: 'replace', answer: '220 mail.example.fr ESMTP\r\n' },
    code: 'INVALID_RESPONSE',
    closes: true,
  },
  {
    name: 'bytes that were flipped',
    onTheWay: {
      kind: 'corrupt',
      change: (answer) =>
        Buffer.from(answer.toString('latin1').replaceAll('"', '\u00ff'), 'latin1'),
    },
    code: 'INVALID_RESPONSE',
  },
  {
    name: 'less than the length it gave, and no more',
    onTheWay: { kind: 'replace', answer: `${ok}content-length: 10\r\n\r\n{}` },
    code: 'TIMEOUT',
    closes: true,
    timeoutMs,
  },
  {
    name: 'more than the length it gave',
    onTheWay: { kind: 'replace', answer: `${ok}content-length: 1\r\n\r\n{"a":1}` },
    code: 'INVALID_RESPONSE',
    closes: true,
  },
  {
    name: 'the end before a byte',
    fault: { kind: 'destroy' },
    code: 'UNREACHABLE',
    closes: true,
  },
  {
    name: 'a part and the end',
    onTheWay: { kind: 'cut', afterBytes: 100 },
    code: 'UNREACHABLE',
    closes: true,
  },
  {
    name: 'a part and a reset',
    onTheWay: { kind: 'cut', afterBytes: 300, reset: true },
    code: 'UNREACHABLE',
    closes: true,
  },
  {
    name: 'nothing for ever',
    onTheWay: { kind: 'silence' },
    code: 'TIMEOUT',
    closes: true,
    timeoutMs,
  },
  {
    name: 'a byte now and then',
    onTheWay: { kind: 'drip', intervalMs: 20 },
    code: 'TIMEOUT',
    closes: true,
    timeoutMs,
  },
];

describe.concurrent('an operator that answers', () => {
  test.for(rows)('$name is told as $code', async (row, { expect: expectHere }) => {
    await using tested = await start(
      row.timeoutMs === undefined ? {} : { COVAGE_TIMEOUT_MS: String(row.timeoutMs) },
    );
    const { proxy, sandbox, ask } = tested;
    if (row.fault) sandbox.covage.script({ faults: [{ ...row.fault, route: 'siteConnections' }] });
    // Through the proxy in any case, so that it is seen whether the connection is closed.
    proxy.fault = row.onTheWay ?? { kind: 'corrupt', change: (answer) => answer };

    const [answer, other] = await Promise.all([ask(covageQuery), ask(koscMutation)]);
    expectHere(answer.data).toEqual({ siteConnectionTypes: null });
    expectHere(answer.errors).toMatchObject([
      {
        path: ['siteConnectionTypes'],
        extensions: { code: `OPERATOR_${row.code}`, operator: 'COVAGE' },
      },
    ]);
    expectHere(other).toMatchObject({
      data: { checkKoscEligibility: { __typename: 'KoscEligibility' } },
    });
    if (row.closes) await proxy.whenHarmedAreClosed();
    // Three tries at most, of four megabytes at most, and what the sockets between hold.
    expectHere(proxy.sentBytes).toBeLessThan(40 * 1024 * 1024);

    proxy.fault = null;
    sandbox.covage.script({ faults: [] });
    const after = await ask(covageQuery);
    expectHere(after).toMatchObject({ data: { siteConnectionTypes: expectHere.any(Array) } });
  });
});

/** An answer whose body is so many zeros, packed. */
function gzipAnswer(bytes: number): Buffer {
  const body = gzipSync(Buffer.alloc(bytes));
  const head = `${ok}content-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

describe('an operator that asks to slow down for a moment', () => {
  test('an operator that asks to slow down for a moment is asked once more after it, and nobody notices', async () => {
    await using tested = await start();
    tested.sandbox.covage.script({
      faults: [{ kind: 'rate-limited', retryAfterSeconds: 1, route: 'siteConnections', times: 1 }],
    });
    expect((await tested.ask(covageQuery)).errors).toBeUndefined();
    const calls = tested.sandbox.covage.calls.filter(({ route }) => route === 'siteConnections');
    expect(calls.map(({ status }) => status)).toEqual([429, 200]);
  });
});

describe('a client that leaves', () => {
  test('a client that leaves ends its calls at the operator at once', async () => {
    await using tested = await start({ COVAGE_TIMEOUT_MS: '60000' });
    tested.proxy.fault = { kind: 'silence' };
    const leaving = new AbortController();
    const left = request(tested.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: covageQuery }),
      signal: leaving.signal,
    }).catch((error: unknown) => error);
    await tested.sandbox.covage.waitForCall(({ route }) => route === 'siteConnections');
    leaving.abort();
    await left;
    await tested.proxy.whenHarmedAreClosed();
  });
});

describe('a deadline that comes', () => {
  test('a deadline that comes ends the calls at the operator a moment before, so that the answer says whose time it was', async () => {
    await using tested = await start({
      COVAGE_TIMEOUT_MS: '60000',
      EXECUTION_TIMEOUT_MS: '3000',
    });
    // With a token at hand, what follows comes to Covage long before its deadline.
    expect((await tested.ask(covageQuery)).errors).toBeUndefined();
    tested.proxy.fault = { kind: 'silence' };
    const ask = () => tested.ask('{ siteConnectionTypes operators { operator } }');
    let { data, errors } = await ask();
    // Once more where the machine stood still from before that moment to after the deadline.
    if (errors?.[0]?.extensions?.['code'] === 'DEADLINE_EXCEEDED') ({ data, errors } = await ask());
    expect(data).toEqual({
      siteConnectionTypes: null,
      operators: [{ operator: 'COVAGE' }, { operator: 'KOSC' }],
    });
    expect(errors).toMatchObject([
      { extensions: { code: 'OPERATOR_TIMEOUT', operator: 'COVAGE', retryable: true } },
    ]);
    await tested.proxy.whenHarmedAreClosed();
  });
});

describe('an operator that hangs', () => {
  test('an operator that hangs holds no more calls than it may, and the other one answers as ever', async () => {
    await using tested = await start({ OPERATOR_MAX_CALLS: '2', COVAGE_TIMEOUT_MS: '700' });
    tested.sandbox.covage.script({ faults: [{ kind: 'hang', route: 'item' }] });
    const hanging = Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        tested.ask(`{ productOfferingQualificationItem(id: "item-${index}") { state } }`),
      ),
    );
    for (let count = 0; count < 5; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that none waits for its turn
      const { data } = await tested.ask(koscMutation);
      expect(data).toEqual({ checkKoscEligibility: { __typename: 'KoscEligibility' } });
    }
    const answers = await hanging;
    const told = answers.map(({ errors }) => errors?.[0]?.extensions?.['code']);
    expect(new Set(told)).toEqual(new Set(['OPERATOR_TIMEOUT']));
    const unsent = answers.filter(({ errors }) => errors?.[0]?.message.endsWith('was not sent.'));
    // Two under way and eight that wait: the others are refused at once, and those who wait too long later.
    expect(unsent.length).toBeGreaterThanOrEqual(20);
    tested.sandbox.covage.script({ faults: [] });
    await expect
      .poll(() => tested.ask(covageQuery))
      .toMatchObject({ data: { siteConnectionTypes: expect.any(Array) } });
  });
});
