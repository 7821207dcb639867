import type { KoscEligibility } from './domain.ts';

/** The latest answers of Kosc in the memory of this process, by their id: Kosc has no way to ask for one again. */
export class RecentEligibilities {
  readonly #byId = new Map<string, KoscEligibility>();
  readonly #most: number;

  /** `most`: how many are kept; the oldest go first. */
  constructor(most = 10_000) {
    this.#most = most;
  }

  add(eligibility: KoscEligibility): void {
    this.#byId.delete(eligibility.id);
    this.#byId.set(eligibility.id, eligibility);
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > this.#most && oldest !== undefined) this.#byId.delete(oldest);
  }

  find(id: string): KoscEligibility | null {
    return this.#byId.get(id) ?? null;
  }
}
