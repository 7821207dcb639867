import type { LogPart, ReadableLog } from './follow.ts';

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

/** The changes of one thing as this process knows them. A reader that stalls holds nothing but its cursor. */
export class ChangeLog<Change, Snapshot> implements ReadableLog<WatchEvent<Change, Snapshot>> {
  readonly #changes: Change[] = [];
  readonly #readers = new Set<() => void>();
  readonly #onLastLeft: () => void;
  #snapshot: Snapshot | null = null;
  #ended = false;
  #error: { readonly cause: unknown } | null = null;

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

  onMore(wake: () => void): () => void {
    this.#readers.add(wake);
    return () => {
      if (this.#readers.delete(wake) && this.#readers.size === 0) this.#onLastLeft();
    };
  }

  /** One event, so that each comes with the thing as it is when the event is taken. After a failure that is the last one. */
  readAfter(sequence: number): LogPart<WatchEvent<Change, Snapshot>> {
    const change = this.#changes[sequence];
    const reached = Math.max(sequence, this.#changes.length);
    if (change !== undefined && this.#snapshot !== null) {
      const last = this.#ended && sequence + 1 === reached;
      const event = { sequence: sequence + 1, change, snapshot: this.#snapshot, last, error: null };
      return { entries: [event], more: last ? 'never' : 'now' };
    }
    if (this.#error === null) return { entries: [], more: this.#ended ? 'never' : 'later' };
    const { cause: error } = this.#error;
    const failure = {
      sequence: reached,
      change: null,
      snapshot: this.#snapshot,
      last: true,
      error,
    };
    return { entries: [failure as WatchEvent<Change, Snapshot>], more: 'never' };
  }

  #wakeReaders(): void {
    for (const wake of this.#readers) wake();
  }
}
