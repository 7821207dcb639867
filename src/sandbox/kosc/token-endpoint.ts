import { json, type Answer } from '../http/answer.ts';
import { DemoTokens } from '../http/demo-token.ts';
import { isFields } from '../http/fields.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { invalidInput, koscError, type FieldError } from './errors.ts';
import type { Variants } from './variants.ts';

/** What the simulated Kosc accepts. Obviously not secrets. */
export const koscCredentials = {
  email: 'sandbox-kosc@example.com',
  password: 'not-a-secret-kosc',
} as const;

/** The token endpoint and the tokens that it issued. */
export class KoscTokenEndpoint {
  readonly #tokens = new DemoTokens();

  /** Answers a login. */
  answer(
    request: SandboxRequest,
    lifetimeSeconds: number,
    variants: Variants,
    now: number,
  ): Answer {
    const body = isFields(request.body) ? request.body : {};
    const details: FieldError[] = [];
    for (const field of ['email', 'password']) {
      const value = body[field];
      if (value === undefined) details.push({ field, errors: ['This field is required.'] });
      else if (typeof value !== 'string' || value === '') {
        details.push({ field, errors: ['This field may not be blank.'] });
      }
    }
    if (details.length > 0) return invalidInput(details, variants);
    const { email, password } = koscCredentials;
    if (body['email'] !== email || body['password'] !== password) {
      return koscError(401, 'Unable to log in with provided credentials.', variants);
    }
    const user = { email, first_name: 'Sandbox', last_name: 'Kosc', language: 'en' };
    const token = this.#tokens.issue(now, lifetimeSeconds, { email, user_id: 1, username: email });
    return json(200, { token, user });
  }

  /** Whether a request has a valid token after `JWT`; any other scheme counts as none. */
  check(request: SandboxRequest, now: number): 'valid' | 'missing' | 'expired' | 'unknown' {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    if (scheme !== 'JWT' || token === undefined) return 'missing';
    return this.#tokens.check(token, now);
  }

  /** Ends every token at once. */
  revokeAll(): void {
    this.#tokens.revokeAll();
  }
}

/** How a request without a valid token is refused. */
export function unauthenticated(
  token: 'missing' | 'expired' | 'unknown',
  variants: Variants,
): Answer {
  const message = {
    missing: 'Authentication credentials were not provided.',
    expired: 'Signature has expired.',
    unknown: 'Error decoding signature.',
  }[token];
  const status = variants.has('unauthorized-as-403') ? 403 : 401;
  const answer = variants.has('unauthorized-other-words')
    ? json(status, { detail: 'Signature has expired.' })
    : koscError(status, message, variants);
  return status === 401
    ? { ...answer, headers: { ...answer.headers, 'www-authenticate': 'JWT realm="api"' } }
    : answer;
}
