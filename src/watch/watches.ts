import { Watch, type WatchEvent, type WatchOptions } from './watch.ts';

/** The watches of one kind of thing, by its id: however many readers a thing has, it is polled once. */
export class Watches<Change, Snapshot> {
  readonly #polled = new Map<string, Watch<Change, Snapshot>>();
  readonly #optionsFor: (id: string) => WatchOptions<Change, Snapshot>;

  constructor(optionsFor: (id: string) => WatchOptions<Change, Snapshot>) {
    this.#optionsFor = optionsFor;
  }

  /**
   * Follows a thing from the change after `after`. The first reader starts its poll and the last one to leave ends it; a
   * poll that has ended or failed is not joined any more.
   */
  read(id: string, after: number): AsyncIterableIterator<WatchEvent<Change, Snapshot>> {
    let watch = this.#polled.get(id);
    if (watch === undefined) {
      const begun: Watch<Change, Snapshot> = new Watch(this.#optionsFor(id), () => {
        if (this.#polled.get(id) === begun) this.#polled.delete(id);
      });
      watch = begun;
      this.#polled.set(id, begun);
    }
    return watch.read(after);
  }

  /** How many things are being polled. */
  get size(): number {
    return this.#polled.size;
  }
}
