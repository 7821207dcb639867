import type { ServerResponse } from 'node:http';
import { streamEnd, streamLost, type StreamReader } from '../graphql/shared-stream.ts';

/** How the results of a subscription are put on the wire. */
export interface StreamFormat {
  readonly contentType: string;
  /** What comes before the first result. */
  readonly opening: string;
  result(json: string): string;
  /** What shows a quiet connection to be alive. */
  readonly heartbeat: string;
  readonly closing: string;
}

/** Server-sent events, as graphql-sse's distinct connections have them. */
export const eventStream: StreamFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  opening: ':\n\n',
  result: (json) => `event: next\ndata: ${json}\n\n`,
  heartbeat: ':\n\n',
  closing: 'event: complete\ndata:\n\n',
};

/** Apollo's multipart protocol for subscriptions. */
export const multipartSubscription: StreamFormat = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  opening: '\r\n--graphql',
  result: (json) => multipartOf(`{"payload":${json}}`),
  heartbeat: multipartOf('{}'),
  closing: '--\r\n',
};

function multipartOf(json: string): string {
  return `\r\ncontent-type: application/json\r\n\r\n${json}\r\n--graphql`;
}

/** How often a connection on which nothing happens is shown to be alive. */
export const heartbeatMs = 12_000;

interface Watcher {
  readonly response: ServerResponse;
  readonly format: StreamFormat;
  /** When it stopped reading; null while it reads. */
  stalledAt: number | null;
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
    response.write(format.opening);
    if ('only' in begun) {
      response.end(format.result(begun.only) + format.closing);
      return;
    }
    const watcher: Watcher = { response, format, stalledAt: null };
    const write = (): void => {
      while (watcher.stalledAt === null && !response.writableEnded) {
        const payload = begun.take();
        if (payload === null) return;
        if (payload === streamLost) {
          response.destroy();
          return;
        }
        if (payload === streamEnd) {
          response.end(format.closing);
          return;
        }
        if (!response.write(format.result(payload))) watcher.stalledAt = performance.now();
      }
    };
    response.on('drain', () => {
      watcher.stalledAt = null;
      write();
    });
    response.once('close', () => {
      begun.leave();
      this.#watchers.delete(watcher);
    });
    this.#watchers.add(watcher);
    this.#timer ??= setInterval(() => this.#beat(), Math.min(heartbeatMs, this.#stallMs / 2));
    pump = write;
    write();
  }

  /** Cuts off everybody who is left. */
  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const { response } of this.#watchers) response.destroy();
  }

  #beat(): void {
    const now = performance.now();
    for (const watcher of this.#watchers) {
      const { response, format, stalledAt } = watcher;
      if (stalledAt === null) {
        if (!response.write(format.heartbeat)) watcher.stalledAt = now;
      } else if (now - stalledAt > this.#stallMs) response.destroy();
    }
  }
}
