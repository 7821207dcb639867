import { randomUUID } from 'node:crypto';
import { json, type Answer } from '../http/answer.ts';
import { DemoTokens } from '../http/demo-token.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { CompleteCovageScript } from './script.ts';

/** What the simulated Covage accepts. Obviously not secrets. */
export const covageCredentials = {
  clientId: 'api-client',
  username: 'sandbox-covage',
  password: 'not-a-secret-covage',
} as const;

/** The OpenID Connect token endpoint, which answers as Keycloak does, and the tokens that it issued. */
export class TokenEndpoint {
  readonly #access = new DemoTokens();
  readonly #refresh = new DemoTokens();

  /** Answers a password or refresh grant. */
  answer(request: SandboxRequest, script: CompleteCovageScript, now: number): Answer {
    if (request.mediaType !== 'application/x-www-form-urlencoded') {
      return json(415, { error: 'RESTEASY003065: Cannot consume content type' });
    }
    const form = new URLSearchParams(request.text);
    if (form.get('client_id') !== covageCredentials.clientId) {
      return refusal(401, 'invalid_client', 'Invalid client or Invalid client credentials');
    }
    const grant = form.get('grant_type');
    if (grant === null) {
      return refusal(400, 'invalid_request', 'Missing form parameter: grant_type');
    }
    if (grant === 'refresh_token') return this.#refreshGrant(form, script, now);
    if (grant !== 'password') {
      return refusal(400, 'unsupported_grant_type', 'Unsupported grant_type');
    }
    const { username, password } = covageCredentials;
    if (!form.has('username')) {
      return refusal(400, 'invalid_request', 'Missing parameter: username');
    }
    if (form.get('username') !== username || form.get('password') !== password) {
      return refusal(401, 'invalid_grant', 'Invalid user credentials');
    }
    return this.#issue(script, now);
  }

  /** Whether a request has an access token that is valid, and if not, how it is refused. */
  check(request: SandboxRequest, now: number): 'valid' | 'missing' | 'invalid' {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || token === undefined) return 'missing';
    return this.#access.check(token, now) === 'valid' ? 'valid' : 'invalid';
  }

  /** Ends every token at once. */
  revokeAll(): void {
    this.#access.revokeAll();
    this.#refresh.revokeAll();
  }

  #refreshGrant(form: URLSearchParams, script: CompleteCovageScript, now: number): Answer {
    const token = form.get('refresh_token');
    if (token === null) return refusal(400, 'invalid_request', 'No refresh token');
    const state = this.#refresh.check(token, now);
    if (state === 'valid') return this.#issue(script, now);
    const reason = state === 'expired' ? 'Token is not active' : 'Invalid refresh token';
    return refusal(400, 'invalid_grant', reason);
  }

  #issue(script: CompleteCovageScript, now: number): Answer {
    const session = randomUUID();
    const { tokenLifetimeSeconds, refreshTokenLifetimeSeconds } = script;
    const claims = { azp: covageCredentials.clientId, session_state: session };
    return json(
      200,
      {
        access_token: this.#access.issue(now, tokenLifetimeSeconds, { ...claims, typ: 'Bearer' }),
        expires_in: Math.floor(tokenLifetimeSeconds),
        refresh_expires_in: Math.floor(refreshTokenLifetimeSeconds),
        refresh_token: this.#refresh.issue(now, refreshTokenLifetimeSeconds, {
          ...claims,
          typ: 'Refresh',
        }),
        token_type: 'Bearer',
        session_state: session,
        scope: 'email profile',
      },
      { 'cache-control': 'no-store', pragma: 'no-cache' },
    );
  }
}

function refusal(status: number, error: string, description: string): Answer {
  return json(status, { error, error_description: description });
}
