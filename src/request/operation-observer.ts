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
}
