import type { Log } from '../../observe/log.ts';

/** Counts, kind by kind, how the answers of one operator depart from its documentation. */
export class Deviations {
  readonly #counts = new Map<string, number>();
  readonly #log: Log;
  readonly #operator: string;

  constructor(operator: string, log: Log) {
    this.#operator = operator;
    this.#log = log;
  }

  /** Counts one departure; the first of its kind is logged. `kind` is a fixed word, never data of an answer. */
  readonly report = (kind: string): void => {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count === 1) {
      this.#log.info(
        { operator: this.#operator, deviation: kind },
        'operator deviates from its documentation',
      );
    }
  };

  /** How often each kind was met since the start of the process. */
  counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }
}
