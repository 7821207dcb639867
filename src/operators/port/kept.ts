/**
 * Tells of something that is kept whether it would be served if it were asked for now, to those who keep what they made of
 * it. It does not hold the thing itself, so that nobody holds that longer than who keeps it.
 */
export class Kept {
  readonly #until: number;
  #isDropped = false;

  /** `until` is when it is fresh no more, on the clock that it is asked by: that of `performance.now()`, if no other is given. */
  constructor(until: number) {
    this.#until = until;
  }

  /** It was replaced, or is gone. */
  drop(): void {
    this.#isDropped = true;
  }

  isCurrent(now = performance.now()): boolean {
    return !this.#isDropped && now < this.#until;
  }
}
