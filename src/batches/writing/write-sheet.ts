import { writeXlsxStream } from 'hucre/xlsx';
import type { Cell, CellRows } from './result-cells.ts';

/** The longest text of an Excel cell, in UTF-16 units. */
const longestCell = 32_767;
/** The widest column, in characters. */
const widest = 60;

/** Characters that XML 1.0 cannot hold. */
// oxlint-disable-next-line no-control-regex -- it is about them
const unwritable = /[\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu;

/** The beginning of `_x0041_`, which Excel reads as the character with that code (ECMA-376, 22.9.2.19). */
const escapes = /_(?=x[0-9A-F]{4}_)/giu;

/** Rows as a workbook of one sheet, the first of them its heading. Numbers are numbers, and every text is one. */
export async function* sheetOf(
  rows: CellRows,
  { name, headings }: { readonly name: string; readonly headings: readonly string[] },
): AsyncGenerator<Uint8Array> {
  yield* writeXlsxStream(valuesOf(rows), {
    name,
    columns: headings.map((heading) => ({
      header: escapeSheetText(heading),
      width: Math.min(widest, Math.max(12, heading.length + 2)),
    })),
    freezePane: { rows: 1 },
  });
}

async function* valuesOf(rows: CellRows): AsyncGenerator<(string | number | null)[]> {
  for await (const row of rows) yield row.map(makeSheetValue);
}

function makeSheetValue(cell: Cell): string | number | null {
  if (cell === null || typeof cell === 'number') return cell;
  return typeof cell === 'string' ? escapeSheetText(cell) : Number(cell.amount);
}

function escapeSheetText(text: string): string {
  const written = text.replaceAll(unwritable, '').slice(0, longestCell).toWellFormed();
  return written.replaceAll(escapes, '_x005F_');
}
