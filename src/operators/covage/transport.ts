import type { z } from 'zod';
import type { Report } from '../calling/lenient.ts';
import { OperatorApi } from '../calling/operator-api.ts';
import type { OperatorCalls } from '../calling/operator-calls.ts';
import { OperatorError } from '../port/operator-error.ts';
import { tokenSchema } from './wire.ts';

export interface CovageTransportOptions {
  /** The address before `/api/v1`, without a slash at its end. */
  readonly apiUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  /** Of one try. */
  readonly timeoutMs: number;
  readonly calls: OperatorCalls;
  readonly report: Report;
}

/** Covage's API, with the tokens of its Keycloak. */
export function openCovageApi(options: CovageTransportOptions): OperatorApi {
  const { apiUrl, tokenUrl, clientId, username, password, timeoutMs, calls, report } = options;
  const form = { grant_type: 'password', client_id: clientId, username, password };
  return new OperatorApi({
    baseUrl: apiUrl,
    timeoutMs,
    calls,
    report,
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
        const token = parseWire(tokenSchema, value);
        return { value: token.access_token, lifetimeMs: token.expires_in * 1000 };
      },
    },
  });
}

/** What Covage sent, read by a parser of its wire format. Throws INVALID_RESPONSE. */
export function parseWire<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw unreadable(`${issue?.path.join('.') || 'it'} ${issue?.message ?? 'is unexpected'}`);
}

/** The failure of an answer that came and cannot be read. */
export function unreadable(problem: string): OperatorError {
  return new OperatorError(
    'COVAGE',
    'INVALID_RESPONSE',
    `Covage's answer cannot be read: ${problem}.`,
  );
}

/** Whether a value is an object with named members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
