import { pause, type Leaving } from '../../abort.ts';
import type { Proxies } from '../../egress.ts';
import type { Log } from '../../observe/log.ts';
import { OperatorError } from '../port/operator-error.ts';
import type { CallObserver, CallOptions, CallOutcome, OperatorCall } from './call.ts';
import {
  Circuit,
  FailureLog,
  pauseBeforeRetry,
  RetryBudget,
  toldBy,
  type CircuitState,
} from './trouble.ts';
import type { Interactive } from './interactive.ts';
import type { SlowDown } from './slow-down.ts';
import { Turns } from '../../turns.ts';

/** How this process calls an operator. */
export interface CallingOptions {
  /** How many calls to one operator may be under way at once. */
  readonly maxCalls: number;
  /** How long an operator that fails is left alone at first. */
  readonly circuitOpenMs: number;
  /** Whether the sandbox plays the operator. */
  readonly isSandbox: boolean;
  readonly log: Log;
  readonly observer?: CallObserver | undefined;
  /** The proxies on the way to the operator; null or not given for none. */
  readonly proxies?: Proxies | null | undefined;
  /** Told of every 429. */
  readonly slowDown?: SlowDown | undefined;
  /** Told of every call that somebody waits for. */
  readonly interactive?: Interactive | undefined;
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

/** The time that the first try of a repeatable call leaves for a second one; half of the caller's time at most. */
const retryReserveMs = 2_000;

/**
 * The calls of this process to one operator: bounded in number, repeated where that is harmless and within a budget, not
 * made at all while the operator is in trouble, and counted. One operator's trouble stays its own.
 */
export class OperatorCalls {
  readonly operator: string;
  /** The operator's name in error messages. */
  readonly label: string;
  readonly #options: CallingOptions;
  readonly #turns: Turns;
  readonly #circuit: Circuit;
  readonly #budget = new RetryBudget();
  readonly #failures: FailureLog;
  /** How long a try that succeeds takes, with the latest ones weighing most. */
  #typicalMs = 0;
  #lastSuccessAt: number | null = null;
  #lastError: OperatorError | null = null;

