import { escapeFormula } from '../formula-cells.ts';
import { inPieces } from './in-pieces.ts';
import type { Cell, CellRows } from './result-cells.ts';
import type { ResultsOptions, Separator } from './results-options.ts';

const separators: Readonly<Record<Separator, string>> = { semicolon: ';', comma: ',', tab: '\t' };

/** French spreadsheets read a file as UTF-8 only where it has this mark. */
const byteOrderMark = '\uFEFF';

type CsvForm = Pick<ResultsOptions, 'separator' | 'language'>;

/**
 * Rows as a CSV file (RFC 4180) that spreadsheets open by a double click: UTF-8 with a byte order mark, CRLF, decimals as the
 * language has them, and nothing that is taken for a formula.
 */
export function csvOf(rows: CellRows, form: CsvForm): AsyncGenerator<Uint8Array> {
  return inPieces(linesOf(rows, form));
}

async function* linesOf(rows: CellRows, { separator, language }: CsvForm): AsyncGenerator<string> {
  const point = language === 'fr' ? ',' : '.';
  const delimiter = separators[separator];
  const isQuoted = new RegExp(`["\\r\\n${delimiter}]|^\\s|\\s$`, 'u');
  const written = (cell: Cell): string => {
    const text = spellCsvCell(cell, point);
    return isQuoted.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  yield byteOrderMark;
  for await (const row of rows) yield `${row.map(written).join(delimiter)}\r\n`;
}

function spellCsvCell(cell: Cell, point: string): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return escapeFormula(cell);
  const number = typeof cell === 'number' ? String(cell) : cell.amount;
  return number.replace('.', point);
}
