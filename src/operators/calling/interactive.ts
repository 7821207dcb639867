/**
 * Whether somebody waits for what an operator is asked just now: a client, or a question that is not of a batch. Counts calls,
 * those that wait for their turn included.
 */
export class Interactive {
  readonly #listeners = new Set<() => void>();
  #count = 0;

  get isPresent(): boolean {
    return this.#count > 0;
  }

  begin(): void {
    this.#count += 1;
  }

  /** To be called once for each `begin`. */
  end(): void {
    this.#count -= 1;
    if (this.#count === 0) for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` each time the last waiting caller is gone. */
  onGone(listener: () => void): void {
    this.#listeners.add(listener);
  }
}
