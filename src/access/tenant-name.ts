import { soleTenant } from '../store/stored-value.ts';

const longestTenantName = 256;

/** The rule for a tenant's name, for a sentence. */
export const tenantNameRule = `text of at most ${longestTenantName} characters, and not "${soleTenant}"`;

/** Whether a tenant may have this name: any text except the one that stands for "no tenants". */
export function isTenantName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.trim() !== '' &&
    value.length <= longestTenantName &&
    value !== soleTenant
  );
}
