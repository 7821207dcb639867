import type { Verdict } from '../vocabulary/verdict.ts';
import { Conditions, type Position, type Query } from './stored-list.ts';
import {
  selectSiteQualification,
  type IsWanted,
  type SiteQualificationState,
} from './site-qualification.ts';
import { soleTenant } from './stored-value.ts';

/** The conditions of a list of site qualifications. One that is null or absent excludes none. */
export interface SiteQualificationFilter {
  readonly states?: readonly SiteQualificationState[] | null | undefined;
  /** The verdict of the whole. */
  readonly verdict?: Verdict | null | undefined;
  /** An operator that was asked: its outcome is not SKIPPED. */
  readonly operator?: string | null | undefined;
  /** The building of the site, also where it became known only by asking. */
  readonly buildingRef?: string | null | undefined;
  readonly externalId?: string | null | undefined;
  /** True for questions of batches, false for questions outside batches. */
  readonly isOfBatch?: boolean | null | undefined;
  /** RFC 3339; a question of that very instant is not in the list. */
  readonly createdAfter?: string | null | undefined;
  readonly createdBefore?: string | null | undefined;
}

export interface SiteQualificationList {
  readonly filter?: SiteQualificationFilter | undefined;
  readonly first: number;
  /** The place of the last question of the page before. */
  readonly after?: Position | null | undefined;
  /** Null or absent without tenants. */
  readonly tenant?: string | null | undefined;
  /** Which parts to read; without it: all. */
  readonly isWanted?: IsWanted | undefined;
}

/** The query for one page of the list, and one row more. */
export function listQuery({
  filter = {},
  first,
  after,
  tenant = null,
  isWanted,
}: SiteQualificationList): Query {
  const conditions = matchQualifications(filter, tenant);
  conditions.add('(q.creation_date, q.id) < (?::timestamptz, ?::uuid)', after?.at, after?.id);
  const limit = conditions.parameter(first + 1);
  const sql = `${selectSiteQualification(isWanted)} where ${conditions.toString()}
    order by q.creation_date desc, q.id desc limit ${limit}`;
  return { sql, parameters: conditions.parameters };
}

/** The query for the length of the list. */
export function countQuery(
  filter: SiteQualificationFilter = {},
  tenant: string | null = null,
): Query {
  const conditions = matchQualifications(filter, tenant);
  const sql = `select count(*)::integer as count from eligibility.site_qualification q
    where ${conditions.toString()}`;
  return { sql, parameters: conditions.parameters };
}

function matchQualifications(filter: SiteQualificationFilter, tenant: string | null): Conditions {
  const { states, verdict, operator, buildingRef, externalId, isOfBatch } = filter;
  const { createdAfter, createdBefore } = filter;
  const [onlyState] = states ?? [];
  return (
    new Conditions()
      .add('q.tenant = ?', tenant ?? soleTenant)
      // One state is written as such, so that its index gives the order too.
      .add('q.state = ?', states?.length === 1 ? onlyState : undefined)
      .add('q.state = any (?::text[])', states?.length === 1 ? undefined : states)
      .add('q.verdict = ?', verdict)
      .add('q.external_id = ?', externalId)
      .add("q.site ->> 'buildingRef' = ?", buildingRef)
      // Two conditions without a parameter: each is that of a partial index.
      .add('q.batch_id is not null', isOfBatch === true || undefined)
      .add('q.batch_id is null', isOfBatch === false || undefined)
      .addInstant('q.creation_date > ?::timestamptz', createdAfter)
      .addInstant('q.creation_date < ?::timestamptz', createdBefore)
      .add(
        `exists (select from eligibility.site_qualification_outcome o
           where o.site_qualification_id = q.id and o.operator = ? and o.state <> 'SKIPPED')`,
        operator,
      )
  );
}
