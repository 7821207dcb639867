import { createServer as createHttpServer } from 'node:http';
import { Server as NetServer, type AddressInfo } from 'node:net';
import { ShuttingDownError } from '../schema/errors.ts';
import { Refusals } from './refusal.ts';
import { ClientAddresses } from './reading/client-address.ts';
import { sayBare } from './security-headers.ts';
import { serveWebSockets } from './websocket/websocket.ts';
import { answerRequests, graphqlPath, type RequestAnswersOptions } from './request-answers.ts';

export interface ServerOptions extends Omit<RequestAnswersOptions, 'addresses' | 'refusals'> {
  readonly host: string;
  /** 0 for any free port, to be read back from `url`. */
  readonly port: number;
  /** The proxies whose word on the address of a client counts: addresses and networks. */
  readonly trustedProxies: readonly string[];
}

export interface Server {
  /** The GraphQL address: HTTP, server-sent events, WebSocket and, in a browser, GraphiQL. */
  readonly url: string;
  /** Says from now on that it is not ready, and goes on answering. */
  leave(): void;
  /**
   * Stops in order: says that it is not ready, takes no more connections, interrupts the subscriptions, lets what is under way
   * finish, and resolves when every connection is closed, after eight seconds at the latest.
   */
  close(): Promise<void>;
}

/** A connection is closed this long after the service began to stop, at the latest. */
const finishWithinMs = 8_000;
/** Operations that are still under way are aborted this long before that, so that their clients are told. */
const tellWithinMs = 1_000;
/** The answers to requests that cannot be read, by the code of the error. */
const unreadable: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
};

/** Serves the API. Rejects where the address cannot be listened on. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { pipeline, guard, authenticator, transport, log } = options;
  const addresses = new ClientAddresses(options.trustedProxies);
  const refusals = new Refusals(log, options.observer);
  const requests = answerRequests({ ...options, addresses, refusals });
  const http = createHttpServer(
    {
      headersTimeout: transport.headersWithinMs,
      // Node has one for all requests; what reads the body of an operation waits less.
      requestTimeout: Math.max(transport.requestWithinMs, transport.uploadWithinMs),
      // Longer than gateways and load balancers keep a connection that is idle: they would meet one that is being closed.
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 500,
      // Other upgrades, such as to HTTP/2, are offers that need not be taken.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    requests.answer,
  );
  http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
    sayBare(socket, unreadable[error.code ?? ''] ?? '400 Bad Request');
  });
  const sockets = serveWebSockets({
    http,
    path: graphqlPath,
    pipeline,
    guard,
    authenticator,
    addresses,
    refusals,
    maxSockets: transport.maxSocketsPerClient,
    maxOperations: transport.maxOperationsPerSocket,
    maxMessageBytes: transport.maxWebSocketMessageBytes,
    stallMs: transport.stallMs,
    initWithinMs: transport.connectionInitWithinMs,
    log,
  });

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port, options.host, () => {
      http.off('error', reject);
      resolve();
    });
  });
  const { address, port, family } = http.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;

  return {
    url: `http://${host}:${port}${graphqlPath}`,
    leave() {
      requests.leave();
    },
    async close() {
      // Not `http.close`, which cuts idle connections at once: their clients may still ask whether the service is ready, and a
      // request on its way is answered.
      const closed = new Promise<void>((resolve) => {
        NetServer.prototype.close.call(http, () => resolve());
      });
      const isLate = Promise.withResolvers<void>();
      const answered = requests.stop();
      // A client that waits for a hanging operator gets an error and is not cut off.
      const soon = setTimeout(() => {
        const reason = new ShuttingDownError();
        requests.endOperations(reason);
        sockets.endOperations(reason);
      }, finishWithinMs - tellWithinMs);
      const late = setTimeout(() => {
        isLate.resolve();
        sockets.cutOff();
      }, finishWithinMs);
      await Promise.all([sockets.close(), Promise.race([answered, isLate.promise])]);
      clearTimeout(soon);
      clearTimeout(late);
      requests.close();
      http.closeAllConnections();
      await closed;
      // Also what Node does of itself in `http.close`.
      http.close();
    },
  };
}
