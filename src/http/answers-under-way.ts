import type { ServerResponse } from 'node:http';
import { ClientLeftError, Ending } from '../abort.ts';

/**
 * The answers that are not complete. In an array, and no Set: V8 replaces the table of a Set that always changes, and what was in
 * an old table lives as long as that does.
 */
export class AnswersUnderWay {
  readonly #answers: Answer[] = [];
  readonly #onNone: () => void;

  /** `onNone` is called when the last one is complete. */
  constructor(onNone: () => void) {
    this.#onNone = onNone;
  }

  get count(): number {
    return this.#answers.length;
  }

  /** An answer begins. What it gives is aborted when the client leaves before it has its answer. */
  begin(response: ServerResponse): Ending {
    const answer: Answer = { response, ending: new Ending(), at: this.#answers.length };
    this.#answers.push(answer);
    response.once('close', () => {
      if (!response.writableFinished) answer.ending.abort(new ClientLeftError());
      this.#remove(answer);
    });
    return answer.ending;
  }

  /** The connection of none is used again. */
  closeConnections(): void {
    for (const { response } of this.#answers) response.shouldKeepAlive = false;
  }

  /** Ends the work on all of them. */
  endAll(reason: Error): void {
    for (const { ending } of this.#answers) ending.abort(reason);
  }

  #remove({ at }: Answer): void {
    const last = this.#answers.pop()!;
    if (last.at !== at) {
      last.at = at;
      this.#answers[at] = last;
    }
    if (this.#answers.length === 0) this.#onNone();
  }
}

interface Answer {
  readonly response: ServerResponse;
  readonly ending: Ending;
  /** Its place among the others. */
  at: number;
}
