import type { OperationTypeNode } from 'graphql';

/**
 * How an operation ended: `OK` without an error, `PARTIAL` with data and errors, `FAILED` with errors alone, `ABORTED` where
 * its client left before.
 */
export type OperationOutcome = 'OK' | 'PARTIAL' | 'FAILED' | 'ABORTED';

/** Told of what is asked of the service, for metrics. It must not throw, and is called on the hot path. */
export interface OperationObserver {
  /** A query or a mutation has ended, or a subscription has begun or could not. */
  executed(type: OperationTypeNode, outcome: OperationOutcome, durationMs: number): void;
  /** An operation was refused before it was executed. `code` is one of the codes of the API. */
  refused(code: string): void;
  /**
   * A request that is no operation, such as for a file, has ended. `route` is its method and the name of its address; `status` is
   * that of HTTP, or 499 where the client left before it had everything.
   */
  answered(route: string, status: number, durationMs: number): void;
}

/** An operation as its trace tells it, without its text and variables. */
export interface TracedOperation {
  readonly type: OperationTypeNode;
  readonly name: string | null;
  readonly requestId: string;
  /** The header of that name, which says what the operation is part of elsewhere. */
  readonly traceparent: string | undefined;
}

/** Traces operations. Calls to operators that are observed while one runs are parts of it. */
export interface OperationTraces {
  /** Runs what executes an operation, until what it returns is complete: a value, a promise or parts. */
  trace<T>(operation: TracedOperation, run: () => T): T;
}
