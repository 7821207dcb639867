import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json, type Answer } from './answer.ts';
import type { CallLog } from './call-log.ts';
import { deliver, send, throttled, type Refusing } from './deliver.ts';
import { takesEffect, type FaultPlan } from './fault.ts';
import { beSlow, type Gate, type Pace } from './pace.ts';
import { readRequest, type SandboxRequest } from './sandbox-request.ts';

/** What an operator makes of a request: which route it is, whether it is authenticated, and how to act on it. */
export interface Understood {
  route: string;
  authenticated: boolean;
  act: () => Answer | Promise<Answer>;
}

/** The parts of a simulated operator that its server needs. */
export interface SimulatedOperator extends Refusing {
  calls: CallLog;
  /** The faults in force; asked for every call, since a script may replace them. */
  faults: () => FaultPlan;
  /** How slow it is, and what counts its calls; asked for every call as well. */
  pace: () => Required<Pace> & { gate: Gate };
  understand: (request: SandboxRequest) => Understood;
  /** Answers a request below `/_sandbox`, which is neither recorded nor faulted. */
  control: (request: SandboxRequest) => Promise<Answer>;
}

/** A listening server. */
export interface OperatorServer {
  url: string;
  port: number;
  /** Stops at once: open connections are destroyed. Safe to call twice. */
  close: () => Promise<void>;
}

/** Starts a server for one simulated operator. Rejects with the server's error when the port cannot be had. */
export async function serveOperator(
  operator: SimulatedOperator,
  { host, port }: { host: string; port: number },
): Promise<OperatorServer> {
  const server = createServer((incoming, response) => {
    void handle(operator, incoming, response);
  });
  // An idle connection is kept as long as a client wishes: nothing here should race with a client's own pool.
  server.keepAliveTimeout = 60_000;
  const listening = await listen(server, host, port);
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  server.once('close', resolve);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}`,
    port: listening,
    close: () => {
      server.close();
      server.closeAllConnections();
      operator.calls.close();
      return closed;
    },
  };
}

/** Resolves with the port that was given. */
function listen(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', reject);
  server.listen({ host, port }, () => {
    server.off('error', reject);
    const address = server.address();
    resolve(address !== null && typeof address === 'object' ? address.port : port);
  });
  return promise;
}

async function handle(
  operator: SimulatedOperator,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  // The client may go at any moment. What was being written to it is dropped then.
  response.on('error', () => {});
  const request = await readRequest(incoming, leaving.signal).catch(() => undefined);
  if (request === undefined) return;
  if (request === null) {
    send(response, json(413, { detail: 'Request body too large.' }, { connection: 'close' }));
    return;
  }
  try {
    if (request.path.startsWith('/_sandbox')) send(response, await operator.control(request));
    else await answer(operator, request, response);
  } catch (error) {
    // A bug of the sandbox: say so in the answer, where its user will look.
    if (response.headersSent || leaving.signal.aborted) response.destroy();
    else send(response, json(500, { detail: `The sandbox failed: ${String(error)}` }));
  }
}

async function answer(
  operator: SimulatedOperator,
  request: SandboxRequest,
  response: ServerResponse,
): Promise<void> {
  const { route, authenticated, act } = operator.understand(request);
  const complete = operator.calls.record(request, { at: operator.now(), route, authenticated });
  response.once('close', operator.calls.enter());
  const fault = operator.faults().next(route, request.method);
  if (fault === null) {
    const { gate, ...pace } = operator.pace();
    const tooMany = route === 'token' ? null : gate.take(operator.now(), pace);
    const real = tooMany === null ? await act() : throttled(operator, tooMany);
    await beSlow(pace.latencyMs, request.signal);
    complete({ status: real.status });
    if (!request.signal.aborted) send(response, real);
    return;
  }
  complete({ fault: fault.kind });
  const real = takesEffect(fault) ? await act() : { status: 200, headers: {}, body: '' };
  complete({ status: await deliver(response, request, fault, real, operator) });
}
