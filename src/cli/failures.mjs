/** The exit codes of every command. */
export const exitCodes = /** @type {const} */ ({ done: 0, partly: 1, usage: 2, service: 3 });

/** The command cannot be carried out as it was given. */
export class UsageError extends Error {
  /** @override */
  name = 'UsageError';
}

/** The service refused, or cannot be reached; the message has its words where it said any. */
export class ServiceError extends Error {
  /** @override */
  name = 'ServiceError';
}

/** The service did not answer, or not yet as it should: what was asked may be asked again. */
export class AwayError extends ServiceError {
  /**
   * @param {string} message
   * @param {{ afterMs?: number | null, neverReached?: boolean, cause?: unknown }} [options] `afterMs`: how long the service asks to
   * wait. `neverReached`: no connection was made at all.
   */
  constructor(message, { afterMs = null, neverReached = false, cause } = {}) {
    super(message, { cause });
    this.afterMs = afterMs;
    this.neverReached = neverReached;
  }
}

/** A person or the system ended the command. */
export class Interrupted extends Error {
  /** @param {'SIGINT' | 'SIGTERM'} signal */
  constructor(signal) {
    super(signal);
    /** As shells tell it: 128 and the number of the signal. */
    this.exitCode = signal === 'SIGINT' ? 130 : 143;
  }
}

/**
 * A text that is shown on a terminal, without what could steer that.
 * @param {string} text
 */
export function shown(text) {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').trim();
}
