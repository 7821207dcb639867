import type { IncomingMessage } from 'node:http';
import { type Authenticator, type Caller, credentialsOfRequest } from '../../access/caller.ts';
import type { Log } from '../../observe/log.ts';
import { Deadline } from '../../request/deadline.ts';
import { RequestError, transportError } from '../../request/request-error.ts';
import { CountByClient } from '../../request/count-by-client.ts';
import type { OperationObserver } from '../../request/operation-observer.ts';
import { describeError } from '../../schema/errors.ts';
import { identifyClient, type Exchange } from '../exchange.ts';
import type { ClientAddresses } from '../reading/client-address.ts';
import type { Route } from './route.ts';
import { sendJson } from '../send-text.ts';

export interface RoutesOptions {
  readonly routes: readonly Route[];
  readonly authenticator: Authenticator;
  readonly addresses: ClientAddresses;
  /** How long the work of a route may take, see `Asked.within`. */
  readonly deadlineMs: number;
  /** How many requests one client may have under way at once. */
  readonly maxAtOnce: number;
  readonly log: Log;
  readonly observer?: OperationObserver | undefined;
}

/** The routes at the path of a request, with what the path says. */
export interface RoutesThere {
  readonly routes: readonly Route[];
  readonly groups: Readonly<Record<string, string | undefined>>;
}

/** A request that has ended. */
interface Ended {
  readonly exchange: Exchange;
  readonly caller: Caller;
  readonly name: string;
  readonly startedAt: number;
}

/** The statuses of errors by their code in GraphQL. Errors with any other code have status 400. */
const statuses: Readonly<Record<string, number>> = {
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  STORE_UNAVAILABLE: 503,
  SHUTTING_DOWN: 503,
  DEADLINE_EXCEEDED: 503,
};

/** The rules of every route: authentication, scopes, a bound for each client, the log and refusals. */
export class Routes {
  readonly #options: RoutesOptions;
  readonly #underWay = new CountByClient();

  constructor(options: RoutesOptions) {
    this.#options = options;
  }

  /** The routes at a path, one for each method; null where there is none. */
  at(path: string): RoutesThere | null {
    let groups: RoutesThere['groups'] = {};
    const routes = this.#options.routes.filter((route) => {
      const matched = route.path.exec(path);
      if (matched !== null) groups = { ...matched.groups };
      return matched !== null;
    });
    return routes.length === 0 ? null : { routes, groups };
  }

  /** Answers a request that the guard has let in. Rejects with the reason to refuse it, or with an unexpected error. */
  async answer(exchange: Exchange, { routes, groups }: RoutesThere): Promise<void> {
    const startedAt = performance.now();
    const { authenticator, addresses, maxAtOnce } = this.#options;
    const { request, response, ongoing } = exchange;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const route = routes.find((one) => one.method === method);
    if (route === undefined) throw methodNotAllowed(request, routes);
    const caller = await authenticator.authenticate(credentialsOfRequest(request.headers));
    if (!caller.scopes.has(route.scope)) {
      const message = `This needs the scope ${JSON.stringify(route.scope)}, which the credentials do not have.`;
      throw transportError(403, 'FORBIDDEN', message, {}, { scope: route.scope });
    }
    const client = identifyClient(request, caller, addresses);
    if (this.#underWay.of(client) >= maxAtOnce) {
      const message = `Requests of this client under way here: ${maxAtOnce}, the most that it may have. Wait for one to end.`;
      const limit = { limit: 'requests', allowed: maxAtOnce };
      throw transportError(429, 'LIMIT_EXCEEDED', message, { 'retry-after': '5' }, limit);
    }
    const release = this.#underWay.hold(client);
    response.once('close', () => {
      release();
      this.#tell({ exchange, caller, name: `${request.method} ${route.name}`, startedAt });
    });
    try {
      await route.answer({
        ...exchange,
        ongoing: { ...ongoing, client },
        caller,
        groups,
        within: (work) => this.#within(ongoing, work),
      });
    } catch (error) {
      throw asRequestError(error);
    }
  }

  #tell({ exchange, caller: { tenant }, name, startedAt }: Ended): void {
    const { response, ongoing } = exchange;
    // A client that left early may have been told another status, or none.
    const status = response.writableFinished ? response.statusCode : 499;
    const durationMs = performance.now() - startedAt;
    this.#options.observer?.answered(name, status, durationMs);
    this.#options.log.info(
      {
        requestId: ongoing.requestId,
        route: name,
        status,
        durationMs: Math.round(durationMs * 10) / 10,
        ...(tenant !== null && { tenant }),
      },
      'request',
    );
  }

  async #within<T>({ ending }: Exchange['ongoing'], work: () => Promise<T>): Promise<T> {
    const deadline = new Deadline(this.#options.deadlineMs, ending);
    try {
      return await deadline.unlessPassed(work());
    } finally {
      deadline.clear();
    }
  }
}

/** Answers with why a request to a route is refused: the message and the code of its error. */
export function answerRouteRefusal(exchange: Exchange, error: RequestError): void {
  if (exchange.response.headersSent) {
    exchange.response.destroy();
    return;
  }
  const [{ message, extensions } = { message: error.message }] = error.errors;
  sendJson(exchange, error.status, { message, ...extensions }, error.headers);
}

function methodNotAllowed({ method }: IncomingMessage, routes: readonly Route[]): RequestError {
  const allowed = [
    ...new Set(
      routes.flatMap((route) => (route.method === 'GET' ? ['GET', 'HEAD'] : route.method)),
    ),
  ];
  return transportError(
    405,
    'METHOD_NOT_ALLOWED',
    `${JSON.stringify(method)} is not answered here, but ${allowed.join(', ')}.`,
    { allow: allowed.join(', ') },
  );
}

/** An error that has a code of GraphQL, as the refusal of a request; any other as it is. */
function asRequestError(error: unknown): unknown {
  if (error instanceof RequestError) return error;
  const told = describeError(error);
  if (told === null) return error;
  const { message, extensions } = told;
  const { code, retryAfterSeconds: seconds } = extensions;
  return new RequestError([{ message, extensions }], {
    status: statuses[String(code)] ?? 400,
    isTransportError: true,
    ...(typeof seconds === 'number' && { headers: { 'retry-after': String(seconds) } }),
  });
}
