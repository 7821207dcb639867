import { request } from 'undici';
import WebSocket from 'ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyedCallers, type KeyedCallers } from '../support/keyed-callers.ts';
import { recordingLog } from '../support/recording-log.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

// What is refused is told to whoever runs the service, over every transport alike.

const log = recordingLog();
let callers: KeyedCallers;
let tested: TestService;
beforeAll(async () => {
  callers = keyedCallers({ reader: { tenant: 'acme', scopes: ['read'] } });
  tested = await startTestService({ log, env: { ...callers.env, METRICS_PORT: '0' } });
});
afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  callers[Symbol.dispose]();
});

async function counted(code: string): Promise<number> {
  const text = await (await fetch(tested.service.metricsUrl ?? '')).text();
  const line = new RegExp(`^eligibility_operations_refused_total\\{code="${code}"\\} (\\d+)$`, 'm');
  return Number(line.exec(text)?.[1] ?? 0);
}

const post = async (requestId: string, headers: Record<string, string>, body: string) => {
  const answer = await request(tested.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': requestId, ...headers },
    body,
  });
  await answer.body.dump();
};

async function ask(requestId: string, headers: Record<string, string>, query: string) {
  await post(requestId, headers, JSON.stringify({ query }));
}

/** The same over a socket. */
async function askOnSocket(requestId: string, headers: Record<string, string>, query: string) {
  const socket = new WebSocket(tested.url.replace(/^http/, 'ws'), 'graphql-transport-ws', {
    headers: { 'x-request-id': requestId, ...headers },
  });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.once('open', () => socket.send('{"type":"connection_init"}'));
  socket.on('message', (data: Buffer) => {
    const { type } = JSON.parse(data.toString()) as { type: string };
    if (type === 'connection_ack') {
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    } else socket.close();
  });
  await closed;
}

const known = { 'x-api-key': 'reader' };
const foreign = { ...known, origin: 'https://evil.example' };
const mutation =
  'mutation { checkKoscEligibility(input: { reference: "x", referenceType: BUILDING }) { __typename } }';

test.for([
  ['without credentials', 'UNAUTHENTICATED', {}, '{ __typename }'],
  ['of a page of another site', 'ORIGIN_NOT_ALLOWED', foreign, '{ __typename }'],
  ['for another host', 'HOST_NOT_ALLOWED', { ...known, host: 'evil.example' }, '{ __typename }'],
  ['that is not valid', 'GRAPHQL_VALIDATION_FAILED', known, '{ nothing }'],
  ['that cannot be parsed', 'GRAPHQL_PARSE_FAILED', known, '{'],
  ['without the scope for it', 'FORBIDDEN', known, mutation],
] as const)(
  'a request %s is in the log with its code and identifier, and counted once',
  async ([, code, headers, query]) => {
    for (const [requestId, send] of [
      [`http-${code}`, () => ask(`http-${code}`, headers, query)],
      [
        `events-${code}`,
        () => ask(`events-${code}`, { ...headers, accept: 'text/event-stream' }, query),
      ],
      [`socket-${code}`, () => askOnSocket(`socket-${code}`, headers, query)],
    ] as const) {
      // oxlint-disable no-await-in-loop -- one after the other
      const before = await counted(code);
      await send();
      await expect.poll(() => counted(code)).toBe(before + 1);
      // oxlint-enable no-await-in-loop
      const lines = log.lines.filter(({ fields }) => fields['requestId'] === requestId);
      expect(lines).toEqual([
        {
          level: 'info',
          message: 'refused',
          fields: { requestId, code, status: expect.any(Number) as number },
        },
      ]);
    }
  },
);

test('a body that cannot be read, a preflight of another site and an address of nothing are told, too', async () => {
  await post('body', known, '{');
  await request(tested.url, {
    method: 'OPTIONS',
    headers: { 'x-request-id': 'preflight', origin: 'https://evil.example' },
  });
  await request(new URL('/nothing', tested.url), { headers: { 'x-request-id': 'address' } });
  const codes = log.lines
    .filter(({ message }) => message === 'refused')
    .map(({ fields }) => [fields['requestId'], fields['code']]);
  expect(codes).toEqual(
    expect.arrayContaining([
      ['body', 'BAD_REQUEST'],
      ['preflight', 'ORIGIN_NOT_ALLOWED'],
      ['address', 'NOT_FOUND'],
    ]),
  );
});
