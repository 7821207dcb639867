import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  deadUrl,
  sendJson,
  startHttpServer,
  type ReceivedRequest,
} from '../support/start-http-server.ts';
import { CommandLine, eligibility } from './command-line.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-trouble-'));
  file = join(folder, 'sites.csv');
  await writeFile(file, 'adresse\n65 rue de Siam 29200 Brest\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const batch = {
  id: 'b-1',
  name: 'sites.csv',
  externalId: null,
  creationDate: '2026-11-28T09:00:00Z',
  state: 'DONE',
  total: 1,
  refused: 0,
  completed: 1,
  verdicts: [{ verdict: 'ELIGIBLE', count: 1 }],
  estimatedEndDate: null,
};
const taken = { id: 'b-1', total: 1, accepted: 1, refused: 0, issues: [], columns: {} };

/** What a service that does all that is asked answers. */
function answerWell({ method, path }: ReceivedRequest, response: ServerResponse): void {
  if (path === '/graphql') sendJson(response, { data: { siteQualificationBatch: batch } });
  else if (method === 'POST') sendJson(response, taken, 201);
  else response.end('Verdict\nELIGIBLE\n');
}

/** A service that does `trouble` with the first requests that `isMeant` is true of. */
function troubled(
  isMeant: (request: ReceivedRequest) => boolean,
  trouble: (response: ServerResponse) => void,
  times = 1,
) {
  let left = times;
  return startHttpServer((request, response) => {
    const isDue = left > 0 && isMeant(request);
    if (isDue) left -= 1;
    if (isDue) trouble(response);
    else answerWell(request, response);
  });
}

const isUpload = ({ method, path }: ReceivedRequest): boolean =>
  method === 'POST' && path.startsWith('/batches');
const isLook = ({ path }: ReceivedRequest): boolean => path === '/graphql';
const isFetch = ({ method }: ReceivedRequest): boolean => method === 'GET';

describe('a service', () => {
  test('a service that is not there is exit code 3 at once, and named', async () => {
    const url = await deadUrl();
    const { code, stdout, stderr } = await eligibility(['qualify', file, '--url', url]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toBe(`The service at ${url} cannot be reached (ECONNREFUSED).\n`);
  });

  test('a service that wants a key says so with a word on how to give one, which is sent as it is', async () => {
    await using service = await startHttpServer(({ headers }, response) => {
      if (headers['x-api-key'] === 'secret')
        sendJson(response, { data: { siteQualificationBatch: batch } });
      else sendJson(response, { message: 'Who are you?', code: 'UNAUTHENTICATED' }, 401);
    });
    const args = ['status', 'b-1', '--url', `${service.url}/graphql`];
    const refused = await eligibility(args);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(
      /^Who are you\? Give the key by the variable ELIGIBILITY_API_KEY/,
    );
    expect((await eligibility(args, { ELIGIBILITY_API_KEY: 'secret' })).code).toBe(0);
    expect((await eligibility([...args, '--api-key', 'secret'])).code).toBe(0);
    await eligibility(args, { ELIGIBILITY_TOKEN: 'ey.J.hb' });
    expect(service.received.at(-1)?.headers.authorization).toBe('Bearer ey.J.hb');
  });

  test.each([
    ['refuses the file', 422, { message: 'No heading names a site.', code: 'HEADING_MISSING' }],
    ['refuses it by GraphQL', 400, { errors: [{ message: 'No heading names a site.' }] }],
    [
      'says it with what steers a terminal',
      400,
      { message: '\u001B[2JNo heading names a site.\u0007' },
    ],
  ])('that %s is exit code 3 with its words', async (_what, status, body) => {
    await using service = await troubled(isUpload, (response) => sendJson(response, body, status));
    const { code, stderr } = await eligibility(['qualify', file, '--url', service.url]);
    expect(code).toBe(3);
    expect(stderr.replace('[2J', '').trim()).toBe('No heading names a site.');
  });

  test('a service that is another one is exit code 3', async () => {
    await using service = await startHttpServer((_request, response) =>
      response.end('<h1>Hello</h1>'),
    );
    const { code, stderr } = await eligibility(['status', 'x', '--url', service.url]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('is not the service')]);
  });

  test('a service that sends on is not followed: the key is for the address that was given', async () => {
    await using other = await startHttpServer(answerWell);
    await using service = await startHttpServer((_request, response) => {
      response.writeHead(308, { location: `${other.url}/graphql` }).end();
    });
    const args = ['status', 'x', '--url', service.url, '--api-key', 'k'];
    const { code, stderr } = await eligibility(args);
    expect([code, stderr]).toEqual([3, expect.stringContaining(`sends on to ${other.url}`)]);
    expect(other.received).toEqual([]);
  });

  test('a service that does not know the batch is exit code 3', async () => {
    await using service = await startHttpServer((_request, response) =>
      sendJson(response, { data: { siteQualificationBatch: null } }),
    );
    const { code, stderr } = await eligibility(['status', 'b-9', '--url', service.url]);
    expect([code, stderr]).toEqual([3, 'There is no batch b-9.\n']);
  });

  test.each([
    [
      'asks to slow down',
      isUpload,
      (response: ServerResponse) => void response.writeHead(429, { 'retry-after': '1' }).end(),
    ],
    [
      'breaks off while it takes the file',
      isUpload,
      (response: ServerResponse) => void response.destroy(),
    ],
    [
      'starts again while the batch runs',
      isLook,
      (response: ServerResponse) => void response.destroy(),
    ],
    [
      'is behind a proxy that cannot reach it',
      isLook,
      (response: ServerResponse) => void response.writeHead(502).end('<h1>Bad Gateway</h1>'),
    ],
    [
      'breaks off in the middle of the results',
      isFetch,
      (response: ServerResponse) => void response.write('Verdict\nELI', () => response.destroy()),
    ],
  ])('that %s is asked again', async (_what, isMeant, trouble) => {
    await using service = await troubled(isMeant, trouble);
    const out = join(folder, 'results.csv');
    const outcome = await eligibility(['qualify', file, '--out', out, '--url', service.url]);
    expect([outcome.code, outcome.stdout]).toEqual([0, '']);
    expect(outcome.stderr).toContain('Trying again in');
    expect(await readFile(out, 'utf8')).toBe('Verdict\nELIGIBLE\n');
    const keys = service.received.filter(isUpload).map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
  });

  test('a service that stays away for longer than the patience is exit code 3, with how to go on', async () => {
    await using service = await troubled(isLook, (response) => response.destroy(), Infinity);
    const out = join(folder, "it's here.csv");
    const args = [
      'qualify',
      file,
      '--out',
      out,
      '--url',
      service.url,
      '--patience',
      '1',
      '--rows',
      'offers',
    ];
    const { code, stderr } = await eligibility([...args, '--api-key', 'secret']);
    expect(code).toBe(3);
    expect(stderr).toContain(
      `Continue here with: eligibility qualify --batch b-1 --out '${out.replace("'", String.raw`'\''`)}' --rows offers --patience 1 --url ${service.url}\n`,
    );
    expect(stderr).not.toContain('secret');
  });
});

