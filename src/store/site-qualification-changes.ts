import { randomUUID } from 'node:crypto';
import type { Site } from '../vocabulary/site.ts';
import type { Verdict } from '../vocabulary/verdict.ts';
import type { Queryable, Transaction } from './database/database.ts';
import { jsonText, soleTenant, storableTextOrNull } from './stored-value.ts';
import {
  selectSiteQualification,
  siteQualificationFromRow,
  type SiteQualification,
  type SiteQualificationRow,
  type SiteQualificationState,
  type StoredResolution,
  type StoredOutcome,
} from './site-qualification.ts';

// The statements inside the transaction of one change. The row of the site qualification is locked throughout, which makes
// its log free of gaps.

/** The channel that tells of changes; the payload is the id of the site qualification. */
export const siteQualificationChannel = 'eligibility_site_qualification';

/** The channel that tells how batches go on; the payload is the id of the batch. */
export const batchChannel = 'eligibility_batch';

export interface NewSiteQualification {
  /** A UUID; a new one when not given. */
  readonly id?: string | undefined;
  /** Null or absent without tenants. */
  readonly tenant?: string | null | undefined;
  readonly externalId?: string | null | undefined;
  readonly request: unknown;
  readonly site: Site;
  readonly state: SiteQualificationState;
  readonly verdict: Verdict;
  /** Null or absent where no address has to be looked up. */
  readonly resolution?: StoredResolution | null;
  readonly addressId?: string | null;
  readonly batchId?: string | undefined;
  /** One for each operator, in the order in which they are to be shown. */
  readonly outcomes: readonly StoredOutcome[];
}

/** The columns that an update changes; the others stay. */
export interface SiteQualificationUpdate {
  readonly site?: Site;
  readonly state?: SiteQualificationState;
  readonly verdict?: Verdict;
  readonly resolution?: StoredResolution;
  readonly addressId?: string | null;
  /** The outcomes that change, each of them one entry of the change log. */
  readonly outcomes?: readonly StoredOutcome[];
}

/** The outcomes that a statement is given as JSON, each with its entry of the log. */
const given = `
  select r.*, r.position + 1 as number, to_jsonb(r) - 'position' as logged
  from jsonb_to_recordset($2::jsonb) as r(
    position integer, operator text, state text, verdict text, confidence text, progress jsonb, skip jsonb,
    error jsonb, qualification jsonb, offers jsonb, issues jsonb)`;

/**
 * Stores a new site qualification. Its log begins with the outcomes that are decided already, such as SKIPPED; pending ones are
 * no change.
 */
export async function insertSiteQualification(
  within: Transaction,
  wanted: NewSiteQualification,
): Promise<SiteQualification> {
  const { id = randomUUID(), tenant, externalId, outcomes } = wanted;
  const decided = outcomes.filter(({ state }) => state !== 'PENDING');
  // One statement: a batch makes ten thousand of them.
  await within.query(
    `with given as (${given}), one as (
       insert into eligibility.site_qualification
         (id, tenant, external_id, request, site, state, verdict, resolution, address_id, batch_id, version)
       values ($1::uuid, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ), its_outcomes as (
       insert into eligibility.site_qualification_outcome
         (site_qualification_id, operator, state, verdict, confidence,
          progress, skip, error, qualification, offers, issues, position)
       select $1::uuid, operator, state, verdict, confidence,
          progress, skip, error, qualification, offers, issues, position from given
     ), log as (
       insert into eligibility.site_qualification_change
         (site_qualification_id, sequence, operator, outcome)
       select $1::uuid, row_number() over (order by position), operator, logged
       from given where state <> 'PENDING'
     )
     select pg_notify($13, $14)`,
    [
      id,
      jsonText(outcomes.map((outcome, position) => ({ ...outcome, position }))),
      tenant ?? soleTenant,
      storableTextOrNull(externalId),
      // SQL's null is for what is absent; a request may be JSON's.
      jsonText(wanted.request) ?? 'null',
      jsonText(wanted.site),
      wanted.state,
      wanted.verdict,
      jsonText(wanted.resolution),
      wanted.addressId ?? null,
      wanted.batchId ?? null,
      decided.length,
      siteQualificationChannel,
      id.toLowerCase(),
    ],
  );
  const created = existing(await readQualification(within, id));
  if (created.state !== 'IN_PROGRESS') await tellBatch(within, created, decided);
  return created;
}

