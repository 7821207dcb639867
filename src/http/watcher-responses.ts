import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Framing } from '../request/subscription/shared-result.ts';
import { streamEnd, streamLost, type StreamReader } from '../request/subscription/shared-stream.ts';
import { Outlet } from './outlet.ts';

/** How the results of a subscription are put on the wire. All of it is ASCII. */
interface StreamText {
  readonly contentType: string;
  /** What comes before the first result. */
  readonly opening: string;
  /** What is around a result. */
  readonly before: string;
  readonly after: string;
  /** What shows a quiet connection to be alive. */
  readonly heartbeat: string;
  readonly closing: string;
}

/** The same as it goes over the connection: in chunks, but for clients that speak HTTP/1.0. */
export interface StreamFormat extends StreamText {
  readonly inChunks: WireFormat;
  readonly plain: WireFormat;
}

interface WireFormat extends Framing {
  readonly opening: Buffer;
  readonly heartbeat: Buffer;
}

function streamFormat(text: StreamText): StreamFormat {
  return { ...text, inChunks: wireFormat(text, true), plain: wireFormat(text, false) };
}

function wireFormat(text: StreamText, isInChunks: boolean): WireFormat {
  const { contentType, opening, before, after, heartbeat } = text;
  const sizeOf = (length: number): string => (isInChunks ? `${length.toString(16)}\r\n` : '');
  const end = isInChunks ? '\r\n' : '';
  return {
    key: `${contentType} ${end}`,
    head: (length) => Buffer.from(sizeOf(before.length + length + after.length) + before),
    tail: Buffer.from(after + end),
    opening: Buffer.from(sizeOf(opening.length) + opening + end),
    heartbeat: Buffer.from(sizeOf(heartbeat.length) + heartbeat + end),
  };
}

/** Server-sent events, as graphql-sse's distinct connections have them. */
export const eventStream = streamFormat({
  contentType: 'text/event-stream; charset=utf-8',
  opening: ':\n\n',
  before: 'event: next\ndata: ',
  after: '\n\n',
  heartbeat: ':\n\n',
  closing: 'event: complete\ndata:\n\n',
});

const beforePart = '\r\ncontent-type: application/json\r\n\r\n';
const afterPart = '\r\n--graphql';

/** Apollo's multipart protocol for subscriptions. */
export const multipartSubscription = streamFormat({
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  opening: '\r\n--graphql',
  before: `${beforePart}{"payload":`,
  after: `}${afterPart}`,
  heartbeat: `${beforePart}{}${afterPart}`,
  closing: '--\r\n',
});

/** A whole stream of which a result is the only one. */
export function onlyResult(
  { opening, before, after, closing }: StreamFormat,
  json: string,
): string {
  return opening + before + json + after + closing;
}

/** How often a connection on which nothing happens is shown to be alive. */
export const heartbeatMs = 12_000;

interface Watcher {
  readonly response: ServerResponse;
  readonly outlet: Outlet;
  readonly wire: WireFormat;
}

/**
 * The responses of those who watch over HTTP. One that does not read is sent nothing more, and is cut off after a while;
 * what it did not read waits in the stream, which others share.
 */
export class WatcherResponses {
  readonly #stallMs: number;
  readonly #watchers = new Set<Watcher>();
  #timer: NodeJS.Timeout | null = null;

  /** `stallMs` is how long a client may read nothing of what there is for it. */
  constructor(stallMs: number) {
    this.#stallMs = stallMs;
  }

  /**
   * Writes what a reader has until its end, or until the client has left. `begin` gets what is to be called when the
   * reader has more; a result that it resolves with in place of a reader is the only one.
   */
  async write(
    response: ServerResponse,
    format: StreamFormat,
    headers: Readonly<Record<string, string>>,
    begin: (wake: () => void) => Promise<StreamReader | { readonly only: string }>,
  ): Promise<void> {
    let pump: (() => void) | null = null;
    const begun = await begin(() => pump?.());
    if (response.destroyed) {
      if ('leave' in begun) begun.leave();
      return;
    }
    response.writeHead(200, {
      ...headers,
      'content-type': format.contentType,
      // A proxy that collects answers would keep events from those who wait for them.
      'x-accel-buffering': 'no',
    });
    if ('only' in begun) {
      response.end(onlyResult(format, begun.only));
      return;
    }
    response.flushHeaders();
    // None before the answers to requests that came before on the same connection.
    const socket = response.socket ?? (await assignedTo(response));
    if (socket === null || response.destroyed) return begun.leave();
    const wire = response.chunkedEncoding ? format.inChunks : format.plain;
    const write = (): void => {
      if (begun.isLost()) response.destroy();
      while (!outlet.isStalled && !response.writableEnded && !response.destroyed) {
        const result = begun.take();
        if (result === null) return;
        if (result === streamLost) {
          response.destroy();
          return;
        }
        if (result === streamEnd) {
          response.end(format.closing);
          return;
        }
        outlet.write(result, wire);
      }
    };
    // Past the response, which would frame every result anew, and write the frame piece by piece, for each watcher.
    const outlet = new Outlet(socket, write);
    const watcher: Watcher = { response, outlet, wire };
    response.once('close', () => {
      begun.leave();
      this.#watchers.delete(watcher);
    });
    this.#watchers.add(watcher);
    endWhenStalled(response, this.#stallMs);
    this.#timer ??= setInterval(() => this.#beat(), Math.min(heartbeatMs, this.#stallMs / 2));
    pump = write;
    outlet.writeBytes(wire.opening);
    write();
  }

  /** Cuts off everybody who is left. */
  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const { response } of this.#watchers) response.destroy();
  }

  #beat(): void {
    for (const { response, outlet, wire } of this.#watchers) {
      if (!response.writableEnded) outlet.writeBytes(wire.heartbeat);
    }
  }
}

/**
 * Cuts a client off that has read nothing for so long although there is something for it. Node counts what it reads of a
 * large result, too.
 */
export function endWhenStalled(response: ServerResponse, stallMs: number): void {
  response.setTimeout(stallMs, () => {
    if ((response.socket?.writableLength ?? 0) > 0) response.destroy();
  });
}

/** The connection of a response once it is its turn; null where it is closed before. */
function assignedTo(response: ServerResponse): Promise<Socket | null> {
  return new Promise((resolve) => {
    response.once('close', () => resolve(null));
    // The headers are written to the connection behind this event.
    response.once('socket', (socket) => setImmediate(() => resolve(socket)));
  });
}
