import { SharedResult } from './shared-result.ts';

/**
 * Why a reader is given nothing more. `COMPLETE`: there is nothing more. After all others there may be more for a client that
 * comes back with the last sequence it has seen: the service stops (`STOPPING`), it has watched for as long as it does
 * (`LIMIT`), the credentials have expired (`EXPIRED`), or the reader took so long that results are gone (`BEHIND`).
 */
export type StreamEnding = 'COMPLETE' | 'STOPPING' | 'LIMIT' | 'EXPIRED' | 'BEHIND';

/** A result in JSON, and its place in what is followed: null where it has none. */
export interface StreamItem {
  readonly json: string;
  readonly sequence: number | null;
  /** Whether it tells all that earlier ones told, so that a reader that comes later, or is behind, needs none of them. */
  readonly replacesEarlier: boolean;
}

/** The results of a subscription. The value that they return at the end says why there are no more. */
export type StreamResults = AsyncIterator<StreamItem, StreamEnding>;

/**
 * How many bytes one stream keeps for readers that are behind or come later, and how many all streams keep together. With what
 * the system buffers for a connection, one stream has to hold all that one look at an operator may show.
 */
const keptOfOne = 8 * 1024 * 1024;
const keptOfAll = 32 * 1024 * 1024;

/** The results that all streams keep together: over the limit, the stream that keeps most drops its oldest. */
export class KeptResults {
  readonly #streams = new Set<SharedStream>();
  #size = 0;

