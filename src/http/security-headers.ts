import type { Duplex } from 'node:stream';

/** No answer is kept by anybody, or taken for something else than it says. */
export const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;

/** Answers with a status and nothing else on a connection that is no longer, or not yet, one for answers, and closes it. */
export function sayBare(socket: Duplex, status: string): void {
  const headers = { ...securityHeaders, connection: 'close', 'content-length': '0' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`, () => socket.destroy());
}
