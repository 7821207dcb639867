import { whenOpen, type StoreAccess } from '../../store/store.ts';
import { pause } from '../../abort.ts';
import { OperatorError } from '../port/operator-error.ts';
import type { Interactive } from './interactive.ts';
import type { SearchOptions, SiteQuestion } from '../port/site-qualifier.ts';
import type { CallOptions } from './call.ts';
import type { SlowDown } from './slow-down.ts';
import { Turns } from '../../turns.ts';

export interface PaceOptions {
  /** The operator's key in errors. */
  readonly operator: string;
  /** The operator's name in error messages. */
  readonly label: string;
  /** How many calls all replicas together may make at once. */
  readonly most: number;
  readonly slowDown: SlowDown;
  /** Whether somebody waits for what the operator is asked. */
  readonly interactive: Interactive;
  readonly access: Pick<StoreAccess, 'isShared' | 'opened'>;
}

const stepMs = 500;

/** The waits of jobs for one operator differ by up to this much, so that one of them tries it first. */
const jitterMs = 100;

/** How long a job waits before it repeats a failed call, twice as long each time up to the longest. */
const firstAgainMs = 500;
const longestAgainMs = 5_000;

/** For whom a job calls an operator. */
export interface Asker {
  /** Null where callers are not told apart. */
  readonly tenant: string | null;
  /** The batch that the call is for; null where somebody waits for it. */
  readonly batchId: string | null;
  /** Called after each call that failed in a way that passes; the job goes on when it has resolved. */
  readonly reportFailure?: SiteQuestion['reportFailure'];
}

/** How one call of a job takes its turn. */
export interface PacedCall {
  /** Aborting ends the waiting, and the call. */
  readonly signal: AbortSignal;
  /** The kinds take turns: a call outside batches waits behind the earlier ones of its kind alone. */
  readonly kind: 'question' | 'look' | 'search';
  readonly asker: Asker;
  /**
   * How many milliseconds the job can wait. Within that time a call is made again that met a 429, an open circuit or a failure
   * that `mayRepeat` allows. Without it, the job gets the error at once.
   */
  readonly patienceMs?: (() => number) | undefined;
  /** Whether a call that failed with this error may be made again. Not given: never. */
  readonly mayRepeat?: ((error: OperatorError) => boolean) | undefined;
}

/** The options with which a call is made when its turn has come. */
export type PacedOptions = Pick<CallOptions, 'deadlineAt' | 'isForBatch'> &
  Pick<PacedCall, 'signal'>;

/** The lane in which the calls of all batches wait: there tenants take turns, and so do the batches of each tenant. */
const batches = 'batches';

/**
 * How fast jobs may call one operator: this process has its share of the calls that all replicas may make at once, and makes
 * none while the operator wants to be left alone. Batches have at most half of the share while somebody waits for the operator.
 * A call that a client waits for is no job's, and does not wait here.
 */
export class Pace {
  readonly #options: PaceOptions;
  readonly #turns: Turns;
  #share: () => number;
  /** Joins the replicas where this process is not one of them yet. */
  #join: () => void = () => {};

