import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { OperatorError } from '../../../src/operators/port/operator-error.ts';
import { startAnsweringCovage, type Answer } from '../../support/covage-client.ts';

const types = ['Bâtiment relevé', 'Cœur de réseau €'];
const text = JSON.stringify({ available_site_connection_types: types });
const json = { 'content-type': 'application/json' };

/** What the client makes of an answer, and what it counts of it. */
async function read(answer: Answer) {
  await using covage = await startAnsweringCovage(() => answer);
  const value = await covage.client
    .fetchSiteConnectionTypes({})
    .catch((error: unknown) => error as OperatorError);
  return { value, reported: covage.reported };
}

const in1252 = (all: string): Buffer =>
  Buffer.from(all.replace('œ', '\u009c').replace('€', '\u0080'), 'latin1');
const swapped = (all: string): Buffer => Buffer.from(all, 'utf16le').swap16();
const encoded = (encoding: string, bytes: Buffer): Answer => ({
  headers: { ...json, 'content-encoding': encoding },
  bytes,
});
const typed = (type: string, bytes: Buffer): Answer => ({
  headers: { 'content-type': type },
  bytes,
});

describe('a body', () => {
  test.for<[string, Answer]>([
    ['in gzip', encoded('gzip', gzipSync(text))],
    ['in gzip by its old name', encoded('X-GZIP', gzipSync(text))],
    ['in brotli', encoded('br', brotliCompressSync(text))],
    ['in zstd', encoded('zstd', zstdCompressSync(text))],
    ['in deflate', encoded('deflate', deflateSync(text))],
    ['in bare deflate', encoded('deflate', deflateRawSync(text))],
    ['in one encoding around another', encoded('gzip, br', brotliCompressSync(gzipSync(text)))],
    ['in no encoding, which is named', encoded('identity', Buffer.from(text))],
    ['in UTF-8 with a mark', typed('application/json', Buffer.from(`\ufeff${text}`))],
    ['in UTF-8 by another name', typed('application/json; charset="UTF8"', Buffer.from(text))],
    ['in Windows-1252', typed('application/json; charset=windows-1252', in1252(text))],
    ['in ISO-8859-1 as the web takes it', typed('text/json;charset=ISO-8859-1', in1252(text))],
    ['in Windows-1252 of which nothing is said', typed('application/json', in1252(text))],
    ['in Windows-1252 that is said to be UTF-8', typed('text/json; charset=utf-8', in1252(text))],
    ['in UTF-16 with a mark', typed('application/json', Buffer.from(`\ufeff${text}`, 'utf16le'))],
    [
      'in UTF-16BE with a mark',
      typed('application/json; charset=utf-16', swapped(`\ufeff${text}`)),
    ],
    ['in UTF-16LE', typed('application/json; charset=utf-16le', Buffer.from(text, 'utf16le'))],
    ['in UTF-16BE', typed('application/json; charset=UTF-16BE', swapped(text))],
    ['in UTF-16 without a mark', typed('text/json; charset=utf-16', Buffer.from(text, 'utf16le'))],
    ['in UTF-16BE without a word', typed('application/json', swapped(text))],
    ['of plain text', typed('text/plain', Buffer.from(text))],
    ['of a problem', typed('application/problem+json', Buffer.from(text))],
    ['of no type', { headers: {}, bytes: Buffer.from(text) }],
    [
      'in a character set that is not known, and UTF-8',
      typed('text/json; charset=x', Buffer.from(text)),
    ],
    [
      'in Windows-1252 in gzip',
      {
        headers: { 'content-type': 'a/b; charset=cp1252', 'content-encoding': 'gzip' },
        bytes: gzipSync(in1252(text)),
      },
    ],
  ])('%s is read', async ([, answer]) => {
    expect((await read(answer)).value).toEqual(types);
  });

  test('a body of which a few bytes are damaged keeps the others', async () => {
    const bytes = Buffer.from(text);
    bytes[bytes.indexOf('é')] = 0xff;
    const { value, reported } = await read(typed('application/json', bytes));
    expect(value).toEqual([expect.stringContaining('Bâtiment rel'), types[1]]);
    expect(reported).toEqual(['not-utf-8']);
  });

  test('a body that departs from what was asked for is counted', async () => {
    expect((await read(encoded('gzip', gzipSync(text)))).reported).toEqual(['content-encoding']);
    expect((await read(typed('text/json; charset=latin1', in1252(text)))).reported).toEqual([
      'character-set',
    ]);
    expect((await read(typed('application/json', Buffer.from(text)))).reported).toEqual([]);
  });

  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 32));
  test.for<[string, Answer, string]>([
    ['that unpacks to 64 MiB', encoded('gzip', bomb), 'with more than 4194304 bytes'],
    ['that unpacks twice', encoded('gzip, gzip', gzipSync(bomb)), 'with more than 4194304 bytes'],
    ['in an encoding of somebody', encoded('snappy', Buffer.from(text)), '"snappy"'],
    ['in four encodings', encoded('br,br,br,br', Buffer.from(text)), 'in 4 encodings'],
    ['that is not gzip', encoded('gzip', Buffer.from(text)), 'in the encoding "gzip", as which'],
    ['that is cut off in gzip', encoded('gzip', gzipSync(text).subarray(0, 30)), '"gzip"'],
    [
      'in a character set of somebody',
      typed('text/json; charset=ebcdic-fr', in1252(text)),
      '"ebcdic-fr"',
    ],
    ['that is a page', typed('text/html', Buffer.from('<html>secret</html>')), 'type text/html'],
    ['that is empty', typed('application/json', Buffer.from('')), 'that is empty'],
  ])('%s is INVALID_RESPONSE, which says why', async ([, answer, words]) => {
    const { value } = await read(answer);
    expect(value).toMatchObject({ code: 'INVALID_RESPONSE', status: 200 });
    const { message } = value as OperatorError;
    expect(message).toContain(words);
    expect(message).not.toContain('secret');
    expect(message.length).toBeLessThan(200);
  });

  test('a body of a failure that cannot be read leaves it what its status says', async () => {
    for (const answer of [encoded('gzip', bomb), encoded('snappy', Buffer.from(text))]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { value } = await read({ ...answer, status: 403 });
      expect(value).toMatchObject({ code: 'FORBIDDEN', status: 403 });
    }
  });
});

describe('the words of a refusal', () => {
  test.for<[string, Answer, string]>([
    [
      'a problem',
      {
        status: 400,
        headers: { 'content-type': 'application/problem+json' },
        bytes: Buffer.from('{"title":"Zone inconnue","type":"about:blank"}'),
      },
      'Zone inconnue',
    ],
    [
      'plain text in ISO-8859-1',
      {
        status: 422,
        headers: { 'content-type': 'text/plain; charset=iso-8859-1' },
        bytes: Buffer.from('Adresse erronée', 'latin1'),
      },
      'Adresse erronée',
    ],
    ['a list of what is wrong', { status: 400, body: { items: ['Trop.'] } }, '{"items":["Trop."]}'],
  ])('the words of a refusal are told where they are %s', async ([, answer, words]) => {
    const { value } = await read(answer);
    expect(value).toMatchObject({ code: 'REJECTED' });
    expect((value as OperatorError).message).toContain(words);
  });
});
