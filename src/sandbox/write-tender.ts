import { writeFile } from 'node:fs/promises';
import { writeXlsx } from 'hucre/xlsx';
import { headings } from './tender-defects.ts';
import { tenderRows, type TenderRow } from './tender.ts';

/** What is in a tender, for tests that compare. */
export interface TenderSummary {
  readonly file: string;
  readonly rows: number;
  /** Rows that can be asked about. */
  readonly good: number;
  /** Sites among them, counting the same words once. */
  readonly sites: number;
  /** Rows that cannot be asked about; an answer names at least one of the columns, or the row as a whole where there is none. */
  readonly wrong: readonly {
    readonly line: number;
    readonly kind: string;
    readonly columns: readonly string[];
  }[];
  /** Rows that name a site in the words of an earlier row. */
  readonly repeated: readonly { readonly line: number; readonly sameAs: number }[];
}

/**
 * Writes a tender and, beside it, what is in it (`<file>.json`): as XLSX where the name ends so, else as a spreadsheet in France saves
 * CSV, with semicolons, CRLF and Windows-1252.
 */
export async function writeTender(count: number, file: string): Promise<TenderSummary> {
  const isXlsx = /\.xlsx$/i.test(file);
  const rows = [...tenderRows(count, !isXlsx)];
  await writeFile(file, isXlsx ? await xlsxOf(rows) : windows1252(csvOf(rows)));
  const good = rows.filter(({ defect }) => defect === null);
  const summary: TenderSummary = {
    file,
    rows: rows.length,
    good: good.length,
    sites: good.filter(({ sameAs }) => sameAs === null).length,
    wrong: rows.flatMap(({ line, defect }) =>
      defect === null ? [] : [{ line, kind: defect.kind, columns: defect.columns }],
    ),
    repeated: rows.flatMap(({ line, sameAs }) => (sameAs === null ? [] : [{ line, sameAs }])),
  };
  await writeFile(`${file}.json`, `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

function csvOf(rows: readonly TenderRow[]): string {
  const lines = rows.map(({ cells, defect }) => {
    const own = cells.slice(0, headings.length).map(quoted);
    return [...own, ...(defect?.extra ?? [])].join(';');
  });
  return [headings.join(';'), ...lines, ''].join('\r\n');
}

function quoted(cell: string): string {
  return /[";\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Postcodes and lines as numbers, which have lost their zero; a cell too many stands beside the others. */
async function xlsxOf(rows: readonly TenderRow[]): Promise<Uint8Array> {
  const numeric = new Set(['Code postal', 'ND'].map((one) => headings.indexOf(one as never)));
  const values = rows.map(({ cells }) =>
    cells.map((cell, index) =>
      numeric.has(index) && /^[1-9]\d*$/.test(cell) ? Number(cell) : cell || null,
    ),
  );
  return writeXlsx({ sheets: [{ name: 'Sites', rows: [[...headings], ...values] }] });
}

/** Each character of Windows-1252 by its byte, as Node decodes it; it does not encode. */
const bytesOf = new Map(
  Array.from({ length: 256 }, (_one, byte) => [
    new TextDecoder('windows-1252').decode(Uint8Array.of(byte)),
    byte,
  ]),
);

/** Throws a RangeError of a character that it does not have. */
function windows1252(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const byte = bytesOf.get(character);
    if (byte === undefined) throw new RangeError(`Windows-1252 has no ${character}.`);
    return byte;
  });
}
