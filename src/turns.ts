import { waitFor, type Leaving } from './abort.ts';
import { Lanes } from './lanes.ts';

/** How one task takes its turn. */
export interface TurnOptions {
  /** Aborting gives up the place in the queue, with the reason. A task that runs is not told. */
  readonly signal?: Leaving | undefined;
  /** The lane to wait in, by the names of the lanes that it is in, from the outermost: the lanes of each take turns. */
  readonly lane?: readonly string[];
}

/** The bounds of the queue before the turns. */
export interface QueueOptions {
  /** How many may wait; what comes on top is refused at once. */
  readonly mostWaiting: number;
  /** How long one may wait. */
  readonly waitMs: number;
  /** The error of a task that does not get its turn. */
  readonly refusal: () => Error;
}

export interface TurnsOptions {
  /** Without it the queue is not bounded. */
  readonly queue?: QueueOptions;
  /** How many tasks of an outermost lane may run at once; as many as of all when not given. */
  readonly mostOf?: (lane: string) => number;
  /** Of so many turns one is a lane's in any case; when not given, lanes wait behind all tasks without one. */
  readonly laneTurnOf?: number;
}

const outside: readonly string[] = [];

/**
 * Runs tasks, so many at once as `most` says; the others wait their turn, in each lane in the order they came, without end
 * unless the queue is bounded.
 */
export class Turns {
  readonly #most: () => number;
  readonly #mostOf: (lane: string) => number;
  readonly #queue: QueueOptions | null;
  readonly #laneTurnOf: number;
  readonly #waiting = new Lanes<() => void>();
  #waitingCount = 0;
  #running = 0;
  #begun = 0;
  /** How many run, by outermost lane. */
  readonly #runningOf = new Map<string, number>();

  constructor(most: () => number, { queue, mostOf, laneTurnOf = Infinity }: TurnsOptions = {}) {
    this.#most = most;
    this.#mostOf = mostOf ?? most;
    this.#queue = queue ?? null;
    this.#laneTurnOf = laneTurnOf;
  }

  /** How many tasks run. */
  get running(): number {
    return this.#running;
  }

  run<T>(task: () => Promise<T>, options: TurnOptions = {}): Promise<T> {
    if (options.signal?.aborted) return Promise.reject(options.signal.reason);
    const { lane } = options;
    if (this.enterNow(lane)) return this.#run(task, lane);
    return this.enter(options).then(() => this.#run(task, lane));
  }

  async #run<T>(task: () => Promise<T>, lane: TurnOptions['lane']): Promise<T> {
    try {
      return await task();
    } finally {
      this.leave(lane);
    }
  }

  /** Takes a place where one is free and no task waits for it. The caller has to give a place back. */
  enterNow([lane]: readonly string[] = outside): boolean {
    // A call that still waits then must not have the place.
    if (this.#waitingCount > 0) this.wake();
    if (this.#running >= this.#most() || !this.#hasRoom(lane)) return false;
    this.#count(lane, 1);
    return true;
  }

  /** Resolves when a place was taken. Rejects with the refusal or the signal's reason, without one. */
  async enter({ signal, lane = outside }: TurnOptions): Promise<void> {
    if (this.enterNow(lane)) return;
    if (this.#queue !== null && this.#waitingCount >= this.#queue.mostWaiting) {
      throw this.#queue.refusal();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const begin = (): void => {
      this.#count(lane[0], 1);
      resolve();
    };
    this.#waiting.add(lane, begin);
    this.#waitingCount += 1;
    try {
      await waitFor(promise, {
        signal,
        withinMs: this.#queue?.waitMs,
        late: this.#queue?.refusal,
      });
    } catch (error) {
      // Its turn came as it left: then it goes to the next one.
      if (this.#waiting.delete(lane, begin)) this.#waitingCount -= 1;
      else this.leave(lane);
      throw error;
    }
  }

  /** Gives a place back, which was taken in this lane. */
  leave([lane]: readonly string[] = outside): void {
    this.#count(lane, -1);
    if (this.#waitingCount > 0) this.wake();
  }

  /** Lets in as many as there is room for: to be called when `most` or `mostOf` may have grown. */
  wake(): void {
    while (this.#waitingCount > 0 && this.#running < this.#most()) {
      const isLaneTurn = this.#begun % this.#laneTurnOf === 0;
      const begin = this.#waiting.next((lane) => this.#hasRoom(lane), isLaneTurn);
      if (begin === undefined) return;
      this.#waitingCount -= 1;
      begin();
    }
  }

  #hasRoom(lane: string | undefined): boolean {
    return lane === undefined || (this.#runningOf.get(lane) ?? 0) < this.#mostOf(lane);
  }

  #count(lane: string | undefined, change: 1 | -1): void {
    this.#running += change;
    if (change > 0) this.#begun += 1;
    if (lane === undefined) return;
    const running = (this.#runningOf.get(lane) ?? 0) + change;
    if (running === 0) this.#runningOf.delete(lane);
    else this.#runningOf.set(lane, running);
  }
}

/** Runs tasks, at most `most` at once; the others wait their turn in the order they came. */
export function limitConcurrency(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  const turns = new Turns(() => most);
  return (task) => turns.run(task);
}
