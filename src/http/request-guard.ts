import type { IncomingMessage, ServerResponse } from 'node:http';
import { transportError } from '../graphql/request-error.ts';

export interface RequestGuardOptions {
  /** Names under which the service is reached, with or without a port; null takes any. */
  readonly allowedHosts: ReadonlySet<string> | null;
  /** Pages of these origins may ask, beside those of the service's own. */
  readonly allowedOrigins: ReadonlySet<string>;
}

const allowedHeaders =
  'content-type, authorization, x-api-key, x-request-id, x-graphql-event-stream-token';
const preflightSeconds = '600';

/**
 * Which requests of browsers are taken: a page of another site can neither ask nor read, whatever kind of request it uses.
 * Clients that are no browsers send neither `Origin` nor `Sec-Fetch-Site` and are not concerned.
 */
export class RequestGuard {
  readonly #options: RequestGuardOptions;

  constructor(options: RequestGuardOptions) {
    this.#options = options;
  }

  /** Throws a RequestError of status 421 or 403 for a request that is not taken. */
  check({ headers }: IncomingMessage): void {
    const { allowedHosts, allowedOrigins } = this.#options;
    const { host = '', origin } = headers;
    if (allowedHosts !== null && !allowedHosts.has(host) && !allowedHosts.has(nameOf(host))) {
      throw transportError(
        421,
        'HOST_NOT_ALLOWED',
        `The service is not reached under the name ${JSON.stringify(host.slice(0, 100))}: whoever runs it lists its names in ALLOWED_HOSTS.`,
      );
    }
    if (origin !== undefined) {
      if (allowedOrigins.has(origin) || URL.parse(origin)?.host === host) return;
      throw foreign(origin);
    }
    // What a browser sends on its own, such as for an image: only the service's own pages, and what a person typed.
    const site = headers['sec-fetch-site'];
    if (site === 'cross-site' || site === 'same-site') throw foreign(site);
  }

  /** Headers by which a browser lets an allowed origin read the answer; none for the others. */
  corsHeaders({ headers: { origin } }: IncomingMessage): Readonly<Record<string, string>> {
    if (origin === undefined || !this.#options.allowedOrigins.has(origin)) return {};
    return {
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'x-request-id, retry-after',
      vary: 'origin',
    };
  }

  /** Answers a browser that asks before it sends. */
  preflight(request: IncomingMessage, response: ServerResponse): void {
    const headers = this.corsHeaders(request);
    const allowed = 'access-control-allow-origin' in headers;
    response.writeHead(allowed ? 204 : 403, {
      ...headers,
      ...(allowed && {
        'access-control-allow-methods': 'GET, POST, PUT, DELETE',
        'access-control-allow-headers': allowedHeaders,
        'access-control-max-age': preflightSeconds,
      }),
      'content-length': '0',
    });
    response.end();
  }
}

function foreign(origin: string): Error {
  return transportError(
    403,
    'ORIGIN_NOT_ALLOWED',
    `A page of another site (${JSON.stringify(origin.slice(0, 100))}) may not ask here: whoever runs the service lists the origins that may in ALLOWED_ORIGINS.`,
  );
}

/** A host without its port. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, '');
}

/** The names of a service that listens on the machine itself only: others would be another site's, pointed here. */
export const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
