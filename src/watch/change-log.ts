/** One entry of what a reader of a watch receives. */
export type WatchEvent<Change, Snapshot> =
  | {
      /** The position of the change in the history, from 1. */
      readonly sequence: number;
      readonly change: Change;
      /** The thing as it was last seen, which may be after later changes. */
      readonly snapshot: Snapshot;
      /** Whether this is the last event. */
      readonly last: boolean;
      readonly error: null;
    }
  | {
      readonly sequence: number;
      readonly change: null;
      readonly snapshot: Snapshot | null;
      readonly last: true;
      readonly error: unknown;
    };

/**
 * The changes of one thing as this process knows them: an append-only log that every reader follows with a cursor of its
 * own. A reader that stalls holds nothing but its cursor.
 */
export class ChangeLog<Change, Snapshot> {
  readonly #changes: Change[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #onLastLeft: () => void;
  #snapshot: Snapshot | null = null;
  #ended = false;
  #error: { readonly cause: unknown } | null = null;
  #readers = 0;

  /** `onLastLeft` is called when the last reader has left, or has read the end. */
  constructor(onLastLeft: () => void) {
    this.#onLastLeft = onLastLeft;
  }

  /** The changes so far. */
  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** Whether no change comes any more: it ended, or it failed. */
  get isOver(): boolean {
    return this.#ended || this.#error !== null;
  }

  /** Takes what comes behind the changes so far, and wakes the readers. Nothing is taken after the end or a failure. */
  take(changes: readonly Change[], snapshot: Snapshot, ended: boolean): void {
    if (this.isOver) return;
    this.#changes.push(...changes);
    this.#snapshot = snapshot;
    this.#ended = ended;
    if (changes.length > 0 || ended) this.#wakeReaders();
  }

  /** Ends every reader with an error, behind the changes that it has not read yet. */
  fail(cause: unknown): void {
    if (this.isOver) return;
    this.#error = { cause };
    this.#wakeReaders();
  }

  /**
   * The changes with a sequence above `after`, those already seen and then those to come, each once and in order. Ends
   * after the last change or with one error event. Leaving (`return`) takes effect at once, also while it waits.
   */
  read(after: number): AsyncIterableIterator<WatchEvent<Change, Snapshot>> {
    this.#readers += 1;
    let cursor = Math.max(0, after);
    let left = false;
    const wakes = new Set<() => void>();

    const leave = (): void => {
      if (left) return;
      left = true;
      for (const wake of wakes) {
        this.#waiting.delete(wake);
        wake();
      }
      this.#readers -= 1;
      if (this.#readers === 0) this.#onLastLeft();
    };

    const next = async (): Promise<IteratorResult<WatchEvent<Change, Snapshot>, undefined>> => {
      for (;;) {
        if (left) return { done: true, value: undefined };
        const event = this.#eventAfter(cursor);
        if (event === 'ended') {
          leave();
          continue;
        }
        if (event !== null) {
          cursor = event.sequence;
          if (event.last) leave();
          return { done: false, value: event };
        }
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            wakes.delete(wake);
            resolve();
          };
          wakes.add(wake);
          this.#waiting.add(wake);
        });
      }
    };

    return {
      next,
      return: () => {
        leave();
        return Promise.resolve({ done: true, value: undefined });
      },
      throw: (error: unknown) => {
        leave();
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #eventAfter(cursor: number): WatchEvent<Change, Snapshot> | 'ended' | null {
    const change = this.#changes[cursor];
    if (change !== undefined && this.#snapshot !== null) {
      const sequence = cursor + 1;
      const last = this.#ended && sequence === this.#changes.length;
      return { sequence, change, snapshot: this.#snapshot, last, error: null };
    }
    if (this.#error !== null) {
      const error = this.#error.cause;
      return {
        sequence: Math.max(cursor, this.#changes.length),
        change: null,
        snapshot: this.#snapshot,
        last: true,
        error,
      };
    }
    return this.#ended ? 'ended' : null;
  }

  #wakeReaders(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
