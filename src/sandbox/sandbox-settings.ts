import type { Sandbox } from './start-sandbox.ts';

/** The settings, as environment variables, by which the service talks to these simulated operators. */
export function sandboxSettings({
  covage,
  kosc,
}: Pick<Sandbox, 'covage' | 'kosc'>): Record<string, string> {
  return {
    COVAGE_API_URL: covage.url,
    COVAGE_TOKEN_URL: covage.tokenUrl,
    COVAGE_CLIENT_ID: covage.credentials.clientId,
    COVAGE_USERNAME: covage.credentials.username,
    COVAGE_PASSWORD: covage.credentials.password,
    KOSC_API_URL: kosc.url,
    KOSC_EMAIL: kosc.credentials.email,
    KOSC_PASSWORD: kosc.credentials.password,
  };
}
