import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Caller } from '../../access/caller.ts';
import type { Pipeline } from '../../request/pipeline.ts';
import { isSubscription } from '../../request/prepared.ts';
import { RequestError, transportError } from '../../request/request-error.ts';
import { readQuery, type Exchange } from '../exchange.ts';
import type { ReceivedParams } from '../graphql-http.ts';
import { plainType, sendText } from '../send-text.ts';
import { noStream, ReservedStream } from './reserved-stream.ts';
import type { StreamResponses } from './stream-responses.ts';

// graphql-sse's single connection mode, for clients that may hold few connections: PUT reserves a stream and answers its
// token, GET opens it, POST starts an operation on it, DELETE ends one.

export interface SingleConnectionOptions {
  readonly pipeline: Pipeline;
  readonly responses: StreamResponses;
  readonly paramsOf: (request: IncomingMessage) => Promise<ReceivedParams>;
  /** How many streams a client may have reserved. */
  readonly maxStreams: number;
  /** How many operations may be under way on one. */
  readonly maxOperations: number;
}

const tokenHeader = 'x-graphql-event-stream-token';

/** The streams of the single connection mode. */
export class SingleConnectionStreams {
  readonly #options: SingleConnectionOptions;
  readonly #streams = new Map<string, ReservedStream>();

  constructor(options: SingleConnectionOptions) {
    this.#options = options;
  }

  /** Whether a request belongs to this mode: it reserves, or names a stream. */
  concerns(request: IncomingMessage): boolean {
    return request.method === 'PUT' || readStreamToken(request) !== null;
  }

  /** Answers one request. Rejects with a RequestError. */
  async answer(exchange: Exchange, caller: Caller): Promise<void> {
    const { request } = exchange;
    if (request.method === 'PUT') return this.#reserve(exchange);
    const stream = this.#streams.get(readStreamToken(request) ?? '');
    // A token alone does not open the stream of another tenant.
    const isForeign = caller.tenant !== null && stream?.client !== exchange.ongoing.client;
    if (stream === undefined || isForeign) throw noStream();
    if (request.method === 'GET') return stream.open(exchange);
    if (request.method === 'DELETE') {
      stream.complete(readQuery(request).get('operationId') ?? '');
      return sendText(exchange.response, 200, plainType, exchange.headers, '');
    }
    return this.#operate(stream, exchange, caller);
  }

  /** Ends each stream once its queries and mutations are answered. Its subscriptions are interrupted. */
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
    const { maxStreams, maxOperations, responses } = this.#options;
    const { client } = exchange.ongoing;
    const held = [...this.#streams.values()].filter((stream) => stream.client === client).length;
    if (held >= maxStreams) {
      throw transportError(
        429,
        'LIMIT_EXCEEDED',
        `Streams at once: ${held}, and ${maxStreams} at most are reserved for one client. Close one first.`,
      );
    }
    const token = randomUUID();
    const forget = (): void => void this.#streams.delete(token);
    this.#streams.set(token, new ReservedStream(client, maxOperations, responses, forget));
    sendText(exchange.response, 201, plainType, exchange.headers, token);
  }

  async #operate(stream: ReservedStream, exchange: Exchange, caller: Caller): Promise<void> {
    const { pipeline, paramsOf } = this.#options;
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
    const left = stream.begin(operationId, isSubscription(prepared));
    sendText(exchange.response, 202, plainType, exchange.headers, '');
    // The request that started it ends now; the operation ends with the stream.
    const ongoing = { ...exchange.ongoing, ending: left };
    // This mode has no answers in parts.
    const whole = { ...prepared, isIncremental: false };
    try {
      const reader = await pipeline.follow(whole, ongoing, () => stream.pump(operationId));
      stream.follow(operationId, reader);
    } catch (error) {
      stream.close();
      throw error;
    }
  }
}

function readStreamToken(request: IncomingMessage): string | null {
  const header = request.headers[tokenHeader];
  if (typeof header === 'string') return header;
  return readQuery(request).get('token');
}
