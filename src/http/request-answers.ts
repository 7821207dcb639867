import type { IncomingMessage, ServerResponse } from 'node:http';
import { credentialsOfRequest, type Authenticator, type Caller } from '../access/caller.ts';
import type { Log } from '../observe/log.ts';
import type { OperationObserver } from '../request/operation-observer.ts';
import type { Pipeline } from '../request/pipeline.ts';
import { RequestError, transportError } from '../request/request-error.ts';
import {
  AnswersUnderWay,
  federationSecretHeader,
  identifyClient,
  isFederationSecret,
  readPath,
  readRequestId,
  readTarget,
  readTraceparent,
  type Exchange,
} from './exchange.ts';
import { answerRefusal, GraphQLOverHttp } from './graphql-http.ts';
import { readAskingPage } from './pages/asking-page.ts';
import type { PageParts } from './pages/compressed-text.ts';
import type { PageExample } from './pages/graphiql-page.ts';
import { acceptsPage } from './reading/accept.ts';
import type { ClientAddresses } from './reading/client-address.ts';
import type { Refusals } from './refusal.ts';
import type { RequestGuard } from './request-guard.ts';
import type { Route } from './routes/route.ts';
import { answerRouteRefusal, Routes, type RoutesThere } from './routes/routes.ts';
import { securityHeaders } from './security-headers.ts';
import { plainType, sendText } from './send-text.ts';
import { SingleConnectionStreams } from './stream/single-connection.ts';
import { StreamResponses } from './stream/stream-responses.ts';

/** The bounds on what clients send and hold. */
export interface TransportLimits {
  readonly maxBodyBytes: number;
  readonly maxWebSocketMessageBytes: number;
  readonly maxOperationsPerSocket: number;
  readonly maxSocketsPerClient: number;
  readonly maxStreamsPerClient: number;
  readonly headersWithinMs: number;
  /** How long any other request may take to come. */
  readonly requestWithinMs: number;
  /** How long a request that brings a file may take to come. */
  readonly uploadWithinMs: number;
  readonly connectionInitWithinMs: number;
  /** How long a watcher may read nothing while results wait for it. */
  readonly stallMs: number;
}

export interface RequestAnswersOptions {
  readonly pipeline: Pipeline;
  readonly guard: RequestGuard;
  readonly authenticator: Authenticator;
  /** Whether the page is served at `/`. */
  readonly page: boolean;
  /** Whether a browser is served GraphiQL. */
  readonly graphiql: boolean;
  /** The examples of GraphiQL. It opens with the first one. */
  readonly examples: readonly PageExample[];
  /** Addresses beside those of GraphQL. */
  readonly routes: readonly Route[];
  /** How long the work of a route may take, see `Asked.within`. */
  readonly deadlineMs: number;
  /** The secret with which a gateway reads the schema for composition. */
  readonly federationSecret: string | undefined;
  /** Why the service should get no requests at the moment; null when it should get them. */
  readonly whyNotReady: () => Promise<string | null>;
  readonly transport: TransportLimits;
  readonly addresses: ClientAddresses;
  readonly refusals: Refusals;
  readonly log: Log;
  readonly observer?: OperationObserver | undefined;
}

/** The HTTP half of the server: it answers every request that is no WebSocket, and stops in steps. */
export interface RequestAnswers {
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** Says from now on that it is not ready, and goes on answering. */
  leave(): void;
  /** Interrupts the streams, and has no connection used again. Resolves when no request is under way. */
  stop(): Promise<void>;
  /** Ends what is under way, whose clients are told why. */
  endOperations(reason: Error): void;
  /** Closes the streams that are left. */
  close(): void;
}

/** The API's path. */
export const graphqlPath = '/graphql';
/** The path of the streams of graphql-sse's single connection mode. */
const streamPath = '/graphql/stream';
/** How the addresses of the parts of GraphiQL begin. */
const graphiqlParts = '/graphql/graphiql-';

