import { STATUS_CODES, type Server as HttpServer } from 'node:http';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { CountByClient } from '../../request/count-by-client.ts';
import { RequestError, transportError } from '../../request/request-error.ts';
import { readPath, readRequestId, readTarget } from '../exchange.ts';
import type { RequestGuard } from '../request-guard.ts';
import { sayBare } from '../security-headers.ts';
import { ClientSocket, type ClientSocketOptions } from './client-socket.ts';

export interface WebSocketOptions extends ClientSocketOptions {
  readonly http: HttpServer;
  readonly path: string;
  readonly guard: RequestGuard;
  /** How many sockets a client may have open. */
  readonly maxSockets: number;
  /** The longest message that a client may send. */
  readonly maxMessageBytes: number;
}

/** How often a client is asked whether it is there. */
const pingMs = 12_000;

export interface WebSockets {
  /** Closes each socket once what was asked on it is answered, and resolves when all are closed. */
  close(): Promise<void>;
  /** Ends the operations that are under way, whose clients are told why. */
  endOperations(reason: Error): void;
  /** Ends all sockets at once, without a word to their clients. */
  cutOff(): void;
}

/** Operations over WebSocket by the graphql-transport-ws protocol, on the address that serves them over HTTP. */
export function serveWebSockets(options: WebSocketOptions): WebSockets {
  const { http, path, guard, addresses, refusals, maxSockets } = options;
  // Without a server of its own: `ws` would take the http server's errors, such as a port in use, for its own.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxMessageBytes,
    handleProtocols,
  });
  sockets.on('wsClientError', (_error, socket) => sayBare(socket, '400 Bad Request'));
  const open = new Set<ClientSocket>();
  const held = new CountByClient();
  const allClosed = Promise.withResolvers<void>();
  let isStopping = false;

  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    try {
      readTarget(request);
      if (readPath(request) !== path) return sayBare(socket, '404 Not Found');
      if (isStopping) return sayBare(socket, '503 Service Unavailable');
      guard.check(request);
      let release = hold(addresses.of(request));
      socket.once('close', () => release());
      sockets.handleUpgrade(request, socket, head, (opened) => {
        const client = new ClientSocket(opened, request, options, (tenant) => {
          const releaseAddress = release;
          release = hold(`tenant ${tenant}`);
          releaseAddress();
        });
        open.add(client);
        opened.once('close', () => {
          open.delete(client);
          if (isStopping && open.size === 0) allClosed.resolve();
        });
      });
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
    const message = `Sockets at once: ${found}, but at most ${maxSockets} are allowed of one client. Close one first.`;
    throw transportError(429, 'LIMIT_EXCEEDED', message);
  }

  const pinging = setInterval(() => {
    for (const client of open) client.ping();
  }, pingMs);

  return {
    async close() {
      isStopping = true;
      for (const client of open) client.interrupt('STOPPING');
      if (open.size === 0) allClosed.resolve();
      await allClosed.promise;
      clearInterval(pinging);
    },
    endOperations(reason) {
      for (const client of open) client.endOperations(reason);
    },
    cutOff() {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}
