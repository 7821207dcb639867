import type { IncomingMessage } from 'node:http';
import { transportError } from '../../request/request-error.ts';

/**
 * Brings what a request is sent to into the form that all else reads, a path and the header `Host`: a request may name a
 * whole address, which counts before that header (RFC 9112, 3.2). Throws a RequestError of status 400.
 */
export function readTarget(request: IncomingMessage): void {
  const { url = '/', headers, rawHeaders } = request;
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (hosts > 1) throw badRequest('The request has more than one Host header: send one.');
  if (url.startsWith('/') || url === '*') return;
  const address = URL.parse(url);
  if (address === null || !/^https?:$/.test(address.protocol)) {
    throw badRequest('The request names neither a path nor an http address.');
  }
  request.url = address.pathname + address.search;
  headers.host = address.host;
}

function badRequest(message: string): Error {
  return transportError(400, 'BAD_REQUEST', message);
}
