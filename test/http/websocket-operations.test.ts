import { once } from 'node:events';
import WebSocket from 'ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSocket } from '../support/ask-over.ts';
import { recordingLog } from '../support/recording-log.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

const log = recordingLog();
let service: TestService;
/** One that waits for no introduction. */
let impatient: TestService;
beforeAll(async () => {
  service = await startTestService({ log });
  service.sandbox.covage.script({ faults: [{ kind: 'hang' }] });
  impatient = await startTestService({ env: { CONNECTION_INIT_TIMEOUT_MS: '300' } });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await impatient[Symbol.asyncDispose]();
});

const init = '{"type":"connection_init"}';
/** An operation that is not answered. */
const slow = JSON.stringify({
  id: 'one',
  type: 'subscribe',
  payload: { query: '{ productOfferingQualification(id: "slow") { id } }' },
});

const longNamed = slow.replace('"one"', JSON.stringify('é'.repeat(1_000)));

test.for([
  [4400, 'for what is no message', ['{']],
  [4400, 'for a message of bytes', [Buffer.from(init)]],
  [4401, 'for an operation before the introduction', [slow]],
  [4408, 'without an introduction', []],
  [4409, 'for an id that is in use', [init, slow, slow]],
  [4409, 'for an id that is in use and long', [init, longNamed, longNamed]],
  [4429, 'for a second introduction', [init, init]],
  [1009, 'for a message over 64 KiB', [init, 'x'.repeat(65_537)]],
] as const)('a socket is closed with %i %s', async ([code, , messages]) => {
  const { url } = code === 4408 ? impatient : service;
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  const closed = once(socket, 'close');
  await once(socket, 'open');
  for (const message of messages) {
    socket.send(message);
    // oxlint-disable-next-line no-await-in-loop -- what comes next is sent after the acknowledgement
    if (message === init && messages.length > 1)
      await Promise.race([once(socket, 'message'), closed]);
  }
  expect((await closed)[0]).toBe(code);
});

test('a socket without the protocol is closed with 4406', async () => {
  const socket = new WebSocket(service.url.replace(/^http/, 'ws'));
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(4406);
});

test('an id is free as soon as its operation is completed, a thousand times, and the log has no error of it', async () => {
  const socket = await openSocket(service.url);
  const received: { id: string; type: string; payload?: unknown }[] = [];
  const answered = Promise.withResolvers<void>();
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as (typeof received)[number];
    received.push(message);
    if (message.type === 'complete') answered.resolve();
  });
  for (let time = 0; time < 1_000; time += 1) {
    socket.send(slow);
    socket.send('{"id":"one","type":"complete"}');
  }
  const last = { query: '{ last: __typename }' };
  socket.send(JSON.stringify({ id: 'one', type: 'subscribe', payload: last }));
  await answered.promise;
  expect(received).toEqual([
    { id: 'one', type: 'next', payload: { data: { last: 'Query' } } },
    { id: 'one', type: 'complete' },
  ]);
  socket.terminate();
  expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
});
