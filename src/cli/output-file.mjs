import { constants, createReadStream, createWriteStream } from 'node:fs';
import { access, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UsageError } from './failures.mjs';

/**
 * Where a file from the service goes: a file, what is no file (such as a device, written as it is), or standard output.
 * @typedef {{ path: string | null, format: 'csv' | 'xlsx' | 'ndjson', isFile: boolean }} Output
 */

/**
 * Looks at where a result is to go, before anything is asked. Rejects with a UsageError where it cannot go there.
 * @param {string | undefined} path standard output without it
 * @param {object} options
 * @param {string | undefined} options.format by the end of the path without it
 * @param {readonly Output['format'][]} options.formats
 * @param {boolean} options.force whether a file that is there may be replaced
 * @param {string} [options.input] what must not be written over
 * @returns {Promise<Output>}
 */
export async function checkOutput(path, { format: given, formats, force, input }) {
  const byName = formats.find((one) => `.${one}` === extname(path ?? '').toLowerCase());
  const named = formats.find((one) => one === given);
  if (given !== undefined && named === undefined) {
    throw new UsageError(`--format is ${given}: give ${formats.join(' or ')}.`);
  }
  const format = named ?? byName ?? 'csv';
  if (path === undefined) {
    if (format === 'xlsx' && process.stdout.isTTY) {
      throw new UsageError('A terminal cannot show an XLSX: name a file by --out.');
    }
    return { path: null, format, isFile: false };
  }
  if (input !== undefined && resolve(input) === resolve(path)) {
    throw new UsageError(`${path} is the file that is sent: name another one by --out.`);
  }
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory())
    throw new UsageError(`${path} is a folder: name a file in it by --out.`);
  if (there?.isFile() && !force) {
    throw new UsageError(
      `${path} is there already: name another file by --out, or give --force to replace it.`,
    );
  }
  const folder = await stat(dirname(path)).catch(() => null);
  if (!folder?.isDirectory())
    throw new UsageError(`There is no folder ${dirname(path)} for ${path}.`);
  const isWritable = await access(dirname(path), constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable) {
    throw new UsageError(`${dirname(path)} cannot be written to: name a file elsewhere by --out.`);
  }
  return { path, format, isFile: there === null || there.isFile() };
}

/**
 * Writes what the service sends. A file is there as a whole or not at all; what breaks off is asked for again.
 * @param {import('./service.mjs').Service} service
 * @param {string} path of the service
 * @param {Output} output
 */
export async function save(service, path, output) {
  const { signal } = service;
  const folder = output.isFile ? null : await mkdtemp(join(tmpdir(), 'eligibility-'));
  const target = output.path ?? 'results';
  const part = join(folder ?? dirname(target), `.${basename(target)}.${process.pid}.part`);
  try {
    await service.patiently(async () => {
      const { body } = await service.exchange(path);
      if (body === null) return;
      const received = Readable.fromWeb(/** @type {any} */ (body));
      await pipeline(received, createWriteStream(part), { signal }).catch((error) => {
        signal.throwIfAborted();
        // `fetch` throws a TypeError where the connection breaks off; a full disk is another error.
        throw error instanceof TypeError ? service.away(error) : error;
      });
    });
    if (output.isFile) await rename(part, target);
    else
      await pipeline(createReadStream(part), openOutlet(output.path), {
        signal,
        end: output.path !== null,
      });
  } finally {
    await rm(folder ?? part, { recursive: true, force: true });
  }
}

/** @param {string | null} path */
function openOutlet(path) {
  return path === null ? process.stdout : createWriteStream(path);
}
