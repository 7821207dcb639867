import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { request } from 'undici';
import WebSocket from 'ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waysToAsk } from '../support/ask-over.ts';
import { quickestMs } from '../support/quickest.ts';
import { recordingLog } from '../support/recording-log.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

const log = recordingLog();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({ log });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

const families = '{"query":"{ offerFamilies { name } }"}';
const json = { 'content-type': 'application/json' };

const getUrl = (): string =>
  `${service.url}?query=${encodeURIComponent('{ offerFamilies { name } }')}`;
const host = (): string => new URL(service.url).host;
const padded = (size: number): string => {
  const body = '{"query":"{ __typename }","variables":{"x":""}}';
  return body.replace('""', `"${'x'.repeat(size - body.length)}"`);
};
const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const asking = (name: string, close = ''): string => {
  const body = JSON.stringify({ query: `{ ${name}: __typename }` });
  return `POST /graphql HTTP/1.1\r\nHost: localhost\r\n${close}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};

function open(): Socket {
  const { hostname, port } = new URL(service.url);
  return connect(Number(port), hostname);
}

/** Sends bytes as they are, and resolves with all that came until the service closed the connection. */
async function exchange(sent: string | Buffer): Promise<string> {
  const socket = open();
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  socket.on('error', () => {});
  socket.write(sent);
  await once(socket, 'close');
  return received;
}

function statusOf(received: string): number {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1]);
}

async function isAlive(): Promise<void> {
  const { statusCode, body } = await request(service.url, {
    method: 'POST',
    headers: json,
    body: '{"query":"{ __typename }"}',
  });
  expect(statusCode).toBe(200);
  expect(await body.json()).toEqual({ data: { __typename: 'Query' } });
}

describe('what a page of another site can have a browser send', () => {
  const foreign: readonly {
    readonly what: string;
    readonly method: 'GET' | 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly status: number;
  }[] = [
    {
      what: 'a form',
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'query={offerFamilies{name}}',
      status: 415,
    },
    {
      what: 'a form of parts',
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}\r\n--x--',
      status: 415,
    },
    {
      what: 'plain text',
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: families,
      status: 415,
    },
    {
      what: 'plain text that speaks of JSON',
      method: 'POST',
      headers: { 'content-type': 'text/plain; application/json' },
      body: families,
      status: 415,
    },
    { what: 'bytes without a type', method: 'POST', headers: {}, body: families, status: 415 },
    {
      what: 'an image',
      method: 'GET',
      headers: { accept: 'image/avif,image/webp,*/*;q=0.8' },
      status: 403,
    },
    { what: 'a script', method: 'GET', headers: { accept: '*/*' }, status: 403 },
    {
      what: 'a request that is marked as cross-site',
      method: 'GET',
      headers: { accept: 'application/json', 'sec-fetch-site': 'cross-site' },
      status: 403,
    },
    {
      what: 'a request of a sister site',
      method: 'POST',
      headers: { ...json, 'sec-fetch-site': 'same-site' },
      body: families,
      status: 403,
    },
    {
      what: 'JSON with a foreign origin',
      method: 'POST',
      headers: { ...json, origin: 'https://evil.example' },
      body: families,
      status: 403,
    },
    {
      what: 'JSON from a page without an origin',
      method: 'POST',
      headers: { ...json, origin: 'null' },
      body: families,
      status: 403,
    },
    {
      what: 'a request under a name that was pointed here',
      method: 'POST',
      headers: { ...json, host: 'evil.example' },
      body: families,
      status: 421,
    },
  ];

  test.for(foreign)(
    'what a page of another site can have a browser send is refused, and no operator is asked: $what',
    async (one) => {
      const before = service.sandbox.covage.calls.length;
      const { statusCode, headers, body } = await request(
        one.method === 'GET' ? getUrl() : service.url,
        { method: one.method, headers: one.headers, body: one.body ?? null },
      );
      expect(statusCode).toBe(one.status);
      expect(await body.json()).not.toHaveProperty('data');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(service.sandbox.covage.calls.length).toBe(before);
    },
  );

  const link = {
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  };

  test.for([{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, {}])(
    'may be a link that opens GraphiQL with an operation, which is not executed: %j',
    async (from) => {
      const opened = await request(getUrl(), { headers: { ...link, ...from } });
      expect(opened.statusCode).toBe(200);
      expect(opened.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'x-frame-options': 'DENY',
      });
      expect(await opened.body.text()).not.toContain('"data":');
    },
  );

  test('what a page of another site can have a browser send is no link either where no GraphiQL is served', async () => {
    await using closed = await startTestService({ env: { GRAPHIQL: '0' } });
    const url = `${closed.url}${new URL(getUrl()).search}`;
    const headers = { ...link, 'sec-fetch-site': 'cross-site' };
    const { statusCode, body } = await request(url, { headers });
    expect(statusCode).toBe(403);
    expect(await body.json()).not.toHaveProperty('data');
  });

  test.for(['https://evil.example', 'null', 'http://localhost.evil.example'])(
    'is no socket, with the origin %s',
    async (origin) => {
      const socket = new WebSocket(service.url.replace(/^http/, 'ws'), 'graphql-transport-ws', {
        origin,
      });
      const [error] = (await once(socket, 'error')) as [Error];
      expect(error.message).toContain('403');
    },
  );

  test('what a page of another site can have a browser send may be what a page of the service itself sends', async () => {
    const own = await request(service.url, {
      method: 'POST',
      headers: { ...json, origin: `http://${host()}`, 'sec-fetch-site': 'same-origin' },
      body: '{"query":"{ __typename }"}',
    });
    expect(own.statusCode).toBe(200);
    await own.body.dump();
  });
});

