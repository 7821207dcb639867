import { SharedResult } from './shared-result.ts';

/** What a reader takes behind the last result. */
export const streamEnd = Symbol('end of the stream');
/** What a reader takes that is too far behind: results that it has not taken are gone. */
export const streamLost = Symbol('results are lost');

/**
 * What one stream keeps for readers that are behind or come later, and what all of them keep, in bytes. Beside what a system
 * keeps for each connection it has to last for all that one look at an operator may show at once.
 */
const keptOfOne = 8 * 1024 * 1024;
const keptOfAll = 32 * 1024 * 1024;

/** What streams keep together: over the limit, the one that keeps most lets go of its oldest result. */
export class KeptResults {
  readonly #streams = new Set<SharedStream>();
  #size = 0;

  /** A stream keeps that much more. */
  add(stream: SharedStream, bytes: number): void {
    this.#streams.add(stream);
    this.#size += bytes;
    while (this.#size > keptOfAll) {
      let largest = stream;
      for (const other of this.#streams) if (other.size > largest.size) largest = other;
      largest.dropOldest();
    }
  }

  /** A stream keeps that much less. */
  release(bytes: number): void {
    this.#size -= bytes;
  }

  /** A stream that nobody reads any more. */
  forget(stream: SharedStream): void {
    if (this.#streams.delete(stream)) this.#size -= stream.size;
  }
}

/** The results of one subscription for everybody who asked for the same: executed once, serialised once. */
export class SharedStream {
  readonly #results: AsyncIterableIterator<string>;
  readonly #kept: KeptResults;
  readonly #onEnd: () => void;
  /** The latest results; `#dropped` older ones are gone. */
  #latest: SharedResult[] = [];
  #dropped = 0;
  #size = 0;
  readonly #readers = new Set<Reader>();
  /** Those who took everything. */
  readonly #waiting = new Set<Reader>();
  #ended = false;
  /** Whether its last reader left before its end. */
  #abandoned = false;

  /** `results` are whole results in JSON. `onEnd` is called when no more come: the source ended, or its last reader left. */
  constructor(results: AsyncIterableIterator<string>, kept: KeptResults, onEnd: () => void) {
    this.#results = results;
    this.#kept = kept;
    this.#onEnd = onEnd;
    void this.#follow();
  }

  /** Whether all results are there for a reader that comes later, or are still to come. */
  get isWhole(): boolean {
    return this.#dropped === 0 && !this.#abandoned;
  }

  /** How much it keeps, in bytes. */
  get size(): number {
    return this.#size;
  }

  /**
   * A reader of all results, from the first one. `wake` is called when there is more after `take` had nothing, and when
   * what it has not taken is gone.
   */
  read(wake: () => void): StreamReader {
    const reader: Reader = { cursor: 0, wake };
    this.#readers.add(reader);
    return {
      take: () => {
        if (!this.#readers.has(reader)) return streamEnd;
        if (reader.cursor < this.#dropped) return streamLost;
        const result = this.#latest[reader.cursor - this.#dropped];
        if (result !== undefined) {
          reader.cursor += 1;
          return result;
        }
        if (this.#ended) return streamEnd;
        this.#waiting.add(reader);
        return null;
      },
      isLost: () => reader.cursor < this.#dropped,
      leave: () => {
        this.#waiting.delete(reader);
        if (!this.#readers.delete(reader) || this.#readers.size > 0) return;
        this.#abandoned = !this.#ended;
        this.end();
        this.#kept.forget(this);
      },
    };
  }

  /** Ends the stream for every reader, after what it has already. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd();
    void this.#results.return?.();
    this.#wakeReaders();
  }

  /** Whoever reads has what is dropped; whoever does not is told at once, and goes on with `after`. */
  dropOldest(): void {
    const oldest = this.#latest.shift();
    if (oldest === undefined) return;
    this.#dropped += 1;
    this.#size -= oldest.size;
    this.#kept.release(oldest.size);
    for (const reader of this.#readers) if (reader.cursor === this.#dropped - 1) reader.wake();
  }

  async #follow(): Promise<void> {
    for await (const json of this.#results) {
      if (this.#ended) break;
      const result = new SharedResult(json);
      this.#latest.push(result);
      // Before anything is dropped: whoever reads has it now.
      this.#wakeReaders();
      if (this.#ended) break;
      this.#size += result.size;
      this.#kept.add(this, result.size);
      while (this.#size > keptOfOne && this.#latest.length > 1) this.dropOldest();
    }
    this.end();
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

/** One watcher's place in a stream. One that stalls holds nothing but this. */
export interface StreamReader {
  /**
   * The next result; null when there is none yet, in which case `wake` will be called; `streamEnd` after the last;
   * `streamLost` where the reader took so long that the next one is gone.
   */
  take(): SharedResult | typeof streamEnd | typeof streamLost | null;
  /** Whether the next result is gone. */
  isLost(): boolean;
  /** Ends the reading. The last reader to leave ends the stream, at once. */
  leave(): void;
}

/** The one result of an operation, as a stream. */
export function readerOf(json: string): StreamReader {
  let result: SharedResult | null = new SharedResult(json);
  return {
    take() {
      const taken = result ?? streamEnd;
      result = null;
      return taken;
    },
    isLost: () => false,
    leave: () => {},
  };
}
