/** Every way in which asking an operator can fail. Closed: a new kind of failure is a decision, not a string. */
export const operatorErrorCodes = [
  'UNREACHABLE',
  'TIMEOUT',
  'RATE_LIMITED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'REJECTED',
  'NOT_FOUND',
  'SERVER_ERROR',
  'UPSTREAM_UNREACHABLE',
  'INVALID_RESPONSE',
  'CIRCUIT_OPEN',
  'QUALIFICATION_FAILED',
] as const;
export type OperatorErrorCode = (typeof operatorErrorCodes)[number];

const retryableCodes: ReadonlySet<OperatorErrorCode> = new Set([
  'UNREACHABLE',
  'TIMEOUT',
  'RATE_LIMITED',
  'SERVER_ERROR',
  'UPSTREAM_UNREACHABLE',
  'CIRCUIT_OPEN',
]);

export interface OperatorErrorDetails {
  /** How long the operator asked to be left alone. */
  readonly retryAfterMs?: number | undefined;
  /** The operator's own name for this exchange, to be given to its support. */
  readonly correlationId?: string | undefined;
  /** The HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  /** False where the request certainly changed nothing at the operator: it was not sent, or was refused. Default true. */
  readonly mayHaveTakenEffect?: boolean | undefined;
  readonly cause?: unknown;
}

/**
 * A failure of asking an operator: the one class that adapters throw. It is never an answer, and so never "not
 * eligible". Its message is a sentence for the caller and holds no secret and no personal data.
 */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly operator: string;
  readonly code: OperatorErrorCode;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  readonly correlationId: string | null;
  readonly status: number | null;
  readonly mayHaveTakenEffect: boolean;

  constructor(
    operator: string,
    code: OperatorErrorCode,
    message: string,
    details: OperatorErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.operator = operator;
    this.code = code;
    this.retryable = retryableCodes.has(code);
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.correlationId = details.correlationId ?? null;
    this.status = details.status ?? null;
    this.mayHaveTakenEffect = details.mayHaveTakenEffect ?? true;
  }

  /** What this was made with, for another error about the same answer. */
  get details(): OperatorErrorDetails {
    return {
      retryAfterMs: this.retryAfterMs ?? undefined,
      correlationId: this.correlationId ?? undefined,
      status: this.status ?? undefined,
      mayHaveTakenEffect: this.mayHaveTakenEffect,
      cause: this.cause,
    };
  }

  /** `retryAfterMs` in whole seconds, rounded up; null where the operator did not say. */
  get retryAfterSeconds(): number | null {
    return this.retryAfterMs === null ? null : Math.ceil(this.retryAfterMs / 1000);
  }
}

/** An operator's failure as a plain record: graphql-js takes an `Error` instance for a thrown one. */
export type OperatorErrorRecord = Pick<
  OperatorError,
  'operator' | 'code' | 'message' | 'retryable' | 'retryAfterSeconds' | 'correlationId'
>;

/** The part of a failure that clients are shown. */
export function recordOf(error: OperatorError): OperatorErrorRecord {
  const { operator, code, message, retryable, retryAfterSeconds, correlationId } = error;
  return { operator, code, message, retryable, retryAfterSeconds, correlationId };
}

/** What of an operator's words is quoted, in characters. */
const longestQuote = 500;

/** An operator's words for a sentence of ours to go on behind: not too many of them, and without their full stop. */
export function quoteOf(words: string): string {
  return words.slice(0, longestQuote).replace(/[.\s]+$/, '');
}
