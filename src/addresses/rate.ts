import { pause, unlessAborted, type Leaving } from '../abort.ts';
import { whenOpen, type StoreAccess } from '../store/store.ts';

/** The period that a rate is measured over. */
const windowMs = 1_000;
/** How soon to look again for a part of its own. */
const lookAgainMs = 25;

/**
 * How often a service may be called: so many times in any second by all replicas together, each within its part. Callers take
 * their turns in the order they came, evenly spaced, so that a process that was held up sends no burst.
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
      for (;;) {
        const waitMs = this.#untilRoomMs();
        if (waitMs <= 0) break;
        await pause(waitMs, signal);
      }
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

  /** How long to wait before the next call, or before looking again; 0 where it may be made. */
  #untilRoomMs(): number {
    const share = this.#share();
    if (share === 0) return lookAgainMs;
    const now = performance.now();
    const spacedAt = (this.#sentAt.at(-1) ?? -Infinity) + windowMs / share;
    const roomAt = this.#recent() < share ? now : (this.#sentAt[0] ?? now) + windowMs;
    return Math.max(0, spacedAt - now, roomAt - now);
  }
}
