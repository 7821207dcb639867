import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Framing } from '../../request/subscription/shared-result.ts';
import type { StreamEnding, StreamReader } from '../../request/subscription/shared-stream.ts';
import { noLongerThan } from '../../abort.ts';
import type { Exchange } from '../exchange.ts';
import { sendText } from '../send-text.ts';
import { endWhenStalled, Outlet } from './outlet.ts';
import { findFraming, lastResult, onTheWire, type StreamFormat } from './stream-format.ts';

/** How often a connection on which nothing happens is shown to be alive. */
const heartbeatMs = 12_000;
/** A client that comes back waits this long at most until it is told whether there is anything more. */
const moreWithinMs = 3_000;
/** graphql-sse's client waits for ever where a stream ends in the moment in which it takes a result. */
const endAfterMs = 100;

/** The responses that stay open while a client follows something over HTTP. */
export class StreamResponses {
  readonly #stallMs: number;
  readonly #open = new Set<StreamResponse>();
  #timer: NodeJS.Timeout | null = null;

  /** `stallMs` is how long a client may read nothing while results wait for it. */
  constructor(stallMs: number) {
    this.#stallMs = stallMs;
  }

  /** Begins a response. `onTaken` is called as by an Outlet. Null where the client has left. */
  async open(
    response: ServerResponse,
    format: StreamFormat,
    headers: Readonly<Record<string, string>>,
    onTaken: () => void,
  ): Promise<StreamResponse | null> {
    response.writeHead(200, {
      ...headers,
      'content-type': format.contentType,
      // A proxy that collects answers would hold events back from the client.
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    // A response has no connection until the earlier requests on the same connection are answered.
    const socket = response.socket ?? (await assignedTo(response));
    if (socket === null || response.destroyed) return null;
    const stream = new StreamResponse(response, format, new Outlet(socket, onTaken));
    this.#open.add(stream);
    response.once('close', () => this.#open.delete(stream));
    endWhenStalled(response, this.#stallMs);
    this.#timer ??= setInterval(
      () => {
        for (const one of this.#open) one.beat();
      },
      Math.min(heartbeatMs, this.#stallMs / 2),
    );
    stream.writeText(format.opening);
    return stream;
  }

  /**
   * Writes a reader's results until its end, or until the client has left. `begin` is given the function to call when the
   * reader has more. A client that comes back, and says where it goes on, gets 204 where there is nothing more: an EventSource does not
   * come back after that.
   */
  async follow(
    { response, headers, ongoing }: Exchange,
    format: StreamFormat,
    begin: (wake: () => void) => Promise<StreamReader>,
  ): Promise<void> {
    let stream: StreamResponse | null = null;
    let reader: StreamReader | null = null;
    const more = Promise.withResolvers<void>();
    const pump = (): void => {
      more.resolve();
      if (stream === null || reader === null || !stream.isOpen) return;
      const ending = stream.writeFrom(reader);
      if (ending !== null) stream.end(ending);
    };
    const begun = await begin(pump);
    if (response.destroyed) return begun.leave();
    response.once('close', () => begun.leave());
    reader = begun;
    if (ongoing.goOnAfter !== undefined) {
      const ahead = lookingAhead(begun);
      reader = ahead;
      if (ahead.peek() === null) await noLongerThan(moreWithinMs, more.promise);
      if (response.destroyed) return;
      if (ahead.peek() === 'COMPLETE') {
        response.writeHead(204, headers).end();
        return;
      }
    }
    stream = await this.open(response, format, headers, pump);
    pump();
  }

  /** Closes the connections that are left. */
  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const stream of this.#open) stream.cutOff();
  }
}

/** A reader whose next result, or end, may be looked at before it is taken. */
function lookingAhead(reader: StreamReader) {
  let next: ReturnType<StreamReader['take']> = null;
  return {
    ...reader,
    peek: () => (next ??= reader.take()),
    take() {
      const taken = next ?? reader.take();
      next = null;
      return taken;
    },
  };
}

/** A whole response with one result. */
export function sendOnly(
  response: ServerResponse,
  format: StreamFormat,
  headers: Readonly<Record<string, string>>,
  json: string,
): void {
  sendText(response, 200, format.contentType, headers, format.opening + lastResult(format, json));
}

/** A response that stays open. */
export class StreamResponse {
  readonly #response: ServerResponse;
  readonly #format: StreamFormat;
  readonly #outlet: Outlet;
  readonly #isInChunks: boolean;
  readonly #framing: Framing;

  /** Writes past Node's response, which would frame each result again for every client, piece by piece. */
  constructor(response: ServerResponse, format: StreamFormat, outlet: Outlet) {
    this.#response = response;
    this.#format = format;
    this.#outlet = outlet;
    this.#isInChunks = response.chunkedEncoding;
    this.#framing = findFraming(format, this.#isInChunks);
  }

  get isOpen(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  /**
   * Writes what a reader has, in the format of one of several operations where that is given. Returns why there is no more; null
   * where there may be more.
   */
  writeFrom(reader: StreamReader, format?: StreamFormat): StreamEnding | null {
    const framing = format === undefined ? this.#framing : findFraming(format, this.#isInChunks);
    return this.#outlet.writeFrom(reader, framing);
  }

  /** Writes something small, also to a client that does not read. */
  writeText(text: string): void {
    if (this.isOpen) this.#outlet.writeBytes(onTheWire(text, this.#isInChunks));
  }

  /** Shows a quiet connection to be alive. */
  beat(): void {
    const { heartbeat } = this.#format;
    if (heartbeat !== '' && !this.#outlet.isStalled) this.writeText(heartbeat);
  }

  /** Ends the response. Only COMPLETE tells the client that no more results come. */
  end(ending: StreamEnding): void {
    // A client that is behind may have a part of a result, behind which nothing else can be written.
    if (ending === 'BEHIND') this.cutOff();
    else if (ending === 'COMPLETE') this.#response.end(this.#format.closing);
    else setTimeout(() => this.#response.end(), endAfterMs);
  }

  cutOff(): void {
    this.#response.destroy();
  }
}

/** The connection of a response once it is its turn; null where it is closed before. */
function assignedTo(response: ServerResponse): Promise<Socket | null> {
  return new Promise((resolve) => {
    response.once('close', () => resolve(null));
    // The headers are written to the connection behind this event.
    response.once('socket', (socket) => setImmediate(() => resolve(socket)));
  });
}
