import type { Connection } from '../../../schema/connection.ts';
import type { QualificationState } from '../../../vocabulary/state-change.ts';
import { OperatorError } from '../../port/operator-error.ts';
import { spellState } from '../wire.ts';

/** Row 11: the filter by state is described with these words ("pending, done, failed…"), states with seven others. */
function spellCoarseState(state: QualificationState): string | null {
  if (state === 'UNRECOGNISED') return null;
  if (state === 'TERMINATED_WITH_ERROR') return 'failed';
  return state === 'DONE_READY' || state === 'DONE_UNABLE_TO_PROVIDE' ? 'done' : 'pending';
}

/** The one word for all of some states, since Covage's filter takes one; null where there is none. */
function soleWord(
  states: readonly QualificationState[],
  spell: (state: QualificationState) => string | null,
): string | null {
  const [word = null, ...others] = new Set(states.map(spell));
  return others.length === 0 ? word : null;
}

/**
 * Finds out by use which words Covage's filter by state takes, and remembers them. No word may let through exactly the wanted
 * states, so that the states of the listed things must be checked again.
 */
export class StateWords {
  #spoken: 'seven' | 'coarse' | null = null;

  /** Lists by states, with the word for them that Covage takes. `list` is given the word to filter with, null for none. */
  async listWith<T>(
    states: readonly QualificationState[],
    list: (word: string | null) => Promise<Connection<T>>,
  ): Promise<Connection<T>> {
    const seven = soleWord(states, spellState);
    const coarse = soleWord(states, spellCoarseState);
    if (seven !== null && this.#spoken !== 'coarse') {
      const found = await nullIfRejected(list(seven));
      if (found !== null && hasAny(found)) this.#spoken = 'seven';
      if (found !== null && this.#spoken === 'seven') return found;
      // Refused, or nothing found: a word that the filter does not know may find nothing, too.
      const others = coarse === null ? null : await nullIfRejected(list(coarse));
      if (others !== null && (found === null || hasAny(others))) this.#spoken = 'coarse';
      return others ?? found ?? list(null);
    }
    if (coarse === null || this.#spoken === 'seven') return list(null);
    const found = await nullIfRejected(list(coarse));
    if (found !== null && hasAny(found)) this.#spoken = 'coarse';
    return found !== null && this.#spoken === 'coarse' ? found : list(null);
  }
}

function hasAny({ edges, pageInfo, totalCount }: Connection<unknown>): boolean {
  return (
    edges.length > 0 || pageInfo.hasNextPage || (typeof totalCount === 'number' && totalCount > 0)
  );
}

/** The list that was found; null where Covage refused the word. */
async function nullIfRejected<T>(found: Promise<Connection<T>>): Promise<Connection<T> | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'REJECTED') return null;
    throw error;
  }
}
