import { setImmediate } from 'node:timers/promises';
import { readSiteInput } from '../../sites/site-input.ts';
import type { SiteRequest } from '../../sites/site-questions.ts';
import type { InputIssue } from '../../vocabulary/errors.ts';
import type { JudgedRow } from '../batch.ts';
import { judgeCells } from './judge-cells.ts';
import type { Field } from './headings/known-headings.ts';
import { storableCell, type Column, type Table, type TableRow } from './table.ts';

export interface Judging {
  /** `SiteQuestions.check`. */
  check(request: SiteRequest, found: readonly InputIssue[]): readonly InputIssue[];
  /** Names of the operators to ask; null for all. */
  readonly operators: readonly string[] | null;
}

/** How many rows are judged before others have their turn. */
const rowsAtOnce = 50;

/** Makes a question of each row, or tells why the row is refused. Rejects as the rows of the table do. */
export async function* judgeRows(table: Table, judging: Judging): AsyncGenerator<JudgedRow> {
  let count = 0;
  for await (const row of table.rows) {
    yield judgeRow(row, table.columns, judging);
    count += 1;
    // oxlint-disable-next-line no-await-in-loop -- that is what it is for
    if (count % rowsAtOnce === 0) await setImmediate();
  }
}

function judgeRow(
  { line, cells, ragged }: TableRow,
  columns: readonly Column[],
  { check, operators }: Judging,
): JudgedRow {
  const values = cells.map(storableCell);
  if (ragged !== null) {
    const message = `The row has ${ragged.cells} cells, and the heading has ${ragged.expected}: a delimiter or a line break may stand in a cell without quotation marks.`;
    const { expected: allowed, cells: found } = ragged;
    const issue: InputIssue = { path: [], code: 'ROW_RAGGED', message, allowed, found };
    return { line, values, request: null, issues: [issue] };
  }
  const { input, issues: found } = judgeCells(columns, cells);
  const { request, issues: read } = readSiteInput({ ...input, operators }, {});
  const issues = [
    ...found,
    ...check(request, found.length > 0 ? [...read, ...found] : read)
      .filter((issue) => !found.includes(issue))
      .map((issue) => ({ ...issue, path: pathIn(columns, issue.path) })),
  ];
  return { line, values, request: issues.length > 0 ? null : request, issues };
}

/** The columns that hold a field of the API's input, where the field's own name does not tell. */
const columnsOfInput: Readonly<Record<string, readonly Field[]>> = {
  location: ['location', 'latitude', 'longitude'],
  'address.label': ['address'],
};

/** The heading of the column that an issue is about; empty where it is about none. */
function pathIn(columns: readonly Column[], [, ...path]: readonly string[]): readonly string[] {
  const name = path.join('.');
  const fields = columnsOfInput[name] ?? [name, path.at(-1)];
  const column = columns.find(({ field }) => field !== null && fields.includes(field));
  return column === undefined ? [] : [column.heading];
}