  /** Counts bytes that a stream keeps from now on. */
  add(stream: SharedStream, bytes: number): void {
    this.#streams.add(stream);
    this.#size += bytes;
    while (this.#size > keptOfAll) {
      let largest = stream;
      for (const other of this.#streams) if (other.size > largest.size) largest = other;
      largest.dropOldest();
    }
  }

  /** Counts bytes that a stream has let go. */
  release(bytes: number): void {
    this.#size -= bytes;
  }

  /** Forgets a stream that has no readers any more. */
  forget(stream: SharedStream): void {
    if (this.#streams.delete(stream)) this.#size -= stream.size;
  }
}

/** The results of one subscription, executed once and serialised once for all clients that asked for the same. */
export class SharedStream {
  readonly #results: StreamResults;
  readonly #kept: KeptResults;
  readonly #onEnd: () => void;
  /** The latest results; `#dropped` older ones are gone. */
  #latest: SharedResult[] = [];
  #dropped = 0;
  /** So many of those need not be read. */
  #replaced = 0;
  #size = 0;
  readonly #readers = new Set<Reader>();
  /** The readers that took everything. */
  readonly #waiting = new Set<Reader>();
  #ending: StreamEnding | null = null;
  /** Whether its last reader left before its end. */
  #abandoned = false;

  /** `onEnd` is called when no more results come: the source ended, or its last reader left. */
  constructor(results: StreamResults, kept: KeptResults, onEnd: () => void) {
    this.#results = results;
    this.#kept = kept;
    this.#onEnd = onEnd;
    void this.#follow();
  }

  /** Whether all results are there for a reader that comes later, or are still to come. */
  get isWhole(): boolean {
    return this.#dropped === this.#replaced && !this.#abandoned;
  }

  /** How much it keeps, in bytes. */
  get size(): number {
    return this.#size;
  }

  /**
   * A reader of all results, from the first one that was not replaced. `wake` is called when there is more after `take` had nothing, and when
   * what it has not taken is gone.
   */
  read(wake: () => void): StreamReader {
    const reader: Reader = { cursor: 0, wake };
    this.#readers.add(reader);
    return {
      take: () => {
        if (!this.#readers.has(reader)) return 'COMPLETE';
        reader.cursor = Math.max(reader.cursor, this.#replaced);
        if (reader.cursor < this.#dropped) return 'BEHIND';
        const result = this.#latest[reader.cursor - this.#dropped];
        if (result !== undefined) {
          reader.cursor += 1;
          return result;
        }
        if (this.#ending === null) this.#waiting.add(reader);
        return this.#ending;
      },
      isLost: () => Math.max(reader.cursor, this.#replaced) < this.#dropped,
      leave: () => {
        this.#waiting.delete(reader);
        if (!this.#readers.delete(reader) || this.#readers.size > 0) return;
        this.#abandoned = this.#ending === null;
        this.end('COMPLETE');
        this.#kept.forget(this);
      },
    };
  }

  /** Ends the stream for every reader, after what it has already. */
  end(ending: StreamEnding): void {
    if (this.#ending !== null) return;
    this.#ending = ending;
    this.#onEnd();
    void this.#results.return?.();
    this.#wakeReaders();
  }

  /** Readers that keep up have what is dropped. The others are told at once, and go on with `after`. */
  dropOldest(): void {
    const oldest = this.#latest.shift();
    if (oldest === undefined) return;
    this.#dropped += 1;
    this.#size -= oldest.size;
    this.#kept.release(oldest.size);
    for (const reader of this.#readers) if (reader.cursor === this.#dropped - 1) reader.wake();
  }

  async #follow(): Promise<void> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one result after the other
      const { done, value } = await this.#results.next();
      if (this.#ending !== null) return;
      if (done === true) return this.end(value);
      const result = new SharedResult(value.json, value.sequence);
      if (value.replacesEarlier) this.#replace();
      this.#latest.push(result);
      // Before anything is dropped: readers that keep up take it now.
      this.#wakeReaders();
      if (this.#isOver()) return;
      this.#size += result.size;
      this.#kept.add(this, result.size);
      while (this.#size > keptOfOne && this.#latest.length > 1) this.dropOldest();
    }
  }

  /** Forgets what was told so far. */
  #replace(): void {
    this.#dropped += this.#latest.length;
    this.#replaced = this.#dropped;
    this.#latest = [];
    this.#kept.release(this.#size);
    this.#size = 0;
  }

  #isOver(): boolean {
    return this.#ending !== null;
  }

  #wakeReaders(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const { wake } of waiting) wake();
  }
}

interface Reader {
  /** How many results it has taken. */
  cursor: number;
  readonly wake: () => void;
}

/** One watcher's place in a stream. A watcher that stalls holds no results. */
export interface StreamReader {
  /** The next result; null when there is none yet, in which case `wake` will be called; after the last why there are no more. */
  take(): SharedResult | StreamEnding | null;
  /** Whether the next result is gone. */
  isLost(): boolean;
  /** Ends the reading. The last reader to leave ends the stream, at once. */
  leave(): void;
}

/** The one result of an operation, as a stream. */
export function streamOfOne(json: string): StreamReader {
  let result: SharedResult | null = new SharedResult(json, null);
  return {
    take() {
      const taken = result ?? 'COMPLETE';
      result = null;
      return taken;
    },
    isLost: () => false,
    leave: () => {},
  };
}

/**
 * The parts of one answer, as a stream: each is asked for when the client has taken the one before. They tell their errors
 * themselves; where they fail nevertheless, the client is cut off.
 */
export function readParts(parts: AsyncIterator<object>, wake: () => void): StreamReader {
  let next: SharedResult | StreamEnding | null = null;
  let isAsked = false;
  const ask = async (): Promise<void> => {
    try {
      const { done, value } = await parts.next();
      next = done === true ? 'COMPLETE' : new SharedResult(JSON.stringify(value), null);
    } catch {
      next = 'BEHIND';
    }
    isAsked = false;
    wake();
  };
  return {
    take() {
      const taken = next;
      if (taken instanceof SharedResult) next = null;
      if (taken === null && !isAsked) {
        isAsked = true;
        void ask();
      }
      return taken;
    },
    isLost: () => false,
    leave: () => void parts.return?.(),
  };
}

/** An empty stream for a client that comes while the service stops, so that it comes back. */
export const stoppingReader: StreamReader = {
  take: () => 'STOPPING',
  isLost: () => false,
  leave: () => {},
};
