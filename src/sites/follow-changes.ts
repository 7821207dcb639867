import type { SiteQualificationChange } from '../store/site-qualification.ts';
import type { SiteQualificationStore } from '../store/site-qualification-store.ts';

/**
 * The changes of a site qualification with a sequence above `after`: those in the log and then those to come, each once and in
 * order, made by any process. Ends when it is no longer in progress. `null` once, and then the end, where it does not exist or
 * is not `tenant`'s. Leaving (`return`) takes effect at once.
 */
export function followChanges(
  store: () => Promise<SiteQualificationStore>,
  id: string,
  after: number,
  tenant?: string,
): AsyncIterableIterator<SiteQualificationChange | null> {
  let cursor = Math.max(0, after);
  let ready: SiteQualificationChange[] = [];
  let isOver = false;
  let isStale = true;
  let wake: (() => void) | null = null;
  let unsubscribe: (() => void) | null = null;
  let subscribing: Promise<void> | null = null;

  const rouse = (): void => {
    isStale = true;
    wake?.();
  };
  const leave = (): void => {
    isOver = true;
    ready = [];
    unsubscribe?.();
    wake?.();
  };
  const subscribe = async (siteQualifications: SiteQualificationStore): Promise<void> => {
    const end = await siteQualifications.onChange(id, rouse);
    if (isOver) end();
    else unsubscribe = end;
  };

  const next = async (): Promise<IteratorResult<SiteQualificationChange | null, undefined>> => {
    for (;;) {
      const change = ready.shift();
      if (change !== undefined) {
        cursor = change.sequence;
        return { done: false, value: change };
      }
      if (isOver) {
        unsubscribe?.();
        return { done: true, value: undefined };
      }
      if (!isStale) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      // First to be told of changes, then to read: nothing falls between.
      const siteQualifications = await store();
      await (subscribing ??= subscribe(siteQualifications));
      isStale = false;
      const read = await siteQualifications.changesAfter(id, cursor, undefined, tenant);
      if (isOver) continue;
      if (read === null) {
        leave();
        return { done: false, value: null };
      }
      ready = [...read.changes];
      isOver = read.ended;
    }
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
