// What callers are told who ask for something that cannot be done.

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
