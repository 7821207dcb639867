import type { ServerResponse } from 'node:http';
import type { Exchange } from './exchange.ts';

export const plainType = 'text/plain; charset=utf-8';

/** Answers with a whole text. */
export function sendText(
  response: ServerResponse,
  status: number,
  contentType: string,
  headers: Readonly<Record<string, string>>,
  text: string,
): void {
  const length = Buffer.byteLength(text);
  response.writeHead(status, {
    ...headers,
    'content-type': contentType,
    'content-length': length,
  });
  // ASCII goes out with the headers in one piece; other text is much cheaper to write as bytes.
  if (length === text.length) response.end(text, 'latin1');
  else response.end(Buffer.from(text));
}

/** Answers a request with a value as JSON. */
export function sendJson(
  { response, headers }: Exchange,
  status: number,
  value: unknown,
  more: Readonly<Record<string, string>> = {},
): void {
  const type = 'application/json; charset=utf-8';
  sendText(response, status, type, { ...headers, ...more }, JSON.stringify(value));
}