describe('pages of allowed origins', () => {
  test('pages of allowed origins may ask and read, and no others', async () => {
    await using allowing = await startTestService({
      env: { ALLOWED_ORIGINS: 'https://shop.example' },
    });
    const preflight = (origin: string) =>
      request(allowing.url, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers':
            'apollographql-client-name,apollographql-client-version,baggage,last-event-id,sentry-trace,traceparent',
        },
      });
    const allowed = await preflight('https://shop.example');
    expect(allowed.statusCode).toBe(204);
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      // The origin is the guard: what its pages send beside is theirs to say.
      'access-control-allow-headers':
        'apollographql-client-name,apollographql-client-version,baggage,last-event-id,sentry-trace,traceparent',
      vary: 'origin, access-control-request-headers',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(allowed.headers).not.toHaveProperty('access-control-allow-credentials');
    const refused = await preflight('https://evil.example');
    expect(refused.statusCode).toBe(403);
    expect(refused.headers).not.toHaveProperty('access-control-allow-origin');
    expect(refused.headers['vary']).toBe('origin');
    const asked = await request(allowing.url, {
      method: 'POST',
      headers: { ...json, origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' },
      body: '{"query":"{ __typename }"}',
    });
    expect(asked.statusCode).toBe(200);
    expect(asked.headers['access-control-allow-origin']).toBe('https://shop.example');
    await asked.body.dump();
  });
});

