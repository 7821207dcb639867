import type { IncomingMessage } from 'node:http';
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  MessageType,
  parseMessage,
  type Message,
} from 'graphql-ws';
import type { WebSocket } from 'ws';
import { ClientLeftError, Ending } from '../../abort.ts';
import {
  credentialsOfConnection,
  type Authenticator,
  type Credentials,
} from '../../access/caller.ts';
import type { Log } from '../../observe/log.ts';
import type { Pipeline } from '../../request/pipeline.ts';
import { isSubscription } from '../../request/prepared.ts';
import { readRequestParams } from '../../request/request-params.ts';
import { transportError, type RequestError } from '../../request/request-error.ts';
import type { StreamEnding, StreamReader } from '../../request/subscription/shared-stream.ts';
import { identifyClient, readRequestId, readTraceparent } from '../exchange.ts';
import type { ClientAddresses } from '../reading/client-address.ts';
import type { Refusals } from '../refusal.ts';
import { Outlet } from '../stream/outlet.ts';
import { makeMessageFraming } from './message-framing.ts';

/** The parts that operations on sockets need. */
export interface ClientSocketOptions {
  readonly pipeline: Pipeline;
  readonly authenticator: Authenticator;
  readonly addresses: ClientAddresses;
  readonly refusals: Refusals;
  /** How many operations may be under way on one socket. */
  readonly maxOperations: number;
  /** How long a client may take to introduce itself. */
  readonly initWithinMs: number;
  /** How long a client may read nothing while results wait for it. */
  readonly stallMs: number;
  readonly log: Log;
}

/** The most that may wait, in bytes: a client may go on sending messages while it reads no answer. */
const mostUnread = 1024 * 1024;
/** How long a client may take to close its side at the end. */
const closeWithinMs = 1_000;

/**
 * The codes that close a socket before its subscriptions are complete. After each of them clients of graphql-ws connect again and
 * subscribe again.
 */
const closings = {
  STOPPING: [1001, 'Going away'],
  LIMIT: [1013, 'Watched for long enough: subscribe again'],
  EXPIRED: [4403, 'The credentials have expired'],
  BEHIND: [1013, 'Too far behind: subscribe again'],
} as const;

interface Operation {
  /** Aborted when the operation ends, also where the client leaves or the service stops. */
  readonly left: Ending;
  /** Whether it is a subscription, which its client can follow further on another socket. */
  isFollowed: boolean;
  reader: StreamReader | null;
  readonly pump: () => void;
}

/** One socket and its operations, by the graphql-transport-ws protocol. */
export class ClientSocket {
  readonly #socket: WebSocket;
  readonly #request: IncomingMessage;
  readonly #requestId: string;
  readonly #options: ClientSocketOptions;
  /** Counts this socket among those of a tenant. Throws a RequestError where the tenant has too many. */
  readonly #countFor: (tenant: string) => void;
  /** By the names that the client gave them. */
  readonly #operations = new Map<string, Operation>();
  /** The credentials that the client introduced itself with; null before. */
  #credentials: Credentials | null = null;
  #isAcknowledged = false;
  /** Why the socket closes once its queries and mutations are answered; null while operations may begin. */
  #interruption: keyof typeof closings | null = null;
  /** Whether the client has answered the last ping, or has since read what waited for it. */
  #isAlive = true;

