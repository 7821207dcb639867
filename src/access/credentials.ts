import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials } from './caller.ts';

/** The credentials of a request. */
export function credentialsOfRequest(headers: IncomingHttpHeaders): Credentials {
  return { authorization: headers.authorization, apiKey: asText(headers['x-api-key']) };
}

/**
 * What a WebSocket connection shows: in the payload of its first message, since browsers can send no header with a
 * socket, or else in the headers of its request.
 */
export function credentialsOfConnection(
  payload: Readonly<Record<string, unknown>> | undefined,
  headers: IncomingHttpHeaders,
): Credentials {
  const authorization = asText(payload?.['authorization'] ?? payload?.['Authorization']);
  const apiKey = asText(payload?.['apiKey'] ?? payload?.['x-api-key']);
  // Not mixed: those of the payload and those of the headers may be two callers'.
  return authorization === undefined && apiKey === undefined
    ? credentialsOfRequest(headers)
    : { authorization, apiKey };
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The token of an `Authorization` header; null where it has another scheme or none. */
export function readBearerToken(authorization: string | undefined): string | null {
  const [, token = null] = /^bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
  return token;
}
