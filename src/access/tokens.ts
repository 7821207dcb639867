import { hash } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import {
  readBearerToken,
  AuthenticationUnavailableError,
  scopes,
  UnauthenticatedError,
  type Authenticator,
  type Caller,
} from './caller.ts';
import { isTenantName } from './tenant-name.ts';
import { KeySet, type KeySetOptions } from './key-set.ts';
import type { AccessSettings } from './access-settings.ts';

type TokenSettings = Extract<AccessSettings, { auth: 'jwt' }>;

/** Asymmetric ones only: with a shared secret, a service that checks tokens could make them, too. */
const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');
/** How far the issuer's clock may differ from this one. */
const leewaySeconds = 10;
/** For how long a token that was good is taken without another check. Longer, and a withdrawn key would stay good. */
const rememberedMs = 60_000;
const mostRemembered = 10_000;
/** Longer than any token in use; what is longer is not worth hashing. */
const longestToken = 16 * 1024;

/** How often a key that cannot be used is told in the log. */
const toldAgainMs = 10 * 60_000;

export interface TokenOptions extends KeySetOptions {
  /** Tells milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** `AUTH=jwt`: callers are known by access tokens of one issuer, JWTs that it signed for this service. */
export function openTokens(settings: TokenSettings, options: TokenOptions): Authenticator {
  const now = options.now ?? Date.now;
  const keySet = new KeySet(settings.jwksUrl, options);
  const told = new LRUCache<string, true>({ max: 100, ttl: toldAgainMs });
  /** A key that the library does not take, such as one that is too short, is the issuer's mistake. */
  const onUnusableKey = (error: unknown): void => {
    const reason = String(error);
    if (told.has(reason)) return;
    told.set(reason, true);
    options.log.warn({ err: error }, 'a key of JWKS_URL cannot be used: its tokens are refused');
  };
  const checks = { keySet, settings, now, onUnusableKey };
  const remembered = new LRUCache<string, Required<Caller>>({
    max: mostRemembered,
    ttl: rememberedMs,
  });
  return {
    authenticate({ authorization }) {
      const token = readBearerToken(authorization);
      if (token === null) {
        throw new UnauthenticatedError(
          'There is no access token: send one as "Authorization: Bearer <token>".',
        );
      }
      if (token.length > longestToken)
        throw new UnauthenticatedError('The access token is too long.');
      const digest = hash('sha256', token, 'base64');
      const known = remembered.get(digest);
      // The clock may have been set, or the machine asleep.
      if (known !== undefined && known.expiresAtMs > now()) return known;
      return verify(token, checks).then((caller) => {
        remembered.set(digest, caller);
        return caller;
      });
    },
    close: () => keySet.close(),
  };
}

interface Checks {
  readonly keySet: KeySet;
  readonly settings: TokenSettings;
  now(): number;
  onUnusableKey(error: unknown): void;
}

async function verify(
  token: string,
  { keySet, settings, now, onUnusableKey }: Checks,
): Promise<Required<Caller>> {
  const { issuer, audience, tenantClaim } = settings;
  const { payload } = await jwtVerify(token, keySet.keyOf, {
    issuer,
    audience,
    algorithms,
    clockTolerance: leewaySeconds,
    requiredClaims: ['exp'],
    currentDate: new Date(now()),
  }).catch((error: unknown) => {
    if (error instanceof AuthenticationUnavailableError) throw error;
    if (error instanceof errors.JOSEError && !isOfKey(error)) throw explainRefusal(error);
    onUnusableKey(error);
    throw new UnauthenticatedError(
      'The access token is signed with a key that cannot be used; the log of the service says why.',
    );
  });
  return {
    tenant: readTenant(payload, tenantClaim),
    scopes: readScopes(payload),
    expiresAtMs: ((payload.exp ?? 0) + leewaySeconds) * 1000,
  };
}

/** Whether it is about a key of the issuer, and not about the token. */
function isOfKey(error: errors.JOSEError): boolean {
  return error instanceof errors.JWKInvalid || error instanceof errors.JWKSInvalid;
}

/** Why a token is not good, for its sender. */
function explainRefusal(error: errors.JOSEError): UnauthenticatedError {
  if (error instanceof errors.JWTExpired) {
    return new UnauthenticatedError('The access token has expired: get a new one.');
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new UnauthenticatedError(
      `The access token is not for this service, or not yet good: its claim ${JSON.stringify(error.claim)} is ${error.reason === 'missing' ? 'missing' : 'another one'}.`,
    );
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return new UnauthenticatedError(
      'The access token is not signed in a way that is accepted: an asymmetric algorithm is needed, such as RS256 or ES256.',
    );
  }
  if (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  ) {
    return new UnauthenticatedError(
      'The access token does not name (kid) a key that its issuer publishes.',
    );
  }
  return new UnauthenticatedError('The issuer did not sign the access token.');
}

/** Its tenant. Without the claim, its subject is a tenant of its own. */
function readTenant(payload: JWTPayload, claim: string): string {
  const value = payload[claim];
  const isNamed = value !== undefined && value !== null;
  const tenant = isNamed ? named(value) : payload.sub === undefined ? '' : `sub:${payload.sub}`;
  if (isTenantName(tenant)) return tenant;
  throw new UnauthenticatedError(
    `The access token names no tenant: it needs the claim ${JSON.stringify(claim)}, as text, or "sub".`,
  );
}

/** The tenant that a claim names. A claim such as `sub:bob` does not name the tenant of the subject `bob`. */
function named(value: unknown): unknown {
  return typeof value === 'string' && /^(?:sub|claim):/.test(value) ? `claim:${value}` : value;
}

/** The scopes of this service among those of a token: words in `scope`, or in `scp` as words or as a list. */
function readScopes({ scope, scp }: JWTPayload): Caller['scopes'] {
  const words = [scope, scp].flatMap((claim) =>
    typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? (claim as unknown[]) : [],
  );
  return new Set(scopes.filter((one) => words.includes(one)));
}
