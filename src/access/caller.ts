import type { IncomingHttpHeaders } from 'node:http';
import {
  GraphQLError,
  type FieldNode,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql';

/** The rights of a caller: `read` for queries and subscriptions, `qualify` for mutations, `personal-data` for names and hidden numbers. */
export const scopes = ['read', 'qualify', 'personal-data'] as const;
export type Scope = (typeof scopes)[number];

/** The sender of an operation. */
export interface Caller {
  /** The tenant whose qualifications it sees and makes. Null without tenants: with `AUTH=none`. */
  readonly tenant: string | null;
  readonly scopes: ReadonlySet<Scope>;
  /** Until when its credentials are good, in milliseconds since 1970. Absent where they do not expire. */
  readonly expiresAtMs?: number;
}

/** The credentials of a caller: the value of the `Authorization` header, and of `X-API-Key`. */
export interface Credentials {
  readonly authorization?: string | undefined;
  readonly apiKey?: string | undefined;
}

/** Knows callers by their credentials. */
export interface Authenticator {
  /**
   * The caller with these credentials: without a promise where it is known, since every request waits for it. Throws, or
   * rejects with, an UnauthenticatedError, or an AuthenticationUnavailableError while no credentials can be checked.
   */
  authenticate(credentials: Credentials): Caller | Promise<Caller>;
  /** Ends what runs beside requests. */
  close(): Promise<void>;
}

/** The credentials are missing or not good. The message says what to do and never repeats them. */
export class UnauthenticatedError extends Error {
  override readonly name = 'UnauthenticatedError';
}

/** Credentials cannot be checked at present, for example because no key of the issuer could be fetched. Try again later. */
export class AuthenticationUnavailableError extends Error {
  override readonly name = 'AuthenticationUnavailableError';
}

/** `AUTH=none`: every request is one and the same caller's, which may do everything, and see personal data where `mayReadPersonalData`. */
export function letEverybodyIn(mayReadPersonalData: boolean): Authenticator {
  const caller: Caller = {
    tenant: null,
    scopes: new Set(scopes.filter((scope) => scope !== 'personal-data' || mayReadPersonalData)),
  };
  return { authenticate: () => caller, close: () => Promise.resolve() };
}

/** The credentials of a request. */
export function credentialsOfRequest(headers: IncomingHttpHeaders): Credentials {
  return { authorization: headers.authorization, apiKey: asText(headers['x-api-key']) };
}

/**
 * The credentials of a WebSocket connection: in the payload of its first message, since browsers can send no header with a
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

const needed: Readonly<Record<OperationTypeNode, Scope>> = {
  query: 'read',
  subscription: 'read',
  mutation: 'qualify',
};

/**
 * Whether a caller may do an operation: null where it may, and otherwise one error for each field at its root, with the
 * code FORBIDDEN. Every transport asks this before it executes, so that nothing is asked of an operator. What of an
 * answer is personal data is decided by the fields, see `mayReadPersonalData`.
 */
export function checkScopes(
  { operation, selectionSet }: OperationDefinitionNode,
  caller: Caller,
): readonly GraphQLError[] | null {
  const scope = needed[operation];
  if (caller.scopes.has(scope)) return null;
  const message = `A ${operation} needs the scope ${JSON.stringify(scope)}, which the credentials do not have.`;
  const extensions = { code: 'FORBIDDEN', scope };
  return selectionSet.selections.map(
    (selection) =>
      new GraphQLError(message, {
        nodes: selection,
        path: selection.kind === 'Field' ? [responseKey(selection)] : null,
        extensions,
      }),
  );
}

function responseKey({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}
