import type { QualificationState } from '../../vocabulary/state-change.ts';
import type { CovageFields } from './wire.ts';

const states: ReadonlyMap<string, QualificationState> = new Map([
  ['acknowledged', 'ACKNOWLEDGED'],
  ['in_progress.elig', 'IN_PROGRESS_ELIGIBILITY'],
  ['in_progress.offer', 'IN_PROGRESS_OFFER'],
  ['in_progress.price', 'IN_PROGRESS_PRICE'],
  ['done.ready', 'DONE_READY'],
  ['done.unable_to_provide', 'DONE_UNABLE_TO_PROVIDE'],
  ['terminated_with_error', 'TERMINATED_WITH_ERROR'],
]);
const words = new Map([...states].map(([word, state]) => [state, word]));

/** The state that Covage's word names, in any case and with any blanks. A word that is not documented is `UNRECOGNISED`. */
export function stateOf(word: string): QualificationState {
  return states.get(word) ?? states.get(plain(word)) ?? 'UNRECOGNISED';
}

/** Covage's word for a state; null for `UNRECOGNISED`, which has none. */
export function wordOf(state: QualificationState): string | null {
  return words.get(state) ?? null;
}

/** A state as it was sent, and what it says. The text is empty where none was sent, or none that can be read. */
export interface ReadState {
  readonly state: QualificationState;
  readonly stateText: string;
}

/** The one reading of states: those of qualifications, of items and of histories. */
export function readState(fields: CovageFields, given: unknown): ReadState {
  const stateText = fields.text('state', given) ?? '';
  const state = stateOf(stateText);
  if (state !== 'UNRECOGNISED' && given !== words.get(state)) {
    fields.report('state-in-another-spelling');
  }
  return { state, stateText };
}

/** Whether two states are the same one, however they are spelled. */
export function isSameState(one: ReadState | undefined, other: ReadState | undefined): boolean {
  if (one?.state !== other?.state) return false;
  return one?.state !== 'UNRECOGNISED' || plain(one.stateText) === plain(other?.stateText ?? '');
}

function plain(word: string): string {
  return word.replaceAll(/\s/gu, '').toLowerCase();
}
