import { Ending, type Leaving } from '../../abort.ts';
import type { ExecutionNotes } from '../port/execution-notes.ts';
import type { CallOptions } from './call.ts';

/**
 * The reads under way, by key. A caller that asks for a key under way waits for that read. A caller that leaves does not disturb
 * the others; when the last one has left, the read ends.
 */
export class InFlight {
  /**
   * Few enough to be compared one by one, since calls beyond a thousand or so are refused: to hash a text that was just made
   * takes longer.
   */
  readonly #keys: string[] = [];
  /** In the order of their keys. */
  readonly #flights: Flight<unknown>[] = [];

  /**
   * Joins the read of this key, or begins it. Where two callers give the same key, what they would begin must be the
   * same. Rejects with the read's error, or with the reason of this caller's signal as soon as that is aborted.
   */
  share<T>(
    key: string,
    caller: CallOptions,
    begin: (options: CallOptions) => Promise<T>,
  ): Promise<T> {
    if (caller.signal?.aborted) return Promise.reject(caller.signal.reason);
    const at = this.#keys.indexOf(key);
    // The key says what is read, and so of which type it is.
    if (at >= 0) return this.#flights[at]!.join(caller) as Promise<T>;
    const flight: Flight<T> = new Flight(caller, begin, () => this.#remove(flight));
    this.#keys.push(key);
    this.#flights.push(flight);
    return flight.join(caller);
  }

  #remove(flight: Flight<unknown>): void {
    const at = this.#flights.indexOf(flight);
    if (at < 0) return;
    // The last one takes its place.
    const lastKey = this.#keys.pop()!;
    const last = this.#flights.pop()!;
    if (last === flight) return;
    this.#keys[at] = lastKey;
    this.#flights[at] = last;
  }
}

/** One read for all its callers. It is also the options of the call: its signal and deadline are made of theirs. */
export class Flight<T> implements CallOptions {
  readonly signal = new Ending();
  readonly notes: ExecutionNotes | undefined;
  readonly isForBatch: boolean | undefined;
  readonly #first: CallOptions;
  readonly #onEnd: () => void;
  readonly #waiting: Waiter[] = [];
  #outcome: Outcome | null = null;

  /**
   * Begins the read for its first caller, which has to join it next. `onEnd` is called when the read is over or its last caller
   * has left: from then on it cannot be joined.
   */
  constructor(caller: CallOptions, begin: (options: CallOptions) => Promise<T>, onEnd: () => void) {
    this.notes = caller.notes;
    this.isForBatch = caller.isForBatch;
    this.#first = caller;
    this.#onEnd = onEnd;
    begin(this).then(
      (value) => this.#end({ value }),
      (error: unknown) => this.#end({ error }),
    );
  }

  /** The latest deadline of all callers. Callers come and go, so it is found out when it is read. */
  get deadlineAt(): number | undefined {
    // Before the first caller has joined, its deadline counts.
    let latest = this.#waiting.length === 0 ? this.#first.deadlineAt : -Infinity;
    for (const { caller } of this.#waiting) {
      if (caller.deadlineAt === undefined) return undefined;
      latest = Math.max(latest ?? Infinity, caller.deadlineAt);
    }
    return latest;
  }

  /** Waits for the read. The caller's signal is not aborted yet; as soon as it is, this rejects with its reason. */
  join(caller: CallOptions): Promise<T> {
    return new Promise((resolve, reject) => {
      // The value is what `begin` resolved with, and so a T.
      const settle = resolve as (value: unknown) => void;
      const waiter = new Waiter(caller, settle, reject, (one, reason) => this.#left(one, reason));
      if (this.#outcome === null) this.#waiting.push(waiter);
      else waiter.settle(this.#outcome);
    });
  }

  #end(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#onEnd();
    for (const waiter of this.#waiting) waiter.settle(outcome);
    this.#waiting.length = 0;
  }

  #left(waiter: Waiter, reason: unknown): void {
    const at = this.#waiting.indexOf(waiter);
    if (at >= 0) this.#waiting.splice(at, 1);
    if (this.#waiting.length > 0 || this.#outcome !== null) return;
    this.#onEnd();
    this.signal.abort(reason);
  }
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** A caller that waits for a read. */
class Waiter {
  readonly caller: CallOptions;
  readonly #signal: Leaving | undefined;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  readonly #onLeft: (waiter: Waiter, reason: unknown) => void;
  readonly #leave = (): void => {
    const reason = this.#signal?.reason;
    this.#reject(reason);
    this.#onLeft(this, reason);
  };

  constructor(
    caller: CallOptions,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
    onLeft: (waiter: Waiter, reason: unknown) => void,
  ) {
    this.caller = caller;
    this.#signal = caller.signal;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#onLeft = onLeft;
    this.#signal?.addEventListener('abort', this.#leave);
  }

  settle(outcome: Outcome): void {
    this.#signal?.removeEventListener('abort', this.#leave);
    if ('value' in outcome) this.#resolve(outcome.value);
    else this.#reject(outcome.error);
  }
}