describe('bodies', () => {
  test('bodies are read up to 100 kB, whether their length is told or not', async () => {
    const whole = await request(service.url, {
      method: 'POST',
      headers: json,
      body: padded(100_000),
    });
    expect(whole.statusCode).toBe(200);
    await whole.body.dump();
    const over = await request(service.url, {
      method: 'POST',
      headers: json,
      body: padded(100_001),
    });
    expect(over.statusCode).toBe(413);
    expect(await over.body.json()).toMatchObject({
      errors: [{ extensions: { code: 'BODY_TOO_LARGE' } }],
    });
    const chunk = `${(60_000).toString(16)}\r\n${'x'.repeat(60_000)}\r\n`;
    const chunked = await exchange(
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`,
    );
    expect(statusOf(chunked)).toBe(413);
    await isAlive();
  });

  test.for([
    ['a length that is too great to be true', 'Content-Length: 99999999999\r\n', 413],
    ['a length of nothing', 'Content-Length: 0\r\n', 400],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n', 400],
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', 400],
    ['a negative length', 'Content-Length: -1\r\n', 400],
    ['another coding of the transfer', 'Transfer-Encoding: chunked, identity\r\n', 400],
    ['a header with a line break of its own', 'X: a\n b\r\n\tc\r\nContent-Length: 5\r\n', 400],
    ['a header of 20 kB', `X-Long: ${'x'.repeat(20_000)}\r\n`, 431],
    ['an expectation of something else', 'Expect: tea\r\nContent-Length: 0\r\n', 417],
  ] as const)(
    'bodies with %s are refused, and the connection is closed',
    async ([, headers, status]) => {
      const received = await exchange(
        `POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n${headers}\r\n0\r\n\r\n`,
      );
      expect(statusOf(received)).toBe(status);
      await isAlive();
    },
  );

  test('bodies that are announced are waited for', async () => {
    const socket = open();
    const body = '{"query":"{ __typename }"}';
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toContain('100 Continue');
    socket.write(body);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('{"data":{"__typename":"Query"}}');
  });

  test.for([
    ['that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['that are UTF-16', Buffer.from('{"query":"{ __typename }"}', 'utf16le')],
    ['with a byte order mark', Buffer.from('\uFEFF{"query":"{ __typename }"}')],
    ['with a zero byte', '{"query":"{ __typename \0}"}'],
    ['that are cut off', '{"query":"{ __typename'],
    ['that hold a list of operations', `[${families}]`],
    ['that are no object', '"{ __typename }"'],
    ['without a query', '{}'],
    ['with a number for a query', '{"query":1}'],
    ['with a list of variables', '{"query":"{ __typename }","variables":[]}'],
    ['with a text of variables', '{"query":"{ __typename }","variables":"{}"}'],
    ['with a number for a name', '{"query":"{ __typename }","operationName":1}'],
    ['with a text for extensions', '{"query":"{ __typename }","extensions":"x"}'],
    ['of many open brackets', '['.repeat(90_000)],
  ] as const)('%s are told what is wrong with them', async ([, sent]) => {
    const { statusCode, body } = await request(service.url, {
      method: 'POST',
      headers: json,
      body: sent,
    });
    const answer = (await body.json()) as { errors: { extensions: { code: string } }[] };
    expect(statusCode).toBe(400);
    expect(answer).not.toHaveProperty('data');
    expect(answer.errors[0]?.extensions.code).toMatch(/BAD_REQUEST/);
  });

  test.for([
    [
      'a value 10,000 lists deep',
      `{"query":"query ($ids: [ID!]) { offers(ids: $ids) { totalCount } }","variables":{"ids":${deep(10_000)}}}`,
    ],
    [
      'a date 10,000 lists deep',
      `{"query":"query ($filter: ProductOfferingQualificationFilter) { productOfferingQualifications(filter: $filter) { totalCount } }","variables":{"filter":{"createdAfter":${deep(10_000)}}}}`,
    ],
    [
      'a value that nobody asked for, 10,000 lists deep',
      `{"query":"subscription { productOfferingQualificationStateChange(id: 1.5) { sequence } }","variables":{"x":${deep(10_000)}}}`,
    ],
    ['a literal 400 lists deep', `{"query":"{ offers(ids: ${deep(400)}) { totalCount } }"}`],
    [
      'a number that is none',
      '{"query":"query ($first: Int) { offers(first: $first) { totalCount } }","variables":{"first":1e400}}',
    ],
    ['a number of 300 digits', `{"query":"{ offers(first: ${'9'.repeat(300)}) { totalCount } }"}`],
    [
      'a prototype among the variables',
      '{"query":"query ($first: Int!) { offers(first: $first) { totalCount } }","variables":{"__proto__":{"first":1}}}',
    ],
    [
      'a prototype for a name',
      '{"query":"query A { __typename } query B { __typename }","operationName":"__proto__"}',
    ],
    [
      'a constructor for a name',
      '{"query":"query A { __typename } query B { __typename }","operationName":"constructor"}',
    ],
    ['an unknown field', '{"query":"{ offerFamilie { name } }"}'],
    [
      'an unknown value of an enumeration',
      '{"query":"query ($filter: SiteQualificationFilter) { siteQualifications(filter: $filter) { pageInfo { endCursor } } }","variables":{"filter":{"states":["COMPLETE"]}}}',
    ],
    [
      'an unknown field of an input',
      '{"query":"query ($filter: SiteQualificationFilter) { siteQualifications(filter: $filter) { pageInfo { endCursor } } }","variables":{"filter":{"state":["COMPLETED"]}}}',
    ],
    ['an unknown argument', '{"query":"{ offers(frist: 1) { totalCount } }"}'],
    ['an unknown type', '{"query":"fragment F on OfferFamil { name } { offerFamilies { ...F } }"}'],
  ] as const)(
    'with %s are answered with an error, and nobody is told what may be meant',
    async ([, sent]) => {
      const { statusCode, body } = await request(service.url, {
        method: 'POST',
        headers: { ...json, accept: 'application/graphql-response+json' },
        body: sent,
      });
      const text = await body.text();
      expect(statusCode).toBe(400);
      expect(JSON.parse(text)).toMatchObject({ errors: expect.any(Array) });
      expect(text).not.toMatch(/Did you mean|INTERNAL_SERVER_ERROR|node_modules/);
      await isAlive();
    },
  );

  test('bodies keep the last of two members of one name', async () => {
    const { body } = await request(service.url, {
      method: 'POST',
      headers: json,
      body: '{"query":"{ offerFamilies { name } }","query":"{ __typename }"}',
    });
    expect(await body.json()).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('headers that are made to keep the process busy', () => {
  test.for([
    ['content-type', `application/json;charset=${' '.repeat(12_000)};`],
    ['content-type', `application/${'a.'.repeat(6_000)}`],
    ['accept', `${'*/*;q=0.1,'.repeat(1_200)}x`],
    ['accept', `a/b;q${' '.repeat(12_000)}x`],
    ['x-request-id', 'x'.repeat(12_000)],
    ['origin', `http://${'a.'.repeat(6_000)}`],
  ] as const)(
    'headers that are made to keep the process busy are read at once: %s',
    async ([name, value]) => {
      const tookMs = await quickestMs(1_000, async () => {
        const startedAt = performance.now();
        const { body } = await request(service.url, {
          method: 'POST',
          headers: { ...json, [name]: value },
          body: '{"query":"{ __typename }"}',
        });
        await body.dump();
        return performance.now() - startedAt;
      });
      expect(tookMs).toBeLessThan(1_000);
    },
  );

  test('headers that are made to keep the process busy as are values that are quoted in an answer', async () => {
    const tookMs = await quickestMs(1_000, async () => {
      const startedAt = performance.now();
      const { body } = await request(service.url, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({
          query: 'query ($first: Int) { offers(first: $first) { totalCount } }',
          variables: { first: ' Did you mean '.repeat(6_500) },
        }),
      });
      expect((await body.text()).length).toBeLessThan(5_000);
      return performance.now() - startedAt;
    });
    expect(tookMs).toBeLessThan(1_000);
  });
});

