import { soleTenant } from '../store/tenant.ts';

export const longestTenantName = 256;

/** Whether a tenant may have this name: any text, but that of those who are not told apart. */
export function isTenantName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.trim() !== '' &&
    value.length <= longestTenantName &&
    value !== soleTenant
  );
}
