/** The changes behind a reader's cursor. */
export interface LogPart<Entry> {
  /** In order. */
  readonly entries: readonly Entry[];
  /** When there is more behind these entries. */
  readonly more: 'now' | 'later' | 'never';
}

/** An append-only log, in memory or in the store. Any number of readers follow it, each with a cursor of its own. */
export interface ReadableLog<Entry> {
  readAfter(sequence: number): LogPart<Entry> | Promise<LogPart<Entry>>;
  /** Calls `wake` when there may be more. Once it has resolved no entry is missed. The function that it returns ends it. */
  onMore(wake: () => void): (() => void) | Promise<() => void>;
}

/**
 * The entries of a log with a sequence above `after`: those that are there and then those to come, each once and in order.
 * Ends with the log. Leaving (`return`) takes effect at once, also while it waits.
 */
export function follow<Entry extends { readonly sequence: number } | null>(
  log: ReadableLog<Entry>,
  after: number,
): AsyncIterableIterator<Entry, undefined> {
  let cursor = Math.max(0, after);
  let { entries, more }: LogPart<Entry> = { entries: [], more: 'now' };
  let position = 0;
  let isOver = false;
  let wake: (() => void) | null = null;
  const subscribed = log.onMore(() => {
    if (more === 'later') more = 'now';
    wake?.();
  });
  // A failure to subscribe is told by the first `next`.
  Promise.resolve(subscribed).catch(() => {});

  const leave = (): void => {
    if (isOver) return;
    isOver = true;
    wake?.();
    if (typeof subscribed === 'function') subscribed();
    else subscribed.then((unsubscribe) => unsubscribe()).catch(() => {});
  };

  const read = async (): Promise<void> => {
    // First to be told of more, then to read: nothing falls between.
    await subscribed;
    more = 'later';
    const part = await log.readAfter(cursor);
    [entries, position] = [part.entries, 0];
    // Woken meanwhile: it may have been read too early.
    if (more === 'later' || part.more === 'never') ({ more } = part);
  };

  const take = async (): Promise<IteratorResult<Entry, undefined>> => {
    for (;;) {
      if (isOver) return { done: true, value: undefined };
      if (position < entries.length) {
        const entry = entries[position] as Entry;
        position += 1;
        cursor = entry?.sequence ?? cursor;
        if (more === 'never' && position === entries.length) leave();
        return { done: false, value: entry };
      }
      // oxlint-disable no-await-in-loop -- one reading after the other
      if (more === 'never') leave();
      else if (more === 'now') await read();
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      // oxlint-enable no-await-in-loop
    }
  };

  let latest: Promise<unknown> = Promise.resolve();
  return {
    next() {
      const result = latest.then(take);
      latest = result.catch(leave);
      return result;
    },
    return() {
      leave();
      return Promise.resolve({ done: true, value: undefined });
    },
    throw(error: unknown) {
      leave();
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
