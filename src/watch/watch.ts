import { setTimeout as sleep } from 'node:timers/promises';

/** What one look at a watched thing showed. */
export interface Observation<Change, Snapshot> {
  /** Every change so far, the first one first. A shorter list than seen before is ignored. */
  readonly history: readonly Change[];
  /** The thing as it is now. */
  readonly snapshot: Snapshot;
  /** Whether nothing comes after these changes. */
  readonly ended: boolean;
}

/** How a look that failed is to be taken. */
export interface Failure {
  /** False ends the watch. */
  readonly transient: boolean;
  /** How long to leave the operator alone. */
  readonly retryAfterMs: number | null;
}

export interface WatchOptions<Change, Snapshot> {
  /** Looks once, without trying again itself. Aborted when nobody watches any more. */
  look(signal: AbortSignal): Promise<Observation<Change, Snapshot>>;
  /** Classifies what `look` threw. */
  classify(error: unknown): Failure;
  /** The error to end with when nothing changed for too long. */
  deadlineError(): unknown;
  /** How long a watch goes on. */
  readonly deadlineMs: number;
}

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

const firstPauseMs = 250;
const longestPauseMs = 5_000;
/** What a timer takes at most, in place of overflowing. */
const longestTimerMs = 2 ** 31 - 1;
/**
 * Each pause is this much longer than the one before, until something changes: with it the stages of a qualification, which
 * take 0.1 to 1.6 s by the documentation, are seen within 0.6 s and in at most nine looks.
 */
const growth = 1.2;
/** After a look that failed. */
const growthAfterFailure = 1.5;
/** Pauses differ by up to this share, so that many watches do not beat together. */
const jitter = 0.1;

/**
 * One watched thing: a poll that runs while somebody reads, and an append-only log of its changes that every reader
 * follows with a cursor of its own. A reader that stalls holds nothing but its cursor.
 */
export class Watch<Change, Snapshot> {
  readonly #options: WatchOptions<Change, Snapshot>;
  readonly #onEnd: () => void;
  readonly #deadline: NodeJS.Timeout;
  readonly #log: Change[] = [];
  readonly #polling = new AbortController();
  readonly #waiting = new Set<() => void>();
  #snapshot: Snapshot | null = null;
  #ended = false;
  #error: { readonly cause: unknown } | null = null;
  #readers = 0;

  /** `onEnd` is called when the poll is over: it came to the end, failed, or its last reader has left. */
  constructor(options: WatchOptions<Change, Snapshot>, onEnd: () => void) {
    this.#options = options;
    this.#onEnd = onEnd;
    this.#deadline = setTimeout(() => this.#fail(options.deadlineError()), options.deadlineMs);
    void this.#poll();
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
      if (this.#readers === 0) this.#stop();
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
    const change = this.#log[cursor];
    if (change !== undefined && this.#snapshot !== null) {
      const sequence = cursor + 1;
      const last = this.#ended && sequence === this.#log.length;
      return { sequence, change, snapshot: this.#snapshot, last, error: null };
    }
    if (this.#error !== null) {
      const error = this.#error.cause;
      return {
        sequence: Math.max(cursor, this.#log.length),
        change: null,
        snapshot: this.#snapshot,
        last: true,
        error,
      };
    }
    return this.#ended ? 'ended' : null;
  }

  async #poll(): Promise<void> {
    const { signal } = this.#polling;
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      let retryAfterMs = 0;
      try {
        const { history, snapshot, ended } = await this.#options.look(signal);
        if (signal.aborted) return;
        const changed = history.length > this.#log.length;
        this.#log.push(...history.slice(this.#log.length));
        this.#snapshot = snapshot;
        this.#ended = ended;
        if (ended) this.#stop();
        if (changed || ended) this.#wakeReaders();
        pauseMs = changed ? firstPauseMs : Math.min(pauseMs * growth, longestPauseMs);
      } catch (error) {
        if (signal.aborted) return;
        const failure = this.#options.classify(error);
        if (!failure.transient) return this.#fail(error);
        retryAfterMs = failure.retryAfterMs ?? 0;
        pauseMs = Math.min(pauseMs * growthAfterFailure, longestPauseMs);
      }
      const waitMs = Math.max(pauseMs * (1 + jitter * (2 * Math.random() - 1)), retryAfterMs);
      await sleep(Math.min(waitMs, longestTimerMs), undefined, { signal }).catch(() => {});
    }
  }

  #fail(cause: unknown): void {
    this.#error = { cause };
    this.#stop();
    this.#wakeReaders();
  }

  #wakeReaders(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Ends the poll, a look under way included. What was seen stays for the readers. */
  #stop(): void {
    if (this.#polling.signal.aborted) return;
    clearTimeout(this.#deadline);
    this.#polling.abort();
    this.#onEnd();
  }
}
