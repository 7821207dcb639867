import type { Ending } from '../abort.ts';
import { DeadlineExceededError } from '../schema/errors.ts';

/** The time beyond its deadline that an execution has to end by itself. */
const graceMs = 250;

/**
 * How long an execution may take. At the deadline `ending` is aborted, which ends the calls that the execution waits for. An
 * execution that goes on nevertheless is given up a little later.
 */
export class Deadline {
  /** In milliseconds, on the clock of `performance.now()`. */
  readonly at: number;
  #timer: NodeJS.Timeout;
  #giveUp: ((error: Error) => void) | null = null;

  constructor(deadlineMs: number, ending: Ending) {
    this.at = performance.now() + deadlineMs;
    this.#timer = setTimeout(() => {
      const error = new DeadlineExceededError(deadlineMs);
      ending.abort(error);
      this.#timer = setTimeout(() => this.#giveUp?.(error), graceMs);
    }, deadlineMs);
  }

  /** The result of `running`; rejects with a DeadlineExceededError a little after the deadline. */
  unlessPassed<T>(running: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#giveUp = reject;
      running.then(resolve, reject);
    });
  }

  /** Stops the clock, since the execution is over. */
  clear(): void {
    clearTimeout(this.#timer);
  }
}
