import type { IncomingMessage, ServerResponse } from 'node:http';
import { transportError } from '../request/request-error.ts';
import { securityHeaders } from './security-headers.ts';

export interface RequestGuardOptions {
  /** Names under which the service is reached, with or without a port; null takes any. */
  readonly allowedHosts: ReadonlySet<string> | null;
  /** Pages of these origins may ask, beside those of the service's own. */
  readonly allowedOrigins: ReadonlySet<string>;
}

const preflightSeconds = '600';

/**
 * Refuses what pages of other sites have a browser send, and host names that are not the service's. Programs send neither
 * `Origin` nor `Sec-Fetch-Site`: of the rules about pages only the one about queries by GET concerns them.
 */
export class RequestGuard {
  readonly #options: RequestGuardOptions;

  constructor({ allowedHosts, allowedOrigins }: RequestGuardOptions) {
    const names = allowedHosts && [...allowedHosts].map((name) => name.toLowerCase());
    this.#options = { allowedHosts: names && new Set(names), allowedOrigins };
  }

  /**
   * Throws a RequestError of status 421 or 403 for a request that is refused. `isOperation` is false for the routes beside
   * GraphQL: a GET of theirs may look like one for an image, since it has no effect and no page can read its answer.
   */
  check({ method, url, headers }: IncomingMessage, isOperation = true): void {
    const { allowedHosts, allowedOrigins } = this.#options;
    const { origin } = headers;
    const host = headers.host?.toLowerCase() ?? '';
    if (allowedHosts !== null && !allowedHosts.has(host) && !allowedHosts.has(hostName(host))) {
      throw transportError(
        421,
        'HOST_NOT_ALLOWED',
        `The service is not reached under the name ${JSON.stringify(host.slice(0, 100))}: its names are listed in ALLOWED_HOSTS.`,
      );
    }
    if (origin !== undefined) {
      if (allowedOrigins.has(origin) || URL.parse(origin)?.host === host) return;
      throw foreign(origin);
    }
    // A request without an origin, such as for an image, comes from a page of the service or from an address that a person typed.
    const site = headers['sec-fetch-site'];
    if (site === 'cross-site' || site === 'same-site') throw foreign(site);
    // Without TLS browsers do not say which page asks. But their requests for images and scripts name no type of an answer and
    // have no header that only a script can set.
    const asks =
      isOperation &&
      method === 'GET' &&
      url?.includes('?') === true &&
      headers.upgrade === undefined;
    if (asks && maySimplyBeLoaded(headers)) {
      throw transportError(
        403,
        'REQUEST_MAY_BE_FORGED',
        'A page of another site could have a browser send this request: say what is accepted, such as "accept: application/json", or send it by POST.',
      );
    }
  }

  /** The headers by which a browser lets an allowed origin read the answer. Other origins get only a `Vary`, if any. */
  corsHeaders({ headers: { origin } }: IncomingMessage): Readonly<Record<string, string>> {
    const { allowedOrigins } = this.#options;
    if (allowedOrigins.size === 0) return {};
    if (origin === undefined || !allowedOrigins.has(origin)) return { vary: 'origin' };
    return {
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'x-request-id, retry-after, location, content-disposition',
      vary: 'origin',
    };
  }

  /**
   * Answers a browser that asks before it sends (a preflight request). A page that may ask may send any header. Throws a
   * RequestError of status 403 where it may not.
   */
  preflight(request: IncomingMessage, response: ServerResponse): void {
    const headers = this.corsHeaders(request);
    if (!('access-control-allow-origin' in headers)) {
      throw foreign(request.headers.origin ?? 'without an origin');
    }
    const asked = request.headers['access-control-request-headers'];
    response.writeHead(204, {
      ...securityHeaders,
      ...headers,
      vary: 'origin, access-control-request-headers',
      'access-control-allow-methods': 'GET, POST, PUT, DELETE',
      ...(asked !== undefined && { 'access-control-allow-headers': asked }),
      'access-control-max-age': preflightSeconds,
    });
    response.end();
  }
}

function foreign(origin: string): Error {
  return transportError(
    403,
    'ORIGIN_NOT_ALLOWED',
    `A page of another site (${JSON.stringify(origin.slice(0, 100))}) may not ask here: the origins that may are listed in ALLOWED_ORIGINS.`,
  );
}

/** Whether a browser may have sent a request for an image, a script or a frame of any page. */
function maySimplyBeLoaded(headers: IncomingMessage['headers']): boolean {
  const { accept } = headers;
  if (accept === undefined || /json|event-stream|multipart\/mixed/i.test(accept)) return false;
  return (
    headers['sec-fetch-site'] === undefined &&
    headers['sec-fetch-mode'] !== 'cors' &&
    headers['content-type'] === undefined &&
    headers.authorization === undefined &&
    headers['x-api-key'] === undefined &&
    headers['x-request-id'] === undefined
  );
}

/** A host without its port, and without the dot that may end a whole name. */
function hostName(host: string): string {
  return host.replace(/\.?(?::\d+)?$/, '');
}

/** The names of a service that listens on the machine itself only: others would be another site's, pointed here. */
export const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
