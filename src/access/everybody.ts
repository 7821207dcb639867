import { scopes, type Authenticator, type Caller } from './caller.ts';

/** `AUTH=none`: everybody is the same caller, who may do everything; personal data where `mayReadPersonalData`. */
export function letEverybodyIn(mayReadPersonalData: boolean): Authenticator {
  const caller: Caller = {
    tenant: null,
    scopes: new Set(scopes.filter((scope) => scope !== 'personal-data' || mayReadPersonalData)),
  };
  return { authenticate: () => caller, close: () => Promise.resolve() };
}
