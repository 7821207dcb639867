import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyedCallers, requestAs, type KeyedCallers } from '../support/keyed-callers.ts';
import { recordingLog } from '../support/recording-log.ts';
import {
  openTestStore,
  startTestService,
  type TestService,
} from '../support/start-test-service.ts';

// Files that are refused, or badly sent: each with a sentence and a code, and the service goes on.

const log = recordingLog();
let callers: KeyedCallers;
let store: Awaited<ReturnType<typeof openTestStore>>;
let tested: TestService;
beforeAll(async () => {
  callers = keyedCallers({
    acme: { tenant: 'acme', scopes: ['read', 'qualify'] },
    reader: { tenant: 'acme', scopes: ['read'] },
    rival: { tenant: 'rival', scopes: ['qualify'] },
    third: { tenant: 'third', scopes: ['qualify'] },
    fourth: { tenant: 'fourth', scopes: ['qualify'] },
    fifth: { tenant: 'fifth', scopes: ['qualify'] },
  });
  store = await openTestStore();
  tested = await startTestService({
    log,
    store,
    env: { ...callers.env, MAX_BATCH_BYTES: '20000', ALLOWED_ORIGINS: 'https://shop.example' },
  });
}, 60_000);
afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  callers[Symbol.dispose]();
});

const csv = 'Réf;PTO\r\n1;FI-3790-3415\r\n';
const known = { 'x-api-key': 'acme' };
const asCsv = { ...known, 'content-type': 'text/csv' };
const addressOf = (path: string, { url }: TestService = tested): string => new URL(path, url).href;

interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Record<string, unknown> & { code?: string; message?: string };
}

async function send(
  body: string | Buffer | Readable,
  headers: Record<string, string> = asCsv,
  path = '/batches?dryRun=1',
): Promise<Told> {
  const answer = await request(addressOf(path), { method: 'POST', headers, body });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: (await answer.body.json()) as Told['body'],
  };
}

const boundary = 'the-boundary';
const asForm = { ...known, 'content-type': `multipart/form-data; boundary=${boundary}` };
const part = (disposition: string, text: string): string =>
  `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${text}\r\n`;
const form = (...parts: readonly string[]): string => `${parts.join('')}--${boundary}--\r\n`;
const file = (text: string): string => part('name="file"; filename="sites.csv"', text);

/** Sends bytes as they are, and resolves with all that came until the connection was closed. */
async function exchange(sent: string, { url }: TestService = tested): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  socket.on('error', () => {});
  socket.write(sent);
  await once(socket, 'close');
  return received;
}

const headOf = (lines: string): string =>
  `POST /batches?dryRun=1 HTTP/1.1\r\nHost: localhost\r\nX-API-Key: acme\r\n${lines}\r\n\r\n`;

