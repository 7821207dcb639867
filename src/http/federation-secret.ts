import { createHash, timingSafeEqual } from 'node:crypto';

/** The header in which a gateway shows the secret of FEDERATION_SECRET. */
export const federationSecretHeader = 'x-federation-secret';

/**
 * Whether the header's value is the secret: the reader of `_service` may then read the schema although it is not public.
 * Never where no secret is set. Takes as long for a near miss as for any other.
 */
export function isFederationSecret(
  given: string | null | undefined,
  secret: string | undefined,
): boolean {
  if (secret === undefined || typeof given !== 'string') return false;
  return timingSafeEqual(digest(given), digest(secret));
}

/** A hash, since the comparison takes two values of one length only. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