describe('other methods and addresses', () => {
  test.for(['PUT', 'DELETE', 'PATCH', 'TRACE', 'HEAD'] as const)(
    '%s is not taken',
    async (method) => {
      const { statusCode, headers, body } = await request(service.url, { method });
      await body.dump();
      expect(statusCode).toBe(405);
      expect(headers['allow']).toBe('GET, POST');
    },
  );

  test.for(['//graphql', '/graphql%2F', '/GraphQL', '/graphql/../graphql', '/.env', '/graphql;a'])(
    '%s is nothing',
    async (path) => {
      const received = await exchange(
        `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${families.length}\r\n\r\n${families}`,
      );
      expect(statusOf(received)).toBe(404);
    },
  );

  test('an offer of another protocol is not taken, and the request is answered', async () => {
    const body = '{"query":"{ __typename }"}';
    const received = await exchange(
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(received).toContain('{"data":{"__typename":"Query"}}');
  });

  test('requests one behind the other on one connection are answered in their order', async () => {
    const received = await exchange(
      asking('a') + asking('b') + asking('c', 'Connection: close\r\n'),
    );
    expect([...received.matchAll(/"data":\{"(\w)"/g)].map(([, name]) => name)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});

describe('slow requests', () => {
  test.for([
    ['headers', 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nX-Slow: '],
    [
      'bodies',
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"query":',
    ],
  ] as const)('slow requests with %s that do not come are closed with 408', async ([, sent]) => {
    await using impatient = await startTestService({
      log,
      env: { HEADERS_TIMEOUT_MS: '300', REQUEST_TIMEOUT_MS: '600' },
    });
    const { hostname, port } = new URL(impatient.url);
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('error', () => {});
    socket.write(sent);
    await once(socket, 'close');
    expect(statusOf(received)).toBe(408);
    expect(received.toLowerCase()).toContain('x-content-type-options: nosniff');
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

test.for(waysToAsk)('no member of a document is guessed over $name', async ({ ask }) => {
  const told = await ask(service.url, { query: '{ offerFamilie { name } }' });
  expect(told.errors?.[0]?.message).toContain('offerFamilie');
  expect(JSON.stringify(told)).not.toContain('Did you mean');
});

test('every answer says that it is neither kept nor guessed at, and by what it was made it does not', async () => {
  const { origin } = new URL(service.url);
  const incremental = {
    method: 'POST' as const,
    headers: { ...json, accept: 'multipart/mixed' },
    body: '{"query":"{ ... @defer { __typename } }"}',
  };
  const asked = [
    request(service.url, { method: 'POST', headers: json, body: '{"query":"{ __typename }"}' }),
    request(service.url, { method: 'POST', headers: json, body: '{' }),
    request(service.url, { method: 'OPTIONS' }),
    request(service.url, { method: 'DELETE' }),
    request(`${origin}/nothing`),
    request(`${origin}/healthz`),
    request(`${origin}/readyz`),
    request(`${service.url}/stream`, { method: 'PUT' }),
    request(service.url, incremental),
    request(service.url, { ...incremental, headers: { ...json, accept: 'text/event-stream' } }),
    request(service.url, {
      method: 'POST',
      headers: { ...json, accept: 'text/event-stream' },
      body: '{"query":"{ __typename }"}',
    }),
  ];
  for (const { headers, body, statusCode } of await Promise.all(asked)) {
    // oxlint-disable-next-line no-await-in-loop -- they have come already
    await body.dump();
    expect({ statusCode, ...headers }).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  }
  // The pages hold nothing that was asked for, and are asked for again each time.
  for (const address of [service.url, `${origin}/`]) {
    // oxlint-disable-next-line no-await-in-loop -- two pages
    const page = await request(address, { headers: { accept: 'text/html' } });
    // oxlint-disable-next-line no-await-in-loop -- two pages
    await page.body.dump();
    expect(page.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
      'x-frame-options': 'DENY',
    });
  }
  for (const raw of [
    'NONSENSE\r\n\r\n',
    'GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 1\r\n\r\n',
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const received = await exchange(raw);
    expect(statusOf(received)).toBe(400);
    expect(received.toLowerCase()).toContain('x-content-type-options: nosniff');
    expect(received.toLowerCase()).toContain('cache-control: no-store');
  }
});
