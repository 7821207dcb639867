import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Client, request } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { startSandbox, type Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { createQualification } from '../support/create-qualification.ts';
import { putEmptyPglite } from '../support/empty-pglite.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { postgresMissing, startPostgres } from '../support/postgres.ts';
import { quickestMs } from '../support/quickest.ts';
import { ServiceProcess } from '../support/service-process.ts';

// The service as a process, from its start to its end. What its own parts do is tested beside them.

let folder: string;
let sandbox: Sandbox;
const processes: ServiceProcess[] = [];
const sockets: { destroy(): unknown }[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'eligibility-test-'));
  sandbox = await startSandbox({
    covage: { lifecycle: { advance: 'time', factor: 0.01, stuckAt: 'in_progress.offer' } },
  });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(processes.splice(0).map((one) => one.kill()));
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(env: Readonly<Record<string, string>> = {}): ServiceProcess {
  const service = new ServiceProcess({
    DATA_DIR: join(folder, 'data'),
    LOG_LEVEL: 'info',
    ...sandbox.settings,
    ...env,
  });
  processes.push(service);
  return service;
}

function logOf({ stderr }: ServiceProcess): Record<string, unknown>[] {
  const lines = stderr.trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A stream over HTTP, with all that it said. */
async function openStream(
  url: string,
  query: string,
  accept: string,
): Promise<{ begun: Promise<unknown>; whole: Promise<string> }> {
  const { body } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query }),
  });
  const begun = Promise.withResolvers<void>();
  const read = async (): Promise<string> => {
    let text = '';
    for await (const chunk of body as AsyncIterable<Buffer>) {
      text += chunk.toString();
      if (text.includes('OFFER')) begun.resolve();
    }
    return text;
  };
  return { begun: begun.promise, whole: read() };
}

/** A WebSocket with one operation for each query, and all that it said. */
async function openSocket(url: string, queries: Readonly<Record<string, string>>) {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  sockets.push({ destroy: () => socket.terminate() });
  const messages: { id?: string; type: string; payload?: object }[] = [];
  const begun = Promise.withResolvers<void>();
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    messages.push(JSON.parse(text) as (typeof messages)[number]);
    if (text.includes('OFFER')) begun.resolve();
  });
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  for (const [id, query] of Object.entries(queries)) {
    socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));
  }
  const closed = once(socket, 'close').then(([code]) => code as number);
  return { messages, begun: begun.promise, closed };
}

/** A connection of which nothing is ever read. */
async function openTcp(url: string, text: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  sockets.push(socket);
  await once(socket, 'connect');
  socket.pause();
  if (text !== '') socket.write(text);
  return socket;
}

