import type { IncomingMessage, Server as HttpServer } from 'node:http';
import {
  GraphQLError,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
} from 'graphql';
import {
  CloseCode,
  handleProtocols,
  makeServer,
  type Context as SocketContext,
  type ServerOptions,
} from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import {
  AuthenticationUnavailableError,
  UnauthenticatedError,
  type Authenticator,
  type Credentials,
} from '../access/caller.ts';
import { credentialsOfConnection } from '../access/credentials.ts';
import type { Pipeline } from '../request/pipeline.ts';
import { isSubscription, type Prepared, type RequestScope } from '../request/prepared.ts';
import { RequestError } from '../request/request-error.ts';
import { requestParamsOf } from '../request/request-params.ts';
import { ClientLeftError } from './client-left.ts';
import { refusalOf } from './refusal.ts';
import { clientOf, pathOf, requestIdOf } from './exchange.ts';
import type { RequestGuard } from './request-guard.ts';
import { sayBare } from './security-headers.ts';
import type { Log } from '../observe/log.ts';
import { Messages, type Operations, type SocketOperation } from './websocket-messages.ts';
import {
  readerOf,
  type StreamEnding,
  type StreamReader,
} from '../request/subscription/shared-stream.ts';
import { Sending } from './websocket-sending.ts';

export interface WebSocketOptions {
  readonly http: HttpServer;
  readonly path: string;
  readonly pipeline: Pipeline;
  readonly guard: RequestGuard;
  readonly authenticator: Authenticator;
  /** How many operations may be under way on one socket. */
  readonly maxOperations: number;
  /** What a client may send at once. */
  readonly maxMessageBytes: number;
  /** How long a client may take to introduce itself. */
  readonly initWithinMs: number;
  /** How long a client may read nothing of what there is for it. */
  readonly stallMs: number;
  readonly log: Log;
}

interface Extra extends Operations {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  /** What it showed when it introduced itself. */
  credentials: Credentials;
  /** Whether it has answered the last ping. */
  isAlive: boolean;
}

type Socket = SocketContext<Record<string, unknown> | undefined, Extra>;

/** An operation that is ready, on its way through the protocol's library. */
interface PreparedArgs extends ExecutionArgs {
  readonly id: string;
  readonly extra: Extra;
  readonly prepared: Prepared;
  readonly scope: RequestScope;
}

/** How often a client is asked whether it is there: one that has not answered by the next time is cut off. */
const pingMs = 12_000;
/** What may wait in all, such as answers to messages that a client goes on sending while it reads none of them. */
const mostUnread = 1024 * 1024;

/**
 * With what a socket is closed, so that its client comes back: clients of graphql-ws do after any of these codes, and take
 * none of what they follow for complete.
 */
const closings = {
  STOPPING: [1001, 'Going away'],
  LIMIT: [1013, 'Watched for long enough: subscribe again'],
  EXPIRED: [4403, 'The credentials have expired'],
  BEHIND: [1013, 'Too far behind: subscribe again'],
} as const;

