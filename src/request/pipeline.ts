import type { FormattedExecutionResult } from 'graphql';
import type { Caller } from '../access/caller.ts';
import type { Answer } from './execution/answer.ts';
import { Execution, type ExecutionOptions } from './execution/execution.ts';
import { Preparation, type PreparationOptions } from './preparation.ts';
import type { OperationTraces } from './operation-observer.ts';
import type { Prepared, OngoingRequest } from './prepared.ts';
import type { RequestParams } from './request-params.ts';
import type { StreamReader } from './subscription/shared-stream.ts';
import { Subscriptions, type SubscriptionsOptions } from './subscription/subscriptions.ts';

export type PipelineOptions = PreparationOptions &
  ExecutionOptions &
  Omit<SubscriptionsOptions, 'execution'> & { readonly traces?: OperationTraces | undefined };

/**
 * What happens to every operation, over every transport: the text, the limits, what the caller may do and how often, the
 * execution with its deadline, the masking of errors, and the log. Transports only carry.
 */
export class Pipeline {
  readonly #preparation: Preparation;
  readonly #execution: Execution;
  readonly #subscriptions: Subscriptions;
  readonly #traces: OperationTraces | undefined;

  constructor(options: PipelineOptions) {
    this.#preparation = new Preparation(options);
    this.#execution = new Execution(options);
    this.#subscriptions = new Subscriptions({ ...options, execution: this.#execution });
    this.#traces = options.traces;
  }

  /** Makes an operation ready to be executed. Throws, or rejects with, a RequestError, and then nothing was done. */
  prepare(params: RequestParams, caller: Caller): Prepared | Promise<Prepared> {
    return this.#preparation.prepare(params, caller);
  }

  /** Executes a query or a mutation, see `Execution.execute`. */
  execute(prepared: Prepared, ongoing: OngoingRequest): Answer | Promise<Answer> {
    return this.#traced(prepared, ongoing, () => this.#execution.execute(prepared, ongoing));
  }

  /** Executes a query that is answered in parts, see `Execution.executeIncrementally`. */
  executeIncrementally(prepared: Prepared, ongoing: OngoingRequest): AsyncIterableIterator<object> {
    return this.#traced(prepared, ongoing, () =>
      this.#execution.executeIncrementally(prepared, ongoing),
    );
  }

  /** Follows a subscription, see `Subscriptions.subscribe`. `wake` is called when its reader has more. */
  subscribe(
    prepared: Prepared,
    ongoing: OngoingRequest,
    wake: () => void,
  ): Promise<StreamReader | FormattedExecutionResult> {
    return this.#traced(prepared, ongoing, () =>
      this.#subscriptions.subscribe(prepared, ongoing, wake),
    );
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
