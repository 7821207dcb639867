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

/**
 * A batch as it is now and then as it goes on, at most twice a second, each time only where it is another than before; once when
 * it is over, and then the end. `null` once, and then the end, where it does not exist. Leaving (`return`) takes effect at once.
 */
export function followBatch({
  read,
  onChange,
}: BatchToFollow): AsyncIterableIterator<Batch | null> {
  let isOver = false;
  let isStale = true;
  let told = '';
  let nextAt = 0;
  let rouse: (() => void) | null = null;
  let unsubscribe: (() => void) | null = null;
  let subscribing: Promise<void> | null = null;

  const leave = (): void => {
    isOver = true;
    unsubscribe?.();
    rouse?.();
  };
  const subscribe = async (): Promise<void> => {
    const end = await onChange(() => {
      isStale = true;
      rouse?.();
    });
    if (isOver) end();
    else unsubscribe = end;
  };
  /** Until it is roused, or for so long. */
  const wait = (ms: number | null): Promise<void> =>
    new Promise((resolve) => {
      const timer = ms === null ? undefined : setTimeout(resolve, ms);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const next = async (): Promise<IteratorResult<Batch | null, undefined>> => {
    for (;;) {
      if (isOver) break;
      const earlyMs = nextAt - performance.now();
      if (!isStale || earlyMs > 0) {
        await wait(isStale ? earlyMs : null);
        continue;
      }
      // First to be told of changes, then to read: nothing falls between.
      await (subscribing ??= subscribe());
      isStale = false;
      const now = await read();
      if (isOver) break;
      nextAt = performance.now() + everyMs;
      if (now === null || now.isOver) leave();
      if (now === null) return { done: false, value: null };
      const { estimatedEndDate: _never, ...shown } = now.batch;
      const text = JSON.stringify(shown);
      if (text === told && !now.isOver) continue;
      told = text;
      return { done: false, value: now.batch };
    }
    unsubscribe?.();
    return { done: true, value: undefined };
  };

  return {
    next,
    return: () => {
      leave();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
