/**
 * How far the asking has got, in Covage's seven words (a snake_cased MEF 87) spelled as an enum.
 * `UNRECOGNISED` is a word the operator does not document.
 */
export type QualificationState =
  | 'ACKNOWLEDGED'
  | 'IN_PROGRESS_ELIGIBILITY'
  | 'IN_PROGRESS_OFFER'
  | 'IN_PROGRESS_PRICE'
  | 'DONE_READY'
  | 'DONE_UNABLE_TO_PROVIDE'
  | 'TERMINATED_WITH_ERROR'
  | 'UNRECOGNISED';

/** One step of an asking. */
export interface StateChange {
  readonly state: QualificationState;
  /** The operator's own word, which says more where `state` is `UNRECOGNISED`. */
  readonly stateText: string;
  /** RFC 3339. */
  readonly changeDate: string;
  /** Why, in the operator's words; null where it gives no reason. */
  readonly changeReason: string | null;
}

const terminalStates: ReadonlySet<QualificationState> = new Set([
  'DONE_READY',
  'DONE_UNABLE_TO_PROVIDE',
  'TERMINATED_WITH_ERROR',
]);

/** Whether nothing comes after this state. An unrecognised state is never the end. */
export function isTerminal(state: QualificationState): boolean {
  return terminalStates.has(state);
}
