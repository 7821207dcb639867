import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { Server as NetServer, type AddressInfo } from 'node:net';
import type { GraphiqlPage, PageExample } from './pages/graphiql-page.ts';
import { AskingPage } from './pages/asking-page.ts';
import type { OperationObserver } from '../request/operation-observer.ts';
import type { Authenticator } from '../access/caller.ts';
import { credentialsOfRequest } from '../access/credentials.ts';
import { federationSecretHeader, isFederationSecret } from './federation-secret.ts';
import { ShuttingDownError } from '../schema/errors.ts';
import type { Pipeline } from '../request/pipeline.ts';
import { RequestError, transportError } from '../request/request-error.ts';
import { Refusals } from './refusal.ts';
import { acceptsPage } from './reading/accept.ts';
import { readTarget } from './reading/request-target.ts';
import { ClientAddresses } from './reading/client-address.ts';
import { clientOf, pathOf, requestIdOf, traceparentOf, type Exchange } from './exchange.ts';
import { answerRefusal, GraphQLOverHttp } from './graphql-http.ts';
import type { RequestGuard } from './request-guard.ts';
import type { Route } from './routes/route.ts';
import { answerRouteRefusal, Routes, type RoutesThere } from './routes/routes.ts';
import { sayBare, securityHeaders } from './security-headers.ts';
import { sendText } from './send-text.ts';
import { SingleConnectionStreams } from './stream/single-connection.ts';
import { StreamResponses } from './stream/stream-responses.ts';
import type { Yoga } from './yoga.ts';
import type { Log } from '../observe/log.ts';
import { serveWebSockets } from './websocket/websocket.ts';
import { AnswersUnderWay } from './answers-under-way.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 for any free port, to be read back from `url`. */
  readonly port: number;
  readonly pipeline: Pipeline;
  readonly guard: RequestGuard;
  readonly authenticator: Authenticator;
  /** Whether the page of those who ask is served at `/`. */
  readonly page: boolean;
  /** Whether a browser is served GraphiQL. */
  readonly graphiql: boolean;
  /** What it opens with, behind the general ones. */
  readonly examples: readonly PageExample[];
  /** Addresses beside those of GraphQL. */
  readonly routes: readonly Route[];
  /** How long what they do for a request may take, where it has an end. */
  readonly deadlineMs: number;
  /** What a gateway shows to read the schema for composition. */
  readonly federationSecret: string | undefined;
  /** Why the service should not be sent anything at the moment; null when it should. */
  readonly whyNotReady: () => Promise<string | null>;
  readonly transport: TransportLimits;
  /** The proxies whose word on the address of a client counts: addresses and networks. */
  readonly trustedProxies: readonly string[];
  readonly log: Log;
  readonly observer?: OperationObserver | undefined;
}

