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
  readonly auth?: AccessSettings['auth'] | undefined;
  readonly host?: string | undefined;
  readonly mayReadPersonalData?: boolean | undefined;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly jwksUrl?: string | undefined;
  readonly tenantClaim?: string | undefined;
  readonly file?: string | undefined;
  readonly costPerMinute?: number | undefined;
}

/**
 * Reads how callers are known, and adds what is wrong to `problems`: a forgotten setting lets no caller in. Without `AUTH` all
 * callers are let in, but only where the service listens on this machine alone.
 */
export function readAccess(given: Given, problems: string[]): AccessSettings {
  // A variable that is set and cannot be read has a problem of its own.
  const isTold = (name: string): boolean =>
    problems.some((problem) => problem.startsWith(`${name}:`));
  const isOpen = given.host !== undefined && !isLoopback(given.host);
  if (given.auth === undefined && isOpen && !isTold('AUTH')) {
    problems.push(
      'AUTH: missing, while HOST can be reached from other machines; set it to jwt or api-key, or to none to let everybody in',
    );
  }
  const auth = given.auth ?? 'none';
  if (auth === 'none') {
    if (given.costPerMinute !== undefined) {
      problems.push('RATE_LIMIT_COST_PER_MINUTE: limits tenants, and AUTH=none knows none');
    }
    return { auth, mayReadPersonalData: given.mayReadPersonalData ?? false };
  }
  if (given.mayReadPersonalData === true) {
    problems.push(
      `EXPOSE_PERSONAL_DATA: has no meaning with AUTH=${auth}; give callers the scope personal-data`,
    );
  }
  const required = (name: string, value: string | undefined): string => {
    if (value === undefined && !isTold(name)) problems.push(`${name}: missing, with AUTH=${auth}`);
    return value ?? '';
  };
  return auth === 'jwt'
    ? {
        auth,
        issuer: required('JWT_ISSUER', given.issuer),
        audience: required('JWT_AUDIENCE', given.audience),
        jwksUrl: required('JWKS_URL', given.jwksUrl),
        tenantClaim: given.tenantClaim ?? 'tenant',
      }
    : { auth, file: required('API_KEYS_FILE', given.file) };
}

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
