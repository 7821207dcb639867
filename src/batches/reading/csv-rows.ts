import { setImmediate } from 'node:timers/promises';
import { CsvError, parse, type Options } from 'csv-parse';
import { parse as parseAtOnce } from 'csv-parse/sync';
import { unescapeFormula } from '../formula-cells.ts';
import { headingScore, mostColumns } from './headings/find-heading.ts';
import type { FileRow } from './table.ts';
import { UnreadableTableError } from './unreadable-table.ts';

const delimiters = [';', ',', '\t', '|'];
/** How much of a text is looked at to find its delimiter. */
const previewCharacters = 64 * 1024;
const previewRecords = 25;
/** How much of a text is parsed at once, before others have their turn. */
const sliceCharacters = 64 * 1024;
/** 64 columns of 4 KiB, and the quotation marks. */
const longestRecord = 300 * 1024;

const options: Options = {
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  relax_quotes: true,
  max_record_size: longestRecord,
};

/** The rows of a CSV text, empty lines left out. Rejects with an UnreadableTableError. */
export async function* csvRows(text: string): AsyncGenerator<FileRow> {
  const named = /^\uFEFF?"?sep=(.)"?(?:\r\n|\n|\r)/iu.exec(text);
  const body = text.slice(named?.[0].length ?? (text.startsWith('\uFEFF') ? 1 : 0));
  let line = named === null ? 1 : 2;
  const lines: number[] = [];
  const parser = parse({
    ...options,
    delimiter: named?.[1] ?? findDelimiter(body),
    // The parser calls this as it goes, so that the line is known also for a row that never ends.
    on_record: (cells: string[]) => {
      const isFilled = cells.some((cell) => cell !== '');
      if (isFilled) lines.push(line);
      line += 1 + cells.reduce((sum, cell) => sum + breaksIn(cell), 0);
      return isFilled ? cells.map(unescapeFormula) : null;
    },
  });
  const feed = async () => {
    for (let at = 0; at < body.length; at += sliceCharacters) {
      const isDrained = parser.write(body.slice(at, at + sliceCharacters));
      // oxlint-disable-next-line no-await-in-loop -- slice by slice
      if (!isDrained) await new Promise((resolve) => parser.once('drain', resolve));
      // oxlint-disable-next-line no-await-in-loop -- a slice may be without a row, so that no judge gives way to others
      await setImmediate();
    }
    parser.end();
  };
  // The loop below gets the parser's error.
  feed().catch(() => {});
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      yield { line: lines.shift() ?? line, cells };
    }
  } catch (error) {
    throw asUnreadable(error, line);
  }
}

/** The delimiter with which a heading names most fields of a site, of equal ones the first; the semicolon where none does. */
function findDelimiter(text: string): string {
  const start = text.slice(0, previewCharacters);
  let best = { delimiter: ';', score: 0, at: 0 };
  for (const delimiter of delimiters) {
    const rows = readPreview(start, delimiter);
    for (const [at, { cells }] of rows.entries()) {
      const score = headingScore(cells, rows.slice(at + 1));
      if (score > best.score || (score === best.score && at < best.at)) {
        best = { delimiter, score, at };
      }
    }
  }
  return best.delimiter;
}

function readPreview(text: string, delimiter: string): readonly FileRow[] {
  const rows: FileRow[] = [];
  try {
    parseAtOnce(text, {
      ...options,
      delimiter,
      to: previewRecords,
      on_record: (cells: string[]) => {
        rows.push({ line: 0, cells });
        return null;
      },
    });
  } catch {
    // The preview may end within quotation marks.
  }
  return rows;
}

function breaksIn(cell: string): number {
  return /[\r\n]/.test(cell) ? (cell.match(/\r\n|\n|\r/g)?.length ?? 0) : 0;
}

function asUnreadable(error: unknown, line: number): unknown {
  if (!(error instanceof CsvError)) return error;
  const isTooLong = error.code === 'CSV_MAX_RECORD_SIZE';
  // With few cells, one of them has no end: its quotation mark is not closed.
  if (isTooLong && Number(error['column']) > mostColumns) {
    return new UnreadableTableError(
      'ROW_TOO_LONG',
      `The row at line ${line} has more than ${longestRecord / 1024} KiB: remove the columns that are not needed.`,
      { line, allowed: longestRecord },
      { cause: error },
    );
  }
  if (isTooLong || error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return new UnreadableTableError(
      'QUOTE_UNBALANCED',
      `A quotation mark that is opened in the row at line ${line} is never closed: close it, or write it twice where it belongs to the text.`,
      { line },
      { cause: error },
    );
  }
  return error;
}
