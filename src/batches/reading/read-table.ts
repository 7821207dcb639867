import type { Leaving } from '../../abort.ts';
import { findHeading, previewRows, type Heading } from './headings/find-heading.ts';
import type { FileRow, Table, TableRow } from './table.ts';
import { UnreadableTableError } from './unreadable-table.ts';

export interface ReadTableOptions {
  readonly maxRows: number;
  readonly signal?: Leaving | undefined;
}

/** Reads the rows of a file up to its first site; the rest follows as the table is read. Rejects with an UnreadableTableError. */
export async function readTable(
  file: AsyncIterator<FileRow> | Iterator<FileRow>,
  { kind, sheet, maxRows, signal }: Pick<Table, 'kind' | 'sheet'> & ReadTableOptions,
): Promise<Table> {
  const first: FileRow[] = [];
  while (first.length < previewRows) {
    // oxlint-disable-next-line no-await-in-loop -- row by row
    const next = await file.next();
    if (next.done === true) break;
    first.push(next.value);
  }
  const heading = findHeading(first);
  if (first.every(isEmptyRow)) throw emptyFile();
  if (heading === null) throw headingMissing(first);
  const below = first.slice(heading.rowsAbove);
  const rows = readRows(below, file, heading, {
    isSheet: kind === 'xlsx',
    maxRows,
    signal,
  });
  // A file without rows is refused as a whole.
  const begin = await rows.next();
  if (begin.done === true) throw emptyFile();
  return { kind, sheet, columns: heading.columns, rows: withFirst(begin.value, rows) };
}

async function* withFirst<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

async function* readRows(
  first: readonly FileRow[],
  rest: AsyncIterator<FileRow> | Iterator<FileRow>,
  heading: Heading,
  { isSheet, maxRows, signal }: ReadTableOptions & { readonly isSheet: boolean },
): AsyncGenerator<TableRow> {
  let count = 0;
  const read = (row: FileRow): TableRow | null => {
    signal?.throwIfAborted();
    if (isEmptyRow(row)) return null;
    count += 1;
    if (count > maxRows) throw tooManyRows(maxRows);
    return tableRow(row, heading, isSheet);
  };
  try {
    for (const row of first) {
      const taken = read(row);
      if (taken !== null) yield taken;
    }
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- row by row
      const next = await rest.next();
      if (next.done === true) return;
      const taken = read(next.value);
      if (taken !== null) yield taken;
    }
  } finally {
    await rest.return?.();
  }
}

/**
 * A row, cut to the columns of its table. Rows of a sheet are never ragged: a short one ends in empty cells, and a note may stand
 * beside a long one.
 */
function tableRow(
  { line, cells }: FileRow,
  { columns, positions, width }: Heading,
  isSheet: boolean,
): TableRow {
  const isShort = positions.some(
    (position, index) => position >= cells.length && columns[index]?.field !== null,
  );
  const isLong = cells.slice(width).some((cell) => cell.trim() !== '');
  return {
    line,
    cells: positions.map((position) => cells[position] ?? ''),
    ragged: !isSheet && (isShort || isLong) ? { cells: cells.length, expected: width } : null,
  };
}

function isEmptyRow({ cells }: FileRow): boolean {
  return cells.every((cell) => cell.trim() === '');
}

/** Refuses a file of more rows than are taken. */
export function tooManyRows(maxRows: number): UnreadableTableError {
  const most = maxRows.toLocaleString('en');
  return new UnreadableTableError(
    'TOO_MANY_ROWS',
    `The file has more than ${most} rows: send it in parts of at most ${most}.`,
    { allowed: maxRows },
  );
}

/** Refuses a file without rows. */
export function emptyFile(): UnreadableTableError {
  return new UnreadableTableError(
    'FILE_EMPTY',
    'The file has no rows: it needs a heading and below it a row for each site. A template is at GET /batches/template.csv.',
  );
}

/** How much of the first row a refusal quotes: cells, and characters of each. */
const mostHeadings = 20;
const longestTold = 60;

/** Refuses a file whose first rows have no heading that names a site. `sheets` are the sheets that were read in a workbook. */
export function headingMissing(
  rows: readonly FileRow[],
  sheets: readonly string[] = [],
): UnreadableTableError {
  const first = (rows.find((row) => !isEmptyRow(row))?.cells ?? []).filter(
    (cell) => cell.trim() !== '',
  );
  const shown = JSON.stringify(first.join(' | ').slice(0, 200));
  const where = sheets.length === 0 ? 'first rows' : `first rows of ${sheets.join(', ')}`;
  const isProjected = first.some((cell) => /^\s*(?:coord\w*\s*)?[XY]\s*$/i.test(cell));
  const hint = isProjected
    ? ' X and Y may be metres of a projection: give latitude and longitude in degrees.'
    : '';
  return new UnreadableTableError(
    'HEADING_MISSING',
    `No heading in the ${where} names a site; they begin with ${shown}. Name at least one column "Adresse", "SIRET", "IMB", "PTO", "ND", "Clé BAN" or "Latitude" and "Longitude".${hint} A template is at GET /batches/template.csv.`,
    {
      headings: first.slice(0, mostHeadings).map((cell) => cell.trim().slice(0, longestTold)),
      ...(sheets.length > 0 && { sheets }),
      ...(isProjected && { projected: true }),
    },
  );
}
