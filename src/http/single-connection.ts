import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../access/caller.ts';
import type { Pipeline } from '../request/pipeline.ts';
import { isSubscription } from '../request/prepared.ts';
import { RequestError, transportError } from '../request/request-error.ts';
import type { Framing } from '../request/subscription/shared-result.ts';
import { streamEnd, streamLost, type StreamReader } from '../request/subscription/shared-stream.ts';
import { ClientLeftError } from './client-left.ts';
import { queryOf, type Exchange } from './exchange.ts';
import type { ReceivedParams } from './graphql-http.ts';
import { sendText } from './send-text.ts';
import { endWhenStalled, eventStream, heartbeatMs } from './watcher-responses.ts';

// graphql-sse's single connection mode, for clients that may hold few connections: PUT reserves a stream and answers its
// token, GET opens it, POST starts an operation on it, DELETE ends one.

export interface SingleConnectionOptions {
  readonly pipeline: Pipeline;
  readonly paramsOf: (request: IncomingMessage) => Promise<ReceivedParams>;
  /** How many streams a client may have reserved. */
  readonly maxStreams: number;
  /** How many operations may be under way on one. */
  readonly maxOperations: number;
  /** How long a client may read nothing of what there is for it. */
  readonly stallMs: number;
}

/** How long a reserved stream waits to be opened. */
const openWithinMs = 10_000;
/** What may wait to be read of a stream, in bytes, before it takes no more operations. */
const mostUnread = 1024 * 1024;
const tokenHeader = 'x-graphql-event-stream-token';

/** The streams of the single connection mode. */
export class SingleConnectionStreams {
  readonly #options: SingleConnectionOptions;
  readonly #streams = new Map<string, Stream>();

  constructor(options: SingleConnectionOptions) {
    this.#options = options;
  }

  /** Whether a request belongs to this mode: it reserves, or names a stream. */
  concerns(request: IncomingMessage): boolean {
    return request.method === 'PUT' || tokenOf(request) !== null;
  }

  /** Answers one request. Rejects with a RequestError. */
  async answer(exchange: Exchange, caller: Caller): Promise<void> {
    const { request } = exchange;
    if (request.method === 'PUT') return this.#reserve(exchange);
    const stream = this.#streams.get(tokenOf(request) ?? '');
    // Whoever learnt the token of another tenant's stream has not got its stream.
    const isForeign = caller.tenant !== null && stream?.client !== exchange.scope.client;
    if (stream === undefined || isForeign) throw noStream();
    if (request.method === 'GET') return stream.open(exchange);
    if (request.method === 'DELETE') {
      stream.complete(queryOf(request).get('operationId') ?? '');
      return sendText(exchange.response, 200, '', exchange.headers);
    }
    return this.#operate(stream, exchange, caller);
  }

