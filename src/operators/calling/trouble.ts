import { OperatorError, quoteWords } from '../port/operator-error.ts';
import type { Log } from '../../observe/log.ts';

/** Whether an operator is called (CLOSED), left alone (OPEN), or tried with one call at a time (HALF_OPEN). */
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
  /** Milliseconds that never go back; `performance.now` when not given. */
  readonly now?: () => number;
}

/** This many failures without an answer between them open a circuit … */
const failuresInARow = 10;
/** … and so does this share of the calls of the last ten seconds, where there were this many. */
const share = 0.5;
const leastCalls = 20;

const longestOpenMs = 30_000;

/** A call without an answer counts against the operator only after this long; a trial has a longer time. */
const tellingMs = 1_000;
const tellingOfTrialMs = 5_000;

/** The evidence of a call about the operator: it answers, it is in trouble, or neither. */
export type Told = 'ANSWERS' | 'FAILS' | 'NOTHING';

/**
 * The evidence of a call's error about the operator. The operator fails where nothing came, or no answer of its own: a
 * server error, silence, a closed connection, the page of a gateway. It answers where it refuses, asks to slow down, says
 * that a service behind it fails, or sends a record that cannot be read: for other questions it may be well. A caller that
 * left, or whose own deadline came too soon, tells nothing; nor does a trial that was not sent, since its token cannot be had.
 */
export function toldBy(error: unknown, isTrial = false): Told {
  if (!(error instanceof OperatorError)) return 'NOTHING';
  const { waitedMs, isOutage, isRepeated } = error;
  if (isRepeated) return isOutage && !isTrial ? 'FAILS' : 'NOTHING';
  if (!isOutage) return 'ANSWERS';
  const isTooSoon = waitedMs !== null && waitedMs < (isTrial ? tellingOfTrialMs : tellingMs);
  return isTooSoon ? 'NOTHING' : 'FAILS';
}

