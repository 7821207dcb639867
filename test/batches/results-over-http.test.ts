import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyedCallers, requestAs, type KeyedCallers } from '../support/keyed-callers.ts';
import { BatchChangesDocument } from '../support/operations.generated.ts';
import { recordingLog } from '../support/recording-log.ts';
import {
  openTestStore,
  startTestService,
  type TestService,
} from '../support/start-test-service.ts';
import { collect, overServerSentEvents } from '../support/state-stream.ts';

// What came of a file, as a file: of a batch that is over, and of one that nobody was asked about.

const log = recordingLog();
let callers: KeyedCallers;
let store: Awaited<ReturnType<typeof openTestStore>>;
let tested: TestService;
let id = '';
let large = '';

const unlisted = '01 99 00 00 01';
const csv = [
  'Référence;PTO;SIRET;ND;Statut;Activation;Remarque',
  '1;FI-3790-3415;;;;;=1+1',
  '2;;123;;;;',
  `3;;;${unlisted};inactive;création;été`,
  '',
].join('\r\n');

beforeAll(async () => {
  callers = keyedCallers({
    acme: { tenant: 'acme', scopes: ['read', 'qualify'] },
    insider: { tenant: 'acme', scopes: ['read', 'personal-data'] },
    writer: { tenant: 'acme', scopes: ['qualify'] },
    rival: { tenant: 'rival', scopes: ['read', 'qualify'] },
  });
  store = await openTestStore();
  tested = await startTestService({
    log,
    store,
    env: { ...callers.env, STALLED_CLIENT_TIMEOUT_MS: '3000' },
  });
  id = await idOf(csv, 'Été à "Lille"/1.csv');
  await collect(overServerSentEvents(tested.url, BatchChangesDocument, { id }, 'acme'));
  // Every row is refused: nothing is asked. It is more than what a system keeps for a connection.
  large = await idOf(`Note;SIRET\r\n${`${'x'.repeat(4_000)};12\r\n`.repeat(2_400)}`, 'large');
}, 90_000);
afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  callers[Symbol.dispose]();
});

async function idOf(file: string, name: string): Promise<string> {
  const answer = await request(new URL(`/batches?${new URLSearchParams({ name })}`, tested.url), {
    method: 'POST',
    headers: { 'x-api-key': 'acme', 'content-type': 'text/csv' },
    body: file,
  });
  return ((await answer.body.json()) as { id: string }).id;
}

interface Read {
  readonly key?: string;
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
}

async function read(path: string, { key = 'acme', method = 'GET', headers = {} }: Read = {}) {
  const answer = await request(new URL(`/batches/${path}`, tested.url), {
    method,
    headers: { 'x-api-key': key, ...headers },
  });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    bytes: Buffer.from(await answer.body.arrayBuffer()),
  };
}

async function refusalOf(path: string, options: Read = {}) {
  const { status, bytes } = await read(path, options);
  const { code, message } = JSON.parse(bytes.toString()) as { code: string; message: string };
  return { status, code, message };
}

const linesOf = (bytes: Buffer): string[] => bytes.toString().replace(/\r\n$/, '').split('\r\n');

/** Asks for a file over a connection of its own, which reads nothing until it is told to. */
function openReader(path: string, { url }: TestService = tested): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.pause();
  socket.write(`GET /batches/${path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: acme\r\n\r\n`);
  return socket;
}

/** All that came to a reader until its connection was closed. */
async function restOf(socket: Socket): Promise<string> {
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  const closed = once(socket, 'close');
  socket.resume();
  await closed;
  return received;
}

/** The requests that were broken off. */
const brokenOff = () =>
  log.lines.filter(({ message, fields }) => message === 'request' && fields['status'] === 499);

