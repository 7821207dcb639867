const windowSeconds = 10;

/** How often something happened in the last ten seconds, second by second. */
export class RecentCounts {
  readonly #now: () => number;
  readonly #slots = Array.from({ length: windowSeconds }, () => 0);
  #second: number;
  #total = 0;

  /** `now` tells milliseconds and never goes back. */
  constructor(now: () => number) {
    this.#now = now;
    this.#second = Math.floor(now() / 1000);
  }

  add(): void {
    this.#pass();
    const slot = this.#second % windowSeconds;
    this.#slots[slot] = (this.#slots[slot] ?? 0) + 1;
    this.#total += 1;
  }

  get total(): number {
    this.#pass();
    return this.#total;
  }

  clear(): void {
    this.#slots.fill(0);
    this.#total = 0;
  }

  /** Forgets what is too old. */
  #pass(): void {
    const second = Math.floor(this.#now() / 1000);
    if (second === this.#second) return;
    const passed = Math.min(second - this.#second, windowSeconds);
    for (let back = 0; back < passed; back += 1) {
      const slot = (second - back) % windowSeconds;
      this.#total -= this.#slots[slot] ?? 0;
      this.#slots[slot] = 0;
    }
    this.#second = second;
  }
}
