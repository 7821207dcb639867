import { hash } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { bearerOf } from './bearer.ts';
import { scopes, UnauthenticatedError, type Authenticator, type Caller } from './caller.ts';
import { isTenantName } from './tenant-name.ts';
import { KeySet, type KeySetOptions } from './key-set.ts';
import type { AccessSettings } from './settings.ts';

type TokenSettings = Extract<AccessSettings, { auth: 'jwt' }>;

/** Asymmetric ones only: with a shared secret whoever checks tokens could also make them. */
const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');
/** How far the issuer's clock may differ from this one. */
const leewaySeconds = 10;
/** For how long a token that was good is taken without another check. Longer, and a withdrawn key would stay good. */
const rememberedMs = 60_000;
const mostRemembered = 10_000;
/** Longer than any token in use; what is longer is not worth hashing. */
const longestToken = 16 * 1024;

/** `AUTH=jwt`: callers are known by access tokens of one issuer, JWTs that it signed for this service. */
export function openTokens(settings: TokenSettings, options: KeySetOptions): Authenticator {
  const keySet = new KeySet(settings.jwksUrl, options);
  const remembered = new LRUCache<string, Caller>({ max: mostRemembered, ttl: rememberedMs });
  return {
    authenticate({ authorization }) {
      const token = bearerOf(authorization);
      if (token === null) {
        throw new UnauthenticatedError(
          'There is no access token: send one as "Authorization: Bearer <token>".',
        );
      }
      if (token.length > longestToken)
        throw new UnauthenticatedError('The access token is too long.');
      const digest = hash('sha256', token, 'base64');
      return (
        remembered.get(digest) ??
        verify(token, keySet, settings).then((caller) => {
          const ttl = Math.min(rememberedMs, caller.expiresAtMs - Date.now());
          if (ttl > 0) remembered.set(digest, caller, { ttl });
          return caller;
        })
      );
    },
    close: () => keySet.close(),
  };
}

async function verify(
  token: string,
  keySet: KeySet,
  settings: TokenSettings,
): Promise<Required<Caller>> {
  const { issuer, audience, tenantClaim } = settings;
  const { payload } = await jwtVerify(token, keySet.keyOf, {
    issuer,
    audience,
    algorithms,
    clockTolerance: leewaySeconds,
    requiredClaims: ['exp'],
  }).catch((error: unknown) => {
    throw error instanceof errors.JOSEError ? refusalOf(error) : error;
  });
  return {
    tenant: tenantOf(payload, tenantClaim),
    scopes: scopesOf(payload),
    expiresAtMs: ((payload.exp ?? 0) + leewaySeconds) * 1000,
  };
}

/** Why a token is not good, for its sender. */
function refusalOf(error: errors.JOSEError): UnauthenticatedError {
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
  return new UnauthenticatedError('The access token is not one that the issuer signed.');
}

/** Its tenant; without the claim, the one that it is about is a tenant alone. */
function tenantOf(payload: JWTPayload, claim: string): string {
  const value = payload[claim];
  const isNamed = value !== undefined && value !== null;
  // So that nobody's name for itself is another one's tenant.
  const tenant = isNamed ? value : payload.sub === undefined ? '' : `sub:${payload.sub}`;
  if (isTenantName(tenant)) return tenant;
  throw new UnauthenticatedError(
    `The access token names no tenant: it needs the claim ${JSON.stringify(claim)}, as text, or "sub".`,
  );
}

/** The scopes of this service among those of a token: words in `scope`, or in `scp` as words or as a list. */
function scopesOf({ scope, scp }: JWTPayload): Caller['scopes'] {
  const words = [scope, scp].flatMap((claim) =>
    typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? (claim as unknown[]) : [],
  );
  return new Set(scopes.filter((one) => words.includes(one)));
}
