import { AsyncLocalStorage } from 'node:async_hooks';

/** Of so many turns one is the background's in any case, while both wait. */
const backgroundTurnOf = 5;

const background = new AsyncLocalStorage<boolean>();

/** Does work that no caller waits for: its statements have their turn behind all others. */
export function inBackground<T>(work: () => T): T {
  return background.run(true, work);
}

export interface ConnectionTurnsOptions {
  /** How many have a connection at once, and how many of them for the background. */
  readonly most: number;
  readonly mostInBackground: number;
}

/** Gives out the connections of a database when more callers want one than there are: background work comes after the others. */
export class ConnectionTurns {
  readonly #options: ConnectionTurnsOptions;
  readonly #waiting: (() => void)[] = [];
  readonly #waitingInBackground: (() => void)[] = [];
  #running = 0;
  #runningInBackground = 0;
  #turns = 0;

  constructor(options: ConnectionTurnsOptions) {
    this.#options = options;
  }

  /** Resolves when it has its turn, with what gives it back. */
  async enter(): Promise<() => void> {
    const isInBackground = background.getStore() === true;
    const { promise, resolve } = Promise.withResolvers<void>();
    (isInBackground ? this.#waitingInBackground : this.#waiting).push(resolve);
    this.#next();
    await promise;
    return () => {
      this.#running -= 1;
      if (isInBackground) this.#runningInBackground -= 1;
      this.#next();
    };
  }

  /** As `enter`, behind all that wait now. */
  enterLast(): Promise<() => void> {
    return inBackground(() => this.enter());
  }

  #next(): void {
    const { most, mostInBackground } = this.#options;
    while (this.#running < most) {
      const hasPlace = this.#runningInBackground < mostInBackground;
      const isBackgroundsTurn =
        hasPlace && (this.#waiting.length === 0 || this.#turns % backgroundTurnOf === 0);
      const isInBackground = isBackgroundsTurn && this.#waitingInBackground.length > 0;
      const begin = isInBackground ? this.#waitingInBackground.shift() : this.#waiting.shift();
      if (begin === undefined) return;
      this.#turns += 1;
      this.#running += 1;
      if (isInBackground) this.#runningInBackground += 1;
      begin();
    }
  }
}
