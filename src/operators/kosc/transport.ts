import { readRetryAfterMs, readWords, type HttpAnswer } from '../calling/answer.ts';
import type { ErrorBody } from '../calling/operator-api.ts';
import type { Token } from '../calling/token.ts';
import { OperatorError } from '../port/operator-error.ts';
import type { ApiOptions } from '../port/operator.ts';
import { tokenSchema, type KoscFields, type WireDetail, type WireError } from './wire.ts';

export interface KoscTransportOptions {
  /** The address before `/api`, without a slash at its end. */
  readonly apiUrl: string;
  readonly email: string;
  readonly password: string;
  /** How long one try may take. */
  readonly timeoutMs: number;
}

const jsonBothWays = { accept: 'application/json', 'content-type': 'application/json' };

/** Kosc's tokens live this long where they do not say it themselves. */
const tokenLifetimeMs = 24 * 60 * 60 * 1000;

/** Kosc's API: its tokens, and how its errors are read. */
export function koscApi(
  { apiUrl, email, password, timeoutMs }: KoscTransportOptions,
  fields: KoscFields,
): ApiOptions {
  const readError = (answer: HttpAnswer): ErrorBody => readErrorBody(fields, answer);
  return {
    baseUrl: apiUrl,
    timeoutMs,
    tokens: {
      scheme: 'JWT',
      request: {
        url: `${apiUrl}/api/account/token/`,
        headers: jsonBothWays,
        body: JSON.stringify({ email, password }),
      },
      read: readToken,
      // Services built like Kosc's may answer an expired token with 403, and say so in words.
      isRefusal: (answer) =>
        answer.status === 401 ||
        (answer.status === 403 &&
          /token|signature|expired|credentials/i.test(readError(answer).words ?? '')),
    },
    readError,
    // Kosc says this with the status 500, too.
    unknownReference: /^(?:line number|otp|building) not found\.?(?: –|$)/i,
    readFailure: (answer) => findUpstreamFailure(fields, answer),
  };
}

/** The failure where Kosc says, with any status, that it cannot reach a service behind it; null otherwise. */
function findUpstreamFailure(fields: KoscFields, answer: HttpAnswer): OperatorError | null {
  const { error, correlationId } = readErrorBody(fields, answer);
  if (!/external web service unreachable/i.test(error)) return null;
  const message = 'Kosc cannot reach a service behind it.';
  return new OperatorError('KOSC', 'UPSTREAM_UNREACHABLE', message, {
    status: answer.status,
    correlationId,
    retryAfterMs: readRetryAfterMs(answer),
    mayHaveTakenEffect: false,
    said: error,
  });
}

/** The words of an error body, its details included. `error` is its sentence alone, empty without one. */
export function readErrorBody(
  fields: KoscFields,
  answer: HttpAnswer,
): ErrorBody & { readonly error: string } {
  try {
    const body: WireError = fields.whole('error', JSON.parse(answer.text));
    const error = fields.text('error', body.error);
    const details = fields.list('details', body.details, (detail) => {
      const wire: WireDetail = fields.whole('detail', detail);
      const problems = fields.list('errors', wire.errors, String) ?? [];
      return `${fields.text('field', wire.field) ?? 'input'}: ${problems.join(' ')}`;
    });
    const words = [error, ...(details ?? [])].filter((part) => part !== null);
    return {
      error: error ?? '',
      words: words.length === 0 ? readWords(answer) : words.join(' – '),
      correlationId: fields.text('apirequest_uuid', body.apirequest_uuid) ?? undefined,
    };
  } catch {
    return { error: '', words: readWords(answer) };
  }
}

function readToken(value: unknown, { status }: HttpAnswer): Token {
  const parsed = tokenSchema.safeParse(value);
  if (!parsed.success) {
    const message = `Kosc's token endpoint answered ${status} without a token.`;
    throw new OperatorError('KOSC', 'INVALID_RESPONSE', message);
  }
  const { token } = parsed.data;
  return { value: token, lifetimeMs: readLifetimeMs(token) ?? tokenLifetimeMs };
}

/** How long a JSON Web Token that was just issued is good for, by its `exp`; null where it does not say. */
function readLifetimeMs(token: string): number | null {
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    if (typeof claims !== 'object' || claims === null || !('exp' in claims)) return null;
    if (typeof claims.exp !== 'number') return null;
    // Counted by Kosc's own clock where the token tells when it was issued.
    const givenAt = 'iat' in claims && typeof claims.iat === 'number' ? claims.iat * 1000 : null;
    const lifetimeMs = claims.exp * 1000 - (givenAt ?? Date.now());
    return lifetimeMs > 0 ? lifetimeMs : null;
  } catch {
    return null;
  }
}
