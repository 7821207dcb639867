import type { Queryable } from '../store/database/database.ts';
import type { SiteQualificationState } from '../store/site-qualification.ts';
import { Conditions, cutPage, type Page, type Position } from '../store/stored-list.ts';
import { soleTenant, uuid } from '../store/stored-value.ts';
import type { Verdict } from '../vocabulary/verdict.ts';
import type { Batch, BatchState } from './batch.ts';

/** The conditions of a list of batches. One that is null or absent excludes none. */
export interface BatchFilter {
  readonly states?: readonly BatchState[] | null | undefined;
  readonly externalId?: string | null | undefined;
  /** RFC 3339; a batch of that very instant is not in the list. */
  readonly createdAfter?: string | null | undefined;
  readonly createdBefore?: string | null | undefined;
}

export interface BatchList {
  readonly filter?: BatchFilter | undefined;
  readonly first: number;
  /** The place of the last batch of the page before. */
  readonly after?: Position | null | undefined;
  /** Null or absent without tenants. */
  readonly tenant?: string | null | undefined;
}

/** A batch, and whether it may still change: a cancelled batch may have questions under way. */
export interface BatchNow {
  readonly batch: Batch;
  readonly isOver: boolean;
}

/** The rows of a batch that have ended alike. */
export interface EndedRows {
  readonly state: SiteQualificationState;
  readonly verdict: Verdict;
  readonly rows: number;
}

interface BatchTableRow {
  readonly id: string;
  readonly name: string | null;
  readonly external_id: string | null;
  readonly creation_date: Date;
  readonly state: BatchState;
  readonly columns: readonly string[];
  readonly total: number;
  readonly refused: number;
  readonly counts: readonly EndedRows[];
  readonly completed_then: number;
  /** How long ago `completed_then` was counted, in milliseconds; null while there is no pace. */
  readonly paced_ms: number | null;
  readonly is_over: boolean;
}

/** Reads whole batches; conditions on `b` are to follow. A batch that is still being stored is left out. */
const selectBatch = `
  select b.id, b.name, b.external_id, b.creation_date, b.state, b.columns, b.total, b.refused,
    b.completed_then,
    (extract(epoch from clock_timestamp() - b.paced_from) * 1000)::float8 as paced_ms,
    (select coalesce(jsonb_agg(to_jsonb(c) - 'batch_id'), '[]')
     from eligibility.batch_count c where c.batch_id = b.id) as counts,
    b.state <> 'IN_PROGRESS' and not exists (
      select from eligibility.site_qualification q
      where q.batch_id = b.id and q.state = 'IN_PROGRESS') as is_over
  from eligibility.batch b
  where b.state <> 'STORING' and `;

/** Null for an unknown id and for one of another tenant. Where `tenant` is null, the batches of all tenants are found. */
export async function findBatch(
  database: Queryable,
  id: string,
  tenant: string | null = null,
): Promise<BatchNow | null> {
  if (!uuid.test(id)) return null;
  const [row] = await database.query<BatchTableRow>(
    `${selectBatch} b.id = $1 and ($2::text is null or b.tenant = $2)`,
    [id, tenant],
  );
  return row === undefined ? null : { batch: makeBatch(row), isOver: row.is_over };
}

/** The batch that a tenant made with an idempotency key, and the digest of its file. */
export async function findByKey(
  database: Queryable,
  key: string,
  tenant: string | null,
): Promise<{ readonly id: string; readonly digest: string } | null> {
  const [row] = await database.query<{ id: string; digest: string }>(
    'select id, digest from eligibility.batch where tenant = $1 and idempotency_key = $2',
    [tenant ?? soleTenant, key],
  );
  return row ?? null;
}

/** A page of the batches that meet a filter, the newest first. */
export async function listBatches(
  database: Queryable,
  { filter = {}, first, after, tenant = null }: BatchList,
): Promise<Page<Batch>> {
  const conditions = matchBatches(filter, tenant).add(
    '(b.creation_date, b.id) < (?::timestamptz, ?::uuid)',
    after?.at,
    after?.id,
  );
  const limit = conditions.parameter(first + 1);
  const rows = await database.query<BatchTableRow>(
    `${selectBatch} ${conditions.toString()} order by b.creation_date desc, b.id desc limit ${limit}`,
    conditions.parameters,
  );
  return cutPage(rows.map(makeBatch), first);
}

/** How many batches meet a filter. */
export async function countBatches(
  database: Queryable,
  filter: BatchFilter = {},
  tenant: string | null = null,
): Promise<number> {
  const conditions = matchBatches(filter, tenant);
  const [row] = await database.query<{ count: number }>(
    `select count(*)::integer as count from eligibility.batch b
     where b.state <> 'STORING' and ${conditions.toString()}`,
    conditions.parameters,
  );
  return row?.count ?? 0;
}

function matchBatches(filter: BatchFilter, tenant: string | null): Conditions {
  return new Conditions()
    .add('b.tenant = ?', tenant ?? soleTenant)
    .add('b.state = any (?::text[])', filter.states)
    .add('b.external_id = ?', filter.externalId)
    .addInstant('b.creation_date > ?::timestamptz', filter.createdAfter)
    .addInstant('b.creation_date < ?::timestamptz', filter.createdBefore);
}

function makeBatch(row: BatchTableRow): Batch {
  const { id, name, state, columns, total, refused, counts } = row;
  const completed = rowsIn(counts);
  const verdicts: Partial<Record<Verdict, number>> = {};
  for (const { verdict, rows } of counts) verdicts[verdict] = (verdicts[verdict] ?? 0) + rows;
  return {
    id,
    name,
    externalId: row.external_id,
    creationDate: row.creation_date.toISOString(),
    state,
    columns,
    total,
    refused,
    completed,
    verdicts,
    estimatedEndDate: state === 'IN_PROGRESS' ? estimatedEnd(row, completed) : null,
  };
}

/** When the rows that are left will have ended at the pace of the last minute; null while there is no pace. */
function estimatedEnd(row: BatchTableRow, completed: number): string | null {
  const { total, refused, completed_then: then, paced_ms: pacedMs } = row;
  if (pacedMs === null || completed <= then) return null;
  const leftMs = ((total - refused - completed) * pacedMs) / (completed - then);
  return new Date(Date.now() + leftMs).toISOString();
}

/** How many rows these counts have together. */
export function rowsIn(counts: readonly EndedRows[]): number {
  return counts.reduce((sum, { rows }) => sum + rows, 0);
}
