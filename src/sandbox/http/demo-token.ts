import { randomUUID } from 'node:crypto';

/** How long a token is remembered after its end, to be called expired and not unknown. */
const keptMs = 3_600_000;

/** Tokens that an operator issued, with their ends. They have the shape of JWTs, are not signed, and protect nothing. */
export class DemoTokens {
  readonly #ends = new Map<string, number>();

  /** A new token that is valid for `lifetimeSeconds` from `now`. */
  issue(now: number, lifetimeSeconds: number, claims: Record<string, unknown>): string {
    const seconds = Math.floor(now / 1000);
    const token = [
      encode({ alg: 'none', typ: 'JWT' }),
      encode({
        ...claims,
        iat: seconds,
        exp: seconds + Math.ceil(lifetimeSeconds),
        jti: randomUUID(),
      }),
      'not-signed',
    ].join('.');
    for (const [old, end] of this.#ends) if (end + keptMs < now) this.#ends.delete(old);
    this.#ends.set(token, now + lifetimeSeconds * 1000);
    return token;
  }

  /** Whether the token was issued here and is neither revoked nor over. */
  check(token: string, now: number): 'valid' | 'expired' | 'unknown' {
    const end = this.#ends.get(token);
    if (end === undefined) return 'unknown';
    return now < end ? 'valid' : 'expired';
  }

  /** Ends every token at once. */
  revokeAll(): void {
    this.#ends.clear();
  }
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