describe('a result', () => {
  test('a result that never comes whole leaves nothing behind, and what was there as it was', async () => {
    const out = join(folder, 'results.csv');
    await writeFile(out, 'of yesterday');
    await using service = await troubled(
      isFetch,
      (response) => void response.write('half', () => response.destroy()),
      Infinity,
    );
    const args = ['fetch', 'b-1', '--out', out, '--force', '--patience', '1', '--url', service.url];
    expect((await eligibility(args)).code).toBe(3);
    expect(await readFile(out, 'utf8')).toBe('of yesterday');
    expect((await readdir(folder)).toSorted()).toEqual(['results.csv', 'sites.csv']);
  });

  test('a result goes to standard output as a whole, also where the service broke off once', async () => {
    await using service = await troubled(
      isFetch,
      (response) => void response.write('half', () => response.destroy()),
    );
    const { code, stdout } = await eligibility(['fetch', 'b-1', '--url', service.url]);
    expect([code, stdout]).toEqual([0, 'Verdict\nELIGIBLE\n']);
  });

  test('a result is asked for in the format of the name, with the options that were given', async () => {
    await using service = await startHttpServer(answerWell);
    const out = join(folder, 'results.ndjson');
    const given = ['--rows', 'offers', '--language', 'en', '--out', out, '--url', service.url];
    await eligibility(['fetch', 'b/1', ...given]);
    expect(service.received.at(-1)?.path).toBe('/batches/b%2F1.ndjson?rows=offers&language=en');
  });
});

/** The key that goes with a file. */
async function keyOf(args: readonly string[]): Promise<string> {
  await using service = await startHttpServer(answerWell);
  const out = join(folder, 'out.csv');
  await eligibility(['qualify', file, '--out', out, '--force', '--url', service.url, ...args]);
  return String(service.received.find(isUpload)?.headers['idempotency-key']);
}

describe('a file', () => {
  test('a file goes with the same key each time, and with another one where anything else is asked', async () => {
    const first = await keyOf([]);
    expect(first).toMatch(/^cli-[\da-f]{64}$/);
    expect(await keyOf(['--language', 'en'])).toBe(first);
    const others = [await keyOf(['--operators', 'KOSC']), await keyOf(['--again'])];
    await writeFile(file, 'adresse\n66 rue de Siam 29200 Brest\n');
    others.push(await keyOf([]));
    expect(new Set([first, ...others]).size).toBe(4);
  });

  test('a file is named by what it is, and sent with its length', async () => {
    await using service = await startHttpServer(answerWell);
    const workbook = join(folder, 'sites.dat');
    await writeFile(workbook, Buffer.from('PK\u0003\u0004and the rest', 'latin1'));
    for (const one of [file, workbook]) {
      await eligibility(['qualify', one, '--dry-run', '--operators', 'KOSC', '--url', service.url]);
    }
    const told = service.received.map(({ path, headers }) => [
      path,
      headers['content-type'],
      headers['content-length'],
      headers['idempotency-key'],
    ]);
    expect(told).toEqual([
      ['/batches?name=sites.csv&operators=KOSC&dryRun=1', 'text/csv', '35', undefined],
      [
        '/batches?name=sites.dat&operators=KOSC&dryRun=1',
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        '16',
        undefined,
      ],
    ]);
  });

  test('a file that is being sent when the command is interrupted is exit code 130, with a word on sending it again', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    await using service = await troubled(isUpload, () => resolve());
    await using command = new CommandLine(['qualify', file, '--url', service.url]);
    await asked;
    command.signal('SIGINT');
    const { code, stderr } = await command.outcome();
    expect([code, stderr]).toEqual([130, expect.stringContaining('asks nothing twice')]);
  });
});
