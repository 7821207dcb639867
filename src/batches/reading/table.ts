import type { Field } from './fields.ts';

export type TableKind = 'csv' | 'xlsx';

/** What a heading says of a site; null of a column that is only passed through. */
export interface Column {
  /** As the file has it; one without a name is called by its letter, `Column C`. */
  readonly heading: string;
  readonly field: Field | null;
}

export interface TableRow {
  /** Its line in the file, from 1; of a row with line breaks the first. In a sheet it is the row's number. */
  readonly line: number;
  /** As many as there are columns. */
  readonly cells: readonly string[];
  /** How many cells the row has in the file where that is another number than the heading's; null where it is the same. */
  readonly ragged: number | null;
}

/** A file of sites: its heading was read, its rows are still to be. */
export interface Table {
  readonly kind: TableKind;
  /** The columns in their order. Those that an earlier result added are left out. */
  readonly columns: readonly Column[];
  /** The sheet that is read, of those that have a name; null of CSV. */
  readonly sheet: string | null;
  /** Read once; empty rows are left out. Rejects with an UnreadableTableError, and with the signal's reason. */
  readonly rows: AsyncIterable<TableRow>;
}
