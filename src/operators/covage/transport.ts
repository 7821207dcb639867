import type { z } from 'zod';
import { OperatorError } from '../port/operator-error.ts';
import type { ApiOptions } from '../port/operator.ts';
import { tokenSchema } from './wire.ts';

export interface CovageTransportOptions {
  /** The address before `/api/v1`, without a slash at its end. */
  readonly apiUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  /** How long one try may take. */
  readonly timeoutMs: number;
}

/** Covage's API, with the tokens of its Keycloak. */
export function covageApi(options: CovageTransportOptions): ApiOptions {
  const { apiUrl, tokenUrl, clientId, username, password, timeoutMs } = options;
  const form = { grant_type: 'password', client_id: clientId, username, password };
  return {
    baseUrl: apiUrl,
    timeoutMs,
    tokens: {
      scheme: 'Bearer',
      request: {
        url: tokenUrl,
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams(form).toString(),
      },
      read: (value) => {
        const token = parseToken(value);
        return { value: token.access_token, lifetimeMs: token.expires_in * 1000 };
      },
    },
  };
}

/** Reads the answer of the token endpoint. Throws INVALID_RESPONSE. */
function parseToken(value: unknown): z.output<typeof tokenSchema> {
  const result = tokenSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const problem = `${issue?.path.join('.') || 'it'} ${issue?.message ?? 'is unexpected'}`;
  throw new OperatorError(
    'COVAGE',
    'INVALID_RESPONSE',
    `The answer of Covage's token endpoint cannot be read: ${problem}.`,
  );
}

/** Whether a value is an object with named members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
