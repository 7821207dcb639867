import type { IncomingMessage } from 'node:http';
import {
  GraphQLError,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
} from 'graphql';
import type { Context as SocketContext, ServerOptions } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { Ending } from '../../abort.ts';
import type { Authenticator, Credentials } from '../../access/caller.ts';
import { credentialsOfConnection } from '../../access/credentials.ts';
import type { Pipeline } from '../../request/pipeline.ts';
import {
  isSubscription,
  type Prepared,
  type OngoingRequest,
  readRequestParams,
} from '../../request/prepared.ts';
import { RequestError, transportError } from '../../request/request-error.ts';
import {
  streamOfOne,
  type StreamEnding,
  type StreamReader,
} from '../../request/subscription/shared-stream.ts';
import type { ClientAddresses } from '../reading/client-address.ts';
import { ClientLeftError } from '../client-left.ts';
import { identifyClient, readTraceparent } from '../exchange.ts';
import type { Refusals } from '../refusal.ts';
import type { Operations, SocketOperation } from './websocket-messages.ts';
import { Sending } from './websocket-sending.ts';

/** What operations on sockets need. */
export interface ProtocolParts {
  readonly pipeline: Pipeline;
  readonly authenticator: Authenticator;
  readonly addresses: ClientAddresses;
  readonly refusals: Refusals;
  /** How many operations may be under way on one socket. */
  readonly maxOperations: number;
  /** How long a client may take to introduce itself. */
  readonly initWithinMs: number;
}

/** A socket and what is known of its client. */
export interface ClientSocket extends Operations {
  readonly socket: WebSocket;
  readonly requestId: string;
  /** Ends counting it among the sockets of its client. */
  release: () => void;
  readonly request: IncomingMessage;
  /** What it showed when it introduced itself. */
  credentials: Credentials;
  /** Whether it has answered the last ping. */
  isAlive: boolean;
}

type Socket = SocketContext<Record<string, unknown> | undefined, ClientSocket>;

/** An operation that is ready, on its way through the protocol's library. */
interface PreparedArgs extends ExecutionArgs {
  readonly id: string;
  readonly extra: ClientSocket;
  readonly prepared: Prepared;
  readonly ongoing: OngoingRequest;
}

/** Why a socket is closed although there may be more for its client. */
export type Interruption = Exclude<StreamEnding, 'COMPLETE'>;

export interface SocketEvents {
  /** A socket turns out to be a tenant's. Throws a RequestError where that has too many. */
  identify(socket: ClientSocket, tenant: string): void;
  /** What a socket follows is interrupted. */
  interrupt(extra: ClientSocket, interruption: Interruption): void;
  /** An operation has ended. */
  onEnd(extra: ClientSocket): void;
}

/** What the protocol's library asks of the service. */
export function protocolOptions(
  parts: ProtocolParts,
  { identify, interrupt, onEnd }: SocketEvents,
): ServerOptions<Record<string, unknown> | undefined, ClientSocket> {
  const { pipeline, authenticator, addresses, refusals, maxOperations, initWithinMs } = parts;
  return {
    connectionInitWaitTimeout: initWithinMs,
    async onConnect({ connectionParams, extra }: Socket) {
      try {
        extra.credentials = credentialsOfConnection(connectionParams, extra.request.headers);
        const { tenant } = await authenticator.authenticate(extra.credentials);
        if (tenant !== null) identify(extra, tenant);
        return true;
      } catch (error) {
        const refusal = refusals.of(error, extra.requestId);
        if (refusal === null) throw error;
        // With 401 the library closes with 4403: the client needs other credentials. After any other refusal it may come back
        // later.
        if (refusal.status !== 401) extra.socket.close(1013, refusal.message.slice(0, 120));
        return false;
      }
    },
    async onSubscribe({ extra, subscriptions }: Socket, id, payload) {
      const { credentials, request, operations } = extra;
      const found = Object.keys(subscriptions).length;
      if (found > maxOperations) {
        const refusal = tooMany(found, maxOperations);
        refusals.tell(refusal, extra.requestId);
        return refusal.errors.map(asIs);
      }
      const operation: SocketOperation = { left: new Ending(), isFollowed: false };
      operations.set(id, operation);
      extra.begun = operation;
      try {
        // Again for each operation: a token may have expired since the last one.
        const caller = await authenticator.authenticate(credentials);
        const prepared = await pipeline.prepare(readRequestParams(payload), caller);
        operation.isFollowed = isSubscription(prepared);
        const args: PreparedArgs = {
          schema: prepared.operation.schema,
          document: prepared.operation.document,
          operationName: prepared.operation.name,
          variableValues: prepared.variables,
          id,
          extra,
          prepared,
          ongoing: {
            requestId: extra.requestId,
            ending: operation.left,
            mayReadSchema: false,
            traceparent: readTraceparent(request),
            client: identifyClient(request, caller, addresses),
          },
        };
        return args;
      } catch (error) {
        operations.delete(id);
        onEnd(extra);
        const refusal = refusals.of(error, extra.requestId);
        if (refusal === null) throw error;
        return refusal.errors.map(asIs);
      }
    },
    execute: async (args: ExecutionArgs) => {
      const { prepared, ongoing } = args as PreparedArgs;
      if (prepared.isIncremental) {
        return partsAsIs(pipeline.executeIncrementally(prepared, ongoing));
      }
      const executed = pipeline.execute(prepared, ongoing);
      const { text } = 'then' in executed ? await unlessLeft(executed, ongoing) : executed;
      return startSending(streamOfOne(text), args as PreparedArgs, interrupt) as never;
    },
    subscribe: async (args: ExecutionArgs) => {
      const { prepared, ongoing } = args as PreparedArgs;
      let sending: Sending | null = null;
      try {
        const begun = await pipeline.subscribe(prepared, ongoing, () => sending?.pump());
        if (ongoing.ending.reason instanceof ClientLeftError) {
          if ('take' in begun) begun.leave();
          throw new ClientLeftError();
        }
        if (!('take' in begun)) return withErrorsAsIs(begun);
        sending = startSending(begun, args as PreparedArgs, interrupt);
        return sending as never;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        refusals.tell(error, ongoing.requestId);
        return { errors: error.errors.map(asIs) };
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
function startSending(
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

function tooMany(found: number, allowed: number): RequestError {
  const message = `Operations at once on this socket: ${found}, and ${allowed} at most are taken. Complete one first, or open another socket.`;
  const limit = { limit: 'operationsPerSocket', allowed };
  return transportError(429, 'LIMIT_EXCEEDED', message, {}, limit);
}

/** What `running` comes to, unless the client leaves before: its deadline is in the result. */
function unlessLeft<T>(running: Promise<T>, { ending: signal }: OngoingRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      if (signal.reason instanceof ClientLeftError) reject(signal.reason);
    };
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave);
    running.then(resolve, reject);
  });
}
