// Errors for callers that ask for something impossible.

/** One thing that is wrong with an input. */
export interface InputIssue {
  /** The fields that lead to it, list positions included, from the argument down. */
  readonly path: readonly string[];
  /** A fixed word for a client to translate. */
  readonly code: string;
  /** A sentence that quotes what was given and says what to do. */
  readonly message: string;
  /** How much may be given, where there is too much: characters or members. Of a row with too many or too few cells, those of its heading. */
  readonly allowed?: number | undefined;
  /** How much was given, where `allowed` says how much may be and it was counted. */
  readonly found?: number | undefined;
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
export function createInvalidInputError(issues: readonly ValidationIssue[]): InvalidInputError {
  return new InvalidInputError(
    issues.map((issue) => ({
      path: (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)),
      code: findIssueCode(issue),
      message: issue.message,
    })),
  );
}

function findIssueCode(issue: object): string {
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

/** An operator is switched off in this service. Nothing is wrong with what was asked, or with the operator. */
export class NotConfiguredError extends Error {
  override readonly name = 'NotConfiguredError';
  readonly operator: string;

  constructor(operator: string) {
    super(notConfigured(operator));
    this.operator = operator;
  }
}

/** The error for an operator that is switched off. */
export function notConfigured(operator: string): string {
  return `${operator} is switched off in this service: the setting OPERATORS and its own settings switch it on.`;
}

/** A thing that an operation needs does not exist. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
}

/**
 * The store could not be asked, or could not answer now: the same may work in a moment. Its message is for the log and holds
 * nothing of what was to be stored.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  /** The database's own word for it (SQLSTATE); null where it did not answer. */
  readonly code: string | null;

  constructor(message: string, code: string | null) {
    super(message);
    this.code = code;
  }
}

/** Why a service beside the operators, such as the geocoder, gave no answer: the words of OperatorErrorCode. */
export class AddressServiceError extends Error {
  override readonly name = 'AddressServiceError';
  readonly service: 'GEOCODER' | 'DIRECTORY';
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | null;

  constructor(
    service: AddressServiceError['service'],
    message: string,
    failure: Pick<AddressServiceError, 'code' | 'retryable' | 'retryAfterSeconds' | 'cause'>,
  ) {
    super(message, { cause: failure.cause });
    this.service = service;
    this.code = failure.code;
    this.retryable = failure.retryable;
    this.retryAfterSeconds = failure.retryAfterSeconds;
  }
}
