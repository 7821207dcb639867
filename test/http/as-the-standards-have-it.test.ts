import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/start-test-service.ts';

// What the standards let a client write, or forbid it, whatever most clients do.

let tested: TestService;
let named: TestService;
beforeAll(async () => {
  tested = await startTestService({ env: { GRAPHIQL: '1' } });
  named = await startTestService({ env: { ALLOWED_HOSTS: 'API.Shop.example' } });
});
afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  await named[Symbol.asyncDispose]();
});

const body = '{"query":"{ __typename }"}';
const answer = '{"data":{"__typename":"Query"}}';

/** The whole answer to a request that is written by hand; `{host}` stands for the service's. */
async function write(head: readonly string[], service = tested): Promise<string> {
  const { hostname, port, host } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const lines = [
    ...head,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ].map((line) => line.replace('{host}', host));
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  return text(socket);
}

/** The answer to a request for a socket. */
const upgrade = (target: string, ...hosts: string[]) =>
  write([
    `GET ${target} HTTP/1.1`,
    ...hosts.map((host) => `Host: ${host}`),
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    'Connection: Upgrade',
  ]);

describe('what a request is sent to', () => {
  test.for([
    ['a path', ['POST /graphql HTTP/1.1', 'Host: {host}']],
    ['a path with a slash at its end', ['POST /graphql/ HTTP/1.1', 'Host: {host}']],
    ['a whole address', ['POST http://{host}/graphql HTTP/1.1', 'Host: {host}']],
    [
      'a whole address with a query and a slash',
      ['POST http://{host}/graphql/?a=b HTTP/1.1', 'Host: {host}'],
    ],
    [
      'a whole address, which counts before Host',
      ['POST http://localhost/graphql HTTP/1.1', 'Host: evil.example'],
    ],
  ] as const)('what a request is sent to may be %s', async ([, head]) => {
    const answered = await write(head);
    expect(answered).toMatch(/^HTTP\/1\.1 200 /);
    expect(answered).toContain(answer);
  });

  test.for([
    ['an address elsewhere', 421, ['POST http://evil.example/graphql HTTP/1.1', 'Host: {host}']],
    ['an address of another protocol', 400, ['POST ftp://{host}/graphql HTTP/1.1', 'Host: {host}']],
    ['two hosts', 400, ['POST /graphql HTTP/1.1', 'Host: {host}', 'Host: evil.example']],
    ['the same host twice', 400, ['POST /graphql HTTP/1.1', 'Host: {host}', 'HOST: {host}']],
    ['no host', 400, ['POST /graphql HTTP/1.1']],
  ] as const)('what a request is sent to may not be %s', async ([, status, head]) => {
    expect(await write(head)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  test('what a request is sent to is a socket by the same rules', async () => {
    expect(await upgrade('/graphql', '{host}', '{host}')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await upgrade('http://evil.example/graphql', '{host}')).toMatch(/^HTTP\/1\.1 421 /);
  });

  test.for(['api.shop.example', 'API.SHOP.EXAMPLE:8443', 'api.shop.example.'])(
    'is known by its name in any case: %s',
    async (host) => {
      expect(await write(['POST /graphql HTTP/1.1', `Host: ${host}`], named)).toContain(answer);
    },
  );
});

const post = (headers: Record<string, string>, sent = body) =>
  request(tested.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: sent,
  });

test.for([
  'application/json;',
  'application/json; ;',
  'Application/JSON ; Charset="UTF-8"',
  'application/json; charset=utf8',
  'application/json; profile="a;b"; charset=utf-8',
  'application/graphql+json; charset=UTF-8;',
])('a body is JSON as %s', async (contentType) => {
  const answered = await post({ 'content-type': contentType });
  expect([answered.statusCode, await answered.body.text()]).toEqual([200, answer]);
});

test.for(['identity', 'Identity', ''])('a body is not encoded as %j', async (encoding) => {
  const answered = await post({ 'content-encoding': encoding });
  expect([answered.statusCode, await answered.body.text()]).toEqual([200, answer]);
});

test.for([
  'application/json; charset=latin1',
  'application/json; profile=";charset=utf-8"; charset=utf-16',
  'text/plain; a=application/json',
  'application/jsonp',
  ';application/json',
])('a body is not read as %s', async (contentType) => {
  expect((await post({ 'content-type': contentType })).statusCode).toBe(415);
});

const json = 'application/json; charset=utf-8';
const newer = 'application/graphql-response+json; charset=utf-8';
const events = 'text/event-stream; charset=utf-8';

test.for([
  ['', json],
  [',', json],
  ['application/json,', json],
  [', ,application/graphql-response+json', newer],
  ['text/x; note="a, b;q=0", application/json', json],
  ['text/x; note="\\", text/event-stream", application/json', json],
  ['application/json;q="0.2", text/event-stream;Q=0.5', events],
  ['application/*', newer],
  ['*/*;q=0.1, application/json;q=0', events],
  ['application/json;q=0.5, */*', events],
  ['APPLICATION/GRAPHQL-RESPONSE+JSON', newer],
  ['application/json;q=nonsense', json],
  ['application/json;q=', json],
] as const)('%j is answered as %s', async ([accept, contentType]) => {
  const answered = await post({ accept });
  expect(answered.statusCode).toBe(200);
  expect(answered.headers['content-type']).toBe(contentType);
  await answered.body.dump();
});

test.for(['text/html', 'application/json;q=0', 'image/*, text/plain', '"application/json"'])(
  '%j is answered with 406',
  async (accept) => {
    expect((await post({ accept })).statusCode).toBe(406);
  },
);

test.for([
  ['text/html', true],
  ['application/xhtml+xml, TEXT/HTML;q=0.9, */*;q=0.8', true],
  ['text/html;q=0, application/json', false],
  ['application/json; note="text/html"', false],
  ['text/htmlx, application/json', false],
] as const)('a browser that accepts %j is served GraphiQL: %s', async ([accept, isPage]) => {
  const { headers, body: sent } = await request(tested.url, { headers: { accept } });
  await sent.dump();
  expect(headers['content-type']?.toString().startsWith('text/html')).toBe(isPage);
});
