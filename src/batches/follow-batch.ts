import { follow } from '../watch/follow.ts';
import type { Batch } from './batch.ts';
import type { BatchNow } from './read-batch.ts';

/** The shortest time between two reports of a batch. */
const everyMs = 500;

export interface BatchToFollow {
  /** Null where the batch does not exist, or no longer. */
  read(): Promise<BatchNow | null>;
  /** As `WakeUps.subscribe`. */
  onChange(wake: () => void): Promise<() => void>;
}

interface Told {
  readonly sequence: number;
  readonly batch: Batch;
}

/**
 * A batch as it is now, then after each change, at most twice a second, and a last time when it is over. Where it does not exist,
 * `null` comes once, and then the end. Leaving (`return`) takes effect at once.
 */
export function followBatch(batch: BatchToFollow): AsyncIterableIterator<Batch | null, undefined> {
  const told = followTold(batch);
  return {
    async next() {
      const { done, value } = await told.next();
      return done === true
        ? { done, value: undefined }
        : { done: false, value: value?.batch ?? null };
    },
    async return() {
      await told.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function followTold({ read, onChange }: BatchToFollow): AsyncIterableIterator<Told | null> {
  let latest = '';
  let nextAt = 0;
  let isReading = false;
  const untilDueMs = (): number => (isReading ? everyMs : Math.max(0, nextAt - performance.now()));
  return follow<Told | null>(
    {
      async onMore(wake) {
        let timer: NodeJS.Timeout | null = null;
        const wakeWhenDue = (): void => {
          // A read may have moved the time on meanwhile.
          const waitMs = untilDueMs();
          timer = waitMs === 0 ? null : setTimeout(wakeWhenDue, waitMs);
          if (timer === null) wake();
        };
        const unsubscribe = await onChange(() => {
          timer ??= setTimeout(wakeWhenDue, untilDueMs());
        });
        return () => {
          if (timer !== null) clearTimeout(timer);
          unsubscribe();
        };
      },
      async readAfter(sequence) {
        isReading = true;
        const now = await read().finally(() => (isReading = false));
        // Counted from the end of the read: after a slow read the next report would come too soon.
        nextAt = performance.now() + everyMs;
        if (now === null) return { entries: [null], more: 'never' };
        const { batch, isOver } = now;
        // The estimate differs at each read.
        const { estimatedEndDate, ...shown } = batch;
        const text = JSON.stringify([shown, estimatedEndDate === null]);
        const isOther = text !== latest || isOver;
        latest = text;
        const entries = isOther ? [{ sequence: sequence + 1, batch }] : [];
        return { entries, more: isOver ? 'never' : 'later' };
      },
    },
    0,
  );
}
