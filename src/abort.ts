/** As long as a timer can be, in milliseconds; one that is given more ends at once. */
export const longestTimerMs = 2 ** 31 - 1;

/** Ends a wait: an AbortSignal, or an {@link Ending}, which is cheap until it has a listener. */
export interface Leaving {
  readonly aborted: boolean;
  /** The reason; undefined while it is not aborted. */
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The client has left, or has completed its operation: what was done for it may end. */
export class ClientLeftError extends Error {
  override readonly name = 'ClientLeftError';

  constructor() {
    super('the client left');
  }
}

/** An AbortController and its signal in one, for what every call makes: a tenth of the work. */
export class Ending implements Leaving {
  #aborted = false;
  #reason: unknown = undefined;
  #listener: (() => void) | null = null;
  #others: Set<() => void> | null = null;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.#aborted) return;
    if (this.#listener === null) this.#listener = listener;
    else (this.#others ??= new Set()).add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    if (this.#listener === listener) this.#listener = null;
    else this.#others?.delete(listener);
  }

  /** Calls the listeners, once. */
  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    const first = this.#listener;
    const others = this.#others;
    this.#listener = null;
    this.#others = null;
    first?.();
    for (const listener of others ?? []) listener();
  }
}

/** How long to wait: until the signal is aborted, or a time has passed. */
export interface Patience {
  readonly signal?: Leaving | undefined;
  readonly withinMs?: number | undefined;
  /** The error that `waitFor` rejects with after that time. */
  readonly late?: (() => Error) | undefined;
}

/**
 * Calls `leave` as soon as the patience has ended: with true where its time has passed, with false where its signal is aborted, at
 * once where that is so already. The returned function ends it.
 */
export function onPatienceEnd(
  { signal, withinMs }: Patience,
  leave: (isLate: boolean) => void,
): () => void {
  const onAbort = (): void => {
    clearTimeout(timer);
    leave(false);
  };
  const onLate = (): void => {
    signal?.removeEventListener('abort', onAbort);
    leave(true);
  };
  const timer =
    withinMs === undefined ? undefined : setTimeout(onLate, Math.min(withinMs, longestTimerMs));
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort);
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
}

/** The promise's outcome, or a rejection as soon as the patience has ended; the work itself goes on. */
export function waitFor<T>(promise: Promise<T>, patience: Patience): Promise<T> {
  const { signal, withinMs, late } = patience;
  if (signal === undefined && withinMs === undefined) return promise;
  return new Promise((resolve, reject) => {
    const end = onPatienceEnd(patience, (isLate) => {
      reject(isLate ? (late?.() ?? new Error('it took too long')) : signal?.reason);
    });
    promise.then(resolve, reject).finally(end);
  });
}

/** The promise's outcome, or, as soon as the signal is aborted, a rejection with its reason; the work itself goes on. */
export function unlessAborted<T>(promise: Promise<T>, signal: Leaving | undefined): Promise<T> {
  return waitFor(promise, { signal });
}

/** The thrown value as an error: a signal may be aborted with anything. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('aborted', { cause: thrown });
}

/** Waits for work, and no longer than `ms`. Rejects where the work does so by then; the work itself goes on. */
export async function noLongerThan(ms: number, work: Promise<unknown>): Promise<void> {
  const late = new Error('it is not waited for any longer');
  try {
    await waitFor(work, { withinMs: ms, late: () => late });
  } catch (error) {
    if (error !== late) throw error;
  }
}

/** Waits; rejects with the signal's reason as soon as that is aborted. */
export function pause(durationMs: number, signal: Leaving | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    onPatienceEnd({ signal, withinMs: durationMs }, (isLate) => {
      if (isLate) resolve();
      else reject(signal?.reason);
    });
  });
}
