import { Ending } from '../../abort.ts';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Caller } from '../../access/caller.ts';
import type { Pipeline } from '../../request/pipeline.ts';
import { isSubscription } from '../../request/prepared.ts';
import { RequestError, transportError } from '../../request/request-error.ts';
import type { StreamEnding, StreamReader } from '../../request/subscription/shared-stream.ts';
import { ClientLeftError } from '../client-left.ts';
import { queryOf, type Exchange } from '../exchange.ts';
import type { ReceivedParams } from '../graphql-http.ts';
import type { Refusals } from '../refusal.ts';
import { sendText } from '../send-text.ts';
import { eventStream, eventStreamOf, lastResult, type StreamFormat } from './stream-format.ts';
import type { StreamResponse, StreamResponses } from './stream-responses.ts';

// graphql-sse's single connection mode, for clients that may hold few connections: PUT reserves a stream and answers its
// token, GET opens it, POST starts an operation on it, DELETE ends one.

export interface SingleConnectionOptions {
  readonly pipeline: Pipeline;
  readonly responses: StreamResponses;
  readonly refusals: Refusals;
  readonly paramsOf: (request: IncomingMessage) => Promise<ReceivedParams>;
  /** How many streams a client may have reserved. */
  readonly maxStreams: number;
  /** How many operations may be under way on one. */
  readonly maxOperations: number;
}

/** How long a reserved stream waits to be opened. */
const openWithinMs = 10_000;
/** How many unread bytes a stream may hold before it takes no more operations. */
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
    // A token alone does not open the stream of another tenant.
    const isForeign = caller.tenant !== null && stream?.client !== exchange.scope.client;
    if (stream === undefined || isForeign) throw noStream();
    if (request.method === 'GET') return stream.open(exchange);
    if (request.method === 'DELETE') {
      stream.complete(queryOf(request).get('operationId') ?? '');
      return sendText(exchange.response, 200, '', exchange.headers);
    }
    return this.#operate(stream, exchange, caller);
  }

  /** Ends each stream once what was asked on it is answered. What it follows is interrupted. */
  end(): void {
    for (const stream of this.#streams.values()) stream.interrupt('STOPPING');
  }

  /** Ends the operations that are under way, whose clients are told why. */
  endOperations(reason: Error): void {
    for (const stream of this.#streams.values()) stream.endOperations(reason);
  }

  /** Closes the connections that are left. */
  close(): void {
    for (const stream of this.#streams.values()) stream.close();
  }

  #reserve(exchange: Exchange): void {
    const { maxStreams, responses } = this.#options;
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
    this.#streams.set(token, new Stream(client, responses, () => this.#streams.delete(token)));
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
    // Nothing is awaited from here to the beginning of the operation: another request may want the same name.
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
    const left = stream.begin(operationId, isSubscription(prepared));
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
      this.#options.refusals.tell(error, scope.requestId);
      stream.finish(operationId, JSON.stringify({ errors: error.errors }));
    }
  }
}

interface Running {
  readonly left: Ending;
  readonly format: StreamFormat;
  /** Whether it is a subscription, which its client can go on with. */
  readonly isFollowed: boolean;
  reader: StreamReader | null;
}

/** One stream of events for many operations. */
class Stream {
  readonly client: string;
  readonly #responses: StreamResponses;
  readonly #onClose: () => void;
  readonly #running = new Map<string, Running>();
  readonly #expiry: NodeJS.Timeout;
  /** What happened before the stream was opened. */
  #early = '';
  #isOpened = false;
  #response: StreamResponse | null = null;
  /** Why it ends as soon as what was asked on it is answered. */
  #ending: StreamEnding | null = null;
  #isClosed = false;

  constructor(client: string, responses: StreamResponses, onClose: () => void) {
    this.client = client;
    this.#responses = responses;
    this.#onClose = onClose;
    this.#expiry = setTimeout(() => this.close(), openWithinMs);
  }

  /** How much waits to be read, about, in bytes. */
  get unread(): number {
    return this.#response?.unread ?? this.#early.length;
  }

  get operations(): number {
    return this.#running.size;
  }

  has(id: string): boolean {
    return this.#running.has(id);
  }

  async open({ response, headers }: Exchange): Promise<void> {
    if (this.#isOpened) {
      throw transportError(409, 'CONFLICT', 'The stream is open already: reserve another one.');
    }
    this.#isOpened = true;
    clearTimeout(this.#expiry);
    response.once('close', () => this.close());
    const opened = await this.#responses.open(response, eventStream, headers, () =>
      this.#pumpAll(),
    );
    if (opened === null) return;
    this.#response = opened;
    if (this.#early !== '') opened.writeText(this.#early);
    this.#early = '';
    this.#pumpAll();
    this.#endIfAnswered();
  }

  /** Takes an operation on; what it gives is aborted when it ends early. Throws where the stream was closed meanwhile. */
  begin(id: string, isFollowed: boolean): Ending {
    if (this.#isClosed || this.#ending !== null) throw noStream();
    const left = new Ending();
    this.#running.set(id, { left, format: eventStreamOf(id), isFollowed, reader: null });
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
    const { reader, format } = this.#running.get(id) ?? { reader: null };
    if (reader === null || this.#response === null) return;
    const ending = this.#response.writeFrom(reader, format);
    if (ending === null) return;
    if (ending === 'COMPLETE') {
      this.#write(format.closing);
      this.complete(id);
    } else this.interrupt(ending);
  }

  /** The one result of an operation. */
  finish(id: string, payload: string): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#write(lastResult(running.format, payload));
    this.complete(id);
  }

  /** Ends an operation. */
  complete(id: string): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#running.delete(id);
    running.reader?.leave();
    running.left.abort(new ClientLeftError());
    this.#endIfAnswered();
  }

  /**
   * Ends the stream once what was asked on it is answered. Its client is not told that what it follows is complete, and
   * comes back for it.
   */
  interrupt(ending: StreamEnding): void {
    if (ending === 'BEHIND') return this.close();
    this.#ending ??= ending;
    this.#endIfAnswered();
  }

  endOperations(reason: Error): void {
    for (const { left } of this.#running.values()) left.abort(reason);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#expiry);
    this.#onClose();
    for (const id of this.#running.keys()) this.complete(id);
    this.#response?.cutOff();
  }

  #endIfAnswered(): void {
    if (this.#ending === null || this.#isClosed) return;
    if ([...this.#running.values()].some(({ isFollowed }) => !isFollowed)) return;
    if (this.#response !== null) this.#response.end(this.#ending);
    else if (!this.#isOpened) this.close();
  }

  #pumpAll(): void {
    for (const id of this.#running.keys()) this.pump(id);
  }

  #write(text: string): void {
    if (this.#response === null) this.#early += text;
    else this.#response.writeText(text);
  }
}

function noStream(): RequestError {
  return transportError(404, 'STREAM_NOT_FOUND', 'There is no such stream: reserve one by PUT.');
}

function tokenOf(request: IncomingMessage): string | null {
  const header = request.headers[tokenHeader];
  if (typeof header === 'string') return header;
  return queryOf(request).get('token');
}
