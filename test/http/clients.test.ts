import { once } from 'node:events';
import { request } from 'undici';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { ClientAddresses } from '../../src/http/reading/client-address.ts';
import { createQualification } from '../support/create-qualification.ts';
import { keyedCallers } from '../support/keyed-callers.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

/** A request of a connection from `address`, with these headers. */
const from = (address: string, headers: Record<string, string> = {}) =>
  ({ socket: { remoteAddress: address }, headers }) as unknown as Parameters<
    ClientAddresses['of']
  >[0];

const addresses = new ClientAddresses(['10.0.0.0/8', '192.168.1.1', '2001:db8:1::/48']);

test.for([
  ['of a connection without a word of a proxy', '10.0.0.1', {}, '10.0.0.1'],
  ['told by a proxy', '10.0.0.1', { 'x-forwarded-for': '203.0.113.7' }, '203.0.113.7'],
  ['told by a proxy on IPv6', '2001:db8:1::5', { 'x-forwarded-for': '203.0.113.7' }, '203.0.113.7'],
  [
    'told by IPv4 as IPv6',
    '::ffff:10.0.0.1',
    { 'x-forwarded-for': '::ffff:203.0.113.7' },
    '203.0.113.7',
  ],
  ['told by somebody else', '203.0.113.9', { 'x-forwarded-for': '203.0.113.7' }, '203.0.113.9'],
  [
    'behind several proxies',
    '10.0.0.1',
    { 'x-forwarded-for': '203.0.113.7, 192.168.1.1,10.2.3.4' },
    '203.0.113.7',
  ],
  [
    'before which the client wrote another',
    '10.0.0.1',
    { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' },
    '203.0.113.7',
  ],
  ['of a proxy that asks itself', '10.0.0.1', { 'x-forwarded-for': '10.0.0.9' }, '10.0.0.9'],
  ['with a port', '10.0.0.1', { 'x-forwarded-for': '203.0.113.7:55555' }, '203.0.113.7'],
  [
    'in brackets with a port',
    '10.0.0.1',
    { 'x-forwarded-for': '[2001:DB8:0:0::7]:4711' },
    '2001:db8::7',
  ],
  ['that is none', '10.0.0.1', { 'x-forwarded-for': 'nonsense' }, '10.0.0.1'],
  ['that is empty', '10.0.0.1', { 'x-forwarded-for': '' }, '10.0.0.1'],
  [
    'by RFC 7239',
    '10.0.0.1',
    { forwarded: 'For="[2001:db8:cafe::17]:4711";proto=https' },
    '2001:db8:cafe::17',
  ],
  [
    'by RFC 7239 behind another proxy',
    '10.0.0.1',
    { forwarded: 'for=198.51.100.1;by="a,b", for=203.0.113.7, for=10.1.1.1' },
    '203.0.113.7',
  ],
  ['that is hidden', '10.0.0.1', { forwarded: 'for=_hidden' }, '10.0.0.1'],
  [
    'of two headers that agree',
    '10.0.0.1',
    { forwarded: 'for=203.0.113.7', 'x-forwarded-for': '203.0.113.7' },
    '203.0.113.7',
  ],
  [
    'of two headers, one of them made up',
    '10.0.0.1',
    { forwarded: 'for=198.51.100.1', 'x-forwarded-for': '203.0.113.7' },
    '10.0.0.1',
  ],
] as const)('the address %s', ([, connected, headers, client]) => {
  expect(addresses.of(from(connected, headers))).toBe(client);
});

test('without trusted proxies nothing but the connection tells an address', () => {
  const trustingNobody = new ClientAddresses([]);
  expect(trustingNobody.of(from('::1', { 'x-forwarded-for': '203.0.113.7' }))).toBe('::1');
});

/** How a socket fares: its status where it is not opened, the close code, or that it is acknowledged. */
async function openSocket(
  { url }: TestService,
  headers: Record<string, string> = {},
  payload: object = {},
) {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws', { headers });
  const outcome = Promise.withResolvers<unknown>();
  socket.once('unexpected-response', (_request, response) => {
    let text = '';
    response.on('data', (chunk: Buffer) => (text += chunk.toString()));
    response.on('end', () => outcome.resolve([response.statusCode, text]));
  });
  socket.on('error', () => {});
  socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
  socket.once('message', () => outcome.resolve('acknowledged'));
  socket.once('close', (code, reason) => outcome.resolve([code, reason.toString()]));
  return {
    outcome: await outcome.promise,
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

test('a client has so many sockets and no more, until it closes one; others have theirs', async () => {
  await using tested = await startTestService({
    env: { MAX_SOCKETS_PER_CLIENT: '2', TRUSTED_PROXIES: '127.0.0.1' },
  });
  const one = { 'x-forwarded-for': '203.0.113.1' };
  const first = await openSocket(tested, one);
  const second = await openSocket(tested, one);
  expect([first.outcome, second.outcome]).toEqual(['acknowledged', 'acknowledged']);
  expect((await openSocket(tested, one)).outcome).toEqual([
    429,
    expect.stringMatching(/"Sockets at once: 3, but at most 2 .*"LIMIT_EXCEEDED"/),
  ]);
  const other = await openSocket(tested, { forwarded: 'for=203.0.113.2' });
  expect(other.outcome).toBe('acknowledged');
  await first.close();
  await expect.poll(async () => (await openSocket(tested, one)).outcome).toBe('acknowledged');
});

test('a tenant has so many sockets, from whatever address, and is told why it gets no more', async () => {
  using callers = keyedCallers({
    acme: { tenant: 'acme', scopes: ['read'] },
    rival: { tenant: 'rival', scopes: ['read'] },
  });
  await using tested = await startTestService({
    env: { ...callers.env, MAX_SOCKETS_PER_CLIENT: '1', TRUSTED_PROXIES: '127.0.0.1' },
  });
  const open = (address: string, apiKey: string) =>
    openSocket(tested, { 'x-forwarded-for': address }, { apiKey });
  expect((await open('203.0.113.1', 'acme')).outcome).toBe('acknowledged');
  expect((await open('203.0.113.2', 'acme')).outcome).toEqual([
    1013,
    expect.stringContaining('Sockets at once: 2'),
  ]);
  expect((await open('203.0.113.1', 'rival')).outcome).toBe('acknowledged');
});

test('clients behind a trusted proxy have a limit each', async () => {
  await using tested = await startTestService({
    covage: { lifecycle: { advance: 'manual' } },
    env: { MAX_SUBSCRIPTIONS_PER_CLIENT: '1', TRUSTED_PROXIES: '127.0.0.0/8' },
  });
  const id = await createQualification(tested);
  const follow = async (client: string) => {
    const { body } = await request(tested.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        'x-forwarded-for': client,
      },
      body: JSON.stringify({
        query: `subscription { productOfferingQualificationStateChange(id: "${id}") { sequence } }`,
      }),
    });
    body.on('error', () => {});
    for await (const chunk of body as AsyncIterable<Buffer>) {
      const text = chunk.toString();
      if (text.includes('data:')) return text;
    }
    return '';
  };
  const [first, second] = [follow('203.0.113.1'), follow('203.0.113.2')];
  expect(await first).toContain('"sequence":1');
  expect(await second).toContain('"sequence":1');
});
