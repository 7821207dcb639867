const longest = 80;

const unsafe = /[\p{Cc}\p{Cf}\p{Cs}<>:"/\\|?*%;]/gu;

/**
 * The header by which a browser keeps an answer as a file (RFC 6266), with its name in ASCII and, for clients that read it, in
 * UTF-8. Nothing in it can be a path, or end the header.
 */
export function attachment(name: string | null, extension: string): string {
  const plain = (name ?? '')
    .replaceAll(unsafe, ' ')
    .replaceAll(/\s+/g, ' ')
    .replace(/\.(?:csv|xlsx?|txt|ndjson)$/i, '')
    .replaceAll(/^[.\s]+|[.\s]+$/g, '')
    .slice(0, longest)
    .toWellFormed()
    .trim();
  const file = `${plain === '' ? 'sites' : plain}.${extension}`;
  const ascii = file
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    // Wide forms, such as `＂` and `／`, have become those that end the name or are a path.
    .replaceAll(unsafe, '_')
    .replace(/^\.+/, '_')
    .replaceAll(/[^\x20-\x7e]/g, '_');
  const encoded = encodeURIComponent(file).replaceAll(
    /['()]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
