import type { Leaving } from '../../abort.ts';
import type { ExecutionNotes } from '../port/execution-notes.ts';
import type { OperatorErrorCode } from '../port/operator-error.ts';
import type { CircuitState } from './trouble.ts';

// A call of an operator: its caller, its route and its outcome.

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
   * may have done. No try uses this time, nor more than half of what is left. Without it: none.
   */
  readonly reserveMs?: number | undefined;
  /** Where the exchanges it takes are counted. */
  readonly notes?: ExecutionNotes | undefined;
  /** Whether it is for a question of a batch: no caller waits for it now. */
  readonly isForBatch?: boolean | undefined;
}

/** One call of an operator's route. */
export interface OperatorCall {
  /** The route by a fixed word, never with anything that was asked. */
  readonly route: string;
  /** Whether it changes nothing at the operator, so that it may be made again. */
  readonly repeatable: boolean;
  /** Whether the operator limits this route by itself, so that a 429 of it says nothing of the others. */
  readonly isLimitedApart?: boolean;
}

/** How a try ended: `ABORTED` where its caller left, `BROKEN` by a bug here. */
export type CallOutcome = 'OK' | 'ABORTED' | 'BROKEN' | OperatorErrorCode;

/** One try of a call, without anything of what was asked or answered. */
export interface ObservedCall {
  readonly operator: string;
  readonly route: string;
  readonly outcome: CallOutcome;
  /** 0 for what was refused here and not sent. */
  readonly durationMs: number;
}

/** Told of what happens between this process and its operators. It must not throw, and is called on the hot path. */
export interface CallObserver {
  /** Every try, retries and requests for tokens included. */
  called(call: ObservedCall): void;
  circuitChanged(operator: string, state: CircuitState): void;
}
