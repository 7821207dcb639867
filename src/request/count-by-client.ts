/** How many of something each client holds. */
export class CountByClient {
  readonly #held = new Map<string, number>();

  /** How many all clients hold together. */
  get size(): number {
    let size = 0;
    for (const held of this.#held.values()) size += held;
    return size;
  }

  /** How many a client holds. */
  of(client: string): number {
    return this.#held.get(client) ?? 0;
  }

  /** A client holds one more, until it calls what this returns. */
  hold(client: string): () => void {
    this.#held.set(client, this.of(client) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = this.of(client) - 1;
      if (left === 0) this.#held.delete(client);
      else this.#held.set(client, left);
    };
  }
}
