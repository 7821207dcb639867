import { pause } from '../../abort.ts';
import { OperatorError } from '../port/operator-error.ts';

const retries = 2;
const firstPauseMs = 100;
/** What an operator may ask to be left alone for without the caller being sent away. */
const longestWaitMs = 2_000;

export interface RetryOptions {
  /** Aborting ends the pause, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Asked before each retry, with the pause that comes before it. Without it every retry is begun. */
  readonly mayRetry?: (pauseMs: number) => boolean;
}

/**
 * Makes a call that changes nothing, and makes it again, at most twice and after a pause with jitter, when the operator
 * was not reached, was too slow or failed; once when it asks to slow down for a short while. What it refuses is not asked
 * again.
 */
export async function retryReads<T>(
  call: () => Promise<T>,
  { signal, mayRetry = () => true }: RetryOptions = {},
): Promise<T> {
  let slowedDown = false;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const pauseMs = pauseAfter(error, attempt, slowedDown);
      if (pauseMs === null || !mayRetry(pauseMs)) throw error;
      slowedDown ||= error instanceof OperatorError && error.code === 'RATE_LIMITED';
      await pause(pauseMs, signal);
    }
  }
}

/** How long to wait before the call is made again; null where it is not. */
function pauseAfter(error: unknown, attempt: number, slowedDown: boolean): number | null {
  if (!(error instanceof OperatorError) || attempt >= retries) return null;
  const { code, retryAfterMs } = error;
  if (retryAfterMs !== null && retryAfterMs > longestWaitMs) return null;
  const jitter = 0.5 + Math.random();
  if (code === 'RATE_LIMITED') {
    return slowedDown || retryAfterMs === null ? null : retryAfterMs + firstPauseMs * jitter;
  }
  const isTransient = code === 'UNREACHABLE' || code === 'TIMEOUT' || code === 'SERVER_ERROR';
  if (!isTransient) return null;
  return Math.max(firstPauseMs * 2 ** attempt * jitter, retryAfterMs ?? 0);
}