describe('the results of a file', () => {
  test('the results of a file are its own rows in their order, with what came of each behind', async () => {
    const { status, headers, bytes } = await read(`${id}.csv`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="Ete a Lille 1.csv"; filename*=UTF-8''%C3%89t%C3%A9%20%C3%A0%20Lille%201.csv`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const [heading = '', ...rows] = linesOf(bytes);
    expect(heading).toMatch(/^\uFEFFRéférence;PTO;SIRET;ND;Statut;Activation;Remarque;Verdict;/);
    expect(rows.map((row) => row.split(';', 1)[0])).toEqual(['1', '2', '3']);
    expect(rows[1]).toContain('123');
    expect(rows[0]).not.toContain(';=1+1');
  });

  test('the results of a file are told in English, with commas, and a line for each offer where that is asked', async () => {
    const { bytes } = await read(`${id}.csv?rows=offers&separator=comma&language=en`);
    const [heading = '', ...rows] = linesOf(bytes);
    expect(heading).toContain(',Verdict,');
    expect(heading).not.toContain(';');
    expect(rows.length).toBeGreaterThan(3);
  });

  test('the results of a file are a workbook, and lines of JSON', async () => {
    const workbook = await read(`${id}.xlsx`);
    expect(workbook.headers['content-type']).toContain('spreadsheetml');
    expect(workbook.bytes.subarray(0, 2).toString()).toBe('PK');
    const { headers, bytes } = await read(`${id}.NDJSON`);
    expect(headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': expect.stringContaining('Ete a Lille 1.ndjson') as string,
    });
    const lines = bytes.toString().trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { line: 2, verdict: 'NOT_YET' },
      { line: 3, issues: [{ column: 'SIRET', code: 'SIRET_INVALID' }] },
      { line: 4 },
    ]);
  });

  test('the results of a file have the headers of theirs for HEAD, and nothing else', async () => {
    for (const path of [`${id}.csv`, `${id}.xlsx`, `${id}.ndjson`, 'template.csv']) {
      // oxlint-disable no-await-in-loop -- one after the other
      const head = await read(path, { method: 'HEAD' });
      const whole = await read(path);
      // oxlint-enable no-await-in-loop
      expect([head.status, head.bytes.length]).toEqual([200, 0]);
      for (const name of ['content-type', 'content-disposition', 'content-length']) {
        expect(head.headers[name]).toBe(whole.headers[name]);
      }
    }
    expect((await read('nothing.csv', { method: 'HEAD' })).status).toBe(404);
  });

  test('the results of a file show an unlisted number to those alone who may see personal data', async () => {
    const numberFor = async (key: string) => {
      const { bytes } = await read(`${id}.ndjson`, { key });
      const [, , line = ''] = bytes.toString().split('\n');
      return (JSON.parse(line) as { site: { lineNumber: string } }).site.lineNumber;
    };
    expect(await numberFor('insider')).toBe('0199000001');
    expect(await numberFor('acme')).not.toContain('0199000001');
    const document = `query ($id: ID!) { siteQualificationBatch(id: $id) {
      rows { nodes { siteQualification { site { lineNumber } } } } } }`;
    const { data } = await requestAs('acme', tested.url, document, { id });
    expect(JSON.stringify(data)).toContain(JSON.stringify(await numberFor('acme')));
  });

  test('the results of a file of another tenant are those of a batch that does not exist', async () => {
    for (const format of ['csv', 'xlsx', 'ndjson']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const theirs = await refusalOf(`${id}.${format}`, { key: 'rival' });
      expect(theirs).toEqual({
        status: 404,
        code: 'NOT_FOUND',
        message: `There is no batch "${id}".`,
      });
    }
    const nobody = crypto.randomUUID();
    expect((await refusalOf(`${nobody}.csv`)).message).toBe(`There is no batch "${nobody}".`);
  });

  test.for([
    ['rows=all', 'rows is "all": give best or offers.'],
    ['language=de', 'language is "de": give fr or en.'],
    ['separator=;', 'separator is ";": give semicolon, comma or tab.'],
    [
      'row=best',
      'There is no parameter "row" here: those that are taken are rows, separator, language.',
    ],
  ] as const)('the results of a file are refused for %s', async ([query, message]) => {
    const refused = await refusalOf(`${id}.csv?${query}`);
    expect(refused).toEqual({ status: 400, code: 'PARAMETER_INVALID', message });
  });

  test('the results of a file are refused in another form, by another method, and without credentials that may read', async () => {
    expect(await refusalOf(`${id}.pdf`)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect((await refusalOf(`${id}.pdf`)).message).toContain('.csv, .xlsx, .ndjson');
    expect((await refusalOf(id)).message).toContain('end it in .csv, .xlsx, .ndjson');
    expect(await refusalOf(`${id}.xlsx?separator=comma`)).toMatchObject({ status: 400 });
    expect(await refusalOf(`${id}.csv`, { method: 'POST' })).toMatchObject({
      status: 405,
      message: '"POST" is not answered here, but GET, HEAD.',
    });
    const template = await read('template.csv', { method: 'POST' });
    expect(template.headers['allow']).toBe('GET, HEAD');
    expect(await refusalOf(`${id}.csv`, { key: 'nobody' })).toMatchObject({ status: 401 });
    expect(await refusalOf(`${id}.csv`, { key: 'writer' })).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
    });
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect(await refusalOf(`${id}.csv`, { headers })).toMatchObject({
      status: 403,
      code: 'ORIGIN_NOT_ALLOWED',
    });
  });

  test.for([
    // Each is written with a letter of its own in Unicode that becomes that of ASCII.
    ['x＂；filename＝＂evil.exe', 'x__filename=_evil.exe'],
    ['．．／．．／etc', '__.._etc'],
    ['％2e＼％22', '_2e__22'],
  ] as const)(
    'the results of a file have a file name that nothing in %s ends or makes a path',
    async ([name, plain]) => {
      const { headers } = await read(`${await idOf(csv, name)}.csv`, { method: 'HEAD' });
      expect(headers['content-disposition']).toMatch(
        /^attachment; filename="[^"\\/;%]*"; filename\*=/,
      );
      expect(headers['content-disposition']).toContain(`filename="${plain}.csv"`);
    },
  );

  test('the results of a file can be sent as a file in their turn', async () => {
    const { bytes } = await read(`${id}.csv`);
    const answer = await request(new URL('/batches?dryRun=1', tested.url), {
      method: 'POST',
      headers: { 'x-api-key': 'acme', 'content-type': 'text/csv' },
      body: bytes,
    });
    expect(await answer.body.json()).toMatchObject({
      total: 3,
      refused: 1,
      columns: { Référence: 'externalId', PTO: 'otpRef', SIRET: 'siret', ND: 'line.number' },
    });
  });
});

describe('a template', () => {
  test('a template is a file that can be filled in and sent', async () => {
    for (const [path, contentType] of [
      ['template.csv', 'text/csv'],
      ['template.csv?language=en', 'text/csv'],
      ['template.xlsx', 'spreadsheetml'],
    ] as const) {
      // oxlint-disable no-await-in-loop -- one after the other
      const { headers, bytes } = await read(path);
      expect(headers['content-type']).toContain(contentType);
      const answer = await request(new URL('/batches?dryRun=1', tested.url), {
        method: 'POST',
        headers: { 'x-api-key': 'acme', 'content-type': 'application/octet-stream' },
        body: bytes,
      });
      expect(await answer.body.json()).toMatchObject({ total: 3, refused: 0, issues: [] });
      // oxlint-enable no-await-in-loop
    }
    const { headers, bytes } = await read('template.xlsx');
    const form = new FormData();
    form.append('file', new Blob([bytes]), 'sites.xlsx');
    for (const [body, type] of [
      [bytes, { 'content-type': String(headers['content-type']) }],
      [bytes, { 'content-type': 'text/csv' }],
      [form, {}],
    ] as const) {
      // oxlint-disable no-await-in-loop -- one after the other
      const answer = await fetch(new URL('/batches?dryRun=1', tested.url), {
        method: 'POST',
        headers: { 'x-api-key': 'acme', ...type },
        body,
      });
      expect(await answer.json()).toMatchObject({ total: 3, refused: 0 });
      // oxlint-enable no-await-in-loop
    }
    expect(await refusalOf('template.ndjson')).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await refusalOf('template.csv?language=de')).toMatchObject({ status: 400 });
  });
});

describe('a reader', () => {
  test('a reader that reads nothing is cut off, and costs no other client anything meanwhile', async () => {
    const stalled = openReader(`${large}.csv`);
    await once(stalled, 'readable');
    const whole = await read(`${large}.csv`);
    expect(linesOf(whole.bytes)).toHaveLength(2_401);
    await expect.poll(() => brokenOff().length, { timeout: 30_000 }).toBe(1);
    const received = await restOf(stalled);
    expect(received.length).toBeLessThan(whole.bytes.length);
    expect(received).not.toMatch(/\r\n0\r\n\r\n$/);
  });

  test('a reader that leaves in the midst ends what is read for it, which is no failure', async () => {
    const leaving = openReader(`${large}.ndjson`);
    await once(leaving, 'readable');
    leaving.destroy();
    await expect.poll(() => brokenOff().length, { timeout: 30_000 }).toBe(2);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('a reader is broken off when the service stops, and does not take its file for a whole one', async () => {
    const env = { ...callers.env, STALLED_CLIENT_TIMEOUT_MS: '600000' };
    const other = await startTestService({ log, store, env });
    const stalled = openReader(`${large}.csv`, other);
    await once(stalled, 'readable');
    await other[Symbol.asyncDispose]();
    const received = await restOf(stalled);
    expect(received).toContain('HTTP/1.1 200');
    expect(received).not.toMatch(/\r\n0\r\n\r\n$/);
  }, 30_000);
});
