import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  execute,
  getOperationAST,
  parse,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Authenticator, Caller } from './access/caller.ts';
import { credentialsOfRequest } from './access/credentials.ts';
import { checkScopes } from './access/check-scopes.ts';
import { createContext, type Context } from './graphql/context.ts';
import { graphiqlTabs } from './graphql/graphiql-examples.ts';
import { maskError } from './graphql/mask-errors.ts';
import { subscribe } from './graphql/subscribe.ts';
import type { Log } from './log.ts';
import type { OperatorConnection } from './operators/operator.ts';
import type { SiteServices } from './sites/session.ts';
import { serveWebSockets } from './websocket.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 for any free port, to be read back from `url`. */
  readonly port: number;
  readonly schema: GraphQLSchema;
  readonly connections: ReadonlyMap<string, OperatorConnection>;
  readonly sites: SiteServices;
  readonly authenticator: Authenticator;
  readonly log: Log;
}

export interface Server {
  /** The GraphQL address: HTTP, server-sent events, WebSocket and, in a browser, GraphiQL. */
  readonly url: string;
  /** Stops taking requests, ends the streams and resolves when every connection is closed. */
  close(): Promise<void>;
}

const graphqlPath = '/graphql';

/** Serves the API. Rejects where the address cannot be listened on. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { schema, connections, sites, authenticator, log } = options;
  const contextFor = (signal: AbortSignal | undefined, caller: Caller): Context =>
    createContext({ log, connections, sites, signal, caller, mayReadSchema: true });

  const yoga = createYoga<{ req: IncomingMessage; res: ServerResponse }, Context>({
    schema,
    graphqlEndpoint: graphqlPath,
    context: async ({ request, req }) => {
      const caller = await authenticator.authenticate(credentialsOfRequest(req.headers));
      return contextFor(request.signal, caller);
    },
    landingPage: false,
    cors: false,
    batching: false,
    multipart: false,
    logging: false,
    maskedErrors: { maskError: (error) => maskError(error, log) },
    graphiql: {
      title: 'Eligibility of French wholesale operators',
      defaultTabs: [...graphiqlTabs],
      subscriptionsProtocol: 'WS',
    },
    // Nine megabytes that only a browser needs.
    renderGraphiQL: async (page) =>
      (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(page),
    plugins: [useExecution()],
  });

  const http = createHttpServer((request, response) => {
    if (request.url === '/healthz') return answer(response, 200, 'ok\n');
    if (request.url === '/') return answer(response, 302, '', { location: graphqlPath });
    // Forms and plain text are what a page of another site may post without asking: only JSON is read.
    const type = request.headers['content-type'] ?? '';
    if (request.method === 'POST' && !/^application\/([\w.-]+\+)?json\b/i.test(type)) {
      return answer(response, 415, 'Send the operation as application/json.\n');
    }
    void yoga(request, response);
  });
  const sockets = serveWebSockets({
    http,
    path: graphqlPath,
    schema,
    contextFor,
    authenticator,
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
    async close() {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      await sockets.close();
      http.closeAllConnections();
      await closed;
      await yoga.dispose();
    },
  };
}

/** Executes with graphql-js, and subscriptions with a context for each event. */
function useExecution(): Plugin {
  return {
    onExecute: ({ setExecuteFn }) => setExecuteFn(ifAllowed(execute)),
    onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(ifAllowed(subscribe)),
    onParse: ({ setParseFn }) => setParseFn(parse),
  };
}

/** Refuses what the scopes of the caller do not reach. */
function ifAllowed<Result>(run: (args: ExecutionArgs) => Result) {
  return (args: ExecutionArgs): Result | ExecutionResult => {
    const operation = getOperationAST(args.document, args.operationName);
    const { caller } = args.contextValue as Context;
    const errors = operation && checkScopes(operation, caller);
    return errors ? { data: null, errors } : run(args);
  };
}

function answer(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(body);
}
