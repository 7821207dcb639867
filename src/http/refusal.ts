import { AuthenticationUnavailableError, UnauthenticatedError } from '../access/caller.ts';
import { RequestError, transportError } from '../request/request-error.ts';

/** The answer to an error that the client can do something about; null for one that nobody expected. */
export function refusalOf(error: unknown): RequestError | null {
  if (error instanceof RequestError) return error;
  if (error instanceof UnauthenticatedError) {
    return transportError(401, 'UNAUTHENTICATED', error.message, { 'www-authenticate': 'Bearer' });
  }
  if (error instanceof AuthenticationUnavailableError) {
    return transportError(503, 'AUTHENTICATION_UNAVAILABLE', error.message, { 'retry-after': '5' });
  }
  return null;
}
