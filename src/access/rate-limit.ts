/** Bounds what each tenant asks for, by the cost of its operations. */
export interface RateLimiter {
  /**
   * Takes the cost of an operation from what the tenant has left: at once where that can be told, since every operation
   * waits for it. Throws, or rejects with, a RateLimitedError where not enough is left; then nothing is taken.
   */
  take(tenant: string, cost: number): Promise<void> | void;
}

/** A tenant asked for more than it may within a minute. Nothing was asked of an operator. */
export class RateLimitedError extends Error {
  override readonly name = 'RateLimitedError';
  readonly code = 'RATE_LIMITED';
  /** When the same operation can be taken, in whole seconds; null for one that costs more than a minute allows. */
  readonly retryAfterSeconds: number | null;

  constructor(retryAfterSeconds: number | null) {
    super(
      retryAfterSeconds === null
        ? 'The operation costs more than may be asked for within a minute: ask for less at once.'
        : `Too much was asked for within a minute: ask again in ${retryAfterSeconds} s.`,
    );
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
