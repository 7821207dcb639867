import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState as PolicyState,
  ConsecutiveBreaker,
  handleWhen,
  SamplingBreaker,
  type CircuitBreakerPolicy,
  type IBackoff,
  type IBreaker,
  type IHalfOpenAfterBackoffContext,
} from 'cockatiel';
import { HurriedTimeout } from './http.ts';
import { OperatorError, type OperatorErrorCode } from '../port/operator-error.ts';

/** Whether an operator is called (CLOSED), left alone (OPEN), or tried with one call (HALF_OPEN). */
export const circuitStates = ['CLOSED', 'HALF_OPEN', 'OPEN'] as const;
export type CircuitState = (typeof circuitStates)[number];

export interface CircuitOptions {
  readonly operator: string;
  /** The operator's name in error messages. */
  readonly label: string;
  /** How long the operator is left alone at first; twice as long after each trial that fails, {@link longestOpenMs} at most. */
  readonly openMs: number;
  /** Told of each change. */
  readonly onChange: (state: CircuitState) => void;
}

/** This many failures without a success between them open a circuit … */
const failuresInARow = 10;
/** … and so does this share of the calls within this time, where there were this many a second. */
const share = 0.5;
const withinMs = 10_000;
const leastPerSecond = 2;

const longestOpenMs = 30_000;

/**
 * What says that the operator is in trouble. What it refuses, a slow-down (429) and what fails at a service behind it do
 * not: there it answers, and for other questions it may be well.
 */
const failures: ReadonlySet<OperatorErrorCode> = new Set([
  'UNREACHABLE',
  'TIMEOUT',
  'SERVER_ERROR',
  'INVALID_RESPONSE',
]);

/** Whether an error says that the operator is in trouble. */
export function isFailure(error: unknown): error is OperatorError {
  return (
    error instanceof OperatorError && failures.has(error.code) && !(error instanceof HurriedTimeout)
  );
}

/**
 * The circuit breaker of one operator: after many failures it is left alone for a while, then tried with one call. Calls
 * that find it open, or that trial under way, fail at once: nobody waits for an operator that does not answer.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  readonly #policy: CircuitBreakerPolicy;
  #openUntil = 0;

  constructor(options: CircuitOptions) {
    this.#options = options;
    this.#policy = circuitBreaker(
      handleWhen((error) => isFailure(error) || error instanceof TrialCutShort),
      { breaker: new FailingOfLate(), halfOpenAfter: { next: (context) => this.#open(context) } },
    );
    this.#policy.onStateChange((state) => options.onChange(stateOf(state)));
  }

  get state(): CircuitState {
    return stateOf(this.#policy.state);
  }

  /** Throws CIRCUIT_OPEN, with when to try again, where a call would not be let through. */
  refuse(): void {
    const { state } = this;
    if (state === 'HALF_OPEN' || (state === 'OPEN' && Date.now() < this.#openUntil)) {
      throw this.#refusal();
    }
  }

  /** Makes a call and learns from its outcome. Throws what it throws, or CIRCUIT_OPEN without making it. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    this.refuse();
    const isTrial = this.#policy.state === PolicyState.Open;
    try {
      const outcome = await this.#policy.execute(async () => {
        try {
          return { value: await call() };
        } catch (error) {
          if (isFailure(error)) throw error;
          // The operator answered, if not what was hoped for.
          if (error instanceof OperatorError) return { error };
          // The caller has left. That says nothing; but of a trial the policy would take it for a success.
          throw isTrial ? new TrialCutShort('the trial was not finished', { cause: error }) : error;
        }
      });
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    } catch (error) {
      if (error instanceof TrialCutShort) throw error.cause;
      if (error instanceof BrokenCircuitError) throw this.#refusal();
      throw error;
    }
  }

  #open({ attempt }: IHalfOpenAfterBackoffContext): IBackoff<IHalfOpenAfterBackoffContext> {
    const duration = Math.min(this.#options.openMs * 2 ** (attempt - 1), longestOpenMs);
    this.#openUntil = Date.now() + duration;
    return { duration, next: (context) => this.#open(context) };
  }

  #refusal(): OperatorError {
    const { operator, label, openMs } = this.#options;
    const leftMs = this.#openUntil - Date.now();
    return new OperatorError(
      operator,
      'CIRCUIT_OPEN',
      `${label} failed too often of late and is left alone for a moment; nothing was sent.`,
      // While a trial is under way its outcome is what there is to wait for.
      { retryAfterMs: leftMs > 0 ? leftMs : openMs, mayHaveTakenEffect: false },
    );
  }
}

class TrialCutShort extends Error {
  override readonly name = 'TrialCutShort';
}

function stateOf(state: PolicyState): CircuitState {
  if (state === PolicyState.Closed) return 'CLOSED';
  return state === PolicyState.HalfOpen ? 'HALF_OPEN' : 'OPEN';
}

/** Opens on a share of failures where there are many calls, and on a row of them where there are few. */
class FailingOfLate implements IBreaker {
  readonly #share = new SamplingBreaker({
    threshold: share,
    duration: withinMs,
    minimumRps: leastPerSecond,
  });
  readonly #row = new ConsecutiveBreaker(failuresInARow);

  get state(): unknown {
    return [this.#share.state, this.#row.state];
  }

  set state(_state: unknown) {
    throw new TypeError('the state of a circuit is never taken over from another process');
  }

  success(state: PolicyState): void {
    this.#share.success(state);
    this.#row.success();
  }

  failure(state: PolicyState): boolean {
    const isShare = this.#share.failure(state);
    return this.#row.failure() || isShare;
  }
}
