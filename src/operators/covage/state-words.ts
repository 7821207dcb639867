import type { Connection } from '../../schema/connection.ts';
import type { QualificationState } from '../../vocabulary/state-change.ts';
import { OperatorError } from '../port/operator-error.ts';
import { wordOf } from './state.ts';

/** Row 11: the filter by state is described with these words ("pending, done, failed…"), states with seven others. */
function coarseWordOf(state: QualificationState): string {
  if (state === 'TERMINATED_WITH_ERROR') return 'failed';
  return state === 'DONE_READY' || state === 'DONE_UNABLE_TO_PROVIDE' ? 'done' : 'pending';
}

/**
 * Which words Covage's filter by state takes: found out by use, and remembered. The coarse ones let through more than
 * was asked for, so whoever lists must look at the states again.
 */
export class StateWords {
  #spoken: 'seven' | 'coarse' | null = null;

  /** Lists by state, with the words that Covage takes. `list` is given the word to filter with. */
  async listWith<T>(
    state: QualificationState,
    list: (word: string) => Promise<Connection<T>>,
  ): Promise<Connection<T>> {
    const seven = wordOf(state) ?? '';
    if (this.#spoken === 'coarse') return list(coarseWordOf(state));
    let connection: Connection<T> | null = null;
    try {
      connection = await list(seven);
      if (connection.edges.length > 0) this.#spoken = 'seven';
    } catch (error) {
      if (!(error instanceof OperatorError && error.code === 'REJECTED')) throw error;
    }
    if (connection !== null && this.#spoken === 'seven') return connection;
    // Refused, or nothing found: a word that the filter does not know may find nothing, too.
    try {
      const coarse = await list(coarseWordOf(state));
      if (connection === null || coarse.edges.length > 0) this.#spoken = 'coarse';
      return coarse;
    } catch (error) {
      if (connection === null) throw error;
      return connection;
    }
  }
}
