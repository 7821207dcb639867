import type { StoredOutcome } from '../store/site-qualification.ts';

/** How often a question may fail while the operator answers others, until it is the question's own failure. */
const mostOwnFailures = 3;

/** The pauses before an operator is asked again: twice as long each time. */
const firstWaitMs = 1_000;
const longestWaitByDefaultMs = 15_000;

/** How often the pause doubles at most. */
const mostDoublings = 4;

export interface AbsenceOptions {
  /** For how long the question waits in all. */
  readonly endsInMs: number;
  /** How long one wait is at most, but for a little chance and unless the operator asks for more; 15 s when not given. */
  readonly longestWaitMs?: number | undefined;
  readonly answers: LastAnswers;
}

/** When each operator last answered a question of this process, on the clock of `performance.now()`. */
export class LastAnswers {
  readonly #at = new Map<string, number>();

  note({ operator, state }: Pick<StoredOutcome, 'operator' | 'state'>): void {
    if (state !== 'FAILED') this.#at.set(operator, performance.now());
  }

  hasAnsweredSince(operator: string, instant: number): boolean {
    return (this.#at.get(operator) ?? Number.NEGATIVE_INFINITY) > instant;
  }
}

/**
 * Decides whether an operator that fails to answer a question is away, so that the question waits for it: the failure must be of a
 * kind that passes, and the operator must not have answered other questions between {@link mostOwnFailures} of the tries.
 */
export class Absence {
  readonly #endsAt: number;
  readonly #longestWaitMs: number;
  readonly #answers: LastAnswers;
  #failures = 0;
  #ownFailures = 0;
  /** When the asking began, or failed last. */
  #since = performance.now();

  constructor({ endsInMs, longestWaitMs = longestWaitByDefaultMs, answers }: AbsenceOptions) {
    this.#endsAt = performance.now() + endsInMs;
    this.#longestWaitMs = longestWaitMs;
    this.#answers = answers;
  }

  /** How many milliseconds to wait before the question is asked again after this outcome; null where the outcome stands. */
  waitAfter({ operator, error }: StoredOutcome): number | null {
    if (error?.retryable !== true) return null;
    if (this.#answers.hasAnsweredSince(operator, this.#since)) this.#ownFailures += 1;
    this.#since = performance.now();
    if (this.#ownFailures >= mostOwnFailures) return null;
    const growingMs = firstWaitMs * 2 ** Math.min(this.#failures, mostDoublings);
    this.#failures += 1;
    const askedMs = (error.retryAfterSeconds ?? 0) * 1_000;
    // With chance in it, so that questions that failed together do not come back together.
    const waitMs =
      Math.max(askedMs, Math.min(growingMs, this.#longestWaitMs)) * (1 + Math.random() / 4);
    return performance.now() + waitMs > this.#endsAt ? null : waitMs;
  }
}
