import type { Log } from '../../observe/log.ts';
import { CallLimit } from './call-limit.ts';
import { Circuit, type CircuitState } from './circuit.ts';
import type { ExecutionNotes } from '../port/execution-notes.ts';
import { OperatorError, type OperatorErrorCode } from '../port/operator-error.ts';
import { retryReads } from './retry.ts';
import { RetryBudget } from './retry-budget.ts';
import type { SlowDown } from './slow-down.ts';

/** On whose behalf a call is made. */
export interface CallOptions {
  /** Aborting ends the call at once, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * When its caller stops waiting, on the clock of `performance.now()`: a try ends a moment before, and no retry is begun
   * that cannot end by then. It is looked at for each try, and may have changed since the last one.
   */
  readonly deadlineAt?: number | undefined;
  /**
   * What of the time until `deadlineAt` its caller needs for what follows a call that is not answered, such as a look for
   * what it may have done: no try takes that, nor more than half of what is left. In milliseconds; none without it.
   */
  readonly reserveMs?: number | undefined;
  /** Where the exchanges it takes are counted. */
  readonly notes?: ExecutionNotes | undefined;
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

/** How operators are called by this process, all alike. */
export interface CallingOptions {
  /** How many calls to one operator may be under way at once. */
  readonly maxCalls: number;
  /** How long an operator that fails is left alone at first. */
  readonly circuitOpenMs: number;
  /** Whether the sandbox plays the operator. */
  readonly isSandbox: boolean;
  readonly log: Log;
  readonly observer?: CallObserver | undefined;
  /** Told of every 429. */
  readonly slowDown?: SlowDown | undefined;
}

/** How an operator is doing, as far as this process has seen. */
export interface OperatorStatus {
  readonly operator: string;
  readonly sandbox: boolean;
  readonly circuit: CircuitState;
  /** ISO 8601; null where no call has succeeded yet. */
  readonly lastSuccess: string | null;
  /** The last failure that was not about what was asked; null where there was none. */
  readonly lastError: OperatorError | null;
}

/** How many may wait for each one under way, and for how long: as long as a person does not mind. */
const waitingForEach = 4;
const longestWaitMs = 2_000;

/** What the first try of a call that may be repeated leaves of its caller's time for a second one; half of it at most. */
const retryReserveMs = 2_000;

/** Failures that speak of the operator and not of what it was asked. */
const tellingCodes: ReadonlySet<OperatorErrorCode> = new Set([
  'UNREACHABLE',
  'TIMEOUT',
  'RATE_LIMITED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'SERVER_ERROR',
  'UPSTREAM_UNREACHABLE',
  'INVALID_RESPONSE',
]);

/**
 * The calls of this process to one operator: bounded in number, repeated where that is harmless and within a budget, not
 * made at all while the operator is in trouble, and counted. One operator's trouble stays its own.
 */
export class OperatorCalls {
  readonly #operator: string;
  readonly #label: string;
  readonly #options: CallingOptions;
  readonly #limit: CallLimit;
  readonly #circuit: Circuit;
  readonly #budget = new RetryBudget();
  /** How long a try that succeeds takes, with the latest ones weighing most. */
  #typicalMs = 0;
  #lastSuccessAt: number | null = null;
  #lastError: OperatorError | null = null;

