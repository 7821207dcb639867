import type { Server as HttpServer } from 'node:http';
import { execute, GraphQLError, parse, validate, type GraphQLSchema } from 'graphql';
import { handleProtocols } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Context } from './graphql/context.ts';
import { maskError } from './graphql/mask-errors.ts';
import { subscribe } from './graphql/subscribe.ts';
import type { Log } from './log.ts';

export interface WebSocketOptions {
  readonly http: HttpServer;
  readonly path: string;
  readonly schema: GraphQLSchema;
  readonly contextFor: (signal: AbortSignal) => Context;
  readonly log: Log;
}

/** What a client may send at once. */
const longestMessage = 64 * 1024;

/** Operations over WebSocket by the graphql-transport-ws protocol, on the address that serves them over HTTP. */
export function serveWebSockets(options: WebSocketOptions): { close(): Promise<void> } {
  const { http, path, schema, contextFor, log } = options;
  const sockets = new WebSocketServer({
    server: http,
    path,
    maxPayload: longestMessage,
    handleProtocols,
  });
  // The address cannot be listened on: `http` reports that itself.
  sockets.on('error', () => {});

  const mask = (errors: readonly unknown[]) =>
    errors.map((error) => maskError(error, log).toJSON());

  const served = useServer<Record<string, never>, { operations?: Map<string, AbortController> }>(
    {
      schema,
      execute,
      subscribe,
      onSubscribe(connection, id, payload) {
        let document;
        try {
          document = parse(payload.query);
        } catch (error) {
          // An error of this operation, not of the connection.
          return [
            error instanceof GraphQLError ? error : new GraphQLError('The query cannot be read.'),
          ];
        }
        const errors = validate(schema, document);
        if (errors.length > 0) return errors;
        const left = new AbortController();
        const operations = (connection.extra.operations ??= new Map());
        operations.set(id, left);
        return {
          schema,
          document,
          operationName: payload.operationName,
          variableValues: payload.variables,
          contextValue: contextFor(left.signal),
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
