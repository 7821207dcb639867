import type { Proxies } from '../egress.ts';
import type { Log } from '../observe/log.ts';
import { letEverybodyIn, type Authenticator } from './caller.ts';
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
