import type { Log } from '../observe/log.ts';
import type { Jobs } from './jobs.ts';
import type { Store } from './store.ts';

/** The queue of the job that removes old results; all queues of a process are opened together. */
export const retentionQueue = 'retention';

const daySeconds = 24 * 60 * 60;

/** Removes what is older than `days` once a day, by whichever process comes first. Resolves once that has been arranged. */
export async function removeOldResults(
  jobs: Jobs,
  { store, days, log }: { store: () => Promise<Store>; days: number; log: Log },
): Promise<void> {
  await jobs.work(retentionQueue, { concurrency: 1 }, async () => {
    const rows = await (await store()).deleteOlderThan(days);
    log.info({ rows }, 'old results removed');
  });
  const every = { everySeconds: daySeconds, retryLimit: 2, expireInSeconds: 3600 };
  await jobs.schedule(retentionQueue, {}, every);
}