type Interruption = Exclude<StreamEnding, 'COMPLETE'>;

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
  const { http, path, guard, log } = options;
  // Without a server of its own: `ws` would take the http server's errors, such as a port in use, for its own.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxMessageBytes,
    handleProtocols,
  });
  const open = new Set<Extra>();
  sockets.on('wsClientError', (_error, socket) => sayBare(socket, '400 Bad Request'));
  const allClosed = Promise.withResolvers<void>();
  let isStopping = false;
  const protocol = makeServer(protocolOptions(options, { interrupt, onEnd }));

  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (pathOf(request) !== path) return sayBare(socket, '404 Not Found');
    if (isStopping) return sayBare(socket, '503 Service Unavailable');
    try {
      guard.check(request);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return sayBare(socket, error.status === 403 ? '403 Forbidden' : '421 Misdirected Request');
    }
    sockets.handleUpgrade(request, socket, head, (opened) => accept(opened, request));
  });

  function accept(socket: WebSocket, request: IncomingMessage): void {
    const extra: Extra = {
      socket,
      request,
      credentials: {},
      operations: new Map(),
      begun: null,
      close: null,
      isAlive: true,
    };
    open.add(extra);
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
            extra,
            (text) =>
              read(text).catch((error: unknown) => {
                if (error instanceof ClientLeftError) return;
                log.error({ err: error }, 'a WebSocket message could not be handled');
                socket.close(CloseCode.InternalServerError, 'Internal server error');
              }),
            () => onEnd(extra),
          );
        },
      },
      extra,
    );
    // Such as a message over the limit: `ws` closes the socket with the code that is meant for it.
    socket.on('error', (error) => log.debug({ reason: error.message }, 'WebSocket error'));
    socket.on('ping', () => {
      if (socket.bufferedAmount > mostUnread) socket.terminate();
    });
    socket.on('pong', () => {
      extra.isAlive = true;
    });
    socket.once('close', (code, reason) => {
      open.delete(extra);
      for (const { left } of extra.operations.values()) left.abort(new ClientLeftError());
      closed(code, reason.toString()).catch((error: unknown) => {
        log.error({ err: error }, 'the end of a WebSocket could not be handled');
      });
      if (isStopping && open.size === 0) allClosed.resolve();
    });
  }

  /** Closes a socket; but for a client that does not read, once what was asked on it is answered. */
  function interrupt(extra: Extra, interruption: Interruption): void {
    const { socket } = extra;
    const [code, reason] = closings[interruption];
    const close = (): void => {
      socket.close(code, reason);
      setTimeout(() => socket.terminate(), closeWithinMs).unref();
    };
    if (interruption === 'BEHIND') return close();
    extra.close ??= close;
    onEnd(extra);
  }

  function onEnd({ operations, close }: Extra): void {
    if (close === null) return;
    // The library tells the client of the end after this.
    setImmediate(() => {
      if ([...operations.values()].every(({ isFollowed }) => isFollowed)) close();
    });
  }

  const pinging = setInterval(() => {
    for (const extra of open) {
      if (!extra.isAlive) extra.socket.terminate();
      else {
        extra.isAlive = false;
        extra.socket.ping();
      }
    }
  }, pingMs);

  return {
    async close() {
      isStopping = true;
      for (const extra of open) interrupt(extra, 'STOPPING');
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

/** How long a client may take to close its side at the end. */
const closeWithinMs = 1_000;

interface SocketEvents {
  /** What a socket follows is interrupted. */
  interrupt(extra: Extra, interruption: Interruption): void;
  /** An operation has ended. */
  onEnd(extra: Extra): void;
}

function protocolOptions(
  options: WebSocketOptions,
  { interrupt, onEnd }: SocketEvents,
): ServerOptions<Record<string, unknown> | undefined, Extra> {
  const { pipeline, authenticator, maxOperations, initWithinMs } = options;
  return {
    connectionInitWaitTimeout: initWithinMs,
    async onConnect({ connectionParams, extra }: Socket) {
      try {
        extra.credentials = credentialsOfConnection(connectionParams, extra.request.headers);
        await authenticator.authenticate(extra.credentials);
        return true;
      } catch (error) {
        if (error instanceof UnauthenticatedError) return false;
        if (error instanceof AuthenticationUnavailableError) {
          extra.socket.close(1013, 'Try again later');
          return false;
        }
        throw error;
      }
    },
    async onSubscribe({ extra, subscriptions }: Socket, id, payload) {
      const { credentials, request, operations } = extra;
      const found = Object.keys(subscriptions).length;
      if (found > maxOperations) return [tooMany(found, maxOperations)];
      const operation: SocketOperation = { left: new AbortController(), isFollowed: false };
      operations.set(id, operation);
      extra.begun = operation;
      try {
        // Again for each operation: a token may have expired since the last one.
        const caller = await authenticator.authenticate(credentials);
        const prepared = await pipeline.prepare(requestParamsOf(payload), caller);
        operation.isFollowed = isSubscription(prepared);
        const args: PreparedArgs = {
          schema: prepared.operation.schema,
          document: prepared.operation.document,
          operationName: prepared.operation.name,
          variableValues: prepared.variables,
          id,
          extra,
          prepared,
          scope: {
            requestId: requestIdOf(request),
            ending: operation.left,
            mayReadSchema: false,
            client: clientOf(request, caller),
          },
        };
        return args;
      } catch (error) {
        operations.delete(id);
        onEnd(extra);
        const refusal = refusalOf(error);
        if (refusal === null) throw error;
        return refusal.errors.map(asIs);
      }
    },
    execute: async (args: ExecutionArgs) => {
      const { prepared, scope } = args as PreparedArgs;
      if (prepared.isIncremental) {
        return partsAsIs(pipeline.executeIncrementally(prepared, scope));
      }
      const executed = pipeline.execute(prepared, scope);
      const { text } = 'then' in executed ? await unlessLeft(executed, scope) : executed;
      return sendingOf(readerOf(text), args as PreparedArgs, interrupt) as never;
    },
    subscribe: async (args: ExecutionArgs) => {
      const { prepared, scope } = args as PreparedArgs;
      let sending: Sending | null = null;
      try {
        const begun = await pipeline.subscribe(prepared, scope, () => sending?.pump());
        if (scope.ending.signal.reason instanceof ClientLeftError) {
          if ('take' in begun) begun.leave();
          throw new ClientLeftError();
        }
        if (!('take' in begun)) return withErrorsAsIs(begun);
        sending = sendingOf(begun, args as PreparedArgs, interrupt);
        return sending as never;
      } catch (error) {
        if (error instanceof RequestError) return { errors: error.errors.map(asIs) };
        throw error;
      }
    },
    onComplete({ extra }: Socket, id) {
      extra.operations.get(id)?.left.abort(new ClientLeftError());
      extra.operations.delete(id);
      onEnd(extra);
    },
  };
}

/** What a reader has, on its way to the socket of the operation. */
function sendingOf(
  reader: StreamReader,
  { id, extra }: PreparedArgs,
  interrupt: SocketEvents['interrupt'],
): Sending {
  const { socket, request } = extra;
  return new Sending(reader, {
    socket,
    connection: request.socket,
    id,
    onRead() {
      extra.isAlive = true;
    },
    onInterrupted: (ending) => interrupt(extra, ending),
  });
}

/** A result for the library, which turns its errors into JSON by their own method. */
function withErrorsAsIs({ errors, ...rest }: FormattedExecutionResult): ExecutionResult {
  return errors === undefined ? rest : { ...rest, errors: errors.map(asIs) };
}

async function* partsAsIs(parts: AsyncIterable<object>): AsyncGenerator<ExecutionResult> {
  for await (const part of parts) yield withErrorsAsIs(part);
}

/** An error that is sent as it is. */
function asIs(error: GraphQLFormattedError): GraphQLError {
  return Object.assign(new GraphQLError(error.message), { toJSON: () => error });
}

function tooMany(found: number, allowed: number): GraphQLError {
  return new GraphQLError(
    `Operations at once on this socket: ${found}, and ${allowed} at most are taken. Complete one first, or open another socket.`,
    { extensions: { code: 'LIMIT_EXCEEDED', limit: 'operationsPerSocket', allowed } },
  );
}

/** What `running` comes to, unless the client leaves before: its deadline is in the result. */
function unlessLeft<T>(running: Promise<T>, { ending: { signal } }: RequestScope): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      if (signal.reason instanceof ClientLeftError) reject(signal.reason);
    };
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    running.then(resolve, reject);
  });
}
