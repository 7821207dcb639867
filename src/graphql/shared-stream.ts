/** What a reader takes behind the last result. */
export const streamEnd = Symbol('end of the stream');
/** What a reader takes that is too far behind: results that it has not taken are gone. */
export const streamLost = Symbol('results are lost');

/** What is kept for readers that are behind or come later, in characters. */
const keptSize = 1024 * 1024;

/** The results of one subscription for everybody who asked for the same: executed once, serialised once. */
export class SharedStream {
  readonly #results: AsyncIterableIterator<string>;
  readonly #onEnd: () => void;
  /** The latest results; `#dropped` older ones are gone. */
  #payloads: string[] = [];
  #dropped = 0;
  readonly #waiting = new Set<() => void>();
  #characters = 0;
  #readers = 0;
  #ended = false;

  /** `results` are whole results in JSON. `onEnd` is called when no more come: the source ended, or its last reader left. */
  constructor(results: AsyncIterableIterator<string>, onEnd: () => void) {
    this.#results = results;
    this.#onEnd = onEnd;
    void this.#follow();
  }

  /** Whether all results are there for a reader that comes later. */
  get isWhole(): boolean {
    return this.#dropped === 0;
  }

  /** A reader of all results, from the first one. `wake` is called, once each time, when there is more after `take` had nothing. */
  read(wake: () => void): StreamReader {
    this.#readers += 1;
    let cursor = 0;
    let left = false;
    return {
      take: () => {
        if (cursor < this.#dropped && !left) return streamLost;
        const payload = this.#payloads[cursor - this.#dropped];
        if (payload !== undefined && !left) {
          cursor += 1;
          return payload;
        }
        if (this.#ended || left) return streamEnd;
        this.#waiting.add(wake);
        return null;
      },
      leave: () => {
        if (left) return;
        left = true;
        this.#waiting.delete(wake);
        this.#readers -= 1;
        if (this.#readers === 0) this.end();
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

  async #follow(): Promise<void> {
    for await (const payload of this.#results) {
      if (this.#ended) break;
      this.#payloads.push(payload);
      this.#characters += payload.length;
      this.#wakeReaders();
      this.#dropOldest();
    }
    this.end();
  }

  /** Whoever reads has what is dropped; whoever does not is cut off, and goes on with `after`. */
  #dropOldest(): void {
    let count = 0;
    while (this.#characters > keptSize && count < this.#payloads.length - 1) {
      this.#characters -= this.#payloads[count]?.length ?? 0;
      count += 1;
    }
    if (count === 0) return;
    this.#payloads = this.#payloads.slice(count);
    this.#dropped += count;
  }

  #wakeReaders(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}

/** One watcher's place in a stream. One that stalls holds nothing but this. */
export interface StreamReader {
  /**
   * The next result in JSON; null when there is none yet, in which case `wake` will be called; `streamEnd` after the last;
   * `streamLost` where the reader took so long that the next one is gone.
   */
  take(): string | typeof streamEnd | typeof streamLost | null;
  /** Ends the reading. The last reader to leave ends the stream, at once. */
  leave(): void;
}

/** The one result of an operation, as a stream. */
export function readerOf(result: string): StreamReader {
  const left: (string | typeof streamEnd)[] = [streamEnd, result];
  return { take: () => left.pop() ?? streamEnd, leave: () => {} };
}
