import { randomUUID } from 'node:crypto';
import type { Site } from '../vocabulary/site.ts';
import type { Verdict } from '../vocabulary/verdict.ts';
import { countEnded, tellOfBatch } from './batch-progress.ts';
import type { Queryable, Transaction } from './database/database.ts';
import { jsonText, storableText } from './json-text.ts';
import {
  selectSiteQualification,
  siteQualificationFromRow,
  type SiteQualification,
  type SiteQualificationRow,
  type SiteQualificationState,
  type StoredResolution,
  type StoredOutcome,
} from './site-qualification.ts';
import { soleTenant } from './tenant.ts';

// What happens inside the transaction of one change. The row of the site qualification is locked throughout, which makes
// its log free of gaps.

/** The channel that tells of changes; the payload is the id. */
export const siteQualificationChannel = 'eligibility_site_qualification';

export interface NewSiteQualification {
  /** A UUID; made up when not given. */
  readonly id?: string | undefined;
  /** Null and absent: there are no tenants. */
  readonly tenant?: string | null | undefined;
  readonly externalId?: string | null | undefined;
  readonly request: unknown;
  readonly site: Site;
  readonly state: SiteQualificationState;
  readonly verdict: Verdict;
  /** Null when not given: a key was given. */
  readonly resolution?: StoredResolution | null;
  readonly addressId?: string | null;
  readonly batchId?: string | undefined;
  /** One for each operator, in the order in which they are to be shown. */
  readonly outcomes: readonly StoredOutcome[];
}

/** What an update changes; what it does not name stays. */
export interface SiteQualificationUpdate {
  readonly site?: Site;
  readonly state?: SiteQualificationState;
  readonly verdict?: Verdict;
  readonly resolution?: StoredResolution;
  readonly addressId?: string | null;
  /** The outcomes that change, each of them one entry of the change log. */
  readonly outcomes?: readonly StoredOutcome[];
}

/** Stores a new one with the outcomes that are decided already as its first changes. */
export async function insertSiteQualification(
  within: Transaction,
  wanted: NewSiteQualification,
): Promise<SiteQualification> {
  const { id = randomUUID(), tenant, externalId, outcomes } = wanted;
  await within.query(
    `insert into eligibility.site_qualification
       (id, tenant, external_id, request, site, state, verdict, resolution, address_id, batch_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      id,
      tenant ?? soleTenant,
      externalId === undefined || externalId === null ? null : storableText(externalId),
      // SQL's null is for what is absent; a request may be JSON's.
      jsonText(wanted.request) ?? 'null',
      jsonText(wanted.site),
      wanted.state,
      wanted.verdict,
      jsonText(wanted.resolution),
      wanted.addressId ?? null,
      wanted.batchId ?? null,
    ],
  );
  for (const [position, outcome] of outcomes.entries()) {
    await within.query(
      `insert into eligibility.site_qualification_outcome
         (site_qualification_id, operator, state, verdict, confidence,
          progress, skip, error, qualification, offers, issues, position)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [...outcomeParameters(id, outcome), position],
    );
  }
  const decided = outcomes.filter(({ state }) => state !== 'PENDING');
  await appendChanges(within, id, 0, decided);
  const created = existing(await read(within, id));
  await tellBatch(within, created, decided);
  return created;
}

/** Changes one as `change` says; null where it does not exist. */
export async function updateSiteQualification(
  within: Transaction,
  id: string,
  change: (current: SiteQualification) => SiteQualificationUpdate | null,
): Promise<SiteQualification | null> {
  // Locked by a statement of its own: one that waits for the lock reads the outcomes as they were before the wait.
  const locked = await within.query(
    'select 1 from eligibility.site_qualification where id = $1 for update',
    [id],
  );
  if (locked.length === 0) return null;
  const current = existing(await read(within, id));
  const update = change(current);
  if (update === null) return current;
  const { site, state, verdict, resolution, addressId, outcomes = [] } = update;
  for (const outcome of outcomes) {
    const changed = await within.query(
      `update eligibility.site_qualification_outcome
       set state = $3, verdict = $4, confidence = $5, progress = $6, skip = $7, error = $8,
           qualification = $9, offers = $10, issues = $11
       where site_qualification_id = $1 and operator = $2 returning 1`,
      outcomeParameters(id, outcome),
    );
    if (changed.length === 0) {
      throw new Error(`Site qualification ${id} has no outcome of ${outcome.operator}.`);
    }
  }
  await within.query(
    `update eligibility.site_qualification set site = coalesce($2, site),
       state = coalesce($3, state), verdict = coalesce($4, verdict),
       resolution = coalesce($5, resolution), address_id = coalesce($6, address_id) where id = $1`,
    [id, jsonText(site), state ?? null, verdict ?? null, jsonText(resolution), addressId ?? null],
  );
  await appendChanges(within, id, current.version, outcomes);
  const changed = existing(await read(within, id));
  if (current.state === 'IN_PROGRESS') await tellBatch(within, changed, outcomes);
  return changed;
}

/** Counts what was in progress and is no longer in its batch, where it is of one, and tells its followers. */
async function tellBatch(
  within: Transaction,
  { id, batchId, state, verdict }: SiteQualification,
  changed: readonly StoredOutcome[],
): Promise<void> {
  if (batchId === null) return;
  if (state !== 'IN_PROGRESS') await countEnded(within, { id, batchId, state, verdict });
  if (changed.some((outcome) => outcome.state !== 'PENDING')) await tellOfBatch(within, batchId);
}

async function read(within: Queryable, id: string): Promise<SiteQualification | null> {
  const [row] = await within.query<SiteQualificationRow>(
    `${selectSiteQualification} where q.id = $1`,
    [id],
  );
  return row === undefined ? null : siteQualificationFromRow(row);
}

function existing(found: SiteQualification | null): SiteQualification {
  if (found === null) throw new Error('A site qualification is gone within its transaction.');
  return found;
}

/** Appends to the log, in a transaction that holds the lock of the site qualification, and tells its followers. */
async function appendChanges(
  within: Transaction,
  id: string,
  version: number,
  outcomes: readonly StoredOutcome[],
): Promise<void> {
  for (const [index, outcome] of outcomes.entries()) {
    await within.query(
      `insert into eligibility.site_qualification_change
         (site_qualification_id, sequence, operator, outcome) values ($1, $2, $3, $4)`,
      [id, version + index + 1, outcome.operator, jsonText(logged(outcome))],
    );
  }
  if (outcomes.length > 0) {
    await within.query('update eligibility.site_qualification set version = $2 where id = $1', [
      id,
      version + outcomes.length,
    ]);
  }
  await within.notify(siteQualificationChannel, id.toLowerCase());
}

/** Only the fields that the log is to hold. */
function logged(outcome: StoredOutcome): StoredOutcome {
  const {
    operator,
    state,
    verdict,
    confidence,
    progress,
    skip,
    error,
    qualification,
    offers,
    issues,
  } = outcome;
  return {
    operator,
    state,
    verdict,
    confidence,
    progress,
    skip,
    error,
    qualification: qualification ?? null,
    offers,
    issues,
  };
}

function outcomeParameters(id: string, outcome: StoredOutcome) {
  return [
    id,
    outcome.operator,
    outcome.state,
    outcome.verdict,
    outcome.confidence,
    jsonText(outcome.progress),
    jsonText(outcome.skip),
    jsonText(outcome.error),
    jsonText(outcome.qualification),
    jsonText(outcome.offers),
    jsonText(outcome.issues),
  ];
}
