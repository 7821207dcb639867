/** The token of an `Authorization` header; null where it has another scheme or none. */
export function bearerOf(authorization: string | undefined): string | null {
  const [, token = null] = /^bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
  return token;
}
