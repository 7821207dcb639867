/** How one task takes its turn. */
export interface TurnOptions {
  /** Aborting gives up the place in the queue: `run` rejects with the reason. A task that runs is not told. */
  readonly signal?: AbortSignal | undefined;
  /** Tasks wait in the lane of this name; the lanes take turns, so that a long one does not hold up the others. */
  readonly lane?: string;
}

/** Runs tasks, so many at once as `most` says; the others wait their turn, in each lane in the order they came. */
export class Turns {
  readonly #most: () => number;
  /** Those who wait, by lane; the lane whose turn it is comes first. */
  readonly #lanes = new Map<string, Set<() => void>>();
  #running = 0;

  constructor(most: () => number) {
    this.#most = most;
  }

  /** How many tasks run. */
  get running(): number {
    return this.#running;
  }

  async run<T>(task: () => Promise<T>, options: TurnOptions = {}): Promise<T> {
    const { signal, lane = '' } = options;
    signal?.throwIfAborted();
    if (this.#lanes.size > 0 || this.#running >= this.#most()) await this.#wait(lane, signal);
    else this.#running += 1;
    try {
      return await task();
    } finally {
      this.#running -= 1;
      this.wake();
    }
  }

  /** Lets in as many as there is room for: to be called when `most` may have grown. */
  wake(): void {
    for (const [name, lane] of this.#lanes) {
      if (this.#running >= this.#most()) return;
      const [next] = lane;
      // The lane goes to the end; without anybody in it, it is gone.
      this.#lanes.delete(name);
      if (next === undefined) continue;
      lane.delete(next);
      if (lane.size > 0) this.#lanes.set(name, lane);
      this.#running += 1;
      next();
    }
  }

  /** Resolves when there is room, which is taken then. */
  #wait(name: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const lane = this.#lanes.get(name) ?? new Set();
      this.#lanes.set(name, lane);
      const leave = (): void => {
        lane.delete(enter);
        if (lane.size === 0 && this.#lanes.get(name) === lane) this.#lanes.delete(name);
        reject(signal?.reason as Error);
      };
      const enter = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      lane.add(enter);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}

/** Runs tasks, at most `most` at once; the others wait their turn in the order they came. */
export function limitConcurrency(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  const turns = new Turns(() => most);
  return (task) => turns.run(task);
}
