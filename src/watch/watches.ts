import { Watch, type WatchEvent, type WatchOptions } from './watch.ts';

/** The watches of one kind of thing, by its id: however many readers a thing has, it is polled once. */
export class Watches<Change, Snapshot> {
  readonly #open = new Map<string, Watch<Change, Snapshot>>();
  readonly #optionsFor: (id: string) => WatchOptions<Change, Snapshot>;

  constructor(optionsFor: (id: string) => WatchOptions<Change, Snapshot>) {
    this.#optionsFor = optionsFor;
  }

  /** Follows a thing from the change after `after`; the first reader starts its poll and the last one to leave ends it. */
  read(id: string, after: number): AsyncIterableIterator<WatchEvent<Change, Snapshot>> {
    let watch = this.#open.get(id);
    if (watch === undefined) {
      const opened: Watch<Change, Snapshot> = new Watch(this.#optionsFor(id), () => {
        if (this.#open.get(id) === opened) this.#open.delete(id);
      });
      watch = opened;
      this.#open.set(id, opened);
    }
    return watch.read(after);
  }

  /** How many things are being polled. */
  get size(): number {
    return this.#open.size;
  }
}
