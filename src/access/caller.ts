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
