import { GraphQLError } from 'graphql';
import { type Caller, checkScopes } from '../access/caller.ts';
import type { Answer } from './execution/answer.ts';
import { Execution, type ExecutionOptions } from './execution/execution.ts';
import type { OperationTraces } from './operation-observer.ts';
import { isSubscription, type OngoingRequest, type Prepared } from './prepared.ts';
import { type RequestParams } from './request-params.ts';
import { readParts, streamOfOne, type StreamReader } from './subscription/shared-stream.ts';
import { Subscriptions, type SubscriptionsOptions } from './subscription/subscriptions.ts';
import { RateLimitedError, type RateLimiter } from '../access/rate-limit.ts';
import type { Log } from '../observe/log.ts';
import type { Documents, PersistedOperations } from './document/documents.ts';
import { exceededByVariables, limitExceeded, type Limits } from './document/limits.ts';
import { maskError } from './mask-errors.ts';
import type { Operation } from './execution/operation.ts';
import { RequestError, transportError } from './request-error.ts';

/** The checks before an operation is executed. */
interface PreparationOptions {
  readonly documents: Documents;
  readonly persisted: PersistedOperations;
  readonly limits: Limits;
  /** Null where there is no limit. */
  readonly rateLimiter: RateLimiter | null;
  readonly log: Log;
}

export type PipelineOptions = PreparationOptions &
  ExecutionOptions &
  Omit<SubscriptionsOptions, 'execution'> & { readonly traces?: OperationTraces | undefined };

/**
 * What happens to every operation, over every transport: the text, the limits, what the caller may do and how often, the
 * execution with its deadline, the masking of errors, and the log. Transports only carry.
 */
export class Pipeline {
  readonly #options: PreparationOptions;
  readonly #execution: Execution;
  readonly #subscriptions: Subscriptions;
  readonly #traces: OperationTraces | undefined;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#execution = new Execution(options);
    this.#subscriptions = new Subscriptions({ ...options, execution: this.#execution });
    this.#traces = options.traces;
  }

  /** Makes an operation ready to be executed. Throws, or rejects with, a RequestError, and then nothing was done. */
  prepare(params: RequestParams, caller: Caller): Prepared | Promise<Prepared> {
    const { documents, limits, rateLimiter, log } = this.#options;
    const text = this.#findText(params);
    const document = documents.read(text);
    if ('length' in document) throw refuseWith(document, log);
    const operation =
      params.operationName === null && document.operations.size === 1
        ? document.operations.values().next().value
        : document.operations.get(params.operationName ?? '');
    if (operation === undefined) throw refuseWith([unresolved(params, document.operations)], log);
    const variables = readDeclared(operation, params.variables);
    const unreadable = refuseUnreadable(variables);
    if (unreadable !== null) throw refuseWith([unreadable], log);
    const tooLong = exceededByVariables(variables, limits);
    if (tooLong !== null) throw refuseWith([tooLong], log);
    const isIncremental = this.#isIncremental(operation, variables);
    const cost = operation.cost(variables);
    if (cost > limits.cost) {
      const what = 'What the operation costs';
      throw refuseWith([limitExceeded('cost', { found: cost, allowed: limits.cost, what })], log);
    }
    const forbidden = checkScopes(operation.node, caller);
    if (forbidden !== null) throw refuseWith(forbidden, log, 403);
    const prepared: Prepared = { operation, variables, caller, isIncremental, text };
    if (rateLimiter === null || caller.tenant === null) return prepared;
    return this.#pay(rateLimiter, caller.tenant, cost, prepared);
  }

  #findText({ query, documentId }: RequestParams): string {
    try {
      return this.#options.persisted.findText({ query, id: documentId });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      throw refuseWith([error], this.#options.log);
    }
  }

  #isIncremental(operation: Operation, variables: Prepared['variables']): boolean {
    try {
      return operation.isIncremental(variables);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      throw refuseWith([error], this.#options.log);
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

  /** Executes a query or a mutation, see `Execution.execute`. */
  execute(prepared: Prepared, ongoing: OngoingRequest): Answer | Promise<Answer> {
    return this.#traced(prepared, ongoing, () => this.#execution.execute(prepared, ongoing));
  }

  /**
   * Executes an operation and gives a stream: the results of a subscription, the parts of an answer, or the one answer. Errors
   * that a client may see are in the results. `wake` is called when the reader has more.
   */
  async follow(
    prepared: Prepared,
    ongoing: OngoingRequest,
    wake: () => void,
  ): Promise<StreamReader> {
    if (isSubscription(prepared)) {
      return this.#traced(prepared, ongoing, () =>
        this.#subscriptions.subscribe(prepared, ongoing, wake),
      );
    }
    if (!prepared.isIncremental) return streamOfOne((await this.execute(prepared, ongoing)).text);
    const parts = this.#traced(prepared, ongoing, () =>
      this.#execution.executeIncrementally(prepared, ongoing),
    );
    return readParts(parts, wake);
  }

  #traced<T>({ operation }: Prepared, { requestId, traceparent }: OngoingRequest, run: () => T): T {
    if (this.#traces === undefined) return run();
    const { name, node } = operation;
    return this.#traces.trace({ type: node.operation, name, requestId, traceparent }, run);
  }

  /** Interrupts every subscription, after what its watchers have to be told already, and begins no more of them. */
  endSubscriptions(): void {
    this.#subscriptions.end();
  }

  /** How many clients follow a subscription at the moment. */
  get watchers(): number {
    return this.#subscriptions.watchers;
  }
}

/** The values of the variables that an operation declares. All others are ignored unread. */
function readDeclared(
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

/** How deep the values of a variable may nest, which is deeper than any input of the schema. */
const deepestValue = 20;

/** The error for a variable with a number too large for JavaScript, or with values nested too deep; null where there is none. */
function refuseUnreadable(variables: Prepared['variables']): GraphQLError | null {
  for (const name in variables) {
    if (!isReadable(variables[name], 0)) {
      const message = `The variable $${name} cannot be read: a number in it is too large, or it is nested more than ${deepestValue} times.`;
      return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
    }
  }
  return null;
}

function isReadable(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return (
    depth < deepestValue && Object.values(value).every((member) => isReadable(member, depth + 1))
  );
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

function refuseWith(errors: readonly GraphQLError[], log: Log, status = 400): RequestError {
  const isTransportError = errors.some(({ extensions }) => extensions['code'] === 'BAD_REQUEST');
  const formatted = errors.map((error) => maskError(error, log));
  return new RequestError(formatted, { status, isTransportError });
}

function rateLimited(error: unknown): unknown {
  if (!(error instanceof RateLimitedError)) return error;
  const { code, message, retryAfterSeconds } = error;
  const headers: Record<string, string> = {};
  if (retryAfterSeconds !== null) headers['retry-after'] = String(retryAfterSeconds);
  return transportError(429, code, message, headers, { retryAfterSeconds });
}
