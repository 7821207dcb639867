import type { Proxies } from '../egress.ts';
import type { Log } from '../observe/log.ts';
import { scopes, type Authenticator, type Caller } from './caller.ts';
import type { AccessSettings } from './access-settings.ts';

/**
 * The authenticator of the settings; only the one that is used is loaded. Rejects with an ApiKeysFileError where the
 * file of the keys cannot be used.
 */
export async function openAuthenticator(
  settings: AccessSettings,
  options: { readonly log: Log; readonly proxies?: Proxies | null },
): Promise<Authenticator> {
  switch (settings.auth) {
    case 'none':
      return letEverybodyIn(settings.mayReadPersonalData);
    case 'jwt': {
      const { openTokens } = await import('./tokens.ts');
      return openTokens(settings, options);
    }
    case 'api-key': {
      const { openApiKeys } = await import('./api-keys.ts');
      return openApiKeys(settings.file, options);
    }
  }
}

/** `AUTH=none`: every request is one and the same caller's, which may do everything, and see personal data where `mayReadPersonalData`. */
export function letEverybodyIn(mayReadPersonalData: boolean): Authenticator {
  const caller: Caller = {
    tenant: null,
    scopes: new Set(scopes.filter((scope) => scope !== 'personal-data' || mayReadPersonalData)),
  };
  return { authenticate: () => caller, close: () => Promise.resolve() };
}
