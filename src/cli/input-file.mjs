import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { UsageError } from './failures.mjs';

/** @typedef {{ path: string, name: string, size: number, type: string }} InputFile */

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/**
 * Looks at a file that is to be sent. Rejects with a UsageError where it cannot be.
 * @param {string} path
 * @returns {Promise<InputFile>}
 */
export async function inspect(path) {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new UsageError(`${path} is a folder: name a file in it.`);
    if (!found.isFile()) throw new UsageError(`${path} is no file that can be sent.`);
    if (found.size === 0) throw new UsageError(`${path} is empty.`);
    return { path, name: basename(path), size: found.size, type: await detectType(path) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') throw new UsageError(`${path} does not exist.`);
    throw new UsageError(`${path} cannot be read${code === '' ? '' : ` (${code})`}.`);
  }
}

/**
 * By its first bytes: people give files any name.
 * @param {string} path
 */
async function detectType(path) {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (buffer.toString('latin1') === 'PK\u0003\u0004') return xlsx;
    // Excel's before 2007, which the service knows how to refuse, and files with a password.
    return buffer.toString('hex') === 'd0cf11e0' ? 'application/vnd.ms-excel' : 'text/csv';
  } finally {
    await file.close();
  }
}

/**
 * The idempotency key of a file, so that sending it again makes no second batch: the same for the same bytes and the same options.
 * @param {InputFile} file
 * @param {readonly unknown[]} options
 */
export async function makeIdempotencyKey({ path }, options) {
  const hash = createHash('sha256').update(JSON.stringify(options));
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return `cli-${hash.digest('hex')}`;
}

/**
 * The file as the body of a request, read as it is sent.
 * @param {InputFile} file
 */
export function openBody({ path, size, type }) {
  const body = /** @type {ReadableStream} */ (Readable.toWeb(createReadStream(path)));
  return {
    body,
    duplex: /** @type {const} */ ('half'),
    headers: { 'content-type': type, 'content-length': String(size) },
  };
}
