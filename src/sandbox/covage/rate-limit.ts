/** Counts calls in a sliding minute. */
export class MinuteLimit {
  #passed: number[] = [];

  /** Lets a call pass, or says in how many whole seconds the next one may. */
  take(
    now: number,
    limit: number,
  ): { passes: true } | { passes: false; retryAfterSeconds: number } {
    this.#passed = this.#passed.filter((at) => at > now - 60_000);
    if (this.#passed.length < limit) {
      this.#passed.push(now);
      return { passes: true };
    }
    const oldest = this.#passed[0] ?? now;
    return {
      passes: false,
      retryAfterSeconds: Math.max(1, Math.ceil((oldest + 60_000 - now) / 1000)),
    };
  }
}
