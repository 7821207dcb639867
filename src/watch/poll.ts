import { pause } from '../abort.ts';

/** The result of one look at a watched thing. */
export interface Observation<Change, Snapshot> {
  /** Every change so far, the first one first. A shorter list than seen before is ignored. */
  readonly history: readonly Change[];
  /** The thing as it is now. */
  readonly snapshot: Snapshot;
  /** Whether nothing comes after these changes. */
  readonly ended: boolean;
}

/** How a look that failed is to be taken. */
export interface Failure {
  /** False ends the watch. */
  readonly transient: boolean;
  /** How long to leave the operator alone. */
  readonly retryAfterMs: number | null;
}

/** How one thing is polled. */
export interface PollOptions<Change, Snapshot> {
  /**
   * Looks once, without trying again itself. `known` are the changes so far, perhaps seen by another process. Aborted when the
   * last watcher has left.
   */
  look(signal: AbortSignal, known: readonly Change[]): Promise<Observation<Change, Snapshot>>;
  /** Classifies what `look` threw. */
  classify(error: unknown): Failure;
}

/** The poller: its state, and its actions on what it sees. */
export interface Poller<Change, Snapshot> {
  readonly known: readonly Change[];
  /** The next look comes after it has resolved. Does not reject. */
  onSeen(seen: Observation<Change, Snapshot>): Promise<void>;
  onFailed(error: unknown): void;
}

const firstPauseMs = 250;
const longestPauseMs = 5_000;
/**
 * Each pause is this much longer than the one before, until something changes: with it the stages of a qualification, which
 * take 0.1 to 1.6 s by the documentation, are seen within 0.6 s and in at most nine looks.
 */
const growth = 1.2;
/** After a look that failed. */
const growthAfterFailure = 1.5;
/** Pauses differ by up to this share, so that many watches do not beat together. */
const jitter = 0.1;

/** Looks again and again, at once first, until the signal is aborted or a look fails for good. Never rejects. */
export async function poll<Change, Snapshot>(
  options: PollOptions<Change, Snapshot>,
  poller: Poller<Change, Snapshot>,
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = firstPauseMs;
  while (!signal.aborted) {
    let retryAfterMs = 0;
    try {
      const before = poller.known.length;
      const seen = await options.look(signal, poller.known);
      if (signal.aborted) return;
      const changed = seen.history.length > before;
      await poller.onSeen(seen);
      pauseMs = changed ? firstPauseMs : Math.min(pauseMs * growth, longestPauseMs);
    } catch (error) {
      if (signal.aborted) return;
      const failure = options.classify(error);
      if (!failure.transient) return poller.onFailed(error);
      retryAfterMs = failure.retryAfterMs ?? 0;
      pauseMs = Math.min(pauseMs * growthAfterFailure, longestPauseMs);
    }
    const waitMs = Math.max(pauseMs * (1 + jitter * (2 * Math.random() - 1)), retryAfterMs);
    await pause(waitMs, signal).catch(() => {});
  }
}