  /** Ends each stream after its operations, of which none is to come. */
  end(): void {
    for (const stream of this.#streams.values()) stream.end();
  }

  /** Ends the operations that are under way, whose clients are told why. */
  endOperations(reason: Error): void {
    for (const stream of this.#streams.values()) stream.endOperations(reason);
  }

  /** Cuts off everybody who is left. */
  close(): void {
    for (const stream of this.#streams.values()) stream.close();
  }

  #reserve(exchange: Exchange): void {
    const { maxStreams, stallMs } = this.#options;
    const { client } = exchange.scope;
    const held = [...this.#streams.values()].filter((stream) => stream.client === client).length;
    if (held >= maxStreams) {
      throw transportError(
        429,
        'LIMIT_EXCEEDED',
        `Streams at once: ${held}, and ${maxStreams} at most are reserved for one client. Close one first.`,
      );
    }
    const token = randomUUID();
    this.#streams.set(token, new Stream(client, stallMs, () => this.#streams.delete(token)));
    sendText(exchange.response, 201, token, exchange.headers);
  }

  async #operate(stream: Stream, exchange: Exchange, caller: Caller): Promise<void> {
    const { pipeline, paramsOf, maxOperations } = this.#options;
    const { params, operationId } = await paramsOf(exchange.request);
    if (operationId === null) {
      throw transportError(
        400,
        'BAD_REQUEST',
        'An operation on a stream is named by the text "extensions.operationId".',
      );
    }
    let prepared;
    try {
      prepared = await pipeline.prepare(params, caller);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      // The client of this mode reads the status and nothing else.
      const { errors, status, headers } = error;
      throw new RequestError(errors, { status, headers, isTransportError: true });
    }
    // From here to the beginning of the operation nothing is waited for: others may want the same name.
    if (stream.has(operationId)) {
      throw transportError(
        409,
        'CONFLICT',
        `The stream has an operation ${JSON.stringify(operationId.slice(0, 100))} already.`,
      );
    }
    if (stream.operations >= maxOperations) {
      throw transportError(
        429,
        'LIMIT_EXCEEDED',
        `Operations at once on this stream: ${stream.operations + 1}, and ${maxOperations} at most are taken.`,
      );
    }
    if (stream.unread > mostUnread) {
      throw transportError(
        429,
        'LIMIT_EXCEEDED',
        'The stream holds results that were not read: read them first.',
      );
    }
    const left = stream.begin(operationId);
    sendText(exchange.response, 202, '', exchange.headers);
    // The request that started it ends now; the operation ends with the stream.
    const scope = { ...exchange.scope, ending: left };
    if (!isSubscription(prepared)) {
      const { text } = await pipeline.execute(prepared, scope);
      stream.finish(operationId, text);
      return;
    }
    try {
      const begun = await pipeline.subscribe(prepared, scope, () => stream.pump(operationId));
      if ('take' in begun) stream.follow(operationId, begun);
      else stream.finish(operationId, JSON.stringify(begun));
    } catch (error) {
      if (!(error instanceof RequestError)) {
        stream.close();
        throw error;
      }
      stream.finish(operationId, JSON.stringify({ errors: error.errors }));
    }
  }
}

interface Running {
  readonly left: AbortController;
  reader: StreamReader | null;
}

/** One stream of events for many operations. */
class Stream {
  readonly client: string;
  readonly #stallMs: number;
  readonly #onClose: () => void;
  readonly #running = new Map<string, Running>();
  readonly #timer: NodeJS.Timeout;
  /** What happened before the stream was opened. */
  #early = '';
  #response: ServerResponse | null = null;
  #isStalled = false;
  #isEnding = false;
  #isClosed = false;

  constructor(client: string, stallMs: number, onClose: () => void) {
    this.client = client;
    this.#stallMs = stallMs;
    this.#onClose = onClose;
    const reservedAt = performance.now();
    this.#timer = setInterval(() => this.#beat(reservedAt), Math.min(heartbeatMs, stallMs / 2));
  }

  /** How much waits to be read, about, in bytes. */
  get unread(): number {
    return this.#response?.writableLength ?? this.#early.length;
  }

  get operations(): number {
    return this.#running.size;
  }

  has(id: string): boolean {
    return this.#running.has(id);
  }

  open({ response, headers }: Exchange): void {
    if (this.#response !== null) {
      throw transportError(409, 'CONFLICT', 'The stream is open already: reserve another one.');
    }
    this.#response = response;
    response.writeHead(200, {
      ...headers,
      'content-type': eventStream.contentType,
      'x-accel-buffering': 'no',
    });
    response.write(eventStream.opening + this.#early);
    this.#early = '';
    response.on('drain', () => {
      this.#isStalled = false;
      for (const id of this.#running.keys()) this.pump(id);
    });
    response.once('close', () => this.close());
    endWhenStalled(response, this.#stallMs);
    for (const id of this.#running.keys()) this.pump(id);
  }

  /** Takes an operation on; what it gives is aborted when it ends early. Throws where the stream was closed meanwhile. */
  begin(id: string): AbortController {
    if (this.#isClosed) throw noStream();
    const left = new AbortController();
    this.#running.set(id, { left, reader: null });
    return left;
  }

  follow(id: string, reader: StreamReader): void {
    const running = this.#running.get(id);
    if (running === undefined) return reader.leave();
    running.reader = reader;
    this.pump(id);
  }

  /** Writes what an operation has, while the client reads. */
  pump(id: string): void {
    const reader = this.#running.get(id)?.reader ?? null;
    if (reader === null) return;
    if (reader.isLost()) return this.close();
    while (this.#response !== null && !this.#isStalled) {
      const result = reader.take();
      if (result === null) return;
      if (result === streamEnd) return this.complete(id, true);
      if (result === streamLost) return this.close();
      for (const piece of result.in(framingOf(id))) this.#write(piece);
    }
  }

  /** The one result of an operation. */
  finish(id: string, payload: string): void {
    if (!this.#running.has(id)) return;
    this.#write(`${beforeResult(id)}${payload}${afterResult.toString()}`);
    this.complete(id, true);
  }

  /** Ends an operation, told to the client where it came to its end by itself. */
  complete(id: string, isTold = false): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#running.delete(id);
    running.reader?.leave();
    running.left.abort(new ClientLeftError());
    if (isTold) this.#write(`event: complete\ndata: {"id":${JSON.stringify(id)}}\n\n`);
    if (this.#isEnding) this.end();
  }

  /** Ends the response once no operation is left. */
  end(): void {
    this.#isEnding = true;
    if (this.#running.size > 0) return;
    if (this.#response === null) this.close();
    else this.#response.end();
  }

  endOperations(reason: Error): void {
    for (const { left } of this.#running.values()) left.abort(reason);
  }

  close(): void {
    this.#isEnding = false;
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#onClose();
    for (const id of this.#running.keys()) this.complete(id);
    this.#response?.destroy();
  }

  #write(what: string | Buffer): void {
    if (this.#response === null) this.#early += what.toString();
    // One that was ended may stay open until the client has read it.
    else if (!this.#response.writableEnded && !this.#response.write(what)) this.#isStalled = true;
  }

  #beat(reservedAt: number): void {
    if (this.#response === null) {
      if (performance.now() - reservedAt > openWithinMs) this.close();
    } else if (!this.#isStalled) this.#write(eventStream.heartbeat);
  }
}

function noStream(): RequestError {
  return transportError(404, 'STREAM_NOT_FOUND', 'There is no such stream: reserve one by PUT.');
}

/** A result says of which operation it is. */
function beforeResult(id: string): string {
  return `${eventStream.before}{"id":${JSON.stringify(id)},"payload":`;
}

const afterResult = Buffer.from(`}${eventStream.after}`);

function framingOf(id: string): Framing {
  const before = beforeResult(id);
  return { key: before, head: () => Buffer.from(before), tail: afterResult };
}

function tokenOf(request: IncomingMessage): string | null {
  const header = request.headers[tokenHeader];
  if (typeof header === 'string') return header;
  return queryOf(request).get('token');
}
