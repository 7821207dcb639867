/**
 * How long a kept thing would be served if it were asked for again. A cache of something made from it holds this, and not the
 * thing.
 */
export class Freshness {
  readonly #until: number;
  #isOver = false;

  /** `until` is its end, on the clock that it is asked by: that of `performance.now()`, if no other is given. */
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
