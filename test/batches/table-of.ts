import { judgeRows } from '../../src/batches/reading/judge-rows.ts';
import { openTable } from '../../src/batches/reading/open-table.ts';
import type { TableKind } from '../../src/batches/reading/table.ts';
import type { JudgedRow } from '../../src/batches/batch.ts';
import type { InputIssue } from '../../src/vocabulary/errors.ts';

const limits = { maxRows: 10_000, maxBytes: 10 * 1024 * 1024 };

/** Bytes as they come from a socket: in parts that end anywhere. */
export async function* inParts(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export function open(
  file: Uint8Array | string,
  options: { kind?: TableKind; maxRows?: number; maxBytes?: number; signal?: AbortSignal } = {},
) {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  return openTable(inParts(bytes, 64 * 1024), { kind: null, ...limits, ...options });
}

function nothingMore(_request: unknown, found: readonly InputIssue[]) {
  return found;
}

/** A table and its rows, judged by what is wrong with a site for every operator. */
export async function judged(file: Uint8Array | string, options: Parameters<typeof open>[1] = {}) {
  const table = await open(file, options);
  const rows: JudgedRow[] = [];
  for await (const row of judgeRows(table, { operators: null, check: nothingMore })) rows.push(row);
  return { table, rows };
}

/** What a file's headings were taken for. */
export async function fieldsOf(file: Uint8Array | string): Promise<Record<string, string | null>> {
  const { columns } = await open(file);
  return Object.fromEntries(columns.map(({ heading, field }) => [heading, field]));
}

function quoted(values: readonly string[]): string {
  return values.map((value) => `"${value.replaceAll('"', '""')}"`).join(';');
}

/** The one row of a table with these headings and values. */
export async function rowOf(cells: Record<string, string>) {
  const text = `${quoted(Object.keys(cells))}\r\n${quoted(Object.values(cells))}\r\n`;
  const { rows } = await judged(text);
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`${rows.length} rows`);
  return row;
}
