import type { Queryable } from '../store/database/database.ts';
import type { SiteQualificationState } from '../store/site-qualification.ts';
import { Conditions, pageOf, type Page } from '../store/stored-list.ts';
import type { InputIssue } from '../vocabulary/errors.ts';
import type { Verdict } from '../vocabulary/verdict.ts';
import type { BatchRow } from './batch.ts';

/** Which rows of a batch a list has; what is not given leaves out none. */
export interface BatchRowFilter {
  readonly refused?: boolean | null | undefined;
  /** Of its site qualification: a row that was not asked has none. */
  readonly states?: readonly SiteQualificationState[] | null | undefined;
  readonly verdicts?: readonly Verdict[] | null | undefined;
}

export interface RowPage {
  readonly first: number;
  /** The line of the last one of the page before. */
  readonly after?: number | null | undefined;
}

interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly issues: readonly InputIssue[];
  readonly asked_id: string | null;
}

const from = `from eligibility.batch_row r
  left join eligibility.site_qualification q on q.id = r.question_id`;

/** A part of the rows of a batch that a filter leaves, in the order of the file. */
export async function listRows(
  database: Queryable,
  batchId: string,
  filter: BatchRowFilter,
  { first, after }: RowPage,
): Promise<Page<BatchRow>> {
  const conditions = filtered(batchId, filter).add('r.line > ?', after);
  const limit = conditions.parameter(first + 1);
  const rows = await database.query<TableRow>(
    `select r.line, r.cells, r.issues, q.id as asked_id ${from}
     where ${conditions.toString()} order by r.line limit ${limit}`,
    conditions.parameters,
  );
  const found = rows.map(({ line, cells, issues, asked_id: siteQualificationId }) => {
    return { line, values: cells, issues, siteQualificationId };
  });
  return pageOf(found, first);
}

/** How many rows of a batch a filter leaves. */
export async function countRows(
  database: Queryable,
  batchId: string,
  filter: BatchRowFilter,
): Promise<number> {
  const conditions = filtered(batchId, filter);
  const [row] = await database.query<{ count: number }>(
    `select count(*)::integer as count ${from} where ${conditions.toString()}`,
    conditions.parameters,
  );
  return row?.count ?? 0;
}

function filtered(batchId: string, { refused, states, verdicts }: BatchRowFilter): Conditions {
  return new Conditions()
    .add('r.batch_id = ?::uuid', batchId)
    .add('(r.question_id is null) = ?', refused)
    .add('q.state = any (?::text[])', states)
    .add('q.verdict = any (?::text[])', verdicts);
}