  constructor(operator: string, label: string, options: CallingOptions) {
    this.operator = operator;
    this.label = label;
    this.#options = options;
    this.#failures = new FailureLog(options.log);
    this.#turns = new Turns(() => options.maxCalls, {
      queue: {
        mostWaiting: waitingForEach * options.maxCalls,
        waitMs: longestWaitMs,
        refusal: () => this.#tooMany(),
      },
    });
    this.#circuit = new Circuit({
      operator,
      label,
      openMs: options.circuitOpenMs,
      onChange: (state) => this.#changed(state),
    });
  }

  /**
   * Makes one call, `attempt` being one try of it, to be ended by the `deadlineAt` that it is given. A call that changes
   * nothing is tried again, at most twice and after a pause with jitter, when the operator was not reached, was too slow or
   * failed; once when it asks to slow down for a short while. What it refuses is not asked again.
   *
   * Throws what the last try throws; CIRCUIT_OPEN, or TIMEOUT where too many calls are under way, without trying; and the
   * signal's reason when that is aborted.
   */
  make<T>(
    call: OperatorCall,
    attempt: (options: CallOptions) => Promise<T>,
    options: CallOptions = {},
  ): Promise<T> {
    if (options.signal?.aborted) return Promise.reject(options.signal.reason);
    this.#budget.countCall();
    if (options.isForBatch !== true) this.#options.interactive?.begin();
    // Nearly always there is nothing to wait for: then a first try costs no more than itself.
    if (this.#circuit.state !== 'CLOSED' || !this.#turns.enterNow()) {
      return this.#makeInTurn(call, attempt, options);
    }
    const startedAt = performance.now();
    return begin(attempt, optionsOfTry(options, call.repeatable)).then(
      (value) => {
        this.#succeeded(call, startedAt, false);
        this.#leave(options);
        return value;
      },
      (error: unknown) => {
        this.#failed(call, startedAt, false, error, options);
        return this.#goOn(call, attempt, options, error);
      },
    );
  }

  async #makeInTurn<T>(
    call: OperatorCall,
    attempt: (options: CallOptions) => Promise<T>,
    options: CallOptions,
  ): Promise<T> {
    let isTrial: boolean;
    try {
      // Also before its turn: what is to be refused need not wait for it.
      const refusal = this.#circuit.refusal();
      if (refusal !== null) throw refusal;
      await this.#turns.enter(options);
    } catch (error) {
      if (options.isForBatch !== true) this.#options.interactive?.end();
      this.#told(call.route, nameOutcome(error, options.signal), 0);
      throw error;
    }
    try {
      isTrial = this.#circuit.begin();
    } catch (error) {
      this.#leave(options);
      this.#told(call.route, nameOutcome(error, options.signal), 0);
      throw error;
    }
    const startedAt = performance.now();
    try {
      const value = await attempt(optionsOfTry(options, call.repeatable));
      this.#succeeded(call, startedAt, isTrial);
      this.#leave(options);
      return value;
    } catch (error) {
      this.#failed(call, startedAt, isTrial, error, options);
      return this.#goOn(call, attempt, options, error);
    }
  }

  /** Goes on with a call whose first try has failed and which still has its place. */
  async #goOn<T>(
    call: OperatorCall,
    attempt: (options: CallOptions) => Promise<T>,
    options: CallOptions,
    first: unknown,
  ): Promise<T> {
    let error = first;
    let hasSlowedDown = false;
    try {
      for (let retry = 0; call.repeatable; retry += 1) {
        const pauseMs = pauseBeforeRetry(error, retry, hasSlowedDown);
        if (pauseMs === null || !this.#mayRetry(options, pauseMs)) break;
        hasSlowedDown ||= error instanceof OperatorError && error.code === 'RATE_LIMITED';
        await pause(pauseMs, options.signal);
        const isTrial = this.#circuit.begin();
        const startedAt = performance.now();
        try {
          const value = await attempt(optionsOfTry(options, false));
          this.#succeeded(call, startedAt, isTrial);
          return value;
        } catch (thrown) {
          this.#failed(call, startedAt, isTrial, thrown, options);
          error = thrown;
        }
      }
    } finally {
      this.#leave(options);
    }
    throw error;
  }

  /** Gives the place of a call back. */
  #leave({ isForBatch }: CallOptions): void {
    this.#turns.leave();
    if (isForBatch !== true) this.#options.interactive?.end();
  }

  /** Runs and observes a request beside the calls, such as the one for a token. */
  async observe<T>(route: string, ask: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      const value = await ask();
      this.#told(route, 'OK', performance.now() - startedAt);
      return value;
    } catch (error) {
      this.#note(route, error, startedAt, undefined);
      throw error;
    }
  }

  /** The proxies on the way to the operator. */
  get proxies(): Proxies | null {
    return this.#options.proxies ?? null;
  }

  status(): OperatorStatus {
    return {
      operator: this.operator,
      sandbox: this.#options.isSandbox,
      circuit: this.#circuit.state,
      lastSuccess:
        this.#lastSuccessAt === null ? null : new Date(this.#lastSuccessAt).toISOString(),
      lastError: this.#lastError,
    };
  }

  #succeeded(call: OperatorCall, startedAt: number, isTrial: boolean): void {
    const durationMs = performance.now() - startedAt;
    this.#circuit.end(isTrial, 'ANSWERS');
    if (call.isLimitedApart !== true) this.#options.slowDown?.lift(startedAt);
    this.#typicalMs += (durationMs - this.#typicalMs) / 8;
    this.#lastSuccessAt = Date.now();
    this.#told(call.route, 'OK', durationMs);
  }

  #failed(
    call: OperatorCall,
    startedAt: number,
    isTrial: boolean,
    error: unknown,
    options: CallOptions,
  ): void {
    this.#note(call.route, error, startedAt, options.signal);
    this.#circuit.end(isTrial, toldBy(error, isTrial));
    // Every try counts, also where a retry follows.
    if (call.isLimitedApart !== true) this.#options.slowDown?.heed(error);
  }

  #note(route: string, error: unknown, startedAt: number, signal: Leaving | undefined): void {
    if (error instanceof OperatorError) {
      if (error.isAboutOperator) this.#lastError = error;
      this.#failures.note(route, error);
    }
    this.#told(route, nameOutcome(error, signal), performance.now() - startedAt);
  }

  #mayRetry({ deadlineAt }: CallOptions, pauseMs: number): boolean {
    const endsAt = performance.now() + pauseMs + this.#typicalMs;
    if (deadlineAt !== undefined && endsAt > deadlineAt) return false;
    return this.#circuit.state === 'CLOSED' && this.#budget.take();
  }

  #told(route: string, outcome: CallOutcome, durationMs: number): void {
    this.#options.observer?.called({ operator: this.operator, route, outcome, durationMs });
  }

  #changed(state: CircuitState): void {
    const fields = { operator: this.operator, circuit: state, code: this.#lastError?.code };
    if (state === 'OPEN') this.#options.log.warn(fields, 'operator is left alone for a while');
    else this.#options.log.info(fields, 'operator is called again');
    this.#options.observer?.circuitChanged(this.operator, state);
  }

  #tooMany(): OperatorError {
    return new OperatorError(
      this.operator,
      'TIMEOUT',
      `${this.#options.maxCalls} calls to ${this.label} are under way and others wait before this one; it was not sent.`,
      { retryAfterMs: longestWaitMs, mayHaveTakenEffect: false },
    );
  }
}

/** Begins a try. What it throws at once, as only a bug does, becomes its rejection. */
function begin<T>(attempt: (options: CallOptions) => Promise<T>, options: CallOptions): Promise<T> {
  try {
    return attempt(options);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** The caller's limits for one try: it ends early enough for what follows it. */
function optionsOfTry(options: CallOptions, mayBeRepeated: boolean): CallOptions {
  const { signal, notes, deadlineAt, reserveMs = 0 } = options;
  const wantedMs = Math.max(reserveMs, mayBeRepeated ? retryReserveMs : 0);
  if (deadlineAt === undefined || wantedMs === 0) return { signal, notes, deadlineAt };
  const leftMs = Math.max(0, deadlineAt - performance.now());
  return { signal, notes, deadlineAt: deadlineAt - Math.min(wantedMs, leftMs / 2) };
}

function nameOutcome(error: unknown, signal: Leaving | undefined): CallOutcome {
  if (error instanceof OperatorError) return error.code;
  return signal?.aborted ? 'ABORTED' : 'BROKEN';
}
