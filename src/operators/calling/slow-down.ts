import type { Log } from '../../observe/log.ts';
import { whenOpen, type Store, type StoreAccess } from '../../store/store.ts';
import { OperatorError } from '../port/operator-error.ts';

/** How long an operator is left alone that asks for it without saying how long. */
const unsaidMs = 1_000;
/** The shortest time, also where the operator asks for less. */
const leastMs = 250;
/** The longest time, also where the operator asks for more or another version of this service has stored more. */
const mostMs = 2 * 60 * 1000;
/** What is noted again within this time is ignored: many calls are told the same at once. */
const sameMs = 100;

/**
 * Until when an operator wants to be left alone, as it told this replica or another. Jobs wait until then; calls that a client
 * waits for are made all the same. The first call that begins afterwards and succeeds ends it.
 */
export class SlowDown {
  readonly #operator: string;
  readonly #log: Log;
  /** By the process's own clock. */
  #until = 0;
  /** When it was last told, or heard of it. */
  #notedAt = 0;
  #store: Store | null = null;
  /** How much this process is telling the others just now. */
  #telling = 0;

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
    const durationMs = Math.min(Math.max(retryAfterMs ?? unsaidMs, leastMs), mostMs);
    this.#notedAt = performance.now();
    if (durationMs <= this.remainingMs() + sameMs) return;
    this.#extend(durationMs);
    this.#log.warn({ operator: this.#operator, durationMs }, 'The operator asks to slow down');
    if (this.#store !== null) this.#tell(this.#store, durationMs);
  }

  /** Notes it where this is the operator asking to slow down. */
  heed(error: unknown): void {
    if (!(error instanceof OperatorError) || error.code !== 'RATE_LIMITED') return;
    if (!error.isRepeated) this.note(error.retryAfterMs);
  }

  /** Notes that a call succeeded which was begun at `startedAt`, on the clock of `performance.now()`. */
  lift(startedAt: number): void {
    // Nearly always.
    if (this.#until === 0) return;
    const isOver = this.remainingMs() === 0;
    if (!isOver && startedAt <= this.#notedAt) return;
    this.#until = 0;
    if (isOver) return;
    this.#log.info({ operator: this.#operator }, 'The operator answers again');
    if (this.#store !== null) this.#share(this.#store.slowDowns.lift(this.#operator));
  }

  #extend(durationMs: number): void {
    this.#until = Math.max(this.#until, performance.now() + durationMs);
  }

  /** Takes over what all replicas know; what this process is about to tell them comes on top. */
  #learn(remainingMs: number): void {
    const knownMs = Math.min(remainingMs, mostMs);
    if (knownMs > this.remainingMs()) this.#notedAt = performance.now();
    if (knownMs === 0 && this.#telling === 0) this.#until = 0;
    else this.#extend(knownMs);
  }

  async #follow(store: Store): Promise<void> {
    const read = () => store.slowDowns.remainingMs(this.#operator);
    const learn = async (): Promise<void> => this.#learn(await read());
    let ownUntil = this.#until;
    try {
      await store.slowDowns.onChange(this.#operator, () => void learn().catch(this.#warn));
      const remainingMs = await read();
      ownUntil = this.#until;
      this.#extend(Math.min(remainingMs, mostMs));
    } catch (error) {
      this.#warn(error);
    }
    this.#store = store;
    // What was noted before there was a store to tell the others by.
    const ownMs = ownUntil - performance.now();
    if (ownMs > 0) this.#tell(store, ownMs);
  }

  #tell(store: Store, durationMs: number): void {
    this.#share(store.slowDowns.note(this.#operator, durationMs));
  }

  #share(telling: Promise<void>): void {
    this.#telling += 1;
    void telling.catch(this.#warn).finally(() => {
      this.#telling -= 1;
    });
  }

  readonly #warn = (error: unknown): void => {
    this.#log.warn(
      { err: error, operator: this.#operator },
      'That an operator asks to slow down could not be shared',
    );
  };
}
