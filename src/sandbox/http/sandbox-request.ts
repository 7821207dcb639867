import type { IncomingMessage } from 'node:http';

/** One request as a simulated operator sees it: read to its end, its body parsed where it can be. */
export interface SandboxRequest {
  method: string;
  /** The path as sent, still percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  /** The media type of the body without its parameters, lower case. */
  mediaType: string;
  text: string;
  /** The body as JSON or as a form; undefined when there is none or it cannot be read. */
  body: unknown;
  /** Scheme, host and port that the client used. */
  origin: string;
  /** Aborted when the client has gone or the sandbox closes. */
  signal: AbortSignal;
}

/** The longest request body that is read. */
export const maxRequestBytes = 1_000_000;

/** Reads a request to its end; null when its body is longer than {@link maxRequestBytes}. Rejects when the client goes. */
export async function readRequest(
  incoming: IncomingMessage,
  signal: AbortSignal,
): Promise<SandboxRequest | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read on all the same: a client that is still sending does not hear the refusal.
    if (size <= maxRequestBytes) chunks.push(chunk);
  }
  if (size > maxRequestBytes) return null;
  const text = Buffer.concat(chunks).toString('utf8');
  const origin = `http://${incoming.headers.host ?? 'localhost'}`;
  const target = incoming.url ?? '/';
  const mark = target.indexOf('?');
  const mediaType = (incoming.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers: incoming.headers,
    mediaType: mediaType ?? '',
    text,
    body: parseBody(text, mediaType ?? ''),
    origin,
    signal,
  };
}

function parseBody(text: string, mediaType: string): unknown {
  if (text === '') return undefined;
  if (mediaType === 'application/x-www-form-urlencoded') {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