  constructor(options: PaceOptions) {
    this.#options = options;
    const { most, interactive, access } = options;
    // Until the other replicas are known, there is no share.
    this.#share = () => (access.isShared ? 0 : most);
    this.#turns = new Turns(() => this.#share(), { mostOf: (lane) => this.#findMost(lane) });
    interactive.onGone(() => this.#turns.wake());
    void whenOpen(access, ({ replica, database }) => {
      if (database.engine === 'pglite') return;
      this.#share = replica.share({ total: most, running: () => this.#turns.running });
      replica.onBeat(() => this.#turns.wake());
      // The next call tries again where this fails.
      this.#join = () =>
        void replica
          .join()
          .then(() => this.#turns.wake())
          .catch(() => {});
      this.#join();
    });
  }

  /**
   * Makes a call when its turn has come. Rejects with what the call rejects with, with the signal's reason, and, where the
   * operator wants to be left alone for longer than the job can wait, with a RATE_LIMITED that says so.
   */
  async run<T>(call: (options: PacedOptions) => Promise<T>, paced: PacedCall): Promise<T> {
    const { interactive } = this.#options;
    if (paced.asker.batchId !== null) return this.#run(call, paced);
    interactive.begin();
    try {
      return await this.#run(call, paced);
    } finally {
      interactive.end();
    }
  }

  /**
   * Makes a call of a search: at once where a client waits for it, in its turn where a question needs it. A question does not
   * wait for an operator that is away: another one may know the site.
   */
  search<T>(
    call: (options: CallOptions) => Promise<T>,
    { signal, question }: SearchOptions,
  ): Promise<T> {
    if (question === undefined) return call({ signal });
    return this.run(call, { signal: question.signal, kind: 'search', asker: question });
  }

  async #run<T>(call: (options: PacedOptions) => Promise<T>, paced: PacedCall): Promise<T> {
    const { slowDown } = this.#options;
    const { signal, asker, patienceMs, mayRepeat } = paced;
    if (this.#share() === 0) this.#join();
    for (let againMs = firstAgainMs; ;) {
      this.#assertSoonEnough(patienceMs);
      try {
        return await this.#turns.run(
          async () => {
            while (slowDown.remainingMs() > 0) {
              this.#assertSoonEnough(patienceMs);
              // In steps, since it may be lifted.
              await pause(Math.min(slowDown.remainingMs(), stepMs), signal);
            }
            return call({
              signal,
              deadlineAt: patienceMs && performance.now() + patienceMs(),
              isForBatch: asker.batchId !== null,
            });
          },
          { signal, lane: chooseLane(paced) },
        );
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error;
        if (error.retryable) await asker.reportFailure?.(error);
        if (patienceMs === undefined) throw error;
        if (error.code === 'RATE_LIMITED') continue;
        const isHeld = error.code === 'CIRCUIT_OPEN';
        if (!isHeld && !(error.retryable && mayRepeat?.(error) === true)) throw error;
        await waitAfter(error, { againMs: isHeld ? 0 : againMs, patienceMs: patienceMs(), signal });
        againMs = Math.min(againMs * 2, longestAgainMs);
      }
    }
  }

  #findMost(lane: string): number {
    const share = this.#share();
    const isHalf = lane === batches && this.#options.interactive.isPresent;
    // At least one, so that batches always go on.
    return isHalf ? Math.max(1, Math.floor(share / 2)) : share;
  }

  /** Throws where the operator wants to be left alone for longer than the patience lasts. */
  #assertSoonEnough(patienceMs: (() => number) | undefined): void {
    const refusal = patienceMs === undefined ? null : this.refusal();
    if (refusal !== null && (refusal.retryAfterMs ?? 0) > (patienceMs?.() ?? 0)) throw refusal;
  }

  /** Why a job that cannot wait any longer ends: the operator wants to be left alone. Null where it does not. */
  refusal(): OperatorError | null {
    const { operator, label, slowDown } = this.#options;
    const remainingMs = slowDown.remainingMs();
    if (remainingMs === 0) return null;
    return new OperatorError(
      operator,
      'RATE_LIMITED',
      `${label} asks to slow down (429) for another ${Math.ceil(remainingMs / 1000)} s, which is longer than this question can wait.`,
      { retryAfterMs: remainingMs, mayHaveTakenEffect: false },
    );
  }
}

function chooseLane({ kind, asker: { tenant, batchId } }: PacedCall): readonly string[] {
  return batchId === null ? [kind] : [batches, tenant ?? '', batchId, kind];
}

/** Waits until the operator is to be tried again; throws what it failed with where that is later than the patience lasts. */
async function waitAfter(
  failure: OperatorError,
  {
    againMs,
    patienceMs,
    signal,
  }: { readonly againMs: number; readonly patienceMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const waitMs = Math.max(againMs, failure.retryAfterMs ?? 0) + jitterMs * Math.random();
  if (waitMs > patienceMs) throw failure;
  await pause(waitMs, signal);
}
