/** What a simulated operator answers, before any fault is applied to it. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Text, or bytes such as those of a compressed file. */
  body: string | Buffer;
}

/** An answer whose body is JSON text; `body` is serialised here unless it is given as text already. */
export function json(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
  serialise: (body: unknown) => string = JSON.stringify,
): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: serialise(body),
  };
}

/** An answer that is a small HTML page, as gateways and frameworks send. */
export function html(status: number, title: string, text: string): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html>\n<html lang="en">\n<head>\n  <title>${title}</title>\n</head>\n<body>\n  <h1>${title}</h1><p>${text}</p>\n</body>\n</html>\n`,
  };
}

/** A redirection to another address, without a body. */
export function redirect(status: 301 | 302 | 307 | 308, location: string): Answer {
  return { status, headers: { location }, body: '' };
}
