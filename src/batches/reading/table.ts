import type { Field } from './headings/known-headings.ts';

/** The longest text of a cell, in UTF-16 units. */
export const longestCell = 4_096;

export type TableKind = 'csv' | 'xlsx';
/** The media type of a workbook. */
export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A column of a table of sites. */
export interface Column {
  /** The heading as in the file; a column without one is called by its letter, `Column C`. */
  readonly heading: string;
  /** The meaning of the column; null where it is only passed through. */
  readonly field: Field | null;
}

/** A row as it stands in the file; the heading and the rows above it are such rows, too. */
export interface FileRow {
  /** Its line in the file, from 1; for a row with line breaks, the first of its lines. In a sheet it is the row's number. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface TableRow {
  readonly line: number;
  /** One for each column; cells that the row lacks are empty. */
  readonly cells: readonly string[];
  /** How many cells the row has and how many its heading has, where the row may be broken; null where it is whole. */
  readonly ragged: { readonly cells: number; readonly expected: number } | null;
}

/** A file of sites: its heading was read, its rows are still to be. */
export interface Table {
  readonly kind: TableKind;
  /** The columns in their order, without those that an earlier result added. */
  readonly columns: readonly Column[];
  /** The name of the sheet that is read; null for CSV. */
  readonly sheet: string | null;
  /** Read once; empty rows are left out. Rejects with an UnreadableTableError, and with the signal's reason. */
  readonly rows: AsyncIterable<TableRow>;
}

/** A cell's text in a form that can be stored. A text that is too long is cut off. */
export function storableCell(cell: string): string {
  return cell.slice(0, longestCell).replaceAll('\0', '').toWellFormed();
}
