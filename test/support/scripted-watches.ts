import type { WatchEvent } from '../../src/watch/change-log.ts';
import type { Failure, Observation } from '../../src/watch/poll.ts';
import type { SharedPolls } from '../../src/watch/shared-polls.ts';
import type { StoredForm } from '../../src/watch/watch.ts';
import { Watches } from '../../src/watch/watches.ts';

export type Look = (
  signal: AbortSignal,
  known: readonly string[],
) => Promise<Observation<string, string>>;

export interface ScriptedWatches {
  readonly watches: Watches<string, string>;
  /** When each look began, in milliseconds of the process's own clock. */
  readonly lookedAt: readonly number[];
  /** The most looks that were under way at once. */
  readonly mostAtOnce: () => number;
  /** Resolves when the `count`-th look has begun. */
  waitForLook(count: number): Promise<void>;
}

/** A failure of a look that says how it is to be taken. */
export class LookFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Partial<Failure> = {}) {
    super('the look failed');
    this.failure = { transient: true, retryAfterMs: null, ...failure };
  }
}

/** A look that shows these changes, each a letter. */
export const showing =
  (changes: string, ended = false): Look =>
  () =>
    Promise.resolve({ history: Array.from(changes), snapshot: `after ${changes}`, ended });

export const failing =
  (failure: Partial<Failure> = {}): Look =>
  () =>
    Promise.reject(new LookFailure(failure));

/** A look that takes for ever, until it is aborted. */
export const hanging: Look = (signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

/** Snapshots are texts. A failure is told by its words. */
const form: StoredForm<string> = {
  writeSnapshot: (snapshot) => snapshot,
  readSnapshot: (stored) => (typeof stored === 'string' ? stored : null),
  writeError: (error) => (error instanceof LookFailure ? error.message : null),
  readError: (stored) => new Error(String(stored)),
};

/** Watches whose looks follow a script, its last entry for ever, whatever the id. */
export function scriptWatches(
  looks: readonly [Look, ...Look[]],
  options: { deadlineMs?: number; polls?: SharedPolls } = {},
): ScriptedWatches {
  const lookedAt: number[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const watches = new Watches<string, string>(
    () => ({
      async look(signal, known) {
        const look = looks[Math.min(lookedAt.length, looks.length - 1)] ?? looks[0];
        lookedAt.push(performance.now());
        for (const { count, resolve } of waiting) if (lookedAt.length >= count) resolve();
        atOnce += 1;
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        try {
          return await look(signal, known);
        } finally {
          atOnce -= 1;
        }
      },
      classify: (error) =>
        error instanceof LookFailure ? error.failure : { transient: false, retryAfterMs: null },
      deadlineError: () => new Error('the deadline has passed'),
      deadlineMs: options.deadlineMs ?? 60_000,
    }),
    options.polls === undefined ? null : { polls: options.polls, form },
  );
  return {
    watches,
    lookedAt,
    mostAtOnce: () => mostAtOnce,
    waitForLook: (count) =>
      new Promise((resolve) => {
        if (lookedAt.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
  };
}

/** Every event of a reader, until it ends. */
export async function eventsOf(
  reader: AsyncIterableIterator<WatchEvent<string, string>>,
): Promise<WatchEvent<string, string>[]> {
  const events = [];
  for await (const event of reader) events.push(event);
  return events;
}

/** The changes of a reader as one word, until it ends. */
export async function wordOf(
  reader: AsyncIterableIterator<WatchEvent<string, string>>,
): Promise<string> {
  return (await eventsOf(reader)).map(({ change }) => change ?? '!').join('');
}
