import { once } from '../one-at-a-time.ts';
import type { Database } from './database/database.ts';

/**
 * Wakes the waiters of this process when a thing has changed. They share one channel of the database, whose payloads name the
 * thing. A wake-up does not say what changed: the waiter reads the log from its cursor.
 */
export class WakeUps {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #listen: () => Promise<unknown>;

  constructor(database: Database, channel: string) {
    this.#listen = once(() =>
      database.listen(channel, {
        onPayload: (key) => {
          for (const wake of this.#waiting.get(key) ?? []) wake();
        },
        onMissed: () => {
          for (const waiting of this.#waiting.values()) for (const wake of waiting) wake();
        },
      }),
    );
  }

  /**
   * Calls `wake` after each change of the thing, and when a change may have been missed. From when it has resolved no change is
   * missed, so the log is to be read after that. The returned function ends it, at once.
   */
  async subscribe(key: string, wake: () => void): Promise<() => void> {
    // A copy, so that the same function can be given twice.
    const own = (): void => wake();
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting.add(own));
    const unsubscribe = (): void => {
      waiting.delete(own);
      if (waiting.size === 0 && this.#waiting.get(key) === waiting) this.#waiting.delete(key);
    };
    try {
      await this.#listen();
    } catch (error) {
      unsubscribe();
      throw error;
    }
    return unsubscribe;
  }
}
