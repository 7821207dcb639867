import type { FormData } from 'undici';
import { z } from 'zod';
import { unlessAborted, type Leaving } from '../abort.ts';
import { OperatorApi, type Answered, type ApiCall } from '../operators/calling/operator-api.ts';
import type { OperatorCalls } from '../operators/calling/operator-calls.ts';
import type { Route } from '../operators/calling/route.ts';
import type { SlowDown } from '../operators/calling/slow-down.ts';
import { OperatorError } from '../operators/port/operator-error.ts';
import { AddressServiceError } from '../vocabulary/errors.ts';
import type { Rate } from './rate.ts';

export interface AddressServiceOptions {
  readonly name: AddressServiceError['service'];
  /** The address before its paths, without a slash at its end. */
  readonly url: string;
  /** How long one call may take. */
  readonly timeoutMs: number;
  /** How long one call about many things may take. */
  readonly fileTimeoutMs: number;
  readonly calls: OperatorCalls;
  readonly slowDown: SlowDown;
  readonly rate: Rate;
  /** Told of each departure from the service's documents, by a fixed word. */
  readonly report: (deviation: string) => void;
}

/** How long to leave a service alone after a 429 without Retry-After: the geocoder refuses everything for five seconds. */
const unsaidMs = 5_000;

/** On whose behalf a service is asked. */
export interface Asking {
  /** Aborting ends the waiting at once, with the signal's reason. */
  readonly signal?: Leaving | undefined;
}

/**
 * A public service that knows addresses. It is called no more often than it allows, is left alone for as long as it asks, and
 * every call is made once: repeating what is refused keeps its block alive.
 */
export class AddressService {
  readonly #options: AddressServiceOptions;
  readonly #api: OperatorApi;
  readonly #fileApi: OperatorApi;

  constructor(options: AddressServiceOptions) {
    const { url: baseUrl, timeoutMs, fileTimeoutMs, calls, report } = options;
    this.#options = options;
    this.#api = new OperatorApi({ baseUrl, timeoutMs, calls, report });
    this.#fileApi = new OperatorApi({ baseUrl, timeoutMs: fileTimeoutMs, calls, report });
  }

  /** Asks for JSON. Rejects with an AddressServiceError, and with the signal's reason. */
  get(route: Route, query: URLSearchParams, asking: Asking = {}): Promise<unknown> {
    const call = { method: 'GET', query, repeatable: false } as const;
    return this.#call(this.#api, route, call, ({ value }) => value, asking);
  }

  /** Sends a file in a form, and resolves with the text of the answer. Rejects as `get` does. */
  sendFile(route: Route, form: FormData, asking: Asking = {}): Promise<string> {
    const call = { method: 'POST', body: form, repeatable: false } as const;
    return this.#call(this.#fileApi, route, call, ({ answer }) => answer.text, asking);
  }

  async #call<T>(
    api: OperatorApi,
    route: Route,
    call: ApiCall,
    read: (answered: Answered) => T,
    { signal }: Asking,
  ): Promise<T> {
    const { rate } = this.#options;
    try {
      this.#assertAllowed();
      await rate.turn(signal);
      this.#assertAllowed();
      const answer = api.call(route, call, {}, read);
      return await (signal === undefined ? answer : unlessAborted(answer, signal));
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      const isUnsaid = error.code === 'RATE_LIMITED' && error.retryAfterMs === null;
      if (isUnsaid) this.#options.slowDown.note(unsaidMs);
      throw this.#translateError(error);
    }
  }

  /** An answer in a form that cannot be read. */
  unreadable(message: string): AddressServiceError {
    return this.#translateError(new OperatorError(this.#options.name, 'INVALID_RESPONSE', message));
  }

  /** Ends what is under way and closes the connections. */
  async close(): Promise<void> {
    await Promise.all([this.#api.close(), this.#fileApi.close()]);
  }

  /** Throws while the service wants to be left alone: each call would prolong that. */
  #assertAllowed(): void {
    const { name, calls, slowDown } = this.#options;
    const retryAfterMs = slowDown.remainingMs();
    if (retryAfterMs === 0) return;
    const message = `${calls.label} asks to slow down (429): ask again in ${Math.ceil(retryAfterMs / 1000)} s.`;
    throw new OperatorError(name, 'RATE_LIMITED', message, { retryAfterMs });
  }

  #translateError(error: OperatorError): AddressServiceError {
    const { code, retryable, retryAfterSeconds } = error;
    return new AddressServiceError(this.#options.name, error.message, {
      code,
      retryable,
      retryAfterSeconds,
      cause: error,
    });
  }
}

/** A text of an address service's answer, or a number as one; null where it is empty, absent or neither. */
export const lenientText = z
  .union([z.string(), z.number()])
  .transform((given) => String(given).trim() || null)
  .nullish()
  .catch(null);
