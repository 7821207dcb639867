/** Random choices that are the same for the same seed, so that what they found can be looked at again. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, not including, 1. By the recurrence "mulberry32". */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, not including, `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** True in that part of the cases. */
  chance(part: number): boolean {
    return this.next() < part;
  }

  /** One of them. */
  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new RangeError('There is nothing to pick from.');
    return picked;
  }

  /** Some of them, at least one, in their order. */
  some<T>(from: readonly T[], most: number): T[] {
    const count = 1 + this.below(Math.min(most, from.length));
    const places = new Set<number>();
    while (places.size < count) places.add(this.below(from.length));
    return from.filter((_, place) => places.has(place));
  }

  /** All of them, in another order. */
  shuffled<T>(from: readonly T[]): T[] {
    const order = [...from];
    for (let last = order.length - 1; last > 0; last -= 1) {
      const place = this.below(last + 1);
      [order[last], order[place]] = [order[place]!, order[last]!];
    }
    return order;
  }
}
