import { GraphQLError } from 'graphql';
import { AuthenticationUnavailableError, UnauthenticatedError } from '../access/caller.ts';
import { RateLimitedError } from '../access/rate-limit.ts';
import { OperatorError } from '../operators/operator-error.ts';

/** One thing that is wrong with an input. */
export interface InputIssue {
  /** The fields that lead to it, list positions included, from the argument down. */
  readonly path: readonly string[];
  /** A fixed word for a client to translate. */
  readonly code: string;
  /** A sentence that quotes what was given and says what to do. */
  readonly message: string;
}

/** An input that cannot be used. Nothing was asked of an operator. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    super(`The input cannot be used: ${issues.map((issue) => issue.message).join(' ')}`);
    this.issues = issues;
  }
}

interface ValidationIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The InvalidInputError for what a schema's validation found; an issue's code is its `params.code`, or INVALID. */
export function invalidInputOf(issues: readonly ValidationIssue[]): InvalidInputError {
  return new InvalidInputError(
    issues.map((issue) => ({
      path: (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)),
      code: codeOf(issue),
      message: issue.message,
    })),
  );
}

function codeOf(issue: object): string {
  const params = 'params' in issue ? issue.params : undefined;
  if (typeof params === 'object' && params !== null && 'code' in params) return String(params.code);
  return 'INVALID';
}

/** An operator does not know a reference that it was asked about. */
export class ReferenceNotFoundError extends Error {
  override readonly name = 'ReferenceNotFoundError';
  readonly reference: string;

  constructor(reference: string, message: string) {
    super(message);
    this.reference = reference;
  }
}

/** A thing that an operation needs does not exist. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
}

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

/**
 * What clients are told of an error that a resolver threw: expected ones with their code in `extensions`, in the form
 * that every transport shares. Null for an error that nobody expected, which is to be masked and logged.
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
  if (error instanceof NotFoundError) {
    return new GraphQLError(error.message, { extensions: { code: 'NOT_FOUND' } });
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
