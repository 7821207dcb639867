export interface CallLimitOptions {
  /** How many may be under way at once. */
  readonly most: number;
  /** How many may wait for their turn; what comes on top is refused at once. */
  readonly mostWaiting: number;
  /** How long one may wait. */
  readonly waitMs: number;
  /** The error of a call that does not get its turn. */
  readonly refusal: () => Error;
}

/**
 * Lets a bounded number of calls be under way, and a bounded number wait for a bounded time: an operator that hangs fills
 * its own places and no memory.
 */
export class CallLimit {
  readonly #options: CallLimitOptions;
  /** In the order they came; each is called when it has its turn. */
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(options: CallLimitOptions) {
    this.#options = options;
  }

  /** Runs a task when it has its turn. Throws the refusal without running it, or the signal's reason when that is aborted first. */
  async run<T>(task: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (this.#running < this.#options.most) this.#running += 1;
    else await this.#turn(signal);
    try {
      return await task();
    } finally {
      const [next] = this.#waiting;
      // A place is handed on, and not freed in between.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    const { mostWaiting, waitMs, refusal } = this.#options;
    if (this.#waiting.size >= mostWaiting) return Promise.reject(refusal());
    return new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        this.#waiting.delete(turn);
        clearTimeout(timer);
        signal?.removeEventListener('abort', leave);
        end();
      };
      const turn = (): void => settle(resolve);
      const leave = (): void => settle(() => reject(signal?.reason as Error));
      const timer = setTimeout(() => settle(() => reject(refusal())), waitMs);
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.add(turn);
    });
  }
}
