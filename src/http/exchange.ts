import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../access/caller.ts';
import type { OngoingRequest } from '../request/prepared.ts';
import type { ClientAddresses } from './reading/client-address.ts';

/** One request over HTTP and its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly ongoing: OngoingRequest;
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
}

const requestIdPattern = /^[\w.-]{1,64}$/;

/** The identifier of a request: the one that a proxy in front gave it, or a new one. */
export function readRequestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID();
}

/** What counts as one client: a tenant, or without tenants an address. */
export function identifyClient(
  request: IncomingMessage,
  { tenant }: Pick<Caller, 'tenant'>,
  addresses: ClientAddresses,
): string {
  return tenant ?? addresses.of(request);
}

/** The trace that a request is part of; undefined without one. */
export function readTraceparent({ headers }: IncomingMessage): string | undefined {
  return headers['traceparent']?.toString();
}

/** The path of a request, without its query, and without a slash at its end. */
export function readPath({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** What the query of a request's address says. */
export function readQuery({ url = '/' }: IncomingMessage): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
}
