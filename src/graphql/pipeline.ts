import {
  GraphQLError,
  OperationTypeNode,
  type ExecutionResult,
  type FormattedExecutionResult,
} from 'graphql';
import type { Caller } from '../access/caller.ts';
import { checkScopes } from '../access/check-scopes.ts';
import { RateLimitedError, type RateLimiter } from '../access/rate-limit.ts';
import type { Log } from '../log.ts';
import { unlessAborted } from '../operators/abort.ts';
import type { Context } from './context.ts';
import { Deadline } from './deadline.ts';
import type { Documents } from './documents.ts';
import { DeadlineExceededError } from './errors.ts';
import { executeIncrementally } from './incremental.ts';
import { exceededByVariables, limitExceeded, type Limits } from './limits.ts';
import { maskError } from './mask-errors.ts';
import type { Operation } from './operation.ts';
import type { OperationObserver, OperationOutcome } from './operation-observer.ts';
import type { PersistedOperations } from './persisted-operations.ts';
import { RequestError } from './request-error.ts';
import type { RequestParams } from './request-params.ts';
import { SharedStream, type StreamReader } from './shared-stream.ts';
import { subscribe } from './subscribe.ts';

/** An operation that may be executed: read, validated, within the limits, allowed and paid for. */
export interface Prepared {
  readonly operation: Operation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** The text of its document. */
  readonly text: string;
}

/** One request, for the log and for ending it early. */
export interface RequestScope {
  readonly requestId: string;
  /** Aborted when the client has left, and by the pipeline at the deadline. */
  readonly ending: AbortController;
  /** Whether the request showed that it may read the schema for composition. */
  readonly mayReadSchema: boolean;
  /** Who asks, for the bound on subscriptions: a tenant, or an address. */
  readonly client: string;
}

export interface PipelineOptions {
  readonly documents: Documents;
  readonly persisted: PersistedOperations;
  readonly limits: Limits;
  /** Null where nobody's asking is bounded. */
  readonly rateLimiter: RateLimiter | null;
  /** How long an execution may take. */
  readonly deadlineMs: number;
  readonly maxSubscriptionsPerClient: number;
  readonly contextFor: (scope: ContextScope) => Context;
  readonly log: Log;
  readonly observer?: OperationObserver | undefined;
}

/** What the context of an execution is made of. */
export interface ContextScope {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  /** When the execution is given up, on the clock of `performance.now()`; undefined where it has no end. */
  readonly deadlineAt: number | undefined;
  readonly mayReadSchema: boolean;
  /** Whether the result is delivered in parts. */
  readonly isInParts: boolean;
}