/**
 * Changes a site qualification. `change` is given it as it is, while no other process can change it, and returns the changes, or
 * null for none; it must do nothing else, and be quick. The outcomes, the log and the rest take effect together. Resolves to the
 * site qualification as it is then; to null where it does not exist.
 */
export async function updateSiteQualification(
  within: Transaction,
  id: string,
  change: (current: SiteQualification) => SiteQualificationUpdate | null,
): Promise<SiteQualification | null> {
  // A separate statement locks it: a statement that waits for a lock reads the outcomes as they were before the wait.
  const locked = await within.query(
    'select 1 from eligibility.site_qualification where id = $1 for update',
    [id],
  );
  if (locked.length === 0) return null;
  const current = existing(await readQualification(within, id));
  const update = change(current);
  if (update === null) return current;
  const { site, state, verdict, resolution, addressId, outcomes = [] } = update;
  const version = current.version + outcomes.length;
  const missing = outcomes.find(
    ({ operator }) => !current.outcomes.some((one) => one.operator === operator),
  );
  if (missing) throw new Error(`Site qualification ${id} has no outcome of ${missing.operator}.`);
  await within.query(
    `with given as (${given}), one as (
       update eligibility.site_qualification set site = coalesce($3, site),
         state = coalesce($4, state), verdict = coalesce($5, verdict),
         resolution = coalesce($6, resolution), address_id = coalesce($7, address_id), version = $8
       where id = $1::uuid
     ), its_outcomes as (
       update eligibility.site_qualification_outcome o
       set state = r.state, verdict = r.verdict, confidence = r.confidence, progress = r.progress,
         skip = r.skip, error = r.error, qualification = r.qualification, offers = r.offers,
         issues = r.issues
       from given r where o.site_qualification_id = $1::uuid and o.operator = r.operator
     ), log as (
       insert into eligibility.site_qualification_change
         (site_qualification_id, sequence, operator, outcome)
       select $1::uuid, $9::integer + number, operator, logged from given
     )
     select pg_notify($10, $11)`,
    [
      id,
      jsonText(outcomes.map((outcome, position) => ({ ...outcome, position }))),
      jsonText(site),
      state ?? null,
      verdict ?? null,
      jsonText(resolution),
      addressId ?? null,
      version,
      current.version,
      siteQualificationChannel,
      id.toLowerCase(),
    ],
  );
  const changed: SiteQualification = {
    ...current,
    site: site ?? current.site,
    state: state ?? current.state,
    verdict: verdict ?? current.verdict,
    resolution: resolution ?? current.resolution,
    addressId: addressId ?? current.addressId,
    version,
    outcomes: current.outcomes.map((one) => ({
      ...one,
      ...outcomes.find(({ operator }) => operator === one.operator),
    })),
  };
  if (current.state === 'IN_PROGRESS') await tellBatch(within, changed, outcomes);
  return changed;
}

/**
 * Tells the followers of a question's batch that an operator has settled, and counts the rows of a question that has ended. It
 * comes last in a transaction: the questions of a batch that end at once wait here for each other.
 */
async function tellBatch(
  within: Transaction,
  { id, batchId, state, verdict }: SiteQualification,
  changed: readonly StoredOutcome[],
): Promise<void> {
  if (batchId === null) return;
  if (state === 'IN_PROGRESS') {
    if (changed.some((outcome) => outcome.state !== 'PENDING')) await tellOfBatch(within, batchId);
    return;
  }
  await within.query(
    `with counted as (
       insert into eligibility.batch_count (batch_id, state, verdict, rows)
       select $1, $3, $4, count(*) from eligibility.batch_row where question_id = $2
       on conflict (batch_id, state, verdict)
         do update set rows = batch_count.rows + excluded.rows
     )
     select pg_notify($5, $6)`,
    [batchId, id, state, verdict, batchChannel, batchId.toLowerCase()],
  );
}

/** Tells the followers of a batch that it went on, once the transaction is committed. */
export function tellOfBatch(within: Transaction, batchId: string): Promise<void> {
  return within.notify(batchChannel, batchId.toLowerCase());
}

async function readQualification(within: Queryable, id: string): Promise<SiteQualification | null> {
  const [row] = await within.query<SiteQualificationRow>(
    `${selectSiteQualification()} where q.id = $1`,
    [id],
  );
  return row === undefined ? null : siteQualificationFromRow(row);
}

function existing(found: SiteQualification | null): SiteQualification {
  if (found === null) throw new Error('A site qualification is gone within its transaction.');
  return found;
}
