/**
 * What something takes where the machine has nothing else to do: it is measured again, `attempts` times in all at most, while it
 * took longer than was promised, and the quickest counts.
 */
export async function quickestMs(
  promisedMs: number,
  measure: () => Promise<number>,
  attempts = 3,
): Promise<number> {
  let quickest = Infinity;
  for (let count = 0; count < attempts && quickest >= promisedMs; count += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not slow each other down
    quickest = Math.min(quickest, await measure());
  }
  return quickest;
}

/**
 * The same of a change that a notification tells of, in as many attempts as a busy machine may need. Nothing else may tell of the
 * change, such as a poll: one of so many attempts would meet it.
 */
export function quickestNotificationMs(measure: () => Promise<number>): Promise<number> {
  return quickestMs(100, measure, 20);
}

/** The same of something that is counted: counted again, three times in all at most, while there was more than was promised. */
export function fewest(promised: number, count: () => Promise<number>): Promise<number> {
  return quickestMs(promised + 1, count);
}
