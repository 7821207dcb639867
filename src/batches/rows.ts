import type { Queryable } from '../store/database/database.ts';
import type { SiteQualificationState } from '../store/site-qualification.ts';
import { Conditions, cutPage, type Page } from '../store/stored-list.ts';
import type { InputIssue } from '../vocabulary/errors.ts';
import type { Verdict } from '../vocabulary/verdict.ts';
import type { AnsweredRow, AskedSite, BatchRow } from './batch.ts';

/** The conditions of a list of rows. One that is null or absent excludes none. */
export interface BatchRowFilter {
  readonly refused?: boolean | null | undefined;
  /** States of the site qualification; a row that was not asked about has none. */
  readonly states?: readonly SiteQualificationState[] | null | undefined;
  readonly verdicts?: readonly Verdict[] | null | undefined;
}

export interface RowPage {
  readonly first: number;
  /** The line of the last row of the page before. */
  readonly after?: number | null | undefined;
}

interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly issues: readonly InputIssue[];
  readonly asked_id: string | null;
}

interface AnsweredTableRow extends TableRow, Omit<AskedSite, 'id' | 'addressId'> {
  readonly address_id: string | null;
}

const from = `from eligibility.batch_row r
  left join eligibility.site_qualification q on q.id = r.question_id`;

/** A page of the rows of a batch that meet a filter, in the order of the file. */
export async function listRows(
  database: Queryable,
  batchId: string,
  filter: BatchRowFilter,
  { first, after }: RowPage,
): Promise<Page<BatchRow>> {
  const conditions = matchRows(batchId, filter).add('r.line > ?', after);
  const limit = conditions.parameter(first + 1);
  const rows = await database.query<TableRow>(
    `select r.line, r.cells, r.issues, q.id as asked_id ${from}
     where ${conditions.toString()} order by r.line limit ${limit}`,
    conditions.parameters,
  );
  const found = rows.map(({ line, cells, issues, asked_id: siteQualificationId }) => {
    return { line, values: cells, issues, siteQualificationId };
  });
  return cutPage(found, first);
}

/**
 * The next rows behind a line with the answers about each. The one statement reads only what files of results show, and so not the
 * operators' own answers, which are most of what is stored. For `json`, see `selectSiteQualification`.
 */
export async function answeredRows(
  database: Queryable,
  batchId: string,
  { first, after = null }: RowPage,
): Promise<AnsweredRow[]> {
  const rows = await database.query<AnsweredTableRow>(
    `select r.line, r.cells, r.issues, q.id as asked_id, q.site, q.state, q.verdict, q.resolution,
       q.address_id, (
         select coalesce(json_agg(o), '[]') from (
           select operator, state, verdict, skip, error, offers
           from eligibility.site_qualification_outcome
           where site_qualification_id = q.id order by position
         ) o
       ) as outcomes ${from}
     where r.batch_id = $1::uuid and r.line > $2 order by r.line limit $3`,
    [batchId, after ?? 0, first],
  );
  return rows.map((row) => {
    const { line, cells: values, issues, asked_id: id } = row;
    const { site, state, verdict, resolution, address_id: addressId, outcomes } = row;
    const asked = { site, state, verdict, resolution, addressId, outcomes };
    const siteQualification = id === null ? null : { id, ...asked };
    return { line, values, issues, siteQualificationId: id, siteQualification };
  });
}

/** How many rows of a batch meet a filter. */
export async function countRows(
  database: Queryable,
  batchId: string,
  filter: BatchRowFilter,
): Promise<number> {
  const conditions = matchRows(batchId, filter);
  const [row] = await database.query<{ count: number }>(
    `select count(*)::integer as count ${from} where ${conditions.toString()}`,
    conditions.parameters,
  );
  return row?.count ?? 0;
}

function matchRows(batchId: string, { refused, states, verdicts }: BatchRowFilter): Conditions {
  return new Conditions()
    .add('r.batch_id = ?::uuid', batchId)
    .add('(r.question_id is null) = ?', refused)
    .add('q.state = any (?::text[])', states)
    .add('q.verdict = any (?::text[])', verdicts);
}
