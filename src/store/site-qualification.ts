import type { InputIssue } from '../vocabulary/errors.ts';
import type { Site } from '../vocabulary/site.ts';
import type { StateChange } from '../vocabulary/state-change.ts';
import type { ServiceabilityConfidence, Verdict } from '../vocabulary/verdict.ts';
import { tenantFromStored } from './stored-value.ts';

// Site qualifications as they are stored. The request, the operators' answers and their offers are JSON, which the store does not
// look into. An earlier version may have written them, so their readers must take earlier forms.

/** How far the asking of all operators has got. All but IN_PROGRESS are ends. */
export type SiteQualificationState = 'IN_PROGRESS' | 'DONE' | 'DONE_PARTIAL' | 'FAILED';

/** How far the asking of one operator has got. */
export type OutcomeState = 'PENDING' | 'ANSWERED' | 'SKIPPED' | 'FAILED';

/** Why an operator was skipped: it was not asked, or does not know the site. */
export interface StoredSkip {
  readonly code: string;
  readonly message: string;
}

/** Why asking an operator failed: the plain record of its error. */
export interface StoredFailure {
  readonly operator: string;
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | null;
  readonly correlationId: string | null;
}

/** One operator's part of a site qualification, as its change log has it. */
export interface StoredOutcome {
  readonly operator: string;
  readonly state: OutcomeState;
  readonly verdict: Verdict;
  readonly confidence: ServiceabilityConfidence | null;
  /** The stages so far of an operator that answers in stages; null before the first and for other operators. */
  readonly progress: readonly StateChange[] | null;
  readonly skip: StoredSkip | null;
  readonly error: StoredFailure | null;
  /** The operator's own answer. */
  readonly qualification: unknown;
  /** Its offers in comparable form; null without an answer. */
  readonly offers: readonly unknown[] | null;
  /** The issues of single keys of the site; null also for questions stored before this field existed. */
  readonly issues: readonly InputIssue[] | null;
}

/** An outcome as it is now. */
export interface CurrentOutcome extends StoredOutcome {
  /** The notes that let the asking go on after a crash, such as a request that was already sent; see `saveAsking`. */
  readonly asking: unknown;
}

/** How the site of an address was looked up. */
export interface StoredResolution {
  readonly result: 'PENDING' | 'SUCCESS' | 'PARTIAL' | 'FAIL';
  /** The addresses that may be meant. */
  readonly candidates: readonly unknown[];
  readonly message: string | null;
  /** The site that was found; null where none was. */
  readonly site: Site | null;
}

export interface SiteQualification {
  readonly id: string;
  /** Null without tenants. */
  readonly tenant: string | null;
  readonly externalId: string | null;
  /** RFC 3339. */
  readonly creationDate: string;
  /** The question that was asked. */
  readonly request: unknown;
  readonly site: Site;
  readonly state: SiteQualificationState;
  readonly verdict: Verdict;
  /** Null where no address had to be looked up, and where an earlier version stored the question. */
  readonly resolution: StoredResolution | null;
  /** The key of its address in the national address base; null where that is not known. */
  readonly addressId: string | null;
  /** The batch that the question belongs to; null for a question outside batches. */
  readonly batchId: string | null;
  /** The sequence of its latest change; 0 before the first. */
  readonly version: number;
  /** One for each operator, in the order they were created with. */
  readonly outcomes: readonly CurrentOutcome[];
}

/** The parts that are nearly all of what is stored. The last two are in the outcomes: one that is wanted comes with them. */
export type LargePart = 'outcomes' | 'qualification' | 'offers';

/** Whether a reader wants a part. Parts take most of the time of a read. */
export type IsWanted = (part: LargePart) => boolean;

/** An outcome without the parts that its reader did not want. */
export type PartialOutcome = Omit<StoredOutcome, 'qualification' | 'offers'> &
  Partial<Pick<StoredOutcome, 'qualification' | 'offers'>>;

/** A site qualification without the parts that its reader did not want; `assertRead` tells them from those that are null. */
export interface PartialSiteQualification extends Omit<SiteQualification, 'outcomes'> {
  readonly outcomes?: readonly PartialOutcome[];
}

/** A part that was read. Throws a TypeError where it was not: it must not pass for one that is not there. */
export function assertRead<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new TypeError('this part of a site qualification was not read');
  return part;
}

/** One entry of the change log: an outcome as it was after that change. */
export interface SiteQualificationChange {
  /** From 1, without gaps, within one site qualification. */
  readonly sequence: number;
  readonly outcome: PartialOutcome;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** A row of `selectSiteQualification`. */
export interface SiteQualificationRow {
  readonly id: string;
  readonly tenant: string;
  readonly external_id: string | null;
  readonly creation_date: Date;
  readonly request: unknown;
  readonly site: Site;
  readonly state: SiteQualificationState;
  readonly verdict: Verdict;
  readonly resolution: StoredResolution | null;
  readonly address_id: string | null;
  readonly batch_id: string | null;
  readonly version: number;
  readonly outcomes: readonly CurrentOutcome[];
}

export const partsOfOutcomes = ['qualification', 'offers'] as const;

/**
 * A statement that reads site qualifications, whole ones unless told what is wanted, to be followed by a `where` on `q`. It is
 * one statement, so that its parts agree. Outcomes are tens of kilobytes: as `json` they are written out once, as `jsonb` they
 * would first be built anew, in four times the time.
 */
export function selectSiteQualification(isWanted: IsWanted = () => true): string {
  const parts = partsOfOutcomes.filter(isWanted);
  if (parts.length === 0 && !isWanted('outcomes')) {
    return 'select q.* from eligibility.site_qualification q';
  }
  const columns = ['operator, state, verdict, confidence, progress, skip, error, issues, asking'];
  return `
    select q.*, (
      select coalesce(json_agg(o), '[]')
      from (
        select ${[...columns, ...parts].join()}
        from eligibility.site_qualification_outcome
        where site_qualification_id = q.id order by position
      ) o
    ) as outcomes
    from eligibility.site_qualification q`;
}

/** A site qualification from its row, with what `selectSiteQualification` read of it. */
export function siteQualificationFromRow(row: SiteQualificationRow): SiteQualification {
  const {
    external_id: externalId,
    creation_date: creationDate,
    address_id: addressId,
    batch_id: batchId,
    ...rest
  } = row;
  return {
    ...rest,
    tenant: tenantFromStored(row.tenant),
    externalId,
    addressId,
    batchId,
    creationDate: creationDate.toISOString(),
  };
}
