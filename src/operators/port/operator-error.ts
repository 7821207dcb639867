/** The meaning of a kind of failure, the same for every operator. */
interface Meaning {
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** Whether the failure is about the operator, and not about the question. */
  readonly isAboutOperator: boolean;
  /** Whether the operator itself is in trouble, for every request. */
  readonly isOutage: boolean;
}

const aboutWhatWasAsked: Meaning = { retryable: false, isAboutOperator: false, isOutage: false };
const aboutTheAccount: Meaning = { retryable: false, isAboutOperator: true, isOutage: false };
const busy: Meaning = { retryable: true, isAboutOperator: true, isOutage: false };
const outage: Meaning = { retryable: true, isAboutOperator: true, isOutage: true };

/** Every way in which asking an operator can fail. Closed: a new kind of failure is a decision, not a string. */
const meanings = {
  UNREACHABLE: outage,
  TIMEOUT: outage,
  RATE_LIMITED: busy,
  UNAUTHENTICATED: aboutTheAccount,
  FORBIDDEN: aboutTheAccount,
  REJECTED: aboutWhatWasAsked,
  NOT_FOUND: aboutWhatWasAsked,
  SERVER_ERROR: outage,
  UPSTREAM_UNREACHABLE: busy,
  // Only one record is at fault, unless the error sets `isOutage`.
  INVALID_RESPONSE: { ...aboutWhatWasAsked, isAboutOperator: true },
  CIRCUIT_OPEN: { retryable: true, isAboutOperator: false, isOutage: false },
  QUALIFICATION_FAILED: aboutWhatWasAsked,
} satisfies Readonly<Record<string, Meaning>>;

export type OperatorErrorCode = keyof typeof meanings;
export const operatorErrorCodes = Object.keys(meanings) as readonly OperatorErrorCode[];

export interface OperatorErrorDetails {
  /** How long the operator asked to be left alone. */
  readonly retryAfterMs?: number | undefined;
  /** The operator's own name for this exchange, to be given to its support. */
  readonly correlationId?: string | undefined;
  /** The HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  /** False where the request certainly changed nothing at the operator: it was not sent, or was refused. Default true. */
  readonly mayHaveTakenEffect?: boolean | undefined;
  /** Whether the operator itself is in trouble, for every request; the code decides when not given. */
  readonly isOutage?: boolean | undefined;
  /** True where nothing was sent, and what the operator said before is said again. */
  readonly isRepeated?: boolean | undefined;
  /** How long this service waited, where the caller's deadline left the operator less time than it is usually given. */
  readonly waitedMs?: number | undefined;
  /** The operator's words about a failure of its own. For the log alone: they may hold a path or a secret. */
  readonly said?: string | undefined;
  readonly cause?: unknown;
}

/** The form of a correlation identifier. Another text in its place, such as a path, is not shown to the caller. */
const nameOfExchange = /^[\w.:-]{1,128}$/;

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
  readonly isAboutOperator: boolean;
  readonly isOutage: boolean;
  readonly isRepeated: boolean;
  readonly waitedMs: number | null;
  /** Not a field, so that a logged error does not show it unasked. */
  readonly #said: string | null;

  constructor(
    operator: string,
    code: OperatorErrorCode,
    message: string,
    details: OperatorErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.operator = operator;
    this.code = code;
    const { retryable, isAboutOperator, isOutage } = meanings[code];
    this.retryable = retryable;
    this.isAboutOperator = isAboutOperator;
    this.isOutage = details.isOutage ?? isOutage;
    this.isRepeated = details.isRepeated ?? false;
    this.waitedMs = details.waitedMs ?? null;
    this.#said = details.said ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    const { correlationId = '' } = details;
    this.correlationId = nameOfExchange.test(correlationId) ? correlationId : null;
    this.status = details.status ?? null;
    this.mayHaveTakenEffect = details.mayHaveTakenEffect ?? true;
  }

  /** The operator's words about a failure of its own, for the log; null without any. */
  get said(): string | null {
    return this.#said;
  }

  /** The details of this error, for another error about the same answer. */
  get details(): OperatorErrorDetails {
    return {
      retryAfterMs: this.retryAfterMs ?? undefined,
      correlationId: this.correlationId ?? undefined,
      status: this.status ?? undefined,
      mayHaveTakenEffect: this.mayHaveTakenEffect,
      isOutage: this.isOutage,
      isRepeated: this.isRepeated,
      waitedMs: this.waitedMs ?? undefined,
      said: this.said ?? undefined,
      cause: this.cause,
    };
  }

  /** `retryAfterMs` in whole seconds, rounded up; null where the operator did not say. */
  get retryAfterSeconds(): number | null {
    return this.retryAfterMs === null ? null : Math.ceil(this.retryAfterMs / 1000);
  }
}

/**
 * An operator says that it does not know the reference it was asked about, which is no failure of the operator. A 404 in
 * other words is no such statement.
 */
export class UnknownReferenceError extends OperatorError {
  readonly #label: string;
  /** The operator's own words: `Building not found`. */
  readonly words: string;

  constructor(
    { operator, label, words }: { operator: string; label: string; words: string },
    details: OperatorErrorDetails,
  ) {
    const message = `${label} does not know the reference: ${quoteWords(words)}.`;
    super(operator, 'NOT_FOUND', message, details);
    this.#label = label;
    this.words = words;
  }

  /** The error as a sentence that quotes the reference, for the caller who gave it. */
  about(reference: string): string {
    return `${this.#label} does not know ${JSON.stringify(reference)} (${quoteWords(this.words)}). Check the reference and its type.`;
  }
}

/** An operator's failure as a plain record: graphql-js takes an `Error` instance for a thrown one. */
export type OperatorErrorRecord = Pick<
  OperatorError,
  'operator' | 'code' | 'message' | 'retryable' | 'retryAfterSeconds' | 'correlationId'
>;

/** The part of a failure that clients are shown. */
export function presentFailure(error: OperatorError): OperatorErrorRecord {
  const { operator, code, message, retryable, retryAfterSeconds, correlationId } = error;
  return { operator, code, message, retryable, retryAfterSeconds, correlationId };
}

/** The longest quotation of an operator's words, in characters. */
const longestQuote = 500;

/** An operator's words, to be quoted inside a sentence: at most `longestQuote` characters, without their full stop. */
export function quoteWords(words: string): string {
  return words.slice(0, longestQuote).replace(/[.\s]+$/, '');
}
