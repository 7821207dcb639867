import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../access/caller.ts';
import type { OngoingRequest } from '../request/prepared.ts';
import { transportError } from '../request/request-error.ts';
import type { ClientAddresses } from './reading/client-address.ts';
import { ClientLeftError, Ending } from '../abort.ts';

/** One request over HTTP and its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly ongoing: OngoingRequest;
  /** The headers that the answer has in any case. */
  readonly headers: Readonly<Record<string, string>>;
}

const requestIdPattern = /^[\w.-]{1,64}$/;

/** The identifier of a request: the one that a proxy in front gave it, or a new one. */
export function readRequestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  // A new one is tested, too: Node makes it of pieces, and the test joins them once, before several readers would.
  const id = typeof given === 'string' ? given : randomUUID();
  return requestIdPattern.test(id) ? id : randomUUID();
}

/** The name that counts as one client: a tenant, or without tenants an address. */
export function identifyClient(
  request: IncomingMessage,
  { tenant }: Pick<Caller, 'tenant'>,
  addresses: ClientAddresses,
): string {
  return tenant ?? addresses.of(request);
}

/** The header `traceparent`, by which a request is part of a trace; undefined without one. */
export function readTraceparent({ headers }: IncomingMessage): string | undefined {
  return headers['traceparent']?.toString();
}

/** The path of a request, without its query, and without a slash at its end. */
export function readPath({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** The query parameters of a request's address. */
export function readQuery({ url = '/' }: IncomingMessage): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
}

/**
 * Splits the address of a request into a path and the header `Host`, which all other code reads. A request may name a whole
 * address instead of a path, and that counts before the header (RFC 9112, 3.2). Throws a RequestError of status 400.
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

/** The header in which a gateway shows the secret of FEDERATION_SECRET. */
export const federationSecretHeader = 'x-federation-secret';

/**
 * Whether the header's value is the secret: the reader of `_service` may then read the schema although it is not public.
 * Never where no secret is set. Takes as long for a near miss as for any other.
 */
export function isFederationSecret(
  given: string | null | undefined,
  secret: string | undefined,
): boolean {
  if (secret === undefined || typeof given !== 'string') return false;
  return timingSafeEqual(digest(given), digest(secret));
}

/** A hash, since the comparison takes two values of one length only. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * The answers that are not complete. In an array, and no Set: V8 replaces the table of a Set that always changes, and what was in
 * an old table lives as long as that does.
 */
export class AnswersUnderWay {
  readonly #answers: Answer[] = [];
  readonly #onNone: () => void;

  /** `onNone` is called when the last one is complete. */
  constructor(onNone: () => void) {
    this.#onNone = onNone;
  }

  get count(): number {
    return this.#answers.length;
  }

  /** Counts an answer until its response closes. The Ending is aborted where the client leaves before it has its answer. */
  begin(response: ServerResponse): Ending {
    const answer: Answer = { response, ending: new Ending(), at: this.#answers.length };
    this.#answers.push(answer);
    response.once('close', () => {
      if (!response.writableFinished) answer.ending.abort(new ClientLeftError());
      this.#remove(answer);
    });
    return answer.ending;
  }

  /** Has each of their connections closed when its answer is complete. */
  closeConnections(): void {
    for (const { response } of this.#answers) response.shouldKeepAlive = false;
  }

  /** Ends the work on all of them. */
  endAll(reason: Error): void {
    for (const { ending } of this.#answers) ending.abort(reason);
  }

  #remove({ at }: Answer): void {
    const last = this.#answers.pop()!;
    if (last.at !== at) {
      last.at = at;
      this.#answers[at] = last;
    }
    if (this.#answers.length === 0) this.#onNone();
  }
}

interface Answer {
  readonly response: ServerResponse;
  readonly ending: Ending;
  /** Its place among the others. */
  at: number;
}
