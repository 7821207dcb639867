/** Something in an answer that is older than its operator would have it, since the operator could not be asked. */
export interface StaleNote {
  readonly operator: string;
  /** Its kind, by a fixed word: `offerFamilies`. */
  readonly what: string;
  /** When the operator told it, ISO 8601. */
  readonly since: string;
}

const noneStale: readonly StaleNote[] = [];

/**
 * Notes about one execution of a GraphQL operation, beside its result: how often operators were called for it,
 * what in it is stale, and whether all that it was made of is kept.
 */
export class ExecutionNotes {
  // Made when first needed: most executions have nothing to note.
  #calls: Record<string, number> | null = null;
  #stale: Map<string, StaleNote> | null = null;
  readonly #kept: Freshness[] = [];
  #restsOnMore = false;

  /** Counts one HTTP exchange that was begun for this execution. A shared exchange counts for the execution that began it. */
  countCall(operator: string): void {
    const calls = (this.#calls ??= {});
    calls[operator] = (calls[operator] ?? 0) + 1;
  }

  /** Notes something stale; of one kind the oldest is kept. */
  addStale(note: StaleNote): void {
    const key = `${note.operator} ${note.what}`;
    const stale = (this.#stale ??= new Map());
    const known = stale.get(key);
    if (known === undefined || note.since < known.since) stale.set(key, note);
  }

  /** Notes the kept answer that something in the result rests on; null where it rests on something that is not kept. */
  restOn(freshness: Freshness | null): void {
    if (freshness === null) this.#restsOnMore = true;
    else this.#kept.push(freshness);
  }

  /** The kept answers of operators that the result rests on; null where it rests on anything else, too. */
  get kept(): readonly Freshness[] | null {
    return this.#restsOnMore ? null : this.#kept;
  }

  /** How many exchanges were begun, by operator; operators that were not called are absent. Null where none was called. */
  get calls(): Readonly<Record<string, number>> | null {
    return this.#calls;
  }

  /** For the `extensions.stale` of the response; empty where all is fresh. */
  get stale(): readonly StaleNote[] {
    return this.#stale === null ? noneStale : [...this.#stale.values()];
  }
}

/**
 * How long a kept thing would be served if it were asked for again. A cache of something made from it holds this, and not the
 * thing.
 */
export class Freshness {
  readonly #until: number;
  #isOver = false;

  /** `until` is when it ends, on the clock that `isCurrent` is given: that of `performance.now()` by default. */
  constructor(until: number) {
    this.#until = until;
  }

  /** Ends it: the thing was replaced, or is gone. */
  end(): void {
    this.#isOver = true;
  }

  isCurrent(now = performance.now()): boolean {
    return !this.#isOver && now < this.#until;
  }
}
