import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyedCallers, requestAs, type KeyedCallers } from '../support/keyed-callers.ts';
import { BatchDocument, BatchesDocument } from '../support/operations.generated.ts';
import {
  openTestStore,
  startTestService,
  type TestService,
} from '../support/start-test-service.ts';
import { rowXml as row, textCell, workbookOf } from './workbook-of.ts';

// Files of sites as browsers, curl and programs send them.

const run = promisify(execFile);
let callers: KeyedCallers;
let store: Awaited<ReturnType<typeof openTestStore>>;
let tested: TestService;
let folder: string;
beforeAll(async () => {
  callers = keyedCallers({
    acme: { tenant: 'acme', scopes: ['read', 'qualify'] },
    rival: { tenant: 'rival', scopes: ['read', 'qualify'] },
  });
  store = await openTestStore();
  tested = await startTestService({ store, env: callers.env });
  folder = await mkdtemp(join(tmpdir(), 'eligibility-test-'));
  await writeFile(join(folder, 'Appel d’offres été.csv'), latin(csv));
}, 60_000);
afterAll(async () => {
  await tested[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  callers[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

const csv =
  'Référence;PTO;SIRET;Remarque\r\n1;FI-3790-3415;;à relancer\r\n2;;123;\r\n3;fi 3790 3415;;\r\n';
/** As Excel on a French Windows writes it. */
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

interface Summary {
  readonly id: string | null;
  readonly total: number;
  readonly accepted: number;
  readonly refused: number;
  readonly issues: readonly {
    readonly line: number;
    readonly column: string | null;
    readonly value: string | null;
    readonly code: string;
    readonly message: string;
  }[];
  readonly columns: Readonly<Record<string, string>>;
  readonly batch: string | null;
}

interface Taken {
  readonly status: number;
  readonly location: string | null;
  readonly body: Summary & { readonly code?: string; readonly message?: string };
}

interface Sent {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
  readonly service?: TestService;
}

async function send(
  body: BodyInit,
  { query = '', headers = {}, key = 'acme', service = tested }: Sent = {},
): Promise<Taken> {
  const isForm = body instanceof FormData;
  const answer = await fetch(new URL(`/batches?${query}`, service.url), {
    method: 'POST',
    headers: { 'x-api-key': key, ...(!isForm && { 'content-type': 'text/csv' }), ...headers },
    body,
  });
  return {
    status: answer.status,
    location: answer.headers.get('location'),
    body: (await answer.json()) as Taken['body'],
  };
}

const batchOf = async (id: string | null, key = 'acme') =>
  (await requestAs(key, tested.url, BatchDocument, { id: id ?? '' })).data?.siteQualificationBatch;

const formOf = (text: string, name: string): FormData => {
  const form = new FormData();
  form.append('file', new Blob([text], { type: 'application/vnd.ms-excel' }), name);
  return form;
};

const octets = { 'content-type': 'application/octet-stream' };
const workbook = (xml: string) => new Uint8Array(workbookOf([{ name: 'Sites', xml }]));

/** How a file is refused. */
async function codeOf(body: BodyInit) {
  const { status, body: told } = await send(body);
  expect(told.message).toMatch(/[.]$/);
  return [status, told.code];
}

describe('a file that is sent', () => {
  test('a file that is sent is answered with what was read of it, row by row and heading by heading', async () => {
    const taken = await send(csv, { query: 'name=Tender&externalId=t-1' });
    const { id } = taken.body;
    expect(taken).toMatchObject({
      status: 201,
      location: `/batches/${id}.csv`,
      body: {
        total: 3,
        accepted: 2,
        refused: 1,
        issues: [
          {
            line: 3,
            column: 'SIRET',
            value: '123',
            code: 'SIRET_INVALID',
            message: expect.stringContaining('"123"') as string,
          },
        ],
        columns: { Référence: 'externalId', PTO: 'otpRef', SIRET: 'siret' },
        batch: `/batches/${id}.csv`,
      },
    });
    expect(await batchOf(id)).toMatchObject({
      id,
      name: 'Tender',
      externalId: 't-1',
      total: 3,
      refused: 1,
    });
    expect(await batchOf(id, 'rival')).toBeNull();
  });

  test('a file that is sent by a form of a browser has the name of the file where no other is given', async () => {
    const unnamed = await send(formOf(csv, 'Appel d’offres été.csv'));
    expect(await batchOf(unnamed.body.id)).toMatchObject({ name: 'Appel d’offres été.csv' });
    const named = await send(formOf(csv, 'C:\\tenders\\x.csv'), { query: 'name=Été' });
    expect(await batchOf(named.body.id)).toMatchObject({ name: 'Été', total: 3, refused: 1 });
  });

  test('a file that is sent with the length not told is read', async () => {
    const stream = new Blob([csv]).stream();
    const answer = await fetch(new URL('/batches?dryRun=1', tested.url), {
      method: 'POST',
      headers: { 'x-api-key': 'acme', 'content-type': 'text/csv' },
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect(await answer.json()).toMatchObject({ total: 3, refused: 1 });
  });

  test('a file that is sent is asked of the operators that are named, in any case', async () => {
    const taken = await send(csv, { query: 'operators=kosc' });
    const document = `query ($id: ID!) { siteQualificationBatch(id: $id) {
      rows(first: 1) { nodes { siteQualification { outcomes { operator skip { code } } } } }
    } }`;
    await expect
      .poll(
        async () => {
          const { data } = await requestAs('acme', tested.url, document, { id: taken.body.id });
          return JSON.stringify(data);
        },
        { timeout: 20_000 },
      )
      .toContain('{"operator":"COVAGE","skip":{"code":"NOT_REQUESTED"}}');
  });

  test('a file that is sent is only judged by a dry run', async () => {
    const before = await requestAs('acme', tested.url, BatchesDocument, {});
    const taken = await send(csv, { query: 'dryRun=1', headers: { 'idempotency-key': 'dry' } });
    expect(taken).toMatchObject({
      status: 200,
      location: null,
      body: { id: null, batch: null, total: 3, accepted: 2, refused: 1, issues: [{ line: 3 }] },
    });
    expect(await requestAs('acme', tested.url, BatchesDocument, {})).toEqual(before);
    expect(await send(csv, { headers: { 'idempotency-key': 'dry' } })).toMatchObject({
      status: 201,
    });
  });

  test('a file that is sent with more that is wrong is told of the first thousand, and refused rows are all counted', async () => {
    const rows = Array.from({ length: 1_500 }, (_, index) => `${index};12\r\n`).join('');
    const { body, status } = await send(`Ref;SIRET\r\n${rows}`);
    expect(status).toBe(201);
    expect(body).toMatchObject({ total: 1_500, accepted: 0, refused: 1_500 });
    expect(body.issues).toHaveLength(1_000);
    await expect
      .poll(() => batchOf(body.id))
      .toMatchObject({ refused: 1_500, state: 'DONE_PARTIAL' });
  });

  test('a file that is no table of sites is refused with a sentence and a code', async () => {
    expect(await codeOf('')).toEqual([422, 'FILE_EMPTY']);
    expect(await codeOf('a;b\r\n1;2\r\n')).toEqual([422, 'HEADING_MISSING']);
    expect(await codeOf('%PDF-1.7\n')).toEqual([415, 'FORMAT_NOT_SUPPORTED']);
    expect(await codeOf(formOf('', 'empty.csv'))).toEqual([422, 'FILE_EMPTY']);
    const rows = 'PTO\r\n'.concat('FI-3790-3415\r\n'.repeat(10_001));
    expect(await codeOf(rows)).toEqual([422, 'TOO_MANY_ROWS']);
  });

  test.for<[what: string, body: () => BodyInit, told: object]>([
    ['rows', () => 'PTO\n'.concat('x\n'.repeat(10_001)), { allowed: 10_000 }],
    ['bytes', () => 'x'.repeat(10_485_761), { code: 'FILE_TOO_LARGE', allowed: 10_485_760 }],
    ['columns', () => `PTO;${'x;'.repeat(70)}\n`, { allowed: 64, found: 71 }],
    [
      'columns of a workbook, by the cell that is too far to the right',
      () => workbook(`${row(1, ['PTO'])}<row r="2">${textCell('XFD2', 'x')}</row>`),
      { code: 'TOO_MANY_COLUMNS', allowed: 64, cell: 'XFD2' },
    ],
    ['a format', () => '%PDF-1.7\n', { format: 'PDF' }],
    ['a line', () => 'PTO\n1\n"2\n3\n', { code: 'QUOTE_UNBALANCED', line: 3 }],
    ['first cells', () => 'X;Y;nom\n1;2;3\n', { headings: ['X', 'Y', 'nom'], projected: true }],
    [
      'sheets',
      () => workbook(row(1, ['bonjour'])),
      { code: 'HEADING_MISSING', headings: ['bonjour'], sheets: ['Sites'] },
    ],
    [
      'headings that say the same',
      () => 'Adresse;Ville;ADRESSE\n1;2;3\n',
      { columns: [{ letter: 'A', heading: 'Adresse' }, { letter: 'C' }] },
    ],
  ])('that is refused for its %s is told of with the values that the sentence has', async (one) => {
    const [, body, told] = one;
    expect((await send(body(), { headers: octets })).body).toMatchObject(told);
  });

  test('a file that is sent has what is too long or too many in a row told in numbers', async () => {
    const ragged = `Adresse;Ville;Note\n${'x'.repeat(501)};;\n4 rue X\n;;${'x'.repeat(4_097)}\n`;
    const { body } = await send(ragged, { query: 'dryRun=1' });
    expect(body.issues).toMatchObject([
      { line: 2, code: 'TEXT_TOO_LONG', allowed: 500, found: 501 },
      { line: 3, code: 'ROW_RAGGED', allowed: 3, found: 1 },
      { line: 4, code: 'CELL_TOO_LONG', allowed: 4_096 },
    ]);
  });
});

const curl = ['/usr/bin/curl', '/usr/local/bin/curl'].find(existsSync);
const title = (says: string): string =>
  curl === undefined ? `${says} (skipped: curl is not installed)` : says;

const tender = (): string => join(folder, 'Appel d’offres été.csv');

/** What curl is answered to a file. */
async function curled(...args: string[]) {
  const asAcme = ['-sS', '-H', 'x-api-key: acme', '-w', '\n%{http_code}'];
  const { stdout } = await run(curl!, [...asAcme, ...args, new URL('/batches', tested.url).href]);
  const [text = '', status] = stdout.split(/\n(?=\d+$)/);
  return { status: Number(status), body: JSON.parse(text) as Summary };
}

describe('curl', () => {
  const expected = { status: 201, body: { total: 3, accepted: 2, refused: 1 } };

  // oxlint-disable-next-line vitest/valid-title -- a skip says why
  test.skipIf(curl === undefined)(title('sends a file by -F'), async () => {
    const { status, body } = await curled('-F', `file=@${tender()}`);
    expect({ status, body }).toMatchObject(expected);
    expect(body.columns).toMatchObject({ Référence: 'externalId' });
    expect(await batchOf(body.id)).toMatchObject({ name: 'Appel d’offres été.csv' });
  });

  // oxlint-disable-next-line vitest/valid-title -- a skip says why
  test.skipIf(curl === undefined)(title('sends a file by --data-binary'), async () => {
    const type = ['-H', 'content-type: text/csv'];
    expect(await curled(...type, '--data-binary', `@${tender()}`)).toMatchObject(expected);
  });

  // oxlint-disable-next-line vitest/valid-title -- a skip says why
  test.skipIf(curl === undefined)(title('asks before it sends a large file'), async () => {
    const large = join(folder, 'large.csv');
    await writeFile(large, `PTO;Note\r\n${`FI-3790-3415;${'x'.repeat(1_500)}\r\n`.repeat(1_000)}`);
    const sent = [
      '-H',
      'expect: 100-continue',
      '-H',
      'content-type: text/csv',
      '--data-binary',
      `@${large}`,
    ];
    expect(await curled(...sent)).toMatchObject({ status: 201, body: { total: 1_000 } });
    await writeFile(large, 'x'.repeat(12 * 1024 * 1024));
    expect(await curled(...sent)).toMatchObject({
      status: 413,
      body: { code: 'FILE_TOO_LARGE' },
    });
  });
});

const again = (key: string, more: Sent = {}): Sent => ({
  ...more,
  headers: { 'idempotency-key': key },
});

describe('a file that is sent again', () => {
  test('a file that is sent again under the same key is the same batch, by a form and in quotes too', async () => {
    const first = await send(csv, again('key-1'));
    const second = await send(csv, again('"key-1"'));
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    expect(second.location).toBe(first.location);
    const byForm = await send(formOf(csv, 'another-name.csv'), again('key-1'));
    expect([byForm.status, byForm.body.id]).toEqual([200, first.body.id]);
    const other = await send(csv);
    expect(other.body.id).not.toBe(first.body.id);
  });

  test('a file that is sent again under the key of another file, or with other parameters, is refused', async () => {
    await send(csv, again('key-2'));
    const refused = { status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } };
    expect(await send(`${csv}4;FI-3790-3415;;\r\n`, again('key-2'))).toMatchObject(refused);
    expect(await send(csv, again('key-2', { query: 'operators=KOSC' }))).toMatchObject(refused);
    expect(await send(csv, again('key-2', { key: 'rival' }))).toMatchObject({ status: 201 });
  });

  test('a file that is sent again at the same time is one batch', async () => {
    const taken = await Promise.all([1, 2].map(() => send(csv, again('key-3'))));
    expect(taken.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(taken.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(taken.map(({ body }) => body.id)).size).toBe(1);
  });
});

describe('an allowance', () => {
  test('an allowance is spent by the rows of a file, of each tenant its own', async () => {
    const env = { ...callers.env, RATE_LIMIT_COST_PER_MINUTE: '30' };
    await using limited = await startTestService({ usesStore: true, env });
    expect((await send(csv, { service: limited })).status).toBe(201);
    const refused = await fetch(new URL('/batches', limited.url), {
      method: 'POST',
      headers: { 'x-api-key': 'acme', 'content-type': 'text/csv' },
      body: `PTO\r\n${'FI-3790-3415\r\n'.repeat(25)}`,
    });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED' });
    expect((await send(csv, { service: limited, key: 'rival' })).status).toBe(201);
  });

  test('an allowance is spent by the rows that are read', async () => {
    const { body } = await send(`SIRET\r\n${'12\r\n'.repeat(30)}`);
    const env = { ...callers.env, RATE_LIMIT_COST_PER_MINUTE: '30' };
    await using limited = await startTestService({ store, env });
    const read = (service: TestService, method: string) =>
      fetch(new URL(body.batch!, service.url), { method, headers: { 'x-api-key': 'acme' } });
    const refused = await read(limited, 'GET');
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED' });
    expect((await read(limited, 'HEAD')).status).toBe(200);
    expect((await read(tested, 'GET')).status).toBe(200);
  });
});
