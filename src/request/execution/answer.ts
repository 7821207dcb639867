import type { FormattedExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Freshness } from '../../operators/port/execution-notes.ts';
import { sameResultKey, type Prepared } from '../prepared.ts';

/** The answer to a query or a mutation, as the client may see it. */
export interface Answer {
  /** The response of GraphQL, in JSON. */
  readonly text: string;
  /** Whether it has the member `data`, which may be null. Without it nothing was executed. */
  readonly hasData: boolean;
}

/** A result as an answer. */
export function formatAnswer(result: FormattedExecutionResult): Answer {
  return { text: JSON.stringify(result), hasData: 'data' in result };
}

/** The most that all of them together may take, in reckoned bytes. */
const mostBytes = 32 * 1024 * 1024;
/** The bytes of an answer beside its text, and of each thing that it rests on. */
const bytesOfAnswer = 500;
const bytesOfKept = 100;
/** Answers to longer variables, in characters, are not kept. */
const longestKey = 1_000;

interface CachedAnswer {
  readonly answer: Answer;
  readonly rests: readonly Freshness[];
}

/**
 * Answers that were made only from kept answers of operators. While all of those would be served again, the same operation with
 * the same variables and rights is answered with the same bytes.
 */
export class ResponseCache {
  readonly #answers = new LRUCache<string, CachedAnswer>({
    maxSize: mostBytes,
    sizeCalculation: ({ answer, rests }, key) =>
      2 * (answer.text.length + key.length) + bytesOfKept * rests.length + bytesOfAnswer,
  });

  /** The answer of this operation; null where there is none. */
  find(prepared: Prepared): Answer | null {
    if (this.#answers.size === 0 || !prepared.operation.restsOnLoaders) return null;
    const key = sameResultKey(prepared);
    const kept = this.#answers.get(key);
    if (kept === undefined) return null;
    const now = performance.now();
    if (kept.rests.every((one) => one.isCurrent(now))) return kept.answer;
    this.#answers.delete(key);
    return null;
  }

  /** Keeps an answer without errors that was made of `rests` and nothing else, where that may be. */
  keep(prepared: Prepared, answer: Answer, rests: readonly Freshness[]): void {
    if (!prepared.operation.restsOnLoaders || rests.length === 0) return;
    const key = sameResultKey(prepared);
    if (key.length <= longestKey) this.#answers.set(key, { answer, rests });
  }
}
