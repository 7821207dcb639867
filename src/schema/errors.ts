import { GraphQLError } from 'graphql';
import { AuthenticationUnavailableError, UnauthenticatedError } from '../access/caller.ts';
import { RateLimitedError } from '../access/rate-limit.ts';
import { OperatorError, UnknownReferenceError } from '../operators/port/operator-error.ts';
import {
  AddressServiceError,
  InvalidInputError,
  NotConfiguredError,
  NotFoundError,
  ReferenceNotFoundError,
  StoreUnavailableError,
} from '../vocabulary/errors.ts';

/** An execution took longer than it may. What it asked of operators was ended. */
export class DeadlineExceededError extends Error {
  override readonly name = 'DeadlineExceededError';

  constructor(deadlineMs: number) {
    super(
      `The operation took longer than ${deadlineMs} ms and was ended. Ask for less at once, or again.`,
    );
  }
}

/** The service stops before an execution is complete. What it asked of operators was ended. */
export class ShuttingDownError extends Error {
  override readonly name = 'ShuttingDownError';

  constructor() {
    super('The service stops: ask again in a moment.');
  }
}

/** An operator's answer about a reference; rejects with a ReferenceNotFoundError where the operator does not know it. */
export async function orReferenceNotFound<T>(reference: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof UnknownReferenceError)) throw error;
    throw new ReferenceNotFoundError(reference, error.about(reference));
  }
}

/**
 * A resolver's error as clients are told it: expected ones with their code in `extensions`, in the form that
 * every transport shares. Null for an unexpected error, which is to be masked and logged.
 */
export function describeError(error: unknown): GraphQLError | null {
  if (error instanceof OperatorError) {
    return new GraphQLError(error.message, {
      extensions: {
        code: `OPERATOR_${error.code}`,
        operator: error.operator,
        retryable: error.retryable,
        retryAfterSeconds: error.retryAfterSeconds,
        correlationId: error.correlationId,
      },
    });
  }
  if (error instanceof AddressServiceError) {
    const { service, code, retryable, retryAfterSeconds } = error;
    return new GraphQLError(error.message, {
      extensions: { code: `${service}_${code}`, retryable, retryAfterSeconds },
    });
  }
  if (error instanceof InvalidInputError) {
    return new GraphQLError(error.message, {
      extensions: { code: 'BAD_USER_INPUT', issues: error.issues },
    });
  }
  if (error instanceof DeadlineExceededError) {
    return new GraphQLError(error.message, { extensions: { code: 'DEADLINE_EXCEEDED' } });
  }
  if (error instanceof ShuttingDownError) {
    return new GraphQLError(error.message, { extensions: { code: 'SHUTTING_DOWN' } });
  }
  if (error instanceof NotConfiguredError) {
    const { operator } = error;
    return new GraphQLError(error.message, { extensions: { code: 'NOT_CONFIGURED', operator } });
  }
  if (error instanceof NotFoundError) {
    return new GraphQLError(error.message, { extensions: { code: 'NOT_FOUND' } });
  }
  if (error instanceof StoreUnavailableError) {
    return new GraphQLError(
      'The store of this service cannot be reached now. Ask again in a moment.',
      { extensions: { code: 'STORE_UNAVAILABLE', retryable: true } },
    );
  }
  if (error instanceof UnauthenticatedError) {
    return new GraphQLError(error.message, { extensions: { code: 'UNAUTHENTICATED' } });
  }
  if (error instanceof AuthenticationUnavailableError) {
    return new GraphQLError(error.message, { extensions: { code: 'AUTHENTICATION_UNAVAILABLE' } });
  }
  if (error instanceof RateLimitedError) {
    const { code, retryAfterSeconds } = error;
    return new GraphQLError(error.message, { extensions: { code, retryAfterSeconds } });
  }
  return null;
}
