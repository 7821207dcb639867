/** How callers are known, by the settings. */
export type AccessSettings =
  | {
      readonly auth: 'none';
      /** Whether everybody may see personal data. */
      readonly mayReadPersonalData: boolean;
    }
  | {
      readonly auth: 'jwt';
      readonly issuer: string;
      readonly audience: string;
      readonly jwksUrl: string;
      /** The claim that names the tenant. */
      readonly tenantClaim: string;
    }
  | {
      readonly auth: 'api-key';
      readonly file: string;
    };

/** The ways in which callers are known. */
export const authKinds = ['none', 'jwt', 'api-key'] as const;

interface Given {
  readonly AUTH?: AccessSettings['auth'] | undefined;
  readonly HOST?: string | undefined;
  readonly EXPOSE_PERSONAL_DATA?: boolean | undefined;
  readonly JWT_ISSUER?: string | undefined;
  readonly JWT_AUDIENCE?: string | undefined;
  readonly JWKS_URL?: string | undefined;
  readonly JWT_TENANT_CLAIM?: string | undefined;
  readonly API_KEYS_FILE?: string | undefined;
  readonly RATE_LIMIT_COST_PER_MINUTE?: number | undefined;
}

/**
 * How callers are known, of the settings that could be read, with what is wrong with them put into `problems`: nobody is
 * let in by a setting that was forgotten. Without `AUTH` everybody is, where nobody but this machine can ask.
 */
export function readAccess(given: Given, problems: string[]): AccessSettings {
  // What is there and cannot be read is told by its own problem.
  const isTold = (name: string): boolean =>
    problems.some((problem) => problem.startsWith(`${name}:`));
  const isOpen = given.HOST !== undefined && !isLoopback(given.HOST);
  if (given.AUTH === undefined && isOpen && !isTold('AUTH')) {
    problems.push(
      'AUTH: missing, while HOST can be reached from other machines; set it to jwt or api-key, or to none to let everybody in',
    );
  }
  const auth = given.AUTH ?? 'none';
  if (auth === 'none') {
    if (given.RATE_LIMIT_COST_PER_MINUTE !== undefined) {
      problems.push('RATE_LIMIT_COST_PER_MINUTE: limits tenants, and AUTH=none knows none');
    }
    return { auth, mayReadPersonalData: given.EXPOSE_PERSONAL_DATA ?? false };
  }
  if (given.EXPOSE_PERSONAL_DATA === true) {
    problems.push(
      `EXPOSE_PERSONAL_DATA: has no meaning with AUTH=${auth}; give callers the scope personal-data`,
    );
  }
  const required = (name: 'JWT_ISSUER' | 'JWT_AUDIENCE' | 'JWKS_URL' | 'API_KEYS_FILE'): string => {
    if (given[name] === undefined && !isTold(name))
      problems.push(`${name}: missing, with AUTH=${auth}`);
    return given[name] ?? '';
  };
  return auth === 'jwt'
    ? {
        auth,
        issuer: required('JWT_ISSUER'),
        audience: required('JWT_AUDIENCE'),
        jwksUrl: required('JWKS_URL'),
        tenantClaim: given.JWT_TENANT_CLAIM ?? 'tenant',
      }
    : { auth, file: required('API_KEYS_FILE') };
}

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
