import { OperationTypeNode } from 'graphql';
import type { Ending, Leaving } from '../abort.ts';
import type { Caller } from '../access/caller.ts';
import { DeadlineExceededError, ShuttingDownError } from '../schema/errors.ts';
import type { Operation } from './execution/operation.ts';
import { transportError } from './request-error.ts';

/** One request to execute an operation, as every transport carries it. */
export interface RequestParams {
  readonly query: string | null;
  /** The identifier of a persisted operation. */
  readonly documentId: string | null;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Checks the members of a request. Throws a RequestError of code BAD_REQUEST that names the one that is wrong. */
export function readRequestParams(value: unknown): RequestParams {
  if (Array.isArray(value)) {
    throw badRequest(
      'The service takes no list of operations: send one operation in each request.',
    );
  }
  if (!isRecord(value)) {
    throw badRequest('The request is no JSON object with the text of an operation as "query".');
  }
  const query = value['query'] ?? null;
  if (query !== null && typeof query !== 'string') throw badRequest('"query" is no text.');
  const operationName = value['operationName'] ?? null;
  if (operationName !== null && typeof operationName !== 'string') {
    throw badRequest('"operationName" is no text.');
  }
  const variables = value['variables'] ?? null;
  if (variables !== null && !isRecord(variables)) {
    throw badRequest('"variables" is no JSON object.');
  }
  const extensions = value['extensions'] ?? null;
  if (extensions !== null && !isRecord(extensions)) {
    throw badRequest('"extensions" is no JSON object.');
  }
  const documentId = extensions === null ? null : readPersistedId(extensions);
  return {
    query: query === '' ? null : query,
    documentId: documentId ?? textOrNull(value['documentId']),
    operationName,
    variables: variables ?? {},
  };
}

function readPersistedId(extensions: Readonly<Record<string, unknown>>): string | null {
  const persisted = extensions['persistedQuery'] ?? null;
  if (persisted === null) return null;
  if (!isRecord(persisted) || typeof persisted['sha256Hash'] !== 'string') {
    throw badRequest('"extensions.persistedQuery" has no text "sha256Hash".');
  }
  return persisted['sha256Hash'];
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badRequest(message: string): Error {
  return transportError(400, 'BAD_REQUEST', message);
}

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
  /** The request's header of that name. */
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

/** The part of a client's name for an operation that the log keeps. */
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

/** The time beyond its deadline that an execution has to end by itself. */
const graceMs = 250;

/**
 * How long an execution may take. At the deadline `ending` is aborted, so that what it waits for ends; one that goes on
 * nevertheless is not waited for.
 */
export class Deadline {
  /** On the clock of `performance.now()`. */
  readonly at: number;
  #timer: NodeJS.Timeout;
  #giveUp: ((error: Error) => void) | null = null;

  constructor(deadlineMs: number, ending: Ending) {
    this.at = performance.now() + deadlineMs;
    this.#timer = setTimeout(() => {
      const error = new DeadlineExceededError(deadlineMs);
      ending.abort(error);
      this.#timer = setTimeout(() => this.#giveUp?.(error), graceMs);
    }, deadlineMs);
  }

  /** The result of `running`; rejects with a DeadlineExceededError a little after the deadline. */
  unlessPassed<T>(running: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#giveUp = reject;
      running.then(resolve, reject);
    });
  }

  /** The execution is over. */
  clear(): void {
    clearTimeout(this.#timer);
  }
}
