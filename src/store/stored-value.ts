/**
 * The tenant of stored rows where there are no tenants; no caller's tenant has this name. Above the store null stands for it: the
 * stores turn the one into the other.
 */
export const soleTenant = 'default';

/** The form of an id that this service makes. PostgreSQL refuses another text where it compares UUIDs. */
export const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The tenant of a stored row; null without tenants. */
export function tenantFromStored(stored: string): string | null {
  return stored === soleTenant ? null : stored;
}

/**
 * A value as the text of a `jsonb` parameter; null for null. What PostgreSQL cannot store in a string, a zero byte and
 * half of a surrogate pair, becomes U+FFFD: an operator's answer must not fail to be kept for it.
 */
export function jsonText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'string' ? storableText(inner) : inner,
  );
}

/** A text as PostgreSQL can store it, see `jsonText`. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\u{FFFD}').toWellFormed();
}

/** As `storableText`; null for no text. */
export function storableTextOrNull(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : storableText(text);
}
