import { AsyncLocalStorage } from 'node:async_hooks';
import { Turns } from '../../turns.ts';

/** One turn in this many is given to background work, however much other work waits. */
const backgroundTurnOf = 5;

const background = new AsyncLocalStorage<boolean>();

/** Runs work that no caller waits for: its statements have their turn behind the others. */
export function inBackground<T>(work: () => T): T {
  return background.run(true, work);
}

/** Gives out the connections of a database when more callers want one than there are: background work comes after the others. */
export class ConnectionTurns {
  readonly #turns: Turns;

  /** How many have a connection at once, and how many of them for the background. */
  constructor(most: number, mostInBackground: number) {
    const mostOf = () => mostInBackground;
    this.#turns = new Turns(() => most, { mostOf, laneTurnOf: backgroundTurnOf });
  }

  /** Resolves when the caller has its turn, with the function that gives it back. */
  async enter(): Promise<() => void> {
    const lane = ownLane();
    await this.#turns.enter({ lane });
    return () => this.#turns.leave(lane);
  }

  /** Runs a task when it has its turn. */
  run<T>(task: () => Promise<T>): Promise<T> {
    return this.#turns.run(task, { lane: ownLane() });
  }
}

function ownLane(): readonly string[] {
  return background.getStore() === true ? ['background'] : [];
}