/**
 * What happens to every operation, whatever carries it: the text, the limits, what the caller may do and how often, the
 * execution with its deadline, the masking of errors, and the log. Transports only carry.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #streams = new Map<string, SharedStream>();
  readonly #subscriptions = new Map<string, number>();
  #isEnding = false;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  /** Makes an operation ready to be executed. Throws, or rejects with, a RequestError, and then nothing was done. */
  prepare(params: RequestParams, caller: Caller): Prepared | Promise<Prepared> {
    try {
      const prepared = this.#prepare(params, caller);
      return 'then' in prepared
        ? prepared.catch((error: unknown) => this.#refuse(error))
        : prepared;
    } catch (error) {
      return this.#refuse(error);
    }
  }

  #refuse(error: unknown): never {
    const code = error instanceof RequestError ? error.errors[0]?.extensions?.['code'] : null;
    this.#options.observer?.refused(typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR');
    throw error;
  }

  #prepare(params: RequestParams, caller: Caller): Prepared | Promise<Prepared> {
    const { documents, limits, rateLimiter, log } = this.#options;
    const text = this.#textOf(params);
    const document = documents.read(text);
    if ('length' in document) throw refused(document, log);
    const operation =
      params.operationName === null && document.operations.size === 1
        ? document.operations.values().next().value
        : document.operations.get(params.operationName ?? '');
    if (operation === undefined) throw refused([unresolved(params, document.operations)], log);
    const variables = declaredOf(operation, params.variables);
    const tooLong = exceededByVariables(variables, limits);
    if (tooLong !== null) throw refused([tooLong], log);
    const cost = operation.cost(variables);
    if (cost > limits.cost) {
      const what = 'What the operation costs';
      throw refused([limitExceeded('cost', { found: cost, allowed: limits.cost, what })], log);
    }
    const forbidden = checkScopes(operation.node, caller);
    if (forbidden !== null) throw refused(forbidden, log, 403);
    const prepared: Prepared = { operation, variables, caller, text };
    if (rateLimiter === null || caller.tenant === null) return prepared;
    return this.#pay(rateLimiter, caller.tenant, cost, prepared);
  }

  #textOf({ query, documentId }: RequestParams): string {
    try {
      return this.#options.persisted.textOf({ query, id: documentId });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      throw refused([error], this.#options.log);
    }
  }

  #pay(
    limiter: RateLimiter,
    tenant: string,
    cost: number,
    prepared: Prepared,
  ): Prepared | Promise<Prepared> {
    try {
      const taken = limiter.take(tenant, cost);
      if (taken === undefined) return prepared;
      return taken.then(
        () => prepared,
        (error: unknown) => {
          throw rateLimited(error);
        },
      );
    } catch (error) {
      throw rateLimited(error);
    }
  }

  /** Executes a query or a mutation. Never rejects: errors are in the result, as the client may see them. */
  async execute(prepared: Prepared, scope: RequestScope): Promise<FormattedExecutionResult> {
    const { operation, variables } = prepared;
    const startedAt = performance.now();
    const { result, context } = await this.#within(scope, prepared, (contextValue) =>
      operation.execute({ contextValue, variables }),
    );
    const formatted = this.#format(result, context);
    this.#logOperation(prepared, scope, startedAt, formatted, context.notes.calls);
    return formatted;
  }

  /**
   * Executes a query that is answered in parts. The deadline is for all of them together. Errors are in the parts, as the
   * client may see them.
   */
  async *executeIncrementally(
    prepared: Prepared,
    scope: RequestScope,
  ): AsyncIterableIterator<object> {
    const startedAt = performance.now();
    const { signal } = scope.ending;
    const deadline = new Deadline(this.#options.deadlineMs, scope.ending);
    const { caller } = prepared;
    const contextValue = this.#options.contextFor({
      caller,
      mayReadSchema: scope.mayReadSchema,
      isInParts: true,
      signal,
      deadlineAt: deadline.at,
    });
    const parts = executeIncrementally(prepared, contextValue, signal);
    try {
      for (;;) {
        const part = await deadline.unlessPassed(parts.next());
        if (part.done === true) break;
        yield this.#maskPart(part.value);
      }
      this.#logOperation(prepared, scope, startedAt, {}, contextValue.notes.calls);
    } catch (error) {
      const failed = { errors: [maskError(error, this.#options.log)] };
      this.#logOperation(prepared, scope, startedAt, failed, contextValue.notes.calls);
      yield { ...failed, hasNext: false };
    } finally {
      deadline.clear();
      parts.return?.().catch(() => {});
    }
  }

  /**
   * Follows a subscription, from its first result. Those who asked for the same with the same rights share one execution.
   * Rejects with a RequestError where the client follows too many already. A subscription that cannot begin is its result.
   */
  async subscribe(
    prepared: Prepared,
    scope: RequestScope,
    wake: () => void,
  ): Promise<StreamReader | FormattedExecutionResult> {
    const startedAt = performance.now();
    if (this.#isEnding) throw stopping();
    const release = this.#countSubscription(scope.client);
    try {
      const key = sharingKey(prepared);
      let stream = this.#streams.get(key);
      if (stream === undefined || !stream.isWhole) {
        const begun = await this.#begin(key, prepared, scope);
        if (!(begun instanceof SharedStream)) {
          release();
          this.#observe(prepared, scope, startedAt, begun);
          return begun;
        }
        stream = begun;
      }
      const reader = stream.read(wake);
      this.#options.log.info({ ...described(prepared, scope) }, 'subscription');
      this.#observe(prepared, scope, startedAt, {});
      let left = false;
      return {
        take: () => reader.take(),
        leave: () => {
          if (left) return;
          left = true;
          reader.leave();
          release();
          const durationMs = since(startedAt);
          this.#options.log.info(
            { ...described(prepared, scope), durationMs },
            'subscription ended',
          );
        },
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Ends every subscription, after what its watchers have to be told already, and takes no more of them. */
  endSubscriptions(): void {
    this.#isEnding = true;
    for (const stream of this.#streams.values()) stream.end();
  }

  /** How many clients follow a subscription at the moment. */
  get watchers(): number {
    let count = 0;
    for (const number of this.#subscriptions.values()) count += number;
    return count;
  }

  async #begin(
    key: string,
    prepared: Prepared,
    scope: RequestScope,
  ): Promise<SharedStream | FormattedExecutionResult> {
    const { operation, variables, caller } = prepared;
    // Nobody's leaving ends it but the last one's: the stream does that.
    const ending = new AbortController();
    const context = this.#options.contextFor({
      caller,
      mayReadSchema: scope.mayReadSchema,
      isInParts: false,
      signal: ending.signal,
      deadlineAt: undefined,
    });
    const beginning = subscribe(operation, context, variables);
    const deadline = new Deadline(this.#options.deadlineMs, scope.ending);
    let events: Awaited<typeof beginning>;
    try {
      events = await unlessAborted(beginning, scope.ending.signal);
    } catch (error) {
      ending.abort(error);
      // It may begin all the same, for nobody.
      beginning
        .then(
          (late) => (Symbol.asyncIterator in late ? late.return?.() : undefined),
          () => {},
        )
        .catch(() => {});
      return { errors: [maskError(error, this.#options.log)] };
    } finally {
      deadline.clear();
    }
    if (!(Symbol.asyncIterator in events)) return this.#format(events, context);
    // Somebody else may have begun the same meanwhile.
    const other = this.#streams.get(key);
    if (other !== undefined && other.isWhole) {
      ending.abort();
      events.return?.().catch(() => {});
      return other;
    }
    const stream = new SharedStream(this.#results(prepared, events, scope), () => {
      ending.abort();
      if (this.#streams.get(key) === stream) this.#streams.delete(key);
    });
    if (this.#isEnding) stream.end();
    else this.#streams.set(key, stream);
    return stream;
  }

  /** Every event executed in a context of its own, so that nothing that was loaded for one event is served to another. */
  #results(
    prepared: Prepared,
    events: AsyncIterableIterator<unknown>,
    scope: RequestScope,
  ): AsyncIterableIterator<string> {
    const { operation, variables } = prepared;
    const results: AsyncIterableIterator<string> = {
      next: async () => {
        try {
          const event = await events.next();
          if (event.done) return { done: true, value: undefined };
          const { result, context } = await this.#within(
            // Of its own: neither the deadline of one event nor a client that leaves ends the others.
            { ...scope, ending: new AbortController() },
            prepared,
            (contextValue) =>
              operation.execute({ rootValue: event.value, contextValue, variables }),
          );
          return { done: false, value: JSON.stringify(this.#format(result, context)) };
        } catch (error) {
          // The source failed: that is its last result.
          const failed = { data: null, errors: [maskError(error, this.#options.log)] };
          await events.return?.();
          events = ended;
          return { done: false, value: JSON.stringify(failed) };
        }
      },
      return: async () => {
        await events.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => results,
    };
    return results;
  }

  /** Executes until the deadline. What has not come by then is missing from the result, with an error. */
  async #within(
    scope: RequestScope,
    { caller }: Prepared,
    run: (context: Context) => ExecutionResult | Promise<ExecutionResult>,
  ): Promise<{ result: ExecutionResult; context: Context }> {
    const deadline = new Deadline(this.#options.deadlineMs, scope.ending);
    const context = this.#options.contextFor({
      caller,
      mayReadSchema: scope.mayReadSchema,
      isInParts: false,
      signal: scope.ending.signal,
      deadlineAt: deadline.at,
    });
    try {
      const running = run(context);
      const result = 'then' in running ? await deadline.unlessPassed(running) : running;
      return { result, context };
    } catch (error) {
      return { result: { data: null, errors: [asGraphQLError(error)] }, context };
    } finally {
      deadline.clear();
    }
  }

  #format(result: ExecutionResult, { notes }: Context): FormattedExecutionResult {
    const { log } = this.#options;
    const { stale } = notes;
    const formatted: {
      -readonly [K in keyof FormattedExecutionResult]: FormattedExecutionResult[K];
    } = {};
    if (result.errors) formatted.errors = result.errors.map((error) => maskError(error, log));
    if (result.data !== undefined) formatted.data = result.data;
    if (stale.length > 0) formatted.extensions = { stale };
    return formatted;
  }

  #maskPart(part: object): object {
    const { log } = this.#options;
    const masked: Record<string, unknown> = { ...part };
    const errors = masked['errors'];
    if (Array.isArray(errors)) masked['errors'] = errors.map((error) => maskError(error, log));
    const incremental = masked['incremental'];
    if (Array.isArray(incremental)) {
      masked['incremental'] = incremental.map((inner: object) => this.#maskPart(inner));
    }
    return masked;
  }

  #countSubscription(client: string): () => void {
    const { maxSubscriptionsPerClient: allowed } = this.#options;
    const found = (this.#subscriptions.get(client) ?? 0) + 1;
    if (found > allowed) {
      this.#options.observer?.refused('LIMIT_EXCEEDED');
      throw new RequestError(
        [
          {
            message: `Subscriptions at once: ${found}, and ${allowed} at most are taken of one client. End one first.`,
            extensions: { code: 'LIMIT_EXCEEDED', limit: 'subscriptions', allowed },
          },
        ],
        { status: 429, isTransportError: true },
      );
    }
    this.#subscriptions.set(client, found);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const left = (this.#subscriptions.get(client) ?? 1) - 1;
      if (left === 0) this.#subscriptions.delete(client);
      else this.#subscriptions.set(client, left);
    };
  }

  #logOperation(
    prepared: Prepared,
    scope: RequestScope,
    startedAt: number,
    result: FormattedExecutionResult,
    calls: ReadonlyMap<string, number>,
  ): void {
    const { errors } = result;
    const durationMs = this.#observe(prepared, scope, startedAt, result);
    this.#options.log.info(
      {
        ...described(prepared, scope),
        durationMs: Math.round(durationMs * 10) / 10,
        ...(calls.size > 0 && { operatorCalls: Object.fromEntries(calls) }),
        ...(errors && { errors: errors.map(({ extensions }) => extensions?.['code']) }),
      },
      'operation',
    );
  }

  /** Tells the observer how an operation went, and how long it took. */
  #observe(
    { operation }: Prepared,
    { ending: { signal } }: RequestScope,
    startedAt: number,
    { errors, data }: FormattedExecutionResult,
  ): number {
    const durationMs = performance.now() - startedAt;
    const hasLeft = signal.aborted && !(signal.reason instanceof DeadlineExceededError);
    const outcome: OperationOutcome = hasLeft
      ? 'ABORTED'
      : errors === undefined
        ? 'OK'
        : (data ?? null) === null
          ? 'FAILED'
          : 'PARTIAL';
    this.#options.observer?.executed(operation.node.operation, outcome, durationMs);
    return durationMs;
  }
}

const ended: AsyncIterableIterator<never> = {
  next: () => Promise.resolve({ done: true, value: undefined }),
  [Symbol.asyncIterator]: () => ended,
};

/** In milliseconds, to a tenth. */
function since(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 10) / 10;
}

/** The values that an operation has a use for; what else came with them is of no consequence, and may be anything. */
function declaredOf(
  { node }: Operation,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const declared: Record<string, unknown> = Object.create(null);
  for (const { variable } of node.variableDefinitions ?? []) {
    const name = variable.name.value;
    if (Object.hasOwn(variables, name)) declared[name] = variables[name];
  }
  return declared;
}

/** What the log keeps of a name that a client chose. */
const longestName = 100;

function described({ operation, caller }: Prepared, { requestId }: RequestScope): object {
  return {
    requestId,
    operation: operation.name?.slice(0, longestName) ?? null,
    type: operation.node.operation,
    ...(caller.tenant !== null && { tenant: caller.tenant }),
  };
}

/** Whether an operation is a subscription. */
export function isSubscription({ operation }: Prepared): boolean {
  return operation.node.operation === OperationTypeNode.SUBSCRIPTION;
}

/** What those have in common who may share a stream: the same text, operation, variables and rights. */
function sharingKey({ text, operation, variables, caller }: Prepared): string {
  return JSON.stringify([text, operation.name, variables, caller.tenant, [...caller.scopes]]);
}

function unresolved(
  { operationName }: RequestParams,
  operations: ReadonlyMap<string, Operation>,
): GraphQLError {
  const names = [...operations.keys()].filter((name) => name !== '');
  const message =
    operations.size === 0
      ? 'The document holds no operation.'
      : operationName === null
        ? 'The document holds several operations: say by "operationName" which one is meant.'
        : `The document holds no operation ${JSON.stringify(operationName)}${names.length === 0 ? '' : `, but ${names.join(', ')}`}.`;
  return new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
}

function refused(errors: readonly GraphQLError[], log: Log, status = 400): RequestError {
  const isTransportError = errors.some(({ extensions }) => extensions['code'] === 'BAD_REQUEST');
  const formatted = errors.map((error) => maskError(error, log));
  return new RequestError(formatted, { status, isTransportError });
}

/** For whoever subscribes while the service stops. */
function stopping(): RequestError {
  const message = 'The service stops: subscribe again in a moment.';
  return new RequestError([{ message, extensions: { code: 'SHUTTING_DOWN' } }], {
    status: 503,
    isTransportError: true,
  });
}

function rateLimited(error: unknown): unknown {
  if (!(error instanceof RateLimitedError)) return error;
  const { code, message, retryAfterSeconds } = error;
  return new RequestError([{ message, extensions: { code, retryAfterSeconds } }], {
    status: 429,
    isTransportError: true,
    ...(retryAfterSeconds !== null && { headers: { 'retry-after': String(retryAfterSeconds) } }),
  });
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(cause.message, { originalError: cause });
}
