import { unlessAborted } from '../../abort.ts';
import { failureOf, type HttpAnswer } from './http.ts';
import { OperatorError } from '../port/operator-error.ts';

/** A credential that an operator gave, for a while. */
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

/**
 * Keeps one token: asked for when first needed, renewed in the background before it expires, at once when the operator
 * refuses it; never more than one renewal in flight.
 */
export class TokenSource {
  readonly #request: () => Promise<Token>;
  readonly #now: () => number;
  #held: Held | null = null;
  #renewal: Promise<string> | null = null;

  /** `request` asks the operator for a new token; what it throws is what `get` throws. */
  constructor(request: () => Promise<Token>, now: () => number = Date.now) {
    this.#request = request;
    this.#now = now;
  }

  /** A token that has not expired. Aborting lets this caller go; a request for a token goes on for the others. */
  async get(signal?: AbortSignal): Promise<string> {
    const held = this.#held;
    const now = this.#now();
    if (held === null || now >= held.expiresAt) return unlessAborted(this.#renew(), signal);
    // Still good: a renewal that fails now is tried again by the next caller.
    if (now >= held.renewAt) this.#renew().catch(() => {});
    return held.value;
  }

  /** A token other than `refused`, which the operator did not take. */
  async replace(refused: string, signal?: AbortSignal): Promise<string> {
    if (this.#held?.value === refused) this.#held = null;
    return this.#held?.value ?? unlessAborted(this.#renew(), signal);
  }

  #renew(): Promise<string> {
    this.#renewal ??= this.#requestAndHold().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #requestAndHold(): Promise<string> {
    const askedAt = this.#now();
    const { value, lifetimeMs } = await this.#request();
    // The last fifth of its life, a minute at most, is for renewing.
    const margin = Math.min(lifetimeMs / 5, 60_000);
    this.#held = { value, renewAt: askedAt + lifetimeMs - margin, expiresAt: askedAt + lifetimeMs };
    return value;
  }
}

/**
 * The failure that a token endpoint's status stands for. It says nothing of what the token was wanted for: a 404 there is
 * a wrong address and no answer about anything.
 */
export function tokenFailureOf(
  answer: HttpAnswer,
  options: {
    operator: string;
    label: string;
    words: string | null;
    correlationId?: string | undefined;
  },
): OperatorError {
  const failure = failureOf(answer, options);
  if (failure.code === 'REJECTED' || failure.code === 'FORBIDDEN') {
    return new OperatorError(options.operator, 'UNAUTHENTICATED', failure.message, failure.details);
  }
  if (failure.code === 'NOT_FOUND') {
    return new OperatorError(
      options.operator,
      'INVALID_RESPONSE',
      `${options.label} answered ${answer.status}: its address is probably wrong.`,
      failure.details,
    );
  }
  return failure;
}