describe('a request that brings no file to read', () => {
  test.for([
    ['without a media type', known, 415, 'UNSUPPORTED_MEDIA_TYPE', 'no Content-Type'],
    [
      'of a form in an address, as curl -d sends it',
      { ...known, 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'application/x-www-form-urlencoded',
    ],
    [
      'as JSON',
      { ...known, 'content-type': 'application/json' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'application/json',
    ],
    [
      'as plain text, which any page may post',
      { ...known, 'content-type': 'text/plain' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'text/plain',
    ],
    ['in gzip', { ...asCsv, 'content-encoding': 'gzip' }, 415, 'UNSUPPORTED_MEDIA_TYPE', 'gzip'],
    ['without credentials', { 'content-type': 'text/csv' }, 401, 'UNAUTHENTICATED', ''],
    ['without the scope for it', { ...asCsv, 'x-api-key': 'reader' }, 403, 'FORBIDDEN', 'qualify'],
    [
      'of a page of another site',
      { ...asCsv, origin: 'https://evil.example' },
      403,
      'ORIGIN_NOT_ALLOWED',
      'https://evil.example',
    ],
    ['by a form of another site', { ...asForm, origin: 'null' }, 403, 'ORIGIN_NOT_ALLOWED', 'null'],
    [
      'for another host',
      { ...asCsv, host: 'evil.example' },
      421,
      'HOST_NOT_ALLOWED',
      'evil.example',
    ],
    [
      'under a key that has blanks',
      { ...asCsv, 'idempotency-key': 'a b' },
      400,
      'IDEMPOTENCY_KEY_INVALID',
      'a b',
    ],
    [
      'as a form without a boundary',
      { ...known, 'content-type': 'multipart/form-data' },
      400,
      'BAD_REQUEST',
      'boundary',
    ],
  ] as const)('%s is refused with a sentence', async ([, headers, status, code, quoted]) => {
    const told = await send(csv, headers);
    expect(told).toMatchObject({ status, body: { code } });
    expect(told.body.message).toContain(quoted);
    expect(told.body.message).toMatch(/[.]$/);
  });

  test.for([
    [
      'nme=x',
      'There is no parameter "nme" here: those that are taken are name, externalId, operators, dryRun.',
    ],
    ['operators=', 'operators is "": give names of COVAGE, KOSC, with commas between.'],
    [
      'operators=kosc,orange',
      'operators is "kosc,orange": give names of COVAGE, KOSC, with commas between.',
    ],
    ['dryRun=maybe', 'dryRun is "maybe": give 1 or 0.'],
    ['name=a&name=b', 'name is given 2 times: give it once.'],
    [
      'name=a%00b',
      'name is "a\\u0000b", which has a NUL or half of a surrogate pair: give it without.',
    ],
  ] as const)(
    'with the query %s is refused with a sentence that quotes it',
    async ([query, message]) => {
      const told = await send(csv, asCsv, `/batches?${query}`);
      expect(told).toMatchObject({ status: 400, body: { code: 'PARAMETER_INVALID', message } });
    },
  );

  test('a request that brings no file to read by another method is told the one to use', async () => {
    const answer = await request(addressOf('/batches'), { headers: known });
    expect([answer.statusCode, answer.headers['allow']]).toEqual([405, 'POST']);
    expect(await answer.body.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
  });
});

describe('a form', () => {
  test.for([
    ['without a file', form(), 'FILE_MISSING'],
    ['with two files', form(file(csv), file(csv)), 'FILE_AMBIGUOUS'],
    [
      'with a field before the file',
      form(part('name="dryRun"', '1'), file(csv)),
      'FORM_FIELD_UNKNOWN',
    ],
    [
      'with a field behind the file',
      form(file(csv), part('name="dryRun"', '1')),
      'FORM_FIELD_UNKNOWN',
    ],
    ['that breaks off', form(file(csv)).slice(0, -20), 'BAD_REQUEST'],
    ['that is none', csv, 'BAD_REQUEST'],
    [
      'of many fields',
      form(...Array.from({ length: 200 }, () => part('name="a"', ''))),
      'FORM_FIELD_UNKNOWN',
    ],
  ] as const)('%s is refused', { timeout: 20_000 }, async ([, body, code]) => {
    expect(await send(body, asForm)).toMatchObject({ status: 400, body: { code } });
  });
});

describe('a file that is too large', () => {
  const tooLarge = { status: 413, body: { code: 'FILE_TOO_LARGE' } };

  test('a file that is too large is refused by the length that is told, before it comes', async () => {
    const head = headOf('Content-Type: text/csv\r\nContent-Length: 1000000\r\nConnection: close');
    const received = await exchange(head);
    expect(received).toContain('HTTP/1.1 413');
    expect(received).toContain('"code":"FILE_TOO_LARGE"');
    expect(received).toContain('20000 bytes');
  });

  test('a file that is too large is refused where no length is told, and its client sees the answer though it goes on', async () => {
    let sent = 0;
    const endless = Readable.from(
      (function* () {
        for (; sent < 40; sent += 1) yield Buffer.alloc(100_000, 'x');
      })(),
    );
    expect(await send(endless)).toMatchObject(tooLarge);
  });

  test('a file that is too large is refused in a form, too', async () => {
    expect(await send(form(file('x'.repeat(20_001))), asForm)).toMatchObject(tooLarge);
    expect(await send(form(file('x'.repeat(60_000))), asForm)).toMatchObject(tooLarge);
  });

  test('a file that is too large is refused in a form where all of it stands before the file, or in another part', async () => {
    for (const before of ['x'.repeat(100_000), part('name="a"', 'x'.repeat(100_000))]) {
      const body = Readable.from([Buffer.from(`${before}\r\n`), Buffer.from(file(csv))]);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await send(body, asForm)).toMatchObject(tooLarge);
    }
  });
});

test('a file that breaks off is thrown away, and the next one of the same client is read', async () => {
  const { hostname, port } = new URL(tested.url);
  const head = headOf('Content-Type: text/csv\r\nContent-Length: 1000\r\nExpect: 100-continue');
  // More than one client may have at once.
  for (let count = 0; count < 6; count += 1) {
    const socket = connect(Number(port), hostname);
    socket.write(head);
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await once(socket, 'data');
    socket.write(csv);
    socket.destroy();
  }
  await expect.poll(async () => (await send('', asCsv)).body.code).toBe('FILE_EMPTY');
});

test.for([
  ['as a body', 'Content-Type: text/csv', csv],
  [
    'in a form',
    `Content-Type: multipart/form-data; boundary=${boundary}`,
    form(file(csv)).slice(0, -20),
  ],
] as const)(
  'a file %s that its client breaks off is in the log with status 499, and with no other',
  async ([, type, begun]) => {
    const { hostname, port } = new URL(tested.url);
    const requestId = crypto.randomUUID();
    const socket = connect(Number(port), hostname);
    socket.write(
      headOf(
        `${type}\r\nContent-Length: 1000\r\nExpect: 100-continue\r\nX-Request-Id: ${requestId}`,
      ),
    );
    await once(socket, 'data');
    socket.write(begun);
    socket.destroy();
    const told = () => log.lines.filter(({ fields }) => fields['requestId'] === requestId);
    await expect
      .poll(told)
      .toMatchObject([{ message: 'request', fields: { route: 'POST /batches', status: 499 } }]);
  },
);

test('a file that does not come is answered 408 after its time, and an operation before', async () => {
  await using impatient = await startTestService({
    log,
    store,
    env: {
      ...callers.env,
      HEADERS_TIMEOUT_MS: '300',
      REQUEST_TIMEOUT_MS: '400',
      UPLOAD_TIMEOUT_MS: '800',
    },
  });
  const head = headOf('Content-Type: text/csv\r\nContent-Length: 1000');
  expect(await exchange(`${head}${csv}`, impatient)).toMatch(/^HTTP\/1\.1 408/);
});

test('one client sends no more than two files at once, and is told so', async () => {
  const { hostname, port } = new URL(tested.url);
  const head = headOf('Content-Type: text/csv\r\nContent-Length: 1000\r\nExpect: 100-continue');
  const sockets = Array.from({ length: 2 }, () => connect(Number(port), hostname));
  try {
    // The interim answer comes when the service has the headers.
    await Promise.all(
      sockets.map(async (socket) => {
        socket.write(head);
        await once(socket, 'data');
      }),
    );
    const told = await send(csv);
    expect(told).toMatchObject({
      status: 429,
      headers: { 'retry-after': '5' },
      body: { code: 'LIMIT_EXCEEDED', limit: 'uploads', allowed: 2 },
    });
    const other = await requestAs('acme', tested.url, '{ __typename }');
    expect(other.data).toEqual({ __typename: 'Query' });
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  await expect.poll(async () => (await send('', asCsv)).body.code).toBe('FILE_EMPTY');
});

test('one client has no more requests under way than it may, and is told so of any of them', async () => {
  const env = { ...callers.env, MAX_SUBSCRIPTIONS_PER_CLIENT: '1' };
  await using strict = await startTestService({ log, store, env });
  const { hostname, port } = new URL(strict.url);
  const socket = connect(Number(port), hostname);
  socket.write(headOf('Content-Type: text/csv\r\nContent-Length: 1000\r\nExpect: 100-continue'));
  await once(socket, 'data');
  const template = new URL('/batches/template.csv', strict.url);
  const answer = await request(template, { headers: known });
  socket.destroy();
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '5']);
  expect(await answer.body.json()).toEqual({
    message:
      'Requests of this client under way here: 1, the most that it may have. Wait for one to end.',
    code: 'LIMIT_EXCEEDED',
    limit: 'requests',
    allowed: 1,
  });
});

test('a service receives no more than eight files at once, and says when to come back', async () => {
  const { hostname, port } = new URL(tested.url);
  const head = headOf('Content-Type: text/csv\r\nContent-Length: 1000\r\nExpect: 100-continue');
  const senders = ['acme', 'rival', 'third', 'fourth'].flatMap((key) => [key, key]);
  const sockets = senders.map(() => connect(Number(port), hostname));
  try {
    await Promise.all(
      sockets.map(async (socket, index) => {
        socket.write(head.replace('X-API-Key: acme', `X-API-Key: ${senders[index]}`));
        await once(socket, 'data');
      }),
    );
    expect(await send(csv, { ...asCsv, 'x-api-key': 'fifth' })).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { code: 'UPLOADS_BUSY' },
    });
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  await expect
    .poll(async () => (await send('', { ...asCsv, 'x-api-key': 'fifth' })).body.code)
    .toBe('FILE_EMPTY');
});

test('what is refused is in the log with its code, and told in headers that a page may read', async () => {
  const headers = { ...asCsv, origin: 'https://shop.example', 'x-request-id': 'refused-upload' };
  const told = await send(csv, headers, '/batches?nothing=1');
  expect(told.headers).toMatchObject({
    'access-control-allow-origin': 'https://shop.example',
    'access-control-expose-headers': expect.stringContaining('location') as string,
    'x-request-id': 'refused-upload',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  const lines = log.lines.filter(({ fields }) => fields['requestId'] === 'refused-upload');
  expect(lines).toContainEqual({
    level: 'info',
    message: 'refused',
    fields: { requestId: 'refused-upload', code: 'PARAMETER_INVALID', status: 400 },
  });
  expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
});
