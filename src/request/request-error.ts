import type { GraphQLFormattedError } from 'graphql';

/** A request that is answered with errors before anything of it is executed. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** The HTTP status, for transports and clients that read one. */
  readonly status: number;
  /** Whether a client that knows nothing but `application/json` gets this status too, and not 200. */
  readonly isTransportError: boolean;
  readonly errors: readonly GraphQLFormattedError[];
  /** Headers that belong to the status, such as `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    errors: readonly GraphQLFormattedError[],
    options: {
      readonly status: number;
      readonly isTransportError: boolean;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ) {
    super(errors[0]?.message ?? 'The request is refused.');
    this.errors = errors;
    this.status = options.status;
    this.isTransportError = options.isTransportError;
    this.headers = options.headers ?? {};
  }
}

/** The RequestError of one sentence and one code, that every client sees as this status. `more` is told beside the code. */
export function transportError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  more: Readonly<Record<string, unknown>> = {},
): RequestError {
  return new RequestError([{ message, extensions: { code, ...more } }], {
    status,
    isTransportError: true,
    headers,
  });
}
