import type { QualificationState } from '../../vocabulary/state-change.ts';

const states: Readonly<Record<string, QualificationState>> = {
  acknowledged: 'ACKNOWLEDGED',
  'in_progress.elig': 'IN_PROGRESS_ELIGIBILITY',
  'in_progress.offer': 'IN_PROGRESS_OFFER',
  'in_progress.price': 'IN_PROGRESS_PRICE',
  'done.ready': 'DONE_READY',
  'done.unable_to_provide': 'DONE_UNABLE_TO_PROVIDE',
  terminated_with_error: 'TERMINATED_WITH_ERROR',
};
const words = new Map(Object.entries(states).map(([word, state]) => [state, word]));

/** The state that Covage's word names; any word but the seven documented ones is `UNRECOGNISED`. */
export function stateOf(word: string): QualificationState {
  return Object.hasOwn(states, word) ? (states[word] ?? 'UNRECOGNISED') : 'UNRECOGNISED';
}

/** Covage's word for a state; null for `UNRECOGNISED`, which has none. */
export function wordOf(state: QualificationState): string | null {
  return words.get(state) ?? null;
}
