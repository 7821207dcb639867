/** Work that runs once at a time: callers share the run. */
export class OneAtATime<T> {
  readonly #work: () => Promise<T>;
  #running: Promise<T> | null = null;
  #next: Promise<T> | null = null;

  constructor(work: () => Promise<T>) {
    this.#work = work;
  }

  /** The outcome of the run that is under way, or of one that begins now. */
  run(): Promise<T> {
    this.#running ??= this.#work().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** The outcome of a run that begins from now on: after the one that is under way. All callers meanwhile share it. */
  runAfresh(): Promise<T> {
    if (this.#running === null) return this.run();
    const begin = (): Promise<T> => {
      this.#next = null;
      return this.run();
    };
    this.#next ??= this.#running.then(begin, begin);
    return this.#next;
  }

  /** Resolves once no run is under way or to come, however they ended. */
  async settled(): Promise<void> {
    while (this.#running !== null) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await (this.#next ?? this.#running).catch(() => {});
    }
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }
}

/** Work that is done once: all callers share its outcome. Where it failed, the next caller has it done again. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let outcome: Promise<T> | null = null;
  return () => {
    outcome ??= work().catch((error: unknown) => {
      outcome = null;
      throw error;
    });
    return outcome;
  };
}
