import { setTimeout as sleep } from 'node:timers/promises';

/** As long as a timer can be, in milliseconds; one that is given more ends at once. */
export const longestTimerMs = 2 ** 31 - 1;

/** Waits for work, and no longer than `ms`. Rejects where the work does so by then; the work itself goes on. */
export async function noLongerThan(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  const tooLong = sleep(ms, undefined, { signal: timer.signal }).catch(() => {});
  await Promise.race([work, tooLong]).finally(() => timer.abort());
}
