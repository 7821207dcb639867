import type { Leaving } from '../../abort.ts';
import type { ExecutionNotes } from '../port/execution-notes.ts';
import type { OperatorErrorCode } from '../port/operator-error.ts';
import type { CircuitState } from './trouble.ts';

/** The caller's part of a call: when to end it, and where to count it. */
export interface CallOptions {
  /** Aborting ends the call at once, with the signal's reason. */
  readonly signal?: Leaving | undefined;
  /**
   * When its caller stops waiting, on the clock of `performance.now()`: a try ends a moment before, and no retry is begun
   * that cannot end by then. It is looked at for each try, and may have changed since the last one.
   */
  readonly deadlineAt?: number | undefined;
  /**
   * How many milliseconds before `deadlineAt` the caller keeps for what follows an unanswered call, such as looking for what it
   * may have done. A try ends that much earlier, but has at least half of the time that is left. Not given: none.
   */
  readonly reserveMs?: number | undefined;
  /** Where the call's exchanges are counted. */
  readonly notes?: ExecutionNotes | undefined;
  /** Whether the call is for a question of a batch, which has no person waiting for it. */
  readonly isForBatch?: boolean | undefined;
}

/** One call of an operator's route. */
export interface OperatorCall {
  /** A fixed word for the route, which holds nothing of what was asked. */
  readonly route: string;
  /** Whether it changes nothing at the operator, so that it may be made again. */
  readonly repeatable: boolean;
  /** Whether the operator has a separate limit for this route, so that a 429 there says nothing of the others. */
  readonly isLimitedApart?: boolean;
}

/** How a try ended: `ABORTED` where its caller left, `BROKEN` where a bug of this service ended it. */
export type CallOutcome = 'OK' | 'ABORTED' | 'BROKEN' | OperatorErrorCode;

/** One try of a call, without anything of what was asked or answered. */
export interface ObservedCall {
  readonly operator: string;
  readonly route: string;
  readonly outcome: CallOutcome;
  /** 0 for what was refused here and not sent. */
  readonly durationMs: number;
}

/** Observes the calls of this process to its operators. It must not throw, and is called on the hot path. */
export interface CallObserver {
  /** Every try, retries and requests for tokens included. */
  called(call: ObservedCall): void;
  circuitChanged(operator: string, state: CircuitState): void;
}