  /** `label` is the operator's name in error messages. */
  constructor(operator: string, label: string, options: CallingOptions) {
    this.#operator = operator;
    this.#label = label;
    this.#options = options;
    this.#limit = new CallLimit({
      most: options.maxCalls,
      mostWaiting: waitingForEach * options.maxCalls,
      waitMs: longestWaitMs,
      refusal: () => this.#tooMany(),
    });
    this.#circuit = new Circuit({
      operator,
      label,
      openMs: options.circuitOpenMs,
      onChange: (state) => this.#changed(state),
    });
  }

  /**
   * Makes one call, `attempt` being one try of it, to be ended by the `deadlineAt` that it is given. Throws what that
   * throws; CIRCUIT_OPEN, or TIMEOUT where too many calls are under way, without trying; and the signal's reason when that
   * is aborted.
   */
  async make<T>(
    { route, repeatable, isLimitedApart = false }: OperatorCall,
    attempt: (options: CallOptions) => Promise<T>,
    options: CallOptions = {},
  ): Promise<T> {
    const { signal } = options;
    signal?.throwIfAborted();
    this.#budget.countCall();
    let isSent = false;
    const tryOnce = (): Promise<T> =>
      this.#circuit.run(async () => {
        const deadlineAt = tryEndsAt(options, repeatable && !isSent);
        isSent = true;
        try {
          return await this.observe(route, () => attempt({ ...options, deadlineAt }), signal);
        } catch (error) {
          // Of every try: one that succeeds after it takes nothing of it back.
          if (!isLimitedApart) this.#options.slowDown?.heed(error);
          throw error;
        }
      });
    const mayRetry = (pauseMs: number): boolean => this.#mayRetry(options, pauseMs);
    try {
      // Also before its turn: what is to be refused need not wait for it.
      this.#circuit.refuse();
      return await this.#limit.run(
        repeatable ? () => retryReads(tryOnce, { signal, mayRetry }) : tryOnce,
        signal,
      );
    } catch (error) {
      if (!isSent) this.#told(route, outcomeOf(error, signal), 0);
      throw error;
    }
  }

  /** Has one try observed. `make` does that itself; this is for what is asked beside it, such as a token. */
  async observe<T>(
    route: string,
    attempt: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const startedAt = performance.now();
    try {
      const value = await attempt();
      const durationMs = performance.now() - startedAt;
      this.#typicalMs += (durationMs - this.#typicalMs) / 8;
      this.#lastSuccessAt = Date.now();
      this.#told(route, 'OK', durationMs);
      return value;
    } catch (error) {
      if (error instanceof OperatorError && tellingCodes.has(error.code)) this.#lastError = error;
      this.#told(route, outcomeOf(error, signal), performance.now() - startedAt);
      throw error;
    }
  }

  status(): OperatorStatus {
    return {
      operator: this.#operator,
      sandbox: this.#options.isSandbox,
      circuit: this.#circuit.state,
      lastSuccess:
        this.#lastSuccessAt === null ? null : new Date(this.#lastSuccessAt).toISOString(),
      lastError: this.#lastError,
    };
  }

  #mayRetry({ deadlineAt }: CallOptions, pauseMs: number): boolean {
    const endsAt = performance.now() + pauseMs + this.#typicalMs;
    if (deadlineAt !== undefined && endsAt > deadlineAt) return false;
    return this.#circuit.state === 'CLOSED' && this.#budget.take();
  }

  #told(route: string, outcome: CallOutcome, durationMs: number): void {
    this.#options.observer?.called({ operator: this.#operator, route, outcome, durationMs });
  }

  #changed(state: CircuitState): void {
    const fields = { operator: this.#operator, circuit: state, code: this.#lastError?.code };
    if (state === 'OPEN') this.#options.log.warn(fields, 'operator is left alone for a while');
    else this.#options.log.info(fields, 'operator is called again');
    this.#options.observer?.circuitChanged(this.#operator, state);
  }

  #tooMany(): OperatorError {
    return new OperatorError(
      this.#operator,
      'TIMEOUT',
      `${this.#options.maxCalls} calls to ${this.#label} are under way and others wait before this one; it was not sent.`,
      { retryAfterMs: longestWaitMs, mayHaveTakenEffect: false },
    );
  }
}

/** When a try is to end, so that its caller has time for what follows it; undefined without a deadline. */
function tryEndsAt(
  { deadlineAt, reserveMs = 0 }: CallOptions,
  mayBeRepeated: boolean,
): number | undefined {
  const wantedMs = Math.max(reserveMs, mayBeRepeated ? retryReserveMs : 0);
  if (deadlineAt === undefined || wantedMs === 0) return deadlineAt;
  return deadlineAt - Math.min(wantedMs, Math.max(0, deadlineAt - performance.now()) / 2);
}

function outcomeOf(error: unknown, signal: AbortSignal | undefined): CallOutcome {
  if (error instanceof OperatorError) return error.code;
  return signal?.aborted ? 'ABORTED' : 'BROKEN';
}
