import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { request } from 'undici';
import { createQualification } from '../support/create-qualification.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

// Answers that are over for the service and not yet for their connection.

const stallMs = 1_000;
let tested: TestService;
beforeAll(async () => {
  tested = await startTestService({
    covage: { lifecycle: { advance: 'manual' } },
    env: { STALLED_CLIENT_TIMEOUT_MS: String(stallMs) },
  });
});
afterAll(() => tested[Symbol.asyncDispose]());

const opened: Socket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
});

/** A connection of its own; what was answered on it is in `text`. */
async function openTcp(): Promise<{ socket: Socket; readonly text: () => string }> {
  const { hostname, port } = new URL(tested.url);
  const socket = connect(Number(port), hostname);
  opened.push(socket);
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(socket, 'connect');
  return { socket, text: () => text };
}

/** The head of a request with a body of this length. */
function headOf(path: string, length: number, headers: readonly string[] = []): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: ${new URL(tested.url).host}`,
    'Content-Type: application/json',
    `Content-Length: ${length}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A whole request for a stream of its own. */
function ask(query: string): string {
  const body = JSON.stringify({ query });
  return headOf('/graphql', body.length, ['Accept: text/event-stream']) + body;
}

const following = (id: string): string =>
  `subscription { productOfferingQualificationStateChange(id: "${id}") { stateChange { state } } }`;

test('a stream that is over while another one is before it on its connection is sent nothing more', async () => {
  const id = await createQualification(tested);
  const { socket, text } = await openTcp();
  socket.write(ask(following(id)) + ask('{ offerFamilies { name } }') + ask(following('unknown')));
  await expect.poll(text).toContain('ACKNOWLEDGED');
  // Signs of life come twice in this time.
  await pause(stallMs * 2.5);
  expect(text().match(/\n:\n/g)?.length).toBeGreaterThan(1);
  expect(text()).not.toContain('complete');
  expect((await graphqlRequest(tested.url, '{ offerFamilies { name } }')).errors).toBeUndefined();
});

test('an operation whose stream was closed before it was read begins nothing', async () => {
  const id = await createQualification(tested);
  const address = `${tested.url}/stream`;
  const reserved = await request(address, { method: 'PUT' });
  const token = await reserved.body.text();
  const named = { 'x-graphql-event-stream-token': token };
  const stream = await request(address, { headers: { accept: 'text/event-stream', ...named } });
  const { socket, text } = await openTcp();
  const body = JSON.stringify({ query: following(id), extensions: { operationId: 'late' } });
  socket.write(
    headOf('/graphql/stream', body.length, [`X-GraphQL-Event-Stream-Token: ${token}`]) +
      body.slice(0, 10),
  );
  stream.body.on('error', () => {});
  stream.body.destroy();
  // Once its stream is gone, nobody else finds it either.
  await expect
    .poll(async () => (await request(address, { method: 'DELETE', headers: named })).statusCode)
    .toBe(404);
  tested.sandbox.covage.clearCalls();
  socket.write(body.slice(10));
  await expect.poll(text).toContain('HTTP/1.1 404');
  expect(tested.sandbox.covage.calls).toEqual([]);
});
