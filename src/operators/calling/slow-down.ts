import type { Log } from '../../observe/log.ts';
import { whenOpen, type Store, type StoreAccess } from '../../store/store.ts';
import { OperatorError } from '../port/operator-error.ts';

/** How long an operator is left alone that asks for it without saying how long. */
const unsaidMs = 1_000;
/** What is the least, whatever it says. */
const leastMs = 250;
/** What is noted again within this time adds nothing: many calls are told the same at once. */
const sameMs = 100;

/**
 * Until when an operator wants to be left alone, by whatever replica it was told. What a client waits for is asked all the
 * same, and the operator answers for itself; jobs wait.
 */
export class SlowDown {
  readonly #operator: string;
  readonly #log: Log;
  /** By the process's own clock. */
  #until = 0;
  #store: Store | null = null;

  constructor(operator: string, access: Pick<StoreAccess, 'opened'>, log: Log) {
    this.#operator = operator;
    this.#log = log;
    void whenOpen(access, (store) => void this.#follow(store));
  }

  /** How long the operator is still to be left alone; 0 where it need not be. */
  remainingMs(): number {
    return Math.max(0, this.#until - performance.now());
  }

  /** Notes that the operator wants to be left alone, and tells the other replicas. Null where it did not say how long. */
  note(retryAfterMs: number | null): void {
    const durationMs = Math.max(retryAfterMs ?? unsaidMs, leastMs);
    if (durationMs <= this.remainingMs() + sameMs) return;
    this.#extend(durationMs);
    this.#log.warn({ operator: this.#operator, durationMs }, 'The operator asks to slow down');
    if (this.#store !== null) this.#tell(this.#store, durationMs);
  }

  /** Notes it where this is the operator asking to slow down. */
  heed(error: unknown): void {
    if (!(error instanceof OperatorError) || error.code !== 'RATE_LIMITED') return;
    this.note(error.retryAfterMs);
  }

  #extend(durationMs: number): void {
    this.#until = Math.max(this.#until, performance.now() + durationMs);
  }

  async #follow(store: Store): Promise<void> {
    const read = async (): Promise<void> => {
      this.#extend(await store.slowDowns.remainingMs(this.#operator));
    };
    try {
      await store.slowDowns.onChange(this.#operator, () => void read().catch(this.#warn));
      await read();
    } catch (error) {
      this.#warn(error);
    }
    this.#store = store;
    // What was noted before there was a store to tell the others by.
    const remainingMs = this.remainingMs();
    if (remainingMs > 0) this.#tell(store, remainingMs);
  }

  #tell(store: Store, durationMs: number): void {
    store.slowDowns.note(this.#operator, durationMs).catch(this.#warn);
  }

  readonly #warn = (error: unknown): void => {
    this.#log.warn(
      { err: error, operator: this.#operator },
      'That an operator asks to slow down could not be shared',
    );
  };
}
