import { OperationTypeNode } from 'graphql';
import type { Ending, Leaving } from '../abort.ts';
import type { Caller } from '../access/caller.ts';
import { DeadlineExceededError, ShuttingDownError } from '../schema/errors.ts';
import type { Operation } from './execution/operation.ts';

/** An operation that may be executed: read, validated, within the limits, allowed and paid for. */
export interface Prepared {
  readonly operation: Operation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Whether it is answered in parts. */
  readonly isIncremental: boolean;
  /** The text of its document. */
  readonly text: string;
}

/**
 * Equal for operations that have the same result at the same time: the operation, its variables and the rights of its caller.
 */
export function sameResultKey({ operation, variables, caller }: Prepared): string {
  return `${operation.number} ${JSON.stringify([variables, caller.tenant, [...caller.scopes]])}`;
}

/** The request that an operation is executed for: by whom and under which name, and how to end it early. */
export interface OngoingRequest {
  readonly requestId: string;
  /** Aborted when the client has left, and by the pipeline at the deadline. */
  readonly ending: Ending;
  /** Whether the request showed that it may read the schema for composition. */
  readonly mayReadSchema: boolean;
  /** The client that the bound on subscriptions counts: a tenant, or an address. */
  readonly client: string;
  /** The request's header `traceparent`. */
  readonly traceparent?: string | undefined;
  /** The last sequence that a client of server-sent events says it has seen; it counts before the operation's `after`. */
  readonly goOnAfter?: number | undefined;
}

/** Whether an operation is a subscription. */
export function isSubscription({ operation }: Prepared): boolean {
  return operation.node.operation === OperationTypeNode.SUBSCRIPTION;
}

/** Whether a request's signal was aborted because its client has left, and not by the service. */
export function hasLeft({ aborted, reason }: Leaving): boolean {
  const isEnded = reason instanceof DeadlineExceededError || reason instanceof ShuttingDownError;
  return aborted && !isEnded;
}

/** The log keeps this many characters of an operation's name. */
const longestName = 100;

export interface DescribedOperation {
  readonly requestId: string;
  /** Null where it has no name. */
  readonly operation: string | null;
  readonly type: string;
  readonly tenant: string | undefined;
}

/** An operation as the log shows it. */
export function describeOperation(
  { operation, caller }: Prepared,
  { requestId }: OngoingRequest,
): DescribedOperation {
  return {
    requestId,
    operation: operation.name?.slice(0, longestName) ?? null,
    type: operation.node.operation,
    tenant: caller.tenant ?? undefined,
  };
}
