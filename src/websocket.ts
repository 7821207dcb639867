import type { IncomingHttpHeaders, Server as HttpServer } from 'node:http';
import {
  execute,
  getOperationAST,
  GraphQLError,
  parse,
  validate,
  type GraphQLSchema,
} from 'graphql';
import { handleProtocols } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Authenticator, Caller, Credentials } from './access/caller.ts';
import { checkScopes } from './access/check-scopes.ts';
import { credentialsOfConnection } from './access/credentials.ts';
import type { Context } from './graphql/context.ts';
import { maskError } from './graphql/mask-errors.ts';
import { subscribe } from './graphql/subscribe.ts';
import type { Log } from './log.ts';

export interface WebSocketOptions {
  readonly http: HttpServer;
  readonly path: string;
  readonly schema: GraphQLSchema;
  readonly contextFor: (signal: AbortSignal, caller: Caller) => Context;
  readonly authenticator: Authenticator;
  readonly log: Log;
}

/** What a client may send at once. */
const longestMessage = 64 * 1024;

/** An error that the operation has before it is executed, with the code that it has over HTTP. */
function coded(error: unknown, code: string): GraphQLError {
  const { message, nodes, source, positions } =
    error instanceof GraphQLError ? error : new GraphQLError('The operation cannot be read.');
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source,
    positions,
    extensions: { code },
  });
}

/** A page may open a socket to its own host only: browsers send no preflight for sockets. Other clients name no origin. */
function isForeign({ origin, host }: IncomingHttpHeaders): boolean {
  return origin !== undefined && URL.parse(origin)?.host !== host;
}

/** Operations over WebSocket by the graphql-transport-ws protocol, on the address that serves them over HTTP. */
export function serveWebSockets(options: WebSocketOptions): { close(): Promise<void> } {
  const { http, path, schema, contextFor, authenticator, log } = options;
  // Without a server of its own: `ws` would take the http server's errors, such as a port in use, for its own.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: longestMessage,
    handleProtocols,
  });
  http.on('upgrade', (request, socket, head) => {
    if (isForeign(request.headers)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    if (request.url?.split('?')[0] !== path) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) =>
      sockets.emit('connection', opened, request),
    );
  });

  const mask = (errors: readonly unknown[]) =>
    errors.map((error) => maskError(error, log).toJSON());

  const served = useServer<
    Record<string, unknown>,
    { operations?: Map<string, AbortController>; credentials?: Credentials }
  >(
    {
      schema,
      execute,
      subscribe,
      async onConnect({ connectionParams, extra }) {
        extra.credentials = credentialsOfConnection(connectionParams, extra.request.headers);
        try {
          await authenticator.authenticate(extra.credentials);
          return true;
        } catch {
          // Closed with 4403.
          return false;
        }
      },
      async onSubscribe(connection, id, payload) {
        let document;
        try {
          document = parse(payload.query);
        } catch (error) {
          // An error of this operation, not of the connection.
          return [coded(error, 'GRAPHQL_PARSE_FAILED')];
        }
        const errors = validate(schema, document);
        if (errors.length > 0) {
          return errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'));
        }
        // Again for each operation: a token may have expired since the last one.
        let caller;
        try {
          caller = await authenticator.authenticate(connection.extra.credentials ?? {});
        } catch (error) {
          return [maskError(error, log)];
        }
        const operation = getOperationAST(document, payload.operationName);
        const forbidden = operation && checkScopes(operation, caller);
        if (forbidden) return forbidden;
        const left = new AbortController();
        const operations = (connection.extra.operations ??= new Map());
        operations.set(id, left);
        return {
          schema,
          document,
          operationName: payload.operationName,
          variableValues: payload.variables,
          contextValue: contextFor(left.signal, caller),
        };
      },
      onNext: (_connection, _id, _payload, _args, result) =>
        result.errors ? { ...result, errors: mask(result.errors) } : undefined,
      onError: (_connection, _id, _payload, errors) => mask(errors),
      onComplete(connection, id) {
        connection.extra.operations?.get(id)?.abort();
        connection.extra.operations?.delete(id);
      },
      onClose(connection) {
        for (const operation of connection.extra.operations?.values() ?? []) operation.abort();
      },
    },
    sockets,
  );

  return {
    async close() {
      await served.dispose();
    },
  };
}