/** What clients may send and hold. */
export interface TransportLimits {
  readonly maxBodyBytes: number;
  readonly maxWebSocketMessageBytes: number;
  readonly maxOperationsPerSocket: number;
  readonly maxSocketsPerClient: number;
  readonly maxStreamsPerClient: number;
  readonly headersWithinMs: number;
  readonly requestWithinMs: number;
  /** The same of one that brings a file. */
  readonly uploadWithinMs: number;
  readonly connectionInitWithinMs: number;
  /** How long a watcher may read nothing of what there is for it. */
  readonly stallMs: number;
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

const graphqlPath = '/graphql';
/** Where graphql-sse's clients look for streams. */
const streamPath = '/graphql/stream';
/** How the addresses of the parts of GraphiQL begin. */
const graphiqlParts = '/graphql/graphiql-';
/** What is under way may take this long when the service stops. */
const finishWithinMs = 8_000;
/** What does not is ended this long before, so that its client can be told. */
const tellWithinMs = 1_000;
/** What is said to those whose request cannot be read, by the code of the error. */
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
  const responses = new StreamResponses(transport.stallMs);
  // Loaded when first needed: Yoga, for answers in parts, is as many modules as all others together, and the page is megabytes.
  let yoga: Promise<Yoga> | null = null;
  let graphiqlPage: Promise<GraphiqlPage> | null = null;
  const askingPage = options.page ? new AskingPage() : null;
  const graphql = new GraphQLOverHttp({
    pipeline,
    responses,
    refusals,
    maxBodyBytes: transport.maxBodyBytes,
    bodyWithinMs: transport.requestWithinMs,
    answerIncrementally: ({ request, response, scope, headers }, prepared) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      yoga ??= import('./yoga.ts').then(({ createYogaFor }) =>
        createYogaFor(pipeline, { path: graphqlPath, headers: securityHeaders }),
      );
      yoga
        .then((answer) => answer(request, response, { prepared, scope }))
        .catch((error: unknown) => {
          log.error({ err: error }, 'unexpected error');
          response.destroy();
        });
    },
  });
  const streams = new SingleConnectionStreams({
    pipeline,
    responses,
    refusals,
    paramsOf: (request) => graphql.paramsOfBody(request),
    maxStreams: transport.maxStreamsPerClient,
    maxOperations: transport.maxOperationsPerSocket,
  });
  const routes = new Routes({
    routes: options.routes,
    authenticator,
    addresses,
    deadlineMs: options.deadlineMs,
    maxAtOnce: transport.maxStreamsPerClient,
    log,
    observer: options.observer,
  });
  let isLeaving = false;
  let isStopping = false;
  const nothingUnderWay = Promise.withResolvers<void>();
  const underWay = new AnswersUnderWay(() => {
    if (isStopping) nothingUnderWay.resolve();
  });

  const answerGraphql = async (exchange: Exchange, path: string): Promise<void> => {
    const { request } = exchange;
    const identified = authenticator.authenticate(credentialsOfRequest(request.headers));
    const caller = 'then' in identified ? await identified : identified;
    const mayReadSchema = isFederationSecret(
      request.headers[federationSecretHeader]?.toString(),
      options.federationSecret,
    );
    const known = {
      ...exchange,
      scope: { ...exchange.scope, client: clientOf(request, caller, addresses), mayReadSchema },
    };
    if (path === streamPath && streams.concerns(request)) return streams.answer(known, caller);
    if (request.method !== 'GET' && request.method !== 'POST') {
      throw transportError(405, 'METHOD_NOT_ALLOWED', 'Operations are sent by POST or GET.', {
        allow: 'GET, POST',
      });
    }
    return graphql.answer(known, caller);
  };

  const answerGraphiql = async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> => {
    graphiqlPage ??= import('./pages/graphiql-page.ts').then(
      ({ GraphiqlPage: Page }) => new Page({ path: graphqlPath, examples: options.examples }),
    );
    if (!(await (await graphiqlPage).answer(request, response, path))) throw nothingHere();
  };

  const answerRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const ending = underWay.begin(response);
    // The client's next request goes to another replica.
    if (isStopping) response.shouldKeepAlive = false;
    const requestId = requestIdOf(request);
    const exchange: Exchange = {
      request,
      response,
      headers: { ...securityHeaders, ...guard.corsHeaders(request), 'x-request-id': requestId },
      scope: {
        requestId,
        ending,
        client: '',
        mayReadSchema: false,
        traceparent: traceparentOf(request),
      },
    };
    // Without a listener the error would end the process.
    response.on('error', (error) => {
      log.debug({ requestId, reason: error.message }, 'an answer could not be written');
    });
    let there: RoutesThere | null = null;
    const fail = (error: unknown): void => {
      const refusal = refusals.of(error, requestId);
      if (refusal === null && !response.destroyed) {
        log.error({ requestId, err: error }, 'unexpected error');
      }
      const refuse = there === null ? answerRefusal : answerRouteRefusal;
      refuse(exchange, refusal ?? unexpected(requestId));
    };
    try {
      readTarget(request);
      const path = pathOf(request);
      if (path === '/healthz') return plain(response, 200, 'ok\n');
      if (path === '/readyz') return void answerReadiness(response);
      if (request.method === 'OPTIONS') return guard.preflight(request, response);
      // Before the guard: a link in a colleague's mail opens it, and it says nothing of anybody.
      const ofPage = askingPage?.at(request.method, path);
      if (ofPage !== undefined) return void ofPage(request, response).catch(fail);
      there = routes.at(path);
      guard.check(request, there === null);
      if (there !== null) return void routes.answer(exchange, there).catch(fail);
      if (path === '/') return plain(response, 302, '', { location: graphqlPath });
      const isApi = path === graphqlPath || path === streamPath;
      if (options.graphiql && (isApi ? wantsPage(request) : path.startsWith(graphiqlParts))) {
        answerGraphiql(request, response, path).catch(fail);
      } else if (isApi) answerGraphql(exchange, path).catch(fail);
      else throw nothingHere();
    } catch (error) {
      fail(error);
    }
  };

  const answerReadiness = async (response: ServerResponse): Promise<void> => {
    const reason = isLeaving ? 'stopping' : await options.whyNotReady();
    plain(response, reason === null ? 200 : 503, `${reason ?? 'ready'}\n`);
  };

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
    answerRequest,
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
      isLeaving = true;
    },
    async close() {
      isLeaving = true;
      isStopping = true;
      // Not `http.close`, which cuts idle connections at once: their clients may still ask whether the service is ready, and a
      // request on its way is answered.
      const closed = new Promise<void>((resolve) => {
        NetServer.prototype.close.call(http, () => resolve());
      });
      underWay.closeConnections();
      if (underWay.count === 0) nothingUnderWay.resolve();
      pipeline.endSubscriptions();
      streams.end();
      // A client that waits for a hanging operator gets an error and is not cut off.
      const soon = setTimeout(() => {
        const reason = new ShuttingDownError();
        underWay.endAll(reason);
        streams.endOperations(reason);
        sockets.endOperations(reason);
      }, finishWithinMs - tellWithinMs);
      const late = setTimeout(() => {
        nothingUnderWay.resolve();
        sockets.cutOff();
      }, finishWithinMs);
      await Promise.all([sockets.close(), nothingUnderWay.promise]);
      clearTimeout(soon);
      clearTimeout(late);
      responses.close();
      streams.close();
      http.closeAllConnections();
      await closed;
      // Also what Node does of itself in `http.close`.
      http.close();
      await (await yoga)?.dispose();
    },
  };
}

/** Whether a browser opens the address, which is answered with GraphiQL. */
function wantsPage({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && acceptsPage(headers.accept ?? '');
}

function nothingHere(): RequestError {
  return transportError(404, 'NOT_FOUND', `There is nothing here: the API is ${graphqlPath}.`);
}

function unexpected(requestId: string): RequestError {
  const extensions = { code: 'INTERNAL_SERVER_ERROR', errorId: requestId };
  const message = `Unexpected error. It is in the log under ${requestId}.`;
  return new RequestError([{ message, extensions }], { status: 500, isTransportError: true });
}

function plain(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendText(response, status, body, { ...securityHeaders, ...headers });
}
