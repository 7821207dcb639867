import type { Field } from '../reading/headings/known-headings.ts';
import { findMeaning } from '../reading/headings/meaning-of-heading.ts';
import { chooseOffers } from './best-offer.ts';
import { inPieces } from './in-pieces.ts';
import { addedCells, addedHeadings, type Cell, type CellRows } from './result-cells.ts';
import { resultObject } from './result-object.ts';
import type { ResultsOptions } from './results-options.ts';
import { csvOf } from './write-csv.ts';
import { sheetOf } from './write-sheet.ts';

export type ResultFormat = 'csv' | 'xlsx' | 'ndjson';

/**
 * A batch's results as a file: its own columns first, in their order, then the results. The rows are read as the reader of the
 * file takes its bytes, and ended when that leaves.
 */
export async function* writeResults(
  format: ResultFormat,
  options: ResultsOptions,
): AsyncGenerator<Uint8Array> {
  if (format === 'ndjson') {
    yield* inPieces(linesOf(options));
    return;
  }
  const { columns, language, separator } = options;
  const headings = [...columns, ...addedHeadings(options)];
  if (format === 'csv') {
    yield* csvOf(withHeadings(headings, tableOf(options, String)), { separator, language });
    return;
  }
  const own = columns.map((heading) => ownCell(findMeaning(heading)?.field ?? null));
  const rows = tableOf(options, (value, index) => own[index]?.(value) ?? value);
  yield* sheetOf(rows, { name: language === 'fr' ? 'Résultats' : 'Results', headings });
}

async function* withHeadings(
  headings: readonly string[],
  rows: CellRows,
): AsyncGenerator<readonly Cell[]> {
  yield headings;
  yield* rows;
}

async function* tableOf(
  options: ResultsOptions,
  ownOf: (value: string, index: number) => Cell,
): AsyncGenerator<readonly Cell[]> {
  const { columns, rows } = options;
  for await (const row of rows) {
    const own = columns.map((_, index) => ownOf(row.values[index] ?? '', index));
    for (const added of addedCells(row, columns, options)) yield [...own, ...added];
  }
}

/** A number that a spreadsheet shows with the same digits as the file. */
const plainNumber = /^(?:0|-?[1-9]\d{0,14})(?:\.\d{1,8})?$/;

/** The cells of a column in a workbook: codes are texts, so that no zero is lost; other numbers are numbers. */
function ownCell(field: Field | null): (value: string) => Cell {
  const mayBeNumber = field === null || field === 'latitude' || field === 'longitude';
  return (value) =>
    mayBeNumber && plainNumber.test(value) && String(Number(value)) === value
      ? Number(value)
      : value;
}

async function* linesOf({
  columns,
  rows,
  per,
  mayReadPersonalData,
}: ResultsOptions): AsyncGenerator<string> {
  for await (const row of rows) {
    for (const offer of chooseOffers(row.siteQualification, per)) {
      yield `${JSON.stringify(resultObject(row, columns, offer, mayReadPersonalData))}\n`;
    }
  }
}
