import { parentPort, workerData } from 'node:worker_threads';
import { readXlsx, streamXlsxRows } from 'hucre/xlsx';
import {
  findHeading,
  spellColumn,
  previewRows,
  tooManyColumns,
  widest,
} from './headings/find-heading.ts';
import { emptyFile, headingMissing, tooManyRows } from './read-table.ts';
import type { SheetMessage, SheetTask } from './read-sheet.ts';
import { longestCell, type FileRow } from './table.ts';
import { damaged, UnreadableTableError } from './unreadable-table.ts';

// The thread in which a workbook is read. The library that reads workbooks is used nowhere else.

const rowsAtOnce = 500;
const mostSheets = 20;
/** The last line of a sheet has this number. */
const mostLines = 1_048_576;
/** The most text of all cells together, in UTF-16 units. */
const mostText = 16 * 1024 * 1024;
/** The most cells, empty ones included: a row is as wide as its last cell. */
const mostCells = 4_000_000;

const { bytes, maxRows } = workerData as SheetTask;
const file = new Uint8Array(bytes);

function tell(message: SheetMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none
  parentPort?.postMessage(message);
}

/** A row of a sheet, and its last cell where that is too far to the right; null where it is not. */
interface SheetRow extends FileRow {
  readonly tooFar: string | null;
}

try {
  tell({ sheet: await readWorkbook() });
} catch (error) {
  const known =
    error instanceof UnreadableTableError
      ? error
      : error instanceof RangeError
        ? new UnreadableTableError('FILE_TOO_COMPLEX', 'The workbook is too large to be unpacked.')
        : damaged();
  const { code, message, details } = known;
  tell({ code, message, details });
}

/** Sends the rows of the first sheet whose heading names a site, and resolves with the name of the sheet. */
async function readWorkbook(): Promise<string> {
  const sheets = await visibleSheets();
  let first: readonly FileRow[] = [];
  let failure: unknown = null;
  for (const sheet of sheets) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the first that has one
      const begun = await readUntilMeant(sheet);
      if (begun === null) return sheet;
      if (first.length === 0) first = begun;
    } catch (error) {
      // A sheet that is a chart cannot be parsed.
      if (!(error instanceof Error && error.name === 'ParseError')) throw error;
      failure ??= error;
    }
  }
  if (first.length > 0) throw headingMissing(first, sheets);
  if (failure !== null) throw failure;
  throw emptyFile();
}

async function visibleSheets(): Promise<string[]> {
  const names: string[] = [];
  await readXlsx(file, {
    sheets({ name, hidden, veryHidden }) {
      if (hidden !== true && veryHidden !== true) names.push(name);
      return false;
    },
  });
  return names.slice(0, mostSheets);
}

/** Sends the rows of a sheet and resolves with null where its heading names a site; else resolves with its first rows. */
async function readUntilMeant(sheet: string): Promise<readonly FileRow[] | null> {
  const preview: SheetRow[] = [];
  let above: number | null = null;
  let count = 0;
  let text = 0;
  let part: FileRow[] = [];
  const take = ({ tooFar, line, cells }: SheetRow) => {
    if (tooFar !== null) throw tooManyColumns(`something in the cell ${tooFar}`, { cell: tooFar });
    count += 1;
    if (count > maxRows + (above ?? 0)) throw tooManyRows(maxRows);
    text += cells.reduce((sum, cell) => sum + cell.length, 0);
    if (text > mostText) {
      throw new UnreadableTableError(
        'FILE_TOO_COMPLEX',
        'The sheet has too much text: keep the columns that are needed.',
      );
    }
    part.push({ line, cells });
    if (part.length < rowsAtOnce) return;
    tell({ rows: part });
    part = [];
  };
  const begin = (): boolean => {
    above = findHeading(preview)?.rowsAbove ?? null;
    if (above !== null) for (const row of preview) take(row);
    return above !== null;
  };
  for await (const row of readSheetRows(sheet)) {
    if (above !== null) {
      take(row);
      continue;
    }
    preview.push(row);
    if (preview.length === previewRows && !begin()) return preview;
  }
  if (above === null && !begin()) return preview;
  if (part.length > 0) tell({ rows: part });
  return null;
}

/** The rows of a sheet that are not empty. */
async function* readSheetRows(sheet: string): AsyncGenerator<SheetRow> {
  let line = 0;
  let cellCount = 0;
  for await (const { index, values } of streamXlsxRows(file, { sheet })) {
    // A file may give a row a wrong number, or the same number twice: each row gets a line of its own.
    const isNext = Number.isSafeInteger(index) && index >= line && index < mostLines;
    line = isNext ? index + 1 : line + 1;
    cellCount += values.length;
    if (cellCount > mostCells) {
      throw new UnreadableTableError(
        'FILE_TOO_COMPLEX',
        `The sheet ${JSON.stringify(sheet)} has more than ${mostCells.toLocaleString('en')} cells, empty ones included: copy the table alone into a new workbook, or save it as CSV.`,
      );
    }
    const filled = values.findLastIndex((value) => value !== null && value !== '');
    if (filled < 0) continue;
    const cells = values.slice(0, Math.min(filled + 1, widest)).map(spellCell);
    yield { line, cells, tooFar: filled < widest ? null : `${spellColumn(filled)}${line}` };
  }
}

/** The text that a cell shows, with numbers in their plain form. */
function spellCell(value: string | number | boolean | Date | null): string {
  if (value === null) return '';
  if (value instanceof Date) return spellDate(value);
  // One character more than is taken shows that the text is too long.
  return String(value).slice(0, longestCell + 1);
}

function spellDate(value: Date): string {
  if (Number.isNaN(value.getTime())) return '';
  const text = value.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text;
}
