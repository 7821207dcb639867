import type { Exchange } from '../exchange.ts';

/** Answers a request with a value as JSON. */
export function sendJson(
  { response, headers }: Exchange,
  status: number,
  value: unknown,
  more: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, {
    ...headers,
    ...more,
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
  });
  response.end(body);
}