/** Passes on what is sent to an operator; what is asked below these paths waits there until it is opened. */
async function startGate(target: string, paths: readonly string[]) {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const waiting = new Set<string>();
  const pass = async (from: IncomingMessage, to: ServerResponse): Promise<void> => {
    const path = paths.find((one) => from.url?.startsWith(one));
    if (path !== undefined) {
      waiting.add(path);
      if (waiting.size === paths.length) reached.resolve();
      await opened.promise;
    }
    const { statusCode, headers, body } = await request(`${target}${from.url}`, {
      method: from.method as 'GET',
      headers: { ...from.headers },
      body: from,
    });
    to.writeHead(statusCode, headers);
    await pipeline(body, to);
  };
  const server = createHttpServer((from, to) => void pass(from, to).catch(() => to.destroy()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Resolves when something waits for each path. */
    reached: reached.promise,
    open: opened.resolve,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

/** Resolves once nobody listens there. */
async function refused(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const attempt = (): Promise<string> => {
    const socket = connect(Number(port), hostname);
    return new Promise((resolve) => {
      socket.once('connect', () => resolve('connected'));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
    }).finally(() => socket.destroy()) as Promise<string>;
  };
  await expect.poll(attempt).toBe('ECONNREFUSED');
}

/** A service that is to be ready first, and how it says whether it is. */
async function startReady(env: Readonly<Record<string, string>>) {
  const service = start(env);
  const url = await service.url();
  const readiness = async () => {
    const answer = await fetch(new URL('/readyz', url), { headers: { connection: 'close' } });
    return [answer.status, await answer.text()];
  };
  await expect.poll(readiness, { timeout: 60_000 }).toEqual([200, 'ready\n']);
  return { service, url, readiness };
}

/** A stream of a qualification that has begun, and never comes to an end by itself. */
async function openEndless(url: string) {
  const id = await createQualification({ url });
  const follow = `subscription { productOfferingQualificationStateChange(id: "${id}") { stateChange { state } } }`;
  const events = await openStream(url, follow, 'text/event-stream');
  await events.begun;
  return events;
}

describe('SIGTERM', () => {
  test('SIGTERM turns readiness off, refuses new connections, lets queries finish, breaks streams off so that their clients come back, and ends with 0', async () => {
    await using gate = await startGate(sandbox.settings['COVAGE_API_URL'] ?? '', [
      '/api/v1/catalog/product_offering',
      '/api/v1/referential',
    ]);
    const service = start({ COVAGE_API_URL: gate.url });
    const url = await service.url();
    const id = await createQualification({ url });
    const follow = `subscription { productOfferingQualificationStateChange(id: "${id}") { stateChange { state } } }`;
    const events = await openStream(url, follow, 'text/event-stream');
    const parts = await openStream(url, follow, 'multipart/mixed;subscriptionSpec=1.0');
    const reserved = await request(`${url}/stream`, { method: 'PUT' });
    const token = await reserved.body.text();
    const single = await request(`${url}/stream?token=${token}`);
    await request(`${url}/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-graphql-event-stream-token': token },
      body: JSON.stringify({ query: follow, extensions: { operationId: '7' } }),
    });
    const socket = await openSocket(url, {
      followed: follow,
      asked: '{ offerFamilies { name } }',
    });
    await Promise.all([events.begun, parts.begun, socket.begun]);
    await expect.poll(() => JSON.stringify(socket.messages)).toContain('"asked","type":"complete"');
    const probe = new Client(new URL(url).origin, { pipelining: 1 });
    sockets.push(probe);
    const readiness = () => probe.request({ path: '/readyz', method: 'GET' });
    await expect.poll(async () => (await readiness()).statusCode).toBe(200);

    const slow = '{ offers(first: 1) { nodes { name } } }';
    const answer = request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: slow }),
    });
    const overSocket = await openSocket(url, { slow: '{ siteConnectionTypes }' });
    await gate.reached;
    service.signal('SIGTERM');
    await expect.poll(() => service.stderr).toContain('"msg":"stopping"');
    const notReady = await readiness();
    expect([notReady.statusCode, await notReady.body.text()]).toEqual([503, 'stopping\n']);
    await refused(url);
    service.signal('SIGTERM');
    gate.open();

    // None of them is told that it is complete.
    expect(await events.whole).toMatch(/event: next\n(id: \d\n)?data: [^\n]*\n\n(:\n\n)*$/);
    expect(await parts.whole).toMatch(/--graphql$/);
    expect(await single.body.text()).toMatch(/event: next\n(id: \d\n)?data: [^\n]*\n\n(:\n\n)*$/);
    expect(await socket.closed).toBe(1001);
    expect(socket.messages).not.toContainEqual({ id: 'followed', type: 'complete' });
    const { statusCode, headers, body } = await answer;
    expect([statusCode, headers['connection']]).toEqual([200, 'close']);
    expect(await body.json()).toEqual({ data: { offers: { nodes: [expect.anything()] } } });
    expect(await overSocket.closed).toBe(1001);
    expect(overSocket.messages.map(({ type }) => type)).toEqual([
      'connection_ack',
      'next',
      'complete',
    ]);
    expect(await service.exit()).toBe(0);
    expect(logOf(service).at(-1)).toMatchObject({ level: 'info', msg: 'stopped' });
    expect(
      logOf(service).filter(({ type, msg }) => type === 'query' && msg === 'operation'),
    ).toHaveLength(3);
  });

  test('SIGTERM is told by readiness alone for DRAIN_MS, while connections are taken and answered', async () => {
    // Far longer than a busy machine needs for it: nothing waits for the end of it.
    const { service, url, readiness } = await startReady({ DRAIN_MS: '120000' });
    service.signal('SIGTERM');
    await expect.poll(readiness).toEqual([503, 'stopping\n']);
    const events = await openEndless(url);
    expect(await readiness()).toEqual([503, 'stopping\n']);
    const end = events.whole.then(
      () => 'complete',
      () => 'broken off',
    );
    await service.kill();
    expect(await end).toBe('broken off');
  });

  test('SIGTERM breaks streams off and ends the service when DRAIN_MS is over, and not before', async () => {
    const drainMs = 1_000;
    const { service, url } = await startReady({ DRAIN_MS: String(drainMs) });
    const events = await openEndless(url);
    const signalledAt = performance.now();
    service.signal('SIGTERM');
    expect(await events.whole).not.toContain('complete');
    expect(performance.now() - signalledAt).toBeGreaterThan(drainMs);
    expect(await service.exit()).toBe(0);
  });

  test('SIGTERM ends the service within ten seconds whoever stalls, idles or hangs', async () => {
    const tookMs = await quickestMs(10_000, async () => {
      const service = start({ METRICS_PORT: '0' });
      const url = await service.url();
      const { host } = new URL(url);
      const id = await createQualification({ url });
      const follow = JSON.stringify({
        query: `subscription { productOfferingQualificationStateChange(id: "${id}") { stateChange { state } } }`,
      });
      const post = (body: string, length = body.length): string =>
        `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: ${length}\r\n\r\n${body}`;
      sandbox.covage.clearCalls();
      sandbox.covage.script({
        faults: [{ kind: 'hang', route: ['offers', 'categories', 'siteConnections'] }],
      });
      await openTcp(url, '');
      await openTcp(url, 'POST /graphql HT');
      await openTcp(url, post('{"query":', 100));
      await openTcp(url, post(follow));
      await openTcp(url, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      await openTcp(url, post(JSON.stringify({ query: '{ offerFamilies { name } }' })));
      await openTcp(
        url,
        `GET /graphql HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
      );
      await sandbox.covage.waitForCalls(1, ({ route }) => route === 'categories');
      const patient = graphqlRequest(url, '{ siteConnectionTypes }');
      await sandbox.covage.waitForCalls(1, ({ route }) => route === 'siteConnections');
      service.signal('SIGTERM');
      const signalledAt = performance.now();
      expect(await service.exit()).toBe(0);
      const endedAt = performance.now();
      expect(await patient).toMatchObject({ errors: [{ extensions: { code: 'SHUTTING_DOWN' } }] });
      return endedAt - signalledAt;
    });
    expect(tookMs).toBeLessThan(10_000);
  }, 120_000);

  test('SIGTERM hands the questions that are being asked to the next process', async () => {
    await putEmptyPglite(join(folder, 'data'));
    const first = start();
    sandbox.kosc.script({ faults: [{ kind: 'hang', route: 'checkEligibility', times: 1 }] });
    const asked = await graphqlRequest<{ qualifySite: { id: string } }>(
      await first.url(),
      'mutation { qualifySite(input: { buildingRef: "IMB/77108/X/031C", operators: [KOSC] }) { ... on SiteQualification { id } } }',
    );
    const id = asked.data?.qualifySite.id;
    expect(id).toBeTypeOf('string');
    await sandbox.kosc.waitForCalls(1, ({ route }) => route === 'checkEligibility');
    first.signal('SIGTERM');
    expect(await first.exit()).toBe(0);
    const second = start();
    const url = await second.url();
    await expect
      .poll(
        () =>
          graphqlRequest(url, `{ siteQualification(id: ${JSON.stringify(id)}) { state verdict } }`),
        { timeout: 20_000 },
      )
      .toMatchObject({ data: { siteQualification: { state: 'DONE', verdict: 'ELIGIBLE' } } });
  });
});

describe('what nobody expected', () => {
  test.each([
    ['an error that nobody caught', 'setImmediate(() => { throw new Error("provoked"); })'],
    ['a promise that nobody caught', 'Promise.reject(new Error("provoked"))'],
  ])('%s is in the log, and ends the process with 1', async (_title, code) => {
    const provoke = `data:text/javascript,process.on('SIGUSR2', () => { ${code} });`;
    const service = start({
      NODE_OPTIONS: `--import "${provoke.replaceAll('"', "'").replaceAll(' ', '%20')}"`,
    });
    await graphqlRequest(await service.url(), '{ offerFamilies { name } }');
    service.signal('SIGUSR2');
    expect(await service.exit()).toBe(1);
    expect(logOf(service)).toMatchObject([
      { level: 'info', msg: 'operation' },
      {
        level: 'error',
        msg: 'unexpected error: the process ends',
        err: {
          type: 'Error',
          message: 'provoked',
          stack: expect.stringContaining('provoked') as string,
        },
      },
    ]);
  });
});

describe('a start that cannot be', () => {
  let taken: Server;
  let port: number;
  beforeEach(async () => {
    taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    ({ port } = taken.address() as AddressInfo);
  });
  afterEach(() => void taken.close());

  const impossible: readonly [
    title: string,
    env: () => Record<string, string>,
    exitCode: number,
    line: () => string,
  ][] = [
    [
      'a port in use',
      () => ({ PORT: String(port) }),
      1,
      () =>
        `Port ${port} on 127.0.0.1 is in use: stop what listens there, or set PORT to another one.`,
    ],
    [
      'a port for metrics in use',
      () => ({ METRICS_PORT: String(port) }),
      1,
      () =>
        `Port ${port} on 127.0.0.1 is in use: stop what listens there, or set METRICS_PORT to another one.`,
    ],
    [
      'an address that is not of this machine',
      () => ({ HOST: '192.0.2.1', AUTH: 'none', LOG_LEVEL: 'error' }),
      1,
      () => 'Cannot listen on HOST and PORT (192.0.2.1, 0): EADDRNOTAVAIL.',
    ],
    [
      'a data directory that cannot be written',
      () => ({ DATA_DIR: join(folder, 'file', 'data') }),
      78,
      () =>
        `DATA_DIR: ${join(folder, 'file', 'data')} cannot be used: it cannot be made (ENOTDIR). Name a directory that can be written.`,
    ],
    [
      'a database that cannot be reached',
      () => ({ DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:1/nothing' }),
      1,
      () =>
        expect.stringMatching(
          /^DATABASE_URL: the PostgreSQL at .*127\.0\.0\.1:1.*cannot be used: .*\.$/,
        ) as string,
    ],
    [
      'trusted documents that are not there',
      () => ({ TRUSTED_DOCUMENTS_FILE: join(folder, 'none.json') }),
      78,
      () => 'The settings cannot be used:\n  TRUSTED_DOCUMENTS_FILE: it cannot be read (ENOENT)',
    ],
  ];
  test.each(impossible)(
    '%s is one clear line and a failure',
    async (_title, env, exitCode, line) => {
      writeFileSync(join(folder, 'file'), '');
      const service = start(env());
      expect(await service.exit()).toBe(exitCode);
      expect(service.stderr.trimEnd()).toEqual(line());
      expect(service.stdout).toBe('');
    },
  );
});

test('a service that makes its database is live meanwhile, and ready then', async () => {
  const url = await start().url();
  const early = await fetch(new URL('/readyz', url));
  expect([early.status, await early.text()]).toEqual([503, 'the database is being opened\n']);
  expect((await fetch(new URL('/healthz', url))).status).toBe(200);
  await expect
    .poll(async () => (await fetch(new URL('/readyz', url))).status, { timeout: 60_000 })
    .toBe(200);
  // What is stored needs no more than this.
  expect(
    await graphqlRequest(url, '{ siteQualifications(first: 1) { totalCount } }'),
  ).toMatchObject({ data: { siteQualifications: { totalCount: 0 } } });
});

test.skipIf(postgresMissing !== null)(
  `readiness follows PostgreSQL, liveness does not ${postgresMissing ?? ''}`,
  async () => {
    await using postgres = await startPostgres();
    const database = new URL(await postgres.createDatabase());
    const link = await Link.to(Number(database.port));
    database.port = String(link.port);
    const service = start({ DATABASE_URL: database.href });
    const url = await service.url();
    const status = async (path: string) => (await fetch(new URL(path, url))).status;
    await expect.poll(() => status('/readyz')).toBe(200);
    link.cut();
    await expect.poll(() => status('/readyz')).toBe(503);
    expect(await status('/healthz')).toBe(200);
    await link.mend();
    await expect.poll(() => status('/readyz')).toBe(200);
    service.signal('SIGTERM');
    expect(await service.exit()).toBe(0);
  },
  60_000,
);

/** A connection to a port of this machine that can be cut. */
class Link {
  readonly #target: number;
  readonly #pairs = new Set<Socket>();
  #server: Server | null = null;
  port = 0;

  constructor(target: number) {
    this.#target = target;
  }

  static async to(target: number): Promise<Link> {
    const link = new Link(target);
    await link.mend();
    sockets.push({ destroy: () => link.cut() });
    return link;
  }

  /** Ends what goes through, and refuses what comes. */
  cut(): void {
    this.#server?.close();
    for (const socket of this.#pairs) socket.destroy();
    this.#pairs.clear();
  }

  async mend(): Promise<void> {
    this.#server = createServer((near) => {
      const far = connect(this.#target, '127.0.0.1');
      for (const socket of [near, far]) {
        this.#pairs.add(socket);
        socket.on('error', () => {});
      }
      near.pipe(far).pipe(near);
    }).listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    ({ port: this.port } = this.#server.address() as AddressInfo);
  }
}
