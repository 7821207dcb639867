import { AuthenticationUnavailableError, UnauthenticatedError } from '../access/caller.ts';
import type { Log } from '../observe/log.ts';
import type { OperationObserver } from '../request/operation-observer.ts';
import { RequestError, transportError } from '../request/request-error.ts';

/** The answer to an expected error; null for an unexpected one. */
export function describeRefusal(error: unknown): RequestError | null {
  if (error instanceof RequestError) return error;
  if (error instanceof UnauthenticatedError) {
    return transportError(401, 'UNAUTHENTICATED', error.message, { 'www-authenticate': 'Bearer' });
  }
  if (error instanceof AuthenticationUnavailableError) {
    return transportError(503, 'AUTHENTICATION_UNAVAILABLE', error.message, { 'retry-after': '5' });
  }
  return null;
}

/** Logs and counts the requests and operations that are refused, over every transport. */
export class Refusals {
  readonly #log: Log;
  readonly #observer: OperationObserver | undefined;

  constructor(log: Log, observer: OperationObserver | undefined) {
    this.#log = log;
    this.#observer = observer;
  }

  /** The answer to an expected error, which is logged and counted; null for an unexpected one. */
  of(error: unknown, requestId: string): RequestError | null {
    const refusal = describeRefusal(error);
    if (refusal !== null) this.tell(refusal, requestId);
    return refusal;
  }

  tell({ errors, status }: RequestError, requestId: string): void {
    const given = errors[0]?.extensions?.['code'];
    const code = typeof given === 'string' ? given : 'INTERNAL_SERVER_ERROR';
    this.#log.info({ requestId, code, status }, 'refused');
    this.#observer?.refused(code);
  }
}
