import type { Duplex } from 'node:stream';

/** They keep caches from storing an answer, and browsers from guessing another type for it. */
export const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;

/** Writes an answer to a connection for which Node has made no response, and closes it. `body` is JSON, or empty. */
export function sayBare(socket: Duplex, status: string, body = ''): void {
  const headers = {
    ...securityHeaders,
    connection: 'close',
    ...(body !== '' && { 'content-type': 'application/json; charset=utf-8' }),
    'content-length': String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`, () => socket.destroy());
}
