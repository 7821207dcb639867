import { escapeFormula } from '../formula-cells.ts';
import type { ResultLanguage } from '../result-columns.ts';
import type { Cell } from './result-cells.ts';
import type { Separator } from './results-options.ts';

const separators: Readonly<Record<Separator, string>> = { semicolon: ';', comma: ',', tab: '\t' };

/** French spreadsheets take a file for UTF-8 by this mark alone. */
const byteOrderMark = '\uFEFF';
/** So many characters are written at once. */
const pieceLength = 32 * 1024;

/**
 * Rows as a CSV file (RFC 4180) that spreadsheets open by a double click: UTF-8 with a byte order mark, CRLF, decimals as the
 * language has them, and nothing that is taken for a formula.
 */
export async function* csvOf(
  rows: AsyncIterable<readonly Cell[]>,
  { separator, language }: { readonly separator: Separator; readonly language: ResultLanguage },
): AsyncGenerator<Uint8Array> {
  const point = language === 'fr' ? ',' : '.';
  const delimiter = separators[separator];
  const isQuoted = new RegExp(`["\\r\\n${delimiter}]|^\\s|\\s$`, 'u');
  const written = (cell: Cell): string => {
    const text = spellCsvCell(cell, point);
    return isQuoted.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  let piece = byteOrderMark;
  for await (const row of rows) {
    piece += `${row.map(written).join(delimiter)}\r\n`;
    if (piece.length < pieceLength) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  if (piece !== '') yield Buffer.from(piece);
}

function spellCsvCell(cell: Cell, point: string): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return escapeFormula(cell);
  const number = typeof cell === 'number' ? String(cell) : cell.amount;
  return number.replace('.', point);
}
