import { STATUS_CODES, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { CountByClient } from '../../request/count-by-client.ts';
import { RequestError, transportError } from '../../request/request-error.ts';
import { ClientLeftError } from '../client-left.ts';
import { readPath, readRequestId } from '../exchange.ts';
import type { RequestGuard } from '../request-guard.ts';
import { readTarget } from '../reading/request-target.ts';
import { sayBare } from '../security-headers.ts';
import type { Log } from '../../observe/log.ts';
import { Messages } from './websocket-messages.ts';
import {
  protocolOptions,
  type ClientSocket,
  type Interruption,
  type ProtocolParts,
} from './websocket-protocol.ts';

export interface WebSocketOptions extends ProtocolParts {
  readonly http: HttpServer;
  readonly path: string;
  readonly guard: RequestGuard;
  /** How many sockets a client may have open. */
  readonly maxSockets: number;
  /** What a client may send at once. */
  readonly maxMessageBytes: number;
  /** How long a client may read nothing of what there is for it. */
  readonly stallMs: number;
  readonly log: Log;
}

/** How often a client is asked whether it is there: one that has not answered by the next time is cut off. */
const pingMs = 12_000;
/** What may wait in all, such as answers to messages that a client goes on sending while it reads none of them. */
const mostUnread = 1024 * 1024;

/**
 * The codes that close a socket so that its client comes back. After each of them clients of graphql-ws come back, and take no
 * subscription for complete.
 */
const closings = {
  STOPPING: [1001, 'Going away'],
  LIMIT: [1013, 'Watched for long enough: subscribe again'],
  EXPIRED: [4403, 'The credentials have expired'],
  BEHIND: [1013, 'Too far behind: subscribe again'],
} as const;

export interface WebSockets {
  /** Closes each socket once what was asked on it is answered, and resolves when all are closed. */
  close(): Promise<void>;
  /** Ends the operations that are under way, whose clients are told why. */
  endOperations(reason: Error): void;
  /** Closes those that are left at once. */
  cutOff(): void;
}

/** Operations over WebSocket by the graphql-transport-ws protocol, on the address that serves them over HTTP. */
export function serveWebSockets(options: WebSocketOptions): WebSockets {
  const { http, path, guard, addresses, refusals, maxSockets, log } = options;
  // Without a server of its own: `ws` would take the http server's errors, such as a port in use, for its own.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxMessageBytes,
    handleProtocols,
  });
  const open = new Set<ClientSocket>();
  sockets.on('wsClientError', (_error, socket) => sayBare(socket, '400 Bad Request'));
  const held = new CountByClient();
  const allClosed = Promise.withResolvers<void>();
  let isStopping = false;
  const protocol = makeServer(protocolOptions(options, { identify, interrupt, onEnd }));

  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    try {
      readTarget(request);
      if (readPath(request) !== path) return sayBare(socket, '404 Not Found');
      if (isStopping) return sayBare(socket, '503 Service Unavailable');
      guard.check(request);
      const release = hold(addresses.of(request));
      sockets.handleUpgrade(request, socket, head, (opened) => accept(opened, request, release));
      socket.once('close', release);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      refusals.tell(error, readRequestId(request));
      const { status, errors } = error;
      sayBare(socket, `${status} ${STATUS_CODES[status]}`, JSON.stringify({ errors }));
    }
  });

  /** Counts a socket of a client, until the returned function is called. Throws a RequestError where it has too many. */
  function hold(client: string): () => void {
    const found = held.of(client) + 1;
    if (found <= maxSockets) return held.hold(client);
    const message = `Sockets at once: ${found}, and ${maxSockets} at most are taken of one client. Close one first.`;
    throw transportError(429, 'LIMIT_EXCEEDED', message);
  }

  /** Counts a socket with those of its tenant from now on. Throws a RequestError where that has too many. */
  function identify(client: ClientSocket, tenant: string): void {
    const release = hold(`tenant ${tenant}`);
    client.release();
    client.release = release;
  }

  function accept(socket: WebSocket, request: IncomingMessage, release: () => void): void {
    const client: ClientSocket = {
      socket,
      request,
      requestId: readRequestId(request),
      release,
      credentials: {},
      operations: new Map(),
      begun: null,
      close: null,
      isAlive: true,
    };
    open.add(client);
    // Node counts what is read of a large message, too.
    request.socket.setTimeout(options.stallMs, () => {
      if (socket.bufferedAmount > 0) socket.terminate();
    });
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) =>
          new Promise((resolve) => {
            // A socket that closes meanwhile needs no more.
            if (socket.readyState === socket.OPEN) socket.send(data, () => resolve());
            else resolve();
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (read) => {
          socket.on('message', (data: Buffer, isBinary) => {
            if (socket.bufferedAmount > mostUnread) return socket.terminate();
            if (isBinary) return socket.close(CloseCode.BadRequest, 'Messages are text');
            messages.take(data.toString());
          });
          const messages = new Messages(
            client,
            (text) =>
              read(text).catch((error: unknown) => {
                if (error instanceof ClientLeftError) return;
                log.error({ err: error }, 'a WebSocket message could not be handled');
                socket.close(CloseCode.InternalServerError, 'Internal server error');
              }),
            () => onEnd(client),
          );
        },
      },
      client,
    );
    // Such as a message over the limit: `ws` closes the socket with the code that is meant for it.
    socket.on('error', (error) => log.debug({ reason: error.message }, 'WebSocket error'));
    socket.on('ping', () => {
      if (socket.bufferedAmount > mostUnread) socket.terminate();
    });
    socket.on('pong', () => {
      client.isAlive = true;
    });
    socket.once('close', (code, reason) => {
      open.delete(client);
      client.release();
      for (const { left } of client.operations.values()) left.abort(new ClientLeftError());
      closed(code, reason.toString()).catch((error: unknown) => {
        log.error({ err: error }, 'the end of a WebSocket could not be handled');
      });
      if (isStopping && open.size === 0) allClosed.resolve();
    });
  }

  /** Closes a socket; but for a client that does not read, once what was asked on it is answered. */
  function interrupt(client: ClientSocket, interruption: Interruption): void {
    const { socket } = client;
    const [code, reason] = closings[interruption];
    const close = (): void => {
      socket.close(code, reason);
      setTimeout(() => socket.terminate(), closeWithinMs).unref();
    };
    if (interruption === 'BEHIND') return close();
    client.close ??= close;
    onEnd(client);
  }

  const pinging = setInterval(() => {
    for (const client of open) {
      if (!client.isAlive) client.socket.terminate();
      else {
        client.isAlive = false;
        client.socket.ping();
      }
    }
  }, pingMs);

  return {
    async close() {
      isStopping = true;
      for (const client of open) interrupt(client, 'STOPPING');
      if (open.size === 0) allClosed.resolve();
      await allClosed.promise;
      clearInterval(pinging);
    },
    endOperations(reason) {
      for (const { operations } of open) {
        for (const { left } of operations.values()) left.abort(reason);
      }
    },
    cutOff() {
      for (const { socket } of open) socket.terminate();
    },
  };
}

/** Closes a socket that is to be closed, once what was asked on it is answered. */
function onEnd({ operations, close }: ClientSocket): void {
  if (close === null) return;
  // The library tells the client of the end after this.
  setImmediate(() => {
    if ([...operations.values()].every(({ isFollowed }) => isFollowed)) close();
  });
}

/** How long a client may take to close its side at the end. */
const closeWithinMs = 1_000;
