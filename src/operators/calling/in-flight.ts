import type { CallOptions } from './operator-calls.ts';

/**
 * Reads under way, by key: who asks for what is being asked already waits for that answer. A caller that leaves takes
 * nothing from the others; when the last one has left, the read ends, too.
 */
export class InFlight {
  readonly #flights = new Map<string, Flight<unknown>>();

  /**
   * Joins the read of this key, or begins it. Where two callers give the same key, what they would begin must be the
   * same. Rejects with the read's error, or with the reason of this caller's signal as soon as that is aborted.
   */
  share<T>(
    key: string,
    caller: CallOptions,
    begin: (options: CallOptions) => Promise<T>,
  ): Promise<T> {
    if (caller.signal?.aborted) return Promise.reject(caller.signal.reason as Error);
    let flight = this.#flights.get(key);
    if (flight === undefined) {
      const begun: Flight<unknown> = new Flight(caller, begin, () => {
        if (this.#flights.get(key) === begun) this.#flights.delete(key);
      });
      flight = begun;
      this.#flights.set(key, begun);
    }
    // The key says what is read, and so of which type it is.
    return flight.join(caller) as Promise<T>;
  }
}

/** One read on behalf of all who wait for it. */
export class Flight<T> {
  readonly #leaving = new AbortController();
  readonly #onEnd: () => void;
  readonly #outcome: Promise<T>;
  readonly #callers = new Set<CallOptions>();
  #waiting = 0;

  /** Begins the read for its first caller, who is to join it next. `onEnd` is called when it is over or nobody waits for it any more: then it is not to be joined. */
  constructor(caller: CallOptions, begin: (options: CallOptions) => Promise<T>, onEnd: () => void) {
    const deadlineAt = (): number | undefined => this.#deadlineAt();
    this.#callers.add(caller);
    this.#onEnd = onEnd;
    this.#outcome = begin({
      signal: this.#leaving.signal,
      notes: caller.notes,
      // That of the most patient of those who wait, and so known only when it is asked for.
      get deadlineAt() {
        return deadlineAt();
      },
    }).finally(onEnd);
    // Those who wait are told; where all have left, it is nobody's.
    this.#outcome.catch(() => {});
  }

  /** Waits for the read, which `caller` has not left yet; rejects with the reason of the caller's signal as soon as that is aborted. */
  join(caller: CallOptions): Promise<T> {
    const { signal } = caller;
    this.#callers.add(caller);
    this.#waiting += 1;
    if (signal === undefined) return this.#outcome;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(signal.reason as Error);
        this.#leave(caller, signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      void this.#outcome
        .then(resolve, reject)
        .then(() => signal.removeEventListener('abort', leave));
    });
  }

  #deadlineAt(): number | undefined {
    let latest = -Infinity;
    for (const { deadlineAt } of this.#callers) {
      if (deadlineAt === undefined) return undefined;
      latest = Math.max(latest, deadlineAt);
    }
    return latest;
  }

  #leave(caller: CallOptions, reason: unknown): void {
    this.#callers.delete(caller);
    this.#waiting -= 1;
    if (this.#waiting > 0) return;
    this.#onEnd();
    this.#leaving.abort(reason);
  }
}
