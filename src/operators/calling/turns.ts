import { waitFor, type Leaving } from '../../abort.ts';

/** How one task takes its turn. */
export interface TurnOptions {
  /** Aborting gives up the place in the queue, with the reason. A task that runs is not told. */
  readonly signal?: Leaving | undefined;
  /** Tasks wait in the lane of this name; the lanes take turns, so that a long one does not hold up the others. */
  readonly lane?: string;
}

/** What the queue before the turns holds. */
export interface QueueOptions {
  /** How many may wait; what comes on top is refused at once. */
  readonly mostWaiting: number;
  /** How long one may wait. */
  readonly waitMs: number;
  /** The error of a task that does not get its turn. */
  readonly refusal: () => Error;
}

/**
 * Runs tasks, so many at once as `most` says; the others wait their turn, in each lane in the order they came, without end
 * unless the queue is bounded.
 */
export class Turns {
  readonly #most: () => number;
  readonly #queue: QueueOptions | null;
  /** The waiting tasks, by lane. The lane whose turn it is comes first. */
  readonly #lanes = new Map<string, Set<() => void>>();
  #running = 0;
  #waiting = 0;

  constructor(most: () => number, queue: QueueOptions | null = null) {
    this.#most = most;
    this.#queue = queue;
  }

  /** How many tasks run. */
  get running(): number {
    return this.#running;
  }

  async run<T>(task: () => Promise<T>, options: TurnOptions = {}): Promise<T> {
    options.signal?.throwIfAborted();
    if (!this.enterNow()) await this.enter(options);
    try {
      return await task();
    } finally {
      this.leave();
    }
  }

  /** Takes a place where one is free and no task waits for it. The caller has to give a place back. */
  enterNow(): boolean {
    if (this.#waiting > 0 || this.#running >= this.#most()) return false;
    this.#running += 1;
    return true;
  }

  /** Resolves when a place was taken. Rejects with the refusal or the signal's reason, without one. */
  async enter({ signal, lane: name = '' }: TurnOptions): Promise<void> {
    if (this.enterNow()) return;
    if (this.#queue !== null && this.#waiting >= this.#queue.mostWaiting) {
      throw this.#queue.refusal();
    }
    const lane = this.#lanes.get(name) ?? new Set();
    this.#lanes.set(name, lane);
    const { promise, resolve } = Promise.withResolvers<void>();
    lane.add(resolve);
    this.#waiting += 1;
    try {
      await waitFor(promise, {
        signal,
        withinMs: this.#queue?.waitMs,
        late: this.#queue?.refusal,
      });
    } catch (error) {
      // Its turn came as it left: then it goes to the next one.
      if (!lane.delete(resolve)) this.leave();
      else {
        this.#waiting -= 1;
        if (lane.size === 0 && this.#lanes.get(name) === lane) this.#lanes.delete(name);
      }
      throw error;
    }
  }

  /** Gives a place back. */
  leave(): void {
    this.#running -= 1;
    if (this.#waiting > 0) this.wake();
  }

  /** Lets in as many as there is room for: to be called when `most` may have grown. */
  wake(): void {
    for (const [name, lane] of this.#lanes) {
      if (this.#running >= this.#most()) return;
      const [next] = lane;
      // The lane goes to the end; an empty one goes away.
      this.#lanes.delete(name);
      if (next === undefined) continue;
      lane.delete(next);
      if (lane.size > 0) this.#lanes.set(name, lane);
      this.#waiting -= 1;
      this.#running += 1;
      next();
    }
  }
}

/** Runs tasks, at most `most` at once; the others wait their turn in the order they came. */
export function limitConcurrency(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  const turns = new Turns(() => most);
  return (task) => turns.run(task);
}
