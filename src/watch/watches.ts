import type { WatchEvent } from './change-log.ts';
import { Watch, type Sharing, type WatchOptions } from './watch.ts';

/** The watches of one kind of thing, by its id: however many readers a thing has, it is polled once. */
export class Watches<Change, Snapshot> {
  readonly #watched = new Map<string, Watch<Change, Snapshot>>();
  readonly #optionsFor: (id: string) => WatchOptions<Change, Snapshot>;
  readonly #sharing: Sharing<Snapshot> | null;

  /** With `sharing` a thing is polled once by all processes together. */
  constructor(
    optionsFor: (id: string) => WatchOptions<Change, Snapshot>,
    sharing: Sharing<Snapshot> | null = null,
  ) {
    this.#optionsFor = optionsFor;
    this.#sharing = sharing;
  }

  /**
   * Follows a thing from the change after `after`. The first reader starts its watch and the last one to leave ends it; a
   * watch that has ended or failed is not joined any more.
   */
  read(id: string, after: number): AsyncIterableIterator<WatchEvent<Change, Snapshot>> {
    let watch = this.#watched.get(id);
    if (watch === undefined) {
      const begun: Watch<Change, Snapshot> = new Watch(
        id,
        this.#optionsFor(id),
        this.#sharing,
        () => {
          if (this.#watched.get(id) === begun) this.#watched.delete(id);
        },
      );
      watch = begun;
      this.#watched.set(id, begun);
    }
    return watch.read(after);
  }

  /** How many things are being watched. */
  get size(): number {
    return this.#watched.size;
  }
}
