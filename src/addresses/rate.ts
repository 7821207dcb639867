import { pause, unlessAborted, type Leaving } from '../abort.ts';
import { whenOpen, type StoreAccess } from '../store/store.ts';

/** What a rate is measured over. */
const windowMs = 1_000;

/**
 * How often a service may be called: so many times in any second by all replicas together, each within its part. Callers take
 * their turns in the order they came.
 */
export class Rate {
  readonly #sentAt: number[] = [];
  #share: () => number;
  #last: Promise<void> = Promise.resolve();

  constructor(perSecond: number, access: Pick<StoreAccess, 'isShared' | 'opened'>) {
    // Until the other replicas are known there is no part of its own.
    this.#share = () => (access.isShared ? 0 : perSecond);
    void whenOpen(access, ({ replica, database }) => {
      if (database.engine === 'pglite') return;
      this.#share = replica.share({ total: perSecond, running: () => this.#recent() });
      // The replica itself tries again with its next beat.
      void replica.join().catch(() => {});
    });
  }

  /** Resolves when one call may be made. Rejects with the signal's reason. */
  async turn(signal?: Leaving): Promise<void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    try {
      await (signal === undefined ? before : unlessAborted(before, signal));
      while (this.#recent() >= this.#share()) await pause(this.#untilRoomMs(), signal);
      this.#sentAt.push(performance.now());
    } finally {
      void before.then(resolve);
    }
  }

  /** How many calls were made within the last second. */
  #recent(): number {
    const since = performance.now() - windowMs;
    while ((this.#sentAt[0] ?? Infinity) <= since) this.#sentAt.shift();
    return this.#sentAt.length;
  }

  #untilRoomMs(): number {
    const oldest = this.#sentAt[0];
    return oldest === undefined ? 25 : Math.max(1, oldest + windowMs - performance.now());
  }
}
