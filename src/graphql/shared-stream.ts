/** What a reader takes behind the last result. */
export const streamEnd = Symbol('end of the stream');

/** The results of one subscription for everybody who asked for the same: executed once, serialised once. */
export class SharedStream {
  readonly #results: AsyncIterableIterator<string>;
  readonly #onEnd: () => void;
  readonly #payloads: string[] = [];
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

  /** How much is kept for readers that come later, in characters. */
  get size(): number {
    return this.#characters;
  }

  /** A reader of all results, from the first one. `wake` is called, once each time, when there is more after `take` had nothing. */
  read(wake: () => void): StreamReader {
    this.#readers += 1;
    let cursor = 0;
    let left = false;
    return {
      take: () => {
        const payload = this.#payloads[cursor];
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
    }
    this.end();
  }

  #wakeReaders(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}

/** One watcher's place in a stream. One that stalls holds nothing but this. */
export interface StreamReader {
  /** The next result in JSON; null when there is none yet, in which case `wake` will be called; `streamEnd` after the last. */
  take(): string | typeof streamEnd | null;
  /** Ends the reading. The last reader to leave ends the stream, at once. */
  leave(): void;
}
