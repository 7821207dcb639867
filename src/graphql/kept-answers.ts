import { Kind, OperationTypeNode, type GraphQLObjectType, type SelectionSetNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Kept } from '../operators/execution-notes.ts';
import type { Answer } from './answer.ts';
import type { Operation } from './operation.ts';
import type { Prepared } from './prepared.ts';

const extension = 'restsOnLoaders';

/**
 * Marks a field of Query of which nothing below reads anything but its parent and what tells the notes of the execution
 * whether it is kept. Only an answer of such fields is kept.
 */
export const restsOnLoaders: Record<string, unknown> = { [extension]: true };

/** In characters. */
const mostKept = 32 * 1024 * 1024;
/** Whoever sends longer variables is answered anew each time. */
const longestValues = 1_000;

interface KeptAnswer {
  readonly answer: Answer;
  readonly rests: readonly Kept[];
}

/**
 * Answers that were made of nothing but what is kept of operators' answers: for as long as all of that would be served
 * again, the same operation with the same variables and rights is answered with the same bytes.
 */
export class KeptAnswers {
  readonly #answers = new LRUCache<string, KeptAnswer>({
    maxSize: mostKept,
    sizeCalculation: ({ answer }, key) => answer.text.length + key.length,
  });

  /** The number of each operation whose answers may be kept; null for another one. */
  readonly #numbers = new WeakMap<Operation, number | null>();
  #lastNumber = 0;

  /** The answer of this operation; null where there is none. */
  find(prepared: Prepared): Answer | null {
    const key = this.#keyOf(prepared);
    if (key === null) return null;
    const kept = this.#answers.get(key);
    if (kept === undefined) return null;
    if (kept.rests.every((one) => one.isCurrent())) return kept.answer;
    this.#answers.delete(key);
    return null;
  }

  /** Keeps an answer without errors that was made of `rests` and nothing else. */
  keep(prepared: Prepared, answer: Answer, rests: readonly Kept[]): void {
    const key = this.#keyOf(prepared);
    if (key !== null) this.#answers.set(key, { answer, rests });
  }

  /** What operations have in common that have the same answer; null for one that is always executed. */
  #keyOf({ operation, variables, caller }: Prepared): string | null {
    let number = this.#numbers.get(operation);
    if (number === undefined) {
      number = isMadeOfLoaders(operation) ? (this.#lastNumber += 1) : null;
      this.#numbers.set(operation, number);
    }
    if (number === null) return null;
    const values = JSON.stringify([caller.tenant, variables]);
    return values.length > longestValues
      ? null
      : `${number} ${[...caller.scopes].join()} ${values}`;
  }
}

/** Whether an operation reads nothing but fields that are marked with `restsOnLoaders`. */
function isMadeOfLoaders({ node, schema, fragments, isIncremental }: Operation): boolean {
  if (node.operation !== OperationTypeNode.QUERY || isIncremental) return false;
  const fields = (schema.getQueryType() as GraphQLObjectType).getFields();
  const areMarked = ({ selections }: SelectionSetNode): boolean =>
    selections.every((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments[selection.name.value];
        return fragment !== undefined && areMarked(fragment.selectionSet);
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) return areMarked(selection.selectionSet);
      return fields[selection.name.value]?.extensions[extension] === true;
    });
  return areMarked(node.selectionSet);
}
