/**
 * The tenant of what is stored where there are none; no caller has this name. Above the store that is null: the stores turn the
 * one into the other.
 */
export const soleTenant = 'default';

/** A stored tenant; null where there are none. */
export function tenantFromStored(stored: string): string | null {
  return stored === soleTenant ? null : stored;
}
