/**
 * Whether somebody waits for an answer of an operator just now: a client, or a question outside batches. Counts the calls, also
 * those that wait for their turn.
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

  /** Ends what one `begin` began. */
  end(): void {
    this.#count -= 1;
    if (this.#count === 0) for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` each time the last waiting caller is gone. */
  onGone(listener: () => void): void {
    this.#listeners.add(listener);
  }
}
