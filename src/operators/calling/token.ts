import { waitFor, type Patience } from '../../abort.ts';
import { OneAtATime } from '../../one-at-a-time.ts';
import { OperatorError } from '../port/operator-error.ts';
import { makeFailure, type HttpAnswer } from './answer.ts';

/** A credential that an operator gave for a limited time. */
export interface Token {
  readonly value: string;
  /** How long it is good for, from the moment it was asked for. */
  readonly lifetimeMs: number;
}

interface Held {
  readonly value: string;
  readonly renewAt: number;
  readonly expiresAt: number;
}

/** After this many failed requests for a token in a row the endpoint is left alone: an account that is refused often may be locked. */
const mostFailures = 3;
/** After the API has refused this many new tokens in a row, no more are requested for a while. */
const mostUselessTokens = 2;
/** The first pause; each further failure doubles it. */
const firstPauseMs = { refused: 5_000, failed: 1_000 };
const longestPauseMs = 60_000;

/**
 * Keeps one token: asked for when first needed, renewed in the background before it expires, at once when the operator
 * refuses it; never more than one renewal in flight. An endpoint that goes on failing is left alone for a growing time, a
 * minute at most, and what it said is said again meanwhile.
 */
export class TokenSource {
  readonly #request: () => Promise<Token>;
  readonly #now: () => number;
  readonly #endpoint: Backoff;
  readonly #renewals: Backoff;
  #held: Held | null = null;
  readonly #renewal = new OneAtATime(() => this.#requestAndHold());
  #useless: string | null = null;

  /**
   * `request` asks the operator for a new token; what it throws is what `get` throws. `now` tells milliseconds and never
   * goes back.
   */
  constructor(request: () => Promise<Token>, now: () => number = () => performance.now()) {
    this.#request = request;
    this.#now = now;
    this.#endpoint = new Backoff(mostFailures, now);
    this.#renewals = new Backoff(mostUselessTokens, now);
  }

  /** The token at hand; null where there is none or it has expired. */
  held(): string | null {
    const held = this.#held;
    if (held === null) return null;
    const now = this.#now();
    if (now >= held.expiresAt) return null;
    // Still good: a renewal that fails now is tried again by the next caller.
    if (now >= held.renewAt) this.#renewal.run().catch(() => {});
    return held.value;
  }

  /** A token that has not expired. The end of this caller's patience lets it go; a request for a token goes on for the others. */
  async get(patience: Patience = {}): Promise<string> {
    return this.held() ?? waitFor(this.#renewal.run(), patience);
  }

  /** A token other than `refused`, which the operator did not take; null for a while after it has refused new ones, too. */
  async replace(refused: string, patience: Patience = {}): Promise<string | null> {
    if (this.#held !== null && this.#held.value !== refused) return this.#held.value;
    if (this.#renewals.leftMs > 0) return null;
    this.#held = null;
    return waitFor(this.#renewal.run(), patience);
  }

  /** Notes what became of a token that replaced another one. */
  replaced(value: string, isTaken: boolean): void {
    if (isTaken) this.#renewals.worked();
    else if (this.#useless !== value) {
      this.#useless = value;
      this.#renewals.failed(firstPauseMs.refused);
    }
  }

  async #requestAndHold(): Promise<string> {
    this.#endpoint.refuse();
    const askedAt = this.#now();
    try {
      const { value, lifetimeMs } = await this.#request();
      // The last fifth of its life, a minute at most, is for renewing.
      const margin = Math.min(lifetimeMs / 5, 60_000);
      this.#held = {
        value,
        renewAt: askedAt + lifetimeMs - margin,
        expiresAt: askedAt + lifetimeMs,
      };
      this.#endpoint.worked();
      return value;
    } catch (error) {
      if (error instanceof OperatorError) {
        const isRefusal = error.code === 'UNAUTHENTICATED';
        this.#endpoint.failed(firstPauseMs[isRefusal ? 'refused' : 'failed'], error);
      }
      throw error;
    }
  }
}

/** The pauses after `most` failures in a row: each is longer than the one before. */
class Backoff {
  readonly #most: number;
  readonly #now: () => number;
  #failures = 0;
  #until = -Infinity;
  #error: OperatorError | null = null;

  constructor(most: number, now: () => number) {
    this.#most = most;
    this.#now = now;
  }

  get leftMs(): number {
    return Math.max(0, this.#until - this.#now());
  }

  worked(): void {
    this.#failures = 0;
    this.#until = -Infinity;
  }

  failed(firstMs: number, error: OperatorError | null = null): void {
    this.#failures += 1;
    const growth = this.#failures - this.#most;
    const pauseMs = growth < 0 ? 0 : Math.min(firstMs * 2 ** growth, longestPauseMs);
    // An endpoint that asks for a pause gets it from the first failure on.
    this.#until = this.#now() + Math.max(pauseMs, error?.retryAfterMs ?? 0);
    this.#error = error;
  }

  /** Throws the last failure again during a pause. */
  refuse(): void {
    const error = this.#error;
    const { leftMs } = this;
    if (error === null || leftMs === 0) return;
    throw new OperatorError(
      error.operator,
      error.code,
      `${error.message} It is asked again in ${Math.ceil(leftMs / 1000)} s at the earliest.`,
      {
        ...error.details,
        said: undefined,
        retryAfterMs: error.retryable ? leftMs : undefined,
        mayHaveTakenEffect: false,
        isRepeated: true,
      },
    );
  }
}

/**
 * The failure that a token endpoint's status stands for. It says nothing of what the token was wanted for: a 404 there is
 * a wrong address and no answer about anything. Its words are about the account of this service, and so for the log.
 */
export function makeTokenFailure(
  answer: HttpAnswer,
  options: {
    operator: string;
    label: string;
    words: string | null;
    correlationId?: string | undefined;
  },
): OperatorError {
  const { operator, label, words } = options;
  const failure = makeFailure(answer, { ...options, words: null });
  const details = { ...failure.details, said: words ?? answer.text };
  if (failure.code === 'NOT_FOUND') {
    return new OperatorError(
      operator,
      'INVALID_RESPONSE',
      `${label} answered ${answer.status}: its address is probably wrong.`,
      details,
    );
  }
  const isRefusal = failure.code === 'REJECTED' || failure.code === 'FORBIDDEN';
  return new OperatorError(
    operator,
    isRefusal ? 'UNAUTHENTICATED' : failure.code,
    failure.message,
    details,
  );
}
