import { pause } from './abort.ts';
import { OperatorError } from './operator-error.ts';

const retries = 2;
const firstPauseMs = 100;

/**
 * Makes a call that changes nothing, and makes it again, at most twice and after a pause with jitter, when the operator
 * was not reached, was too slow or failed. What it refuses, or asks to slow down for, is not asked again.
 */
export async function retryReads<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const transient =
        error instanceof OperatorError &&
        (error.code === 'UNREACHABLE' || error.code === 'TIMEOUT' || error.code === 'SERVER_ERROR');
      if (!transient || attempt >= retries) throw error;
      const pauseMs = firstPauseMs * 2 ** attempt * (0.5 + Math.random());
      if ((error.retryAfterMs ?? 0) > pauseMs) throw error;
      await pause(pauseMs, signal);
    }
  }
}
