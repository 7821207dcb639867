/**
 * The parts of a header between separators, without the blanks around them. A separator in a quoted string separates
 * nothing, and empty parts are none (RFC 9110, 5.6). Takes a time that grows with the header and no faster.
 */
export function splitHeader(header: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at <= header.length; at += 1) {
    const character = header[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '\\' && isQuoted) at += 1;
    else if (at >= header.length || (character === separator && !isQuoted)) {
      const part = header.slice(start, at).trim();
      if (part !== '') parts.push(part);
      start = at + 1;
    }
  }
  return parts;
}

/** The content of a quoted string; any other text as it is. */
export function unquoted(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1')
    : text;
}