/** Has each request answered by the part for its path and method. */
export function answerRequests(options: RequestAnswersOptions): RequestAnswers {
  const { pipeline, guard, authenticator, transport, addresses, refusals, log } = options;
  const responses = new StreamResponses(transport.stallMs);
  let askingPage: PageParts | null = null;
  // Loaded when first needed: it is megabytes.
  let graphiqlPage: Promise<PageParts> | null = null;
  const graphql = new GraphQLOverHttp({
    pipeline,
    responses,
    maxBodyBytes: transport.maxBodyBytes,
    bodyWithinMs: transport.requestWithinMs,
  });
  const streams = new SingleConnectionStreams({
    pipeline,
    responses,
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

  const answerGraphql = (exchange: Exchange, path: string): Promise<void> => {
    const { headers } = exchange.request;
    const identified = authenticator.authenticate(credentialsOfRequest(headers));
    return 'then' in identified
      ? identified.then((caller) => answerCaller(exchange, path, caller))
      : answerCaller(exchange, path, identified);
  };

  const answerCaller = (exchange: Exchange, path: string, caller: Caller): Promise<void> => {
    const { request } = exchange;
    const mayReadSchema = isFederationSecret(
      request.headers[federationSecretHeader]?.toString(),
      options.federationSecret,
    );
    const known = {
      ...exchange,
      ongoing: {
        ...exchange.ongoing,
        client: identifyClient(request, caller, addresses),
        mayReadSchema,
      },
    };
    if (path === streamPath && streams.concerns(request)) return streams.answer(known, caller);
    if (request.method !== 'GET' && request.method !== 'POST') {
      throw transportError(405, 'METHOD_NOT_ALLOWED', 'Send operations by POST or GET.', {
        allow: 'GET, POST',
      });
    }
    return graphql.answer(known, caller);
  };

  const findPart = (method: string | undefined, path: string) => {
    if (!options.page || (method !== 'GET' && method !== 'HEAD')) return undefined;
    if (path !== '/' && !path.startsWith('/page/')) return undefined;
    askingPage ??= readAskingPage();
    return askingPage.get(path);
  };

  const answerGraphiql = async ({ request, response }: Exchange, path: string): Promise<void> => {
    graphiqlPage ??= import('./pages/graphiql-page.ts').then(({ makeGraphiqlPage }) =>
      makeGraphiqlPage({ path: graphqlPath, examples: options.examples }),
    );
    const part = (await graphiqlPage).get(path);
    if (part === undefined) throw nothingHere();
    await part.answer(request, response);
  };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const ending = underWay.begin(response);
    // The client's next request goes to another replica.
    if (isStopping) response.shouldKeepAlive = false;
    const requestId = readRequestId(request);
    const exchange: Exchange = {
      request,
      response,
      headers: { ...securityHeaders, ...guard.corsHeaders(request), 'x-request-id': requestId },
      ongoing: {
        requestId,
        ending,
        client: '',
        mayReadSchema: false,
        traceparent: readTraceparent(request),
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
      const path = readPath(request);
      if (path === '/healthz') return sendPlain(response, 200, 'ok\n');
      if (path === '/readyz') return void answerReadiness(response);
      if (request.method === 'OPTIONS') return guard.preflight(request, response);
      const isApi = path === graphqlPath || path === streamPath;
      // Pages are served before the guard looks, so that links of other sites open them: they hold no data and execute nothing.
      const part = isApi ? undefined : findPart(request.method, path);
      if (part !== undefined) return void part.answer(request, response).catch(fail);
      if (options.graphiql && (isApi ? wantsPage(request) : path.startsWith(graphiqlParts))) {
        return void answerGraphiql(exchange, isApi ? graphqlPath : path).catch(fail);
      }
      there = isApi ? null : routes.at(path);
      guard.check(request, there === null);
      if (there !== null) return void routes.answer(exchange, there).catch(fail);
      if (path === '/') return sendPlain(response, 302, '', { location: graphqlPath });
      if (!isApi) throw nothingHere();
      answerGraphql(exchange, path).catch(fail);
    } catch (error) {
      fail(error);
    }
  };

  const answerReadiness = async (response: ServerResponse): Promise<void> => {
    const reason = isLeaving ? 'stopping' : await options.whyNotReady();
    sendPlain(response, reason === null ? 200 : 503, `${reason ?? 'ready'}\n`);
  };

  return {
    answer,
    leave() {
      isLeaving = true;
    },
    stop() {
      isLeaving = true;
      isStopping = true;
      underWay.closeConnections();
      if (underWay.count === 0) nothingUnderWay.resolve();
      pipeline.endSubscriptions();
      streams.end();
      return nothingUnderWay.promise;
    },
    endOperations(reason) {
      underWay.endAll(reason);
      streams.endOperations(reason);
    },
    close() {
      responses.close();
      streams.close();
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

function sendPlain(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendText(response, status, plainType, { ...securityHeaders, ...headers }, body);
}
