import { follow } from '../watch/follow.ts';
import type { Batch } from './batch.ts';
import type { BatchNow } from './read-batch.ts';

/** A batch is told at most so often. */
const everyMs = 500;

export interface BatchToFollow {
  /** Null where it does not exist, or no longer. */
  read(): Promise<BatchNow | null>;
  /** As `WakeUps.subscribe`. */
  onChange(wake: () => void): Promise<() => void>;
}

interface Told {
  readonly sequence: number;
  readonly batch: Batch;
}

/**
 * A batch as it is now and then as it goes on, at most twice a second, each time only where it is another than before; once when
 * it is over, and then the end. `null` once, and then the end, where it does not exist. Leaving (`return`) takes effect at once.
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
          // A read that was under way has moved the time on.
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
        // From its end: what follows a slow read would be told too soon behind it.
        nextAt = performance.now() + everyMs;
        if (now === null) return { entries: [null], more: 'never' };
        const { batch, isOver } = now;
        // It is another one each time.
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