/**
 * The circuit breaker of one operator: after many failures the operator is left alone for a while, then tried with one call.
 * Other calls are refused at once meanwhile, so that none waits for an operator that does not answer. After a trial that tells
 * nothing, the next call is a trial.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  readonly #now: () => number;
  readonly #failed: RecentCounts;
  readonly #ended: RecentCounts;
  #state: CircuitState = 'CLOSED';
  #inARow = 0;
  /** How often the circuit was opened since it was last closed. */
  #opened = 0;
  #openUntil = 0;
  #isTrialUnderWay = false;

  constructor(options: CircuitOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#failed = new RecentCounts(this.#now);
    this.#ended = new RecentCounts(this.#now);
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Why a call may not be made now: CIRCUIT_OPEN, with when to try again. Null where it may. */
  refusal(): OperatorError | null {
    if (this.#state === 'CLOSED') return null;
    const leftMs = this.#openUntil - this.#now();
    if (leftMs <= 0 && !this.#isTrialUnderWay) return null;
    const { operator, label, openMs } = this.#options;
    return new OperatorError(
      operator,
      'CIRCUIT_OPEN',
      `${label} failed too often of late and is left alone for a moment; nothing was sent.`,
      // While a trial is under way its outcome is what there is to wait for.
      { retryAfterMs: leftMs > 0 ? leftMs : openMs, mayHaveTakenEffect: false },
    );
  }

  /** Begins a call, which must be ended with `end`. True for a trial. Throws the refusal. */
  begin(): boolean {
    if (this.#state === 'CLOSED') return false;
    const refusal = this.refusal();
    if (refusal !== null) throw refusal;
    this.#isTrialUnderWay = true;
    this.#become('HALF_OPEN');
    return true;
  }

  /** Learns from a call that has ended. While the circuit is not closed, only a trial counts. */
  end(isTrial: boolean, told: Told): void {
    if (isTrial) this.#endTrial(told);
    else if (this.#state === 'CLOSED' && told !== 'NOTHING') this.#count(told);
  }

  #count(told: 'ANSWERS' | 'FAILS'): void {
    this.#ended.add();
    if (told === 'ANSWERS') {
      this.#inARow = 0;
      return;
    }
    this.#failed.add();
    this.#inARow += 1;
    const calls = this.#ended.total;
    const isShare = calls >= leastCalls && this.#failed.total > calls * share;
    if (isShare || this.#inARow >= failuresInARow) this.#open();
  }

  #endTrial(told: Told): void {
    this.#isTrialUnderWay = false;
    if (told === 'FAILS') this.#open();
    if (told !== 'ANSWERS') return;
    this.#opened = 0;
    this.#inARow = 0;
    this.#failed.clear();
    this.#ended.clear();
    this.#become('CLOSED');
  }

  #open(): void {
    const openMs = Math.min(this.#options.openMs * 2 ** this.#opened, longestOpenMs);
    this.#opened += 1;
    this.#openUntil = this.#now() + openMs;
    this.#become('OPEN');
  }

  #become(state: CircuitState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onChange(state);
  }
}

const windowSeconds = 10;

/** How often something happened in the last ten seconds, second by second. */
class RecentCounts {
  readonly #now: () => number;
  readonly #slots = Array.from({ length: windowSeconds }, () => 0);
  #second: number;
  #total = 0;

  /** `now` tells milliseconds and never goes back. */
  constructor(now: () => number) {
    this.#now = now;
    this.#second = Math.floor(now() / 1000);
  }

  add(): void {
    this.#pass();
    const slot = this.#second % windowSeconds;
    this.#slots[slot] = (this.#slots[slot] ?? 0) + 1;
    this.#total += 1;
  }

  get total(): number {
    this.#pass();
    return this.#total;
  }

  clear(): void {
    this.#slots.fill(0);
    this.#total = 0;
  }

  /** Forgets what is too old. */
  #pass(): void {
    const second = Math.floor(this.#now() / 1000);
    if (second === this.#second) return;
    const passed = Math.min(second - this.#second, windowSeconds);
    for (let back = 0; back < passed; back += 1) {
      const slot = (second - back) % windowSeconds;
      this.#total -= this.#slots[slot] ?? 0;
      this.#slots[slot] = 0;
    }
    this.#second = second;
  }
}

const repeatedShare = 0.1;
const alwaysRepeated = 10;

/**
 * How many calls to one operator may be repeated: a tenth of those that were made in the last ten seconds, and ten in any
 * case. So an operator in trouble is never asked much more often than one that is well.
 */
export class RetryBudget {
  readonly #calls: RecentCounts;
  readonly #retries: RecentCounts;

  /** `now` tells milliseconds and never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#calls = new RecentCounts(now);
    this.#retries = new RecentCounts(now);
  }

  /** Counts a call, whether or not it succeeds. */
  countCall(): void {
    this.#calls.add();
  }

  /** Whether one more retry may be begun; where it may, it is counted. */
  take(): boolean {
    if (this.#retries.total >= Math.max(alwaysRepeated, this.#calls.total * repeatedShare))
      return false;
    this.#retries.add();
    return true;
  }
}

/** One line a second of one kind of failure at most: an operator in trouble says the same many times. */
const everyMs = 1_000;

/**
 * Logs what an operator said of its failures, which callers are not told: shortened, and without what looks like a secret or
 * personal data.
 */
export class FailureLog {
  readonly #log: Log;
  readonly #loggedAt = new Map<string, number>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Notes a failure of a route; writes it where the operator said something. */
  note(route: string, error: OperatorError): void {
    const { operator, code, status, correlationId, said } = error;
    if (said === null || said.trim() === '') return;
    // Routes and codes are few.
    const kind = `${route} ${code} ${status}`;
    const now = performance.now();
    if (now - (this.#loggedAt.get(kind) ?? -Infinity) < everyMs) return;
    this.#loggedAt.set(kind, now);
    const fields = { operator, route, code, status, correlationId, said: withoutSecrets(said) };
    this.#log.warn(fields, 'an operator said this of its failure');
  }
}

/** How many characters are looked at, so that a long page costs little. */
const longest = 4_000;

const secrets: readonly RegExp[] = [
  // JSON Web Tokens, and what follows a word that names a secret.
  /\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g,
  /(?<=\b(?:bearer|basic|jwt|token|password|passwd|pwd|secret|api[_-]?key|authorization|cookie)["']?\s*[:= ]\s*["']?)[^\s"',;&<>]+/gi,
  /(?<=:\/\/)[^\s/@]+(?=@)/g,
  // Addresses of persons, and numbers as long as those of a line.
  /[\w.+-]+@[\w-]+\.[\w.-]+/g,
  /\+?\d(?:[ .-]?\d){8,}/g,
];

function withoutSecrets(said: string): string {
  const plain = said
    .slice(0, longest)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
  return quoteWords(secrets.reduce((text, secret) => text.replace(secret, '***'), plain).trim());
}

/** How often a call that changes nothing is tried again, and the pause before that at first. */
const mostRetries = 2;
const firstPauseMs = 100;
/** The longest Retry-After that a call waits for. A longer one is told to the caller at once. */
const longestRetryPauseMs = 2_000;

/** How long to wait before the next try; null where there is none. */
export function pauseBeforeRetry(
  error: unknown,
  retry: number,
  hasSlowedDown: boolean,
): number | null {
  if (!(error instanceof OperatorError) || error.isRepeated || retry >= mostRetries) return null;
  const { code, retryAfterMs } = error;
  if (retryAfterMs !== null && retryAfterMs > longestRetryPauseMs) return null;
  const jitter = 0.5 + Math.random();
  if (code === 'RATE_LIMITED') {
    return hasSlowedDown || retryAfterMs === null ? null : retryAfterMs + firstPauseMs * jitter;
  }
  const isTransient = code === 'UNREACHABLE' || code === 'TIMEOUT' || code === 'SERVER_ERROR';
  if (!isTransient) return null;
  return Math.max(firstPauseMs * 2 ** retry * jitter, retryAfterMs ?? 0);
}