  constructor(
    socket: WebSocket,
    request: IncomingMessage,
    options: ClientSocketOptions,
    countFor: (tenant: string) => void,
  ) {
    this.#socket = socket;
    this.#request = request;
    this.#requestId = readRequestId(request);
    this.#countFor = countFor;
    this.#options = options;
    // `ws` closes the socket itself, with the code for the error, such as a message over the limit.
    socket.on('error', ({ message }) => options.log.debug({ reason: message }, 'WebSocket error'));
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
      socket.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
      return;
    }
    const impatience = setTimeout(() => {
      if (this.#credentials !== null) return;
      socket.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
    }, options.initWithinMs);
    // Node starts this time anew whenever the client has read a part, also of one large message.
    request.socket.setTimeout(options.stallMs, () => {
      if (socket.bufferedAmount > 0) socket.terminate();
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > mostUnread) return socket.terminate();
      if (isBinary) return socket.close(CloseCode.BadRequest, 'Messages are text');
      this.#take(data.toString()).catch((error: unknown) => {
        options.log.error({ err: error }, 'a WebSocket message could not be handled');
        socket.close(CloseCode.InternalServerError, 'Internal server error');
      });
    });
    socket.on('ping', () => {
      if (socket.bufferedAmount > mostUnread) socket.terminate();
    });
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.once('close', () => {
      clearTimeout(impatience);
      for (const id of this.#operations.keys()) this.#end(id);
    });
  }

  /** Asks the client whether it is there: one that has not answered by the next time is cut off. */
  ping(): void {
    if (!this.#isAlive) return this.#socket.terminate();
    this.#isAlive = false;
    this.#socket.ping();
  }

  /** Closes the socket at once for a client that is behind, and otherwise when its queries and mutations are answered. */
  interrupt(ending: Exclude<StreamEnding, 'COMPLETE'>): void {
    if (ending === 'BEHIND') return this.#close(ending);
    this.#interruption ??= ending;
    this.#closeIfAnswered();
  }

  /** Ends the operations that are under way, whose client is told why. */
  endOperations(reason: Error): void {
    for (const { left } of this.#operations.values()) left.abort(reason);
  }

  async #take(text: string): Promise<void> {
    const message = readMessage(text);
    if (message?.type === MessageType.Complete) return this.#end(message.id);
    if (this.#interruption !== null) return;
    switch (message?.type) {
      case MessageType.ConnectionInit:
        return this.#introduce(message.payload);
      case MessageType.Ping:
        return this.#send({
          type: MessageType.Pong,
          ...(message.payload && { payload: message.payload }),
        });
      case MessageType.Pong:
        return;
      case MessageType.Subscribe:
        return this.#begin(message.id, message.payload);
      default:
        this.#socket.close(CloseCode.BadRequest, 'Invalid message received');
    }
  }

  async #introduce(payload: unknown): Promise<void> {
    const socket = this.#socket;
    if (this.#credentials !== null) {
      const code = CloseCode.TooManyInitialisationRequests;
      return socket.close(code, 'Too many initialisation requests');
    }
    const shown = payload as Readonly<Record<string, unknown>> | null | undefined;
    this.#credentials = credentialsOfConnection(shown ?? undefined, this.#request.headers);
    const { authenticator, refusals } = this.#options;
    try {
      const { tenant } = await authenticator.authenticate(this.#credentials);
      if (socket.readyState !== socket.OPEN) return;
      if (tenant !== null) this.#countFor(tenant);
    } catch (error) {
      const refusal = refusals.of(error, this.#requestId);
      if (refusal === null) throw error;
      // A client that needs other credentials does not come back; after any other refusal it may.
      return refusal.status === 401
        ? socket.close(CloseCode.Forbidden, 'Forbidden')
        : socket.close(1013, refusal.message.slice(0, 120));
    }
    this.#isAcknowledged = true;
    this.#send({ type: MessageType.ConnectionAck });
  }

  async #begin(id: string, payload: unknown): Promise<void> {
    if (!this.#isAcknowledged) return this.#socket.close(CloseCode.Unauthorized, 'Unauthorized');
    if (this.#operations.has(id)) {
      const code = CloseCode.SubscriberAlreadyExists;
      return this.#socket.close(code, `Subscriber for ${id.slice(0, 25)} already exists`);
    }
    const { pipeline, authenticator, addresses, refusals, maxOperations } = this.#options;
    const operation = this.#makeOperation(id);
    this.#operations.set(id, operation);
    try {
      const found = this.#operations.size;
      if (found > maxOperations) throw tooMany(found, maxOperations);
      // Again for each operation: a token may have expired since the last one.
      const caller = await authenticator.authenticate(this.#credentials ?? {});
      const prepared = await pipeline.prepare(readRequestParams(payload), caller);
      operation.isFollowed = isSubscription(prepared);
      const ongoing = {
        requestId: this.#requestId,
        ending: operation.left,
        mayReadSchema: false,
        traceparent: readTraceparent(this.#request),
        client: identifyClient(this.#request, caller, addresses),
      };
      operation.reader = await pipeline.follow(prepared, ongoing, operation.pump);
    } catch (error) {
      const refusal = refusals.of(error, this.#requestId);
      if (refusal === null) throw error;
      if (this.#operations.get(id) !== operation) return;
      this.#send({ id, type: MessageType.Error, payload: refusal.errors });
      return this.#end(id);
    }
    if (this.#operations.get(id) === operation) operation.pump();
    else operation.reader.leave();
  }

  #makeOperation(id: string): Operation {
    const framing = makeMessageFraming(
      `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":`,
    );
    const socket = this.#socket;
    const outlet = new Outlet(this.#request.socket, () => {
      this.#isAlive = true;
      operation.pump();
    });
    const operation: Operation = {
      left: new Ending(),
      isFollowed: false,
      reader: null,
      pump: () => {
        // The client may have given its name to another operation by now.
        if (operation.reader === null || this.#operations.get(id) !== operation) return;
        if (socket.readyState !== socket.OPEN) return;
        const ending = outlet.writeFrom(operation.reader, framing);
        if (ending === null) return;
        if (ending !== 'COMPLETE') return this.interrupt(ending);
        this.#send({ id, type: MessageType.Complete });
        this.#end(id);
      },
    };
    return operation;
  }

  /** Ends an operation. The client may give its name to another one. */
  #end(id: string): void {
    const operation = this.#operations.get(id);
    if (operation === undefined) return;
    this.#operations.delete(id);
    operation.reader?.leave();
    operation.left.abort(new ClientLeftError());
    this.#closeIfAnswered();
  }

  #closeIfAnswered(): void {
    if (this.#interruption === null) return;
    const isAnswered = [...this.#operations.values()].every(({ isFollowed }) => isFollowed);
    if (isAnswered) this.#close(this.#interruption);
  }

  #close(interruption: keyof typeof closings): void {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return;
    const [code, reason] = closings[interruption];
    socket.close(code, reason);
    setTimeout(() => socket.terminate(), closeWithinMs).unref();
  }

  #send(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

/** Null for what is no message of the protocol. */
function readMessage(text: string): Message | null {
  try {
    return parseMessage(text);
  } catch {
    return null;
  }
}

function tooMany(found: number, allowed: number): RequestError {
  const message = `Operations at once on this socket: ${found}, but at most ${allowed} are allowed. Complete one first, or open another socket.`;
  const limit = { limit: 'operationsPerSocket', allowed };
  return transportError(429, 'LIMIT_EXCEEDED', message, {}, limit);
}
