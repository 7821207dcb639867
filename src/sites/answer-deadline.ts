/** How much of the deadline every run has, however long ago the question was asked. */
const leastShare = 1 / 3;

/**
 * Aborts its signal when nothing has extended it for a time, which began `waitedMs` ago. A part of it is left in any case:
 * a question that waited while no process ran, or whose process died, is to be asked and not only to be failed.
 */
export class AnswerDeadline {
  readonly #controller = new AbortController();
  readonly #durationMs: number;
  #timer: NodeJS.Timeout;
  #endsAt = 0;

  constructor(durationMs: number, waitedMs: number) {
    this.#durationMs = durationMs;
    this.#timer = this.#start(Math.max(durationMs - waitedMs, durationMs * leastShare));
  }

  remainingMs(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  extend(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start(this.#durationMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #start(durationMs: number): NodeJS.Timeout {
    this.#endsAt = performance.now() + durationMs;
    return setTimeout(() => this.#controller.abort(), durationMs);
  }
}
