import type { SiteQualification, StoredOutcome } from '../store/site-qualification.ts';
import type { SiteRequest } from '../sites/site-questions.ts';
import type { Verdict } from '../vocabulary/verdict.ts';
import type { InputIssue } from '../vocabulary/errors.ts';

// A batch is a table of sites. The service asks about all of them, as fast as the operators allow.

/** How far a batch has got. DONE_PARTIAL: it is over, and a row was refused or an operator failed for one. */
export type BatchState = 'IN_PROGRESS' | 'DONE' | 'DONE_PARTIAL' | 'CANCELLED';

/** A row of a table with the question that it makes, or why it is refused. */
export interface JudgedRow {
  /** Its line in the file, the heading being line 1. */
  readonly line: number;
  /** Its cells as given, one for each of the batch's columns. */
  readonly values: readonly string[];
  /** The question; null where the row is refused. */
  readonly request: SiteRequest | null;
  /** Why the row is refused, empty where it is taken. The path of an issue begins with the heading of its column. */
  readonly issues: readonly InputIssue[];
}

/** A batch to be stored. */
export interface NewBatch {
  /** Null without tenants. */
  readonly tenant: string | null;
  readonly name: string | null;
  readonly externalId: string | null;
  /** The caller's `Idempotency-Key` and a digest of what was sent with it; null where the caller gave no key. */
  readonly idempotency: { readonly key: string; readonly digest: string } | null;
  /** The headings of the file in its order, also of columns that are only passed through. */
  readonly columns: readonly string[];
  /** Read once, and stored in parts as they come. The batch exists, with all its rows, once the last one is stored. */
  readonly rows: AsyncIterable<JudgedRow> | Iterable<JudgedRow>;
}

export interface Batch {
  readonly id: string;
  readonly name: string | null;
  readonly externalId: string | null;
  /** RFC 3339. */
  readonly creationDate: string;
  readonly state: BatchState;
  readonly columns: readonly string[];
  /** How many rows it has, refused ones included. */
  readonly total: number;
  readonly refused: number;
  /** How many rows were asked about and are no longer in progress. */
  readonly completed: number;
  /** How many of the completed rows have each verdict. */
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** RFC 3339, from the measured pace; null while there is no pace, such as while nothing is being answered, and once the batch is over. */
  readonly estimatedEndDate: string | null;
}

/** The parts of a site qualification that a file of results shows; the operators' own answers are not among them. */
export interface AskedSite extends Pick<
  SiteQualification,
  'id' | 'site' | 'state' | 'verdict' | 'resolution' | 'addressId'
> {
  readonly outcomes: readonly AskedOutcome[];
}

export type AskedOutcome = Pick<
  StoredOutcome,
  'operator' | 'state' | 'verdict' | 'skip' | 'error' | 'offers'
>;

/** A row with the question about its site and the answers so far. */
export interface AnsweredRow extends BatchRow {
  /** Null before the question is made, and where the row is refused. */
  readonly siteQualification: AskedSite | null;
}

/** A row as it is stored. */
export interface BatchRow {
  readonly line: number;
  readonly values: readonly string[];
  readonly issues: readonly InputIssue[];
  /** Null before the question is made, and where the row is refused. Rows that name the same site share one. */
  readonly siteQualificationId: string | null;
}
