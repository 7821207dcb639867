import type { Leaving } from '../../abort.ts';
import { csvRows } from './csv-rows.ts';
import { decodeText } from './decode-text.ts';
import { lookAtZip } from './look-at-zip.ts';
import { emptyFile, readTable } from './read-table.ts';
import { readSheet } from './read-sheet.ts';
import type { Table, TableKind } from './table.ts';
import { damaged, UnreadableTableError, unsupportedFormat } from './unreadable-table.ts';

export interface OpenTableOptions {
  /** The kind that its sender tells; null without one. The first bytes decide: a file that was sent as a workbook and is none is damaged. */
  readonly kind: TableKind | null;
  readonly maxRows: number;
  readonly maxBytes: number;
  readonly signal?: Leaving | undefined;
}

/**
 * Reads a file of sites as far as its heading. Rejects with an UnreadableTableError where the file is refused as a whole, with the
 * signal's reason, and with the error of the body.
 */
export async function openTable(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { kind, maxRows, maxBytes, signal }: OpenTableOptions,
): Promise<Table> {
  const bytes = await collectBody(body, maxBytes, signal);
  if (bytes.length === 0) throw emptyFile();
  if (startsWith(bytes, 'PK\u0003\u0004')) {
    await lookAtZip(bytes);
    const { sheet, rows } = await readSheet(bytes, { maxRows, signal });
    return readTable(rows.values(), { kind: 'xlsx', sheet, maxRows, signal });
  }
  refuseOtherKinds(bytes, kind);
  const text = decodeText(bytes);
  if (isBinary(text)) throw unsupportedFormat('BINARY');
  return readTable(csvRows(text), { kind: 'csv', sheet: null, maxRows, signal });
}

/** The whole of a body, in memory of its own. */
async function collectBody(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
  signal: Leaving | undefined,
): Promise<Buffer<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    signal?.throwIfAborted();
    length += part.length;
    if (length > maxBytes) {
      const most = `${(maxBytes / 1024 / 1024).toLocaleString('en')} MiB`;
      throw new UnreadableTableError(
        'FILE_TOO_LARGE',
        `The file has more than ${most}: send it in parts, or without the columns that are not needed.`,
        { allowed: maxBytes },
      );
    }
    parts.push(part);
  }
  const whole = Buffer.from(new ArrayBuffer(length));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function startsWith(bytes: Buffer, text: string): boolean {
  return bytes.subarray(0, text.length).equals(Buffer.from(text, 'latin1'));
}

/** Refuses a file that is known by its first bytes to be no table, such as a PDF, a web page or an old workbook. */
function refuseOtherKinds(bytes: Buffer, kind: TableKind | null): void {
  if (startsWith(bytes, '\u00D0\u00CF\u0011\u00E0')) {
    // Excel keeps a workbook with a password in a container of the old format.
    if (!bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))) {
      throw unsupportedFormat('XLS');
    }
    throw new UnreadableTableError(
      'FILE_ENCRYPTED',
      'The workbook is protected by a password: save it without one.',
    );
  }
  if (startsWith(bytes, '%PDF')) throw unsupportedFormat('PDF');
  if (startsWith(bytes, '{\\rtf')) throw unsupportedFormat('TEXT_DOCUMENT');
  if (startsWith(bytes, '\u001F\u008B') || startsWith(bytes, 'Rar!') || startsWith(bytes, '7z'))
    throw unsupportedFormat('ARCHIVE');
  const start = bytes.toString('latin1', 0, 512).replace(/^\u00EF\u00BB\u00BF/, '');
  if (/^\s*<(?:!doctype html|html|table|head|meta)/i.test(start))
    throw unsupportedFormat('WEB_PAGE');
  if (/^\s*<\?xml/i.test(start)) throw unsupportedFormat('XML');
  if (kind === 'xlsx' || startsWith(bytes, 'PK')) throw damaged();
}

/** Whether a text has more control characters, beside tabs and line breaks, than texts have. */
function isBinary(text: string): boolean {
  const start = text.slice(0, 4_096);
  const controls = start.match(/[^\P{Cc}\t\r\n\f]/gu)?.length ?? 0;
  return controls > Math.max(4, start.length / 100);
}
