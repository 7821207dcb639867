import type { Log } from '../observe/log.ts';
import { OperatorError } from '../operators/port/operator-error.ts';
import type {
  GivenQuestion,
  SiteQualifier,
  SiteQuestion,
} from '../operators/port/site-qualifier.ts';
import type {
  CurrentOutcome,
  SiteQualification,
  StoredOutcome,
} from '../store/site-qualification.ts';
import { StoreUnavailableError, type InputIssue } from '../vocabulary/errors.ts';
import { answered, failed, pending, skipped } from './outcomes.ts';

/** With less time left than this a failed try is not reported: the end of the question follows at once. */
const endIsNearMs = 500;

const stillAsked = { state: 'PENDING', verdict: 'PENDING' } as const;

/** One question to one operator, with the functions that store how far it has got. */
export interface QuestionToPut {
  readonly question: SiteQualification;
  readonly outcome: CurrentOutcome;
  readonly qualifier: SiteQualifier;
  readonly given: GivenQuestion;
  /** The batch that the question belongs to; null for a question outside batches. */
  readonly batchId: string | null;
  /** The issues of the keys that the operator cannot be asked with. */
  readonly issues: readonly InputIssue[];
  /** How long the operator may go without an answer or a sign of life. */
  readonly deadlineMs: number;
  /** How much of that has passed already. */
  readonly waitedMs: number;
  /** As `SiteQuestion.save`. */
  save(progress: unknown): Promise<void>;
  /** Whether the store cannot be reached now. */
  isStoreAway(): Promise<boolean>;
  /** Stores an outcome that is still pending: a stage was reached, or a try failed. */
  reach(outcome: StoredOutcome): Promise<void>;
  /** Reads what an answer tells of the site. Throws where it cannot be read. */
  learn(outcome: StoredOutcome): void;
  readonly log: Log;
  /** Aborted when the process ends. */
  readonly signal: AbortSignal;
}

/**
 * Asks an operator and resolves with the outcome, be it a failure. Rejects where the job is to be run again, here or elsewhere: the
 * process ends, or the database is away.
 */
export async function putQuestion(put: QuestionToPut): Promise<StoredOutcome> {
  const { question, outcome, given, signal, log } = put;
  const { operator } = outcome;
  const deadline = new AnswerDeadline(put.deadlineMs, put.waitedMs);
  let progress = outcome.progress;
  /** The code of the failure that was told last. */
  let toldFailure: string | null = null;
  // An error of the store says nothing about the operator.
  let hasStoreFailed = false;
  const stored = (storing: Promise<void>): Promise<void> =>
    storing.catch((error: unknown) => {
      hasStoreFailed = true;
      throw error;
    });
  const asked: SiteQuestion = {
    ...given,
    externalId: question.externalId ?? question.id,
    tenant: question.tenant,
    batchId: put.batchId,
    saved: outcome.asking,
    save: (saved) => stored(put.save(saved)),
    report: async (reached, areAll = false) => {
      deadline.extend();
      if (reached.length <= (progress?.length ?? 0)) return;
      progress = [...reached];
      toldFailure = null;
      if (!areAll) await stored(put.reach({ operator, ...pending, progress }));
    },
    // Clients follow a batch as a whole, and not its questions.
    reportFailure:
      put.batchId === null
        ? async (error) => {
            const isAtEnd = signal.aborted || deadline.remainingMs() < endIsNearMs;
            if (isAtEnd || error.code === toldFailure) return;
            toldFailure = error.code;
            try {
              await put.reach({ ...failed(operator, error), ...stillAsked, progress });
            } catch (notStored) {
              // The question goes on, although its failure was not stored.
              if (!(notStored instanceof StoreUnavailableError)) throw notStored;
            }
          }
        : undefined,
    remainingMs: () => deadline.remainingMs(),
    signal: AbortSignal.any([signal, deadline.signal]),
  };
  try {
    const answer = await put.qualifier.ask(asked);
    const issues = [...put.issues, ...(answer.issues ?? [])];
    if ('skip' in answer) return { ...skipped(operator, answer.skip), issues };
    const end = { ...answered(operator, answer), progress, issues };
    // An answer that cannot be read is a failure of the operator here; it must not fail when it is stored.
    put.learn(end);
    return end;
  } catch (error) {
    if (signal.aborted || hasStoreFailed || error instanceof StoreUnavailableError) throw error;
    // The store may have taken the time, and not the operator.
    if (deadline.signal.aborted && (await put.isStoreAway())) throw error;
    const isToldToWait = error instanceof OperatorError && error.code === 'RATE_LIMITED';
    const isLate = deadline.signal.aborted && !isToldToWait;
    const failure = isLate ? lateAnswer(operator, put.deadlineMs) : error;
    if (!(failure instanceof OperatorError))
      log.error({ err: failure, operator }, 'asking about a site failed unexpectedly');
    return { ...failed(operator, failure), progress, issues: put.issues };
  } finally {
    deadline.end();
  }
}

function lateAnswer(operator: string, deadlineMs: number): OperatorError {
  const message = `${operator} did not answer about the site within ${deadlineMs / 1000} s.`;
  return new OperatorError(operator, 'TIMEOUT', message);
}

/** The part of the deadline that every run has, however long ago the question was asked. */
const leastShare = 1 / 3;

/**
 * Aborts its signal when nothing has extended it for a time, which began `waitedMs` ago. A part of it is left in any case:
 * a question that waited while no process ran, or whose process died, is to be asked and not only to be failed.
 */
export class AnswerDeadline {
  readonly #controller = new AbortController();
  readonly #durationMs: number;
  #timer: NodeJS.Timeout;
  #endsAt = 0;

  constructor(durationMs: number, waitedMs: number) {
    this.#durationMs = durationMs;
    this.#timer = this.#start(Math.max(durationMs - waitedMs, durationMs * leastShare));
  }

  remainingMs(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  extend(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start(this.#durationMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #start(durationMs: number): NodeJS.Timeout {
    this.#endsAt = performance.now() + durationMs;
    return setTimeout(() => this.#controller.abort(), durationMs);
  }
}
