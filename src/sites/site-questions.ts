import { notConfigured, StoreUnavailableError, type InputIssue } from '../vocabulary/errors.ts';
import type { Log } from '../observe/log.ts';
import { OperatorError, recordOf } from '../operators/port/operator-error.ts';
import type {
  GivenQuestion,
  SiteAnswer,
  SiteQualifier,
  SiteReader,
} from '../operators/port/site-qualifier.ts';
import type { CopperLine } from '../vocabulary/copper-line.ts';
import type { Transaction } from '../store/database/database.ts';
import type { Jobs } from '../store/jobs.ts';
import type { SiteQualification, StoredOutcome } from '../store/site-qualification.ts';
import type { Store } from '../store/store.ts';
import { soleTenant } from '../store/tenant.ts';
import type { Site, Skip } from '../vocabulary/site.ts';
import { confidenceOf } from '../vocabulary/verdict.ts';
import { stateOf, verdictOf } from './state-and-verdict.ts';
import { SiteKnowledge } from './site-knowledge.ts';

/** What a caller asks about a site. */
export interface SiteRequest {
  readonly externalId: string | null;
  readonly site: Site;
  readonly line: CopperLine | null;
  /** Names of the operators to ask; null for all. */
  readonly operators: readonly string[] | null;
  /** The options of each operator, by its name. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface SiteQuestionsOptions {
  readonly store: () => Promise<Store>;
  /** The jobs, with the queue (`questionQueue`) of each operator among their queues. */
  readonly jobs: () => Promise<Jobs>;
  /** What reads sites and answers for each operator, by its name and in the order in which they are shown. */
  readonly readers: ReadonlyMap<string, SiteReader>;
  /** How to ask each operator by its name; one that is off is not in it. */
  readonly qualifiers: ReadonlyMap<string, SiteQualifier>;
  /** How long an operator may go without an answer or a sign of life, from when it was to be asked. */
  readonly deadlineMs: number;
  /** How many questions this process puts to one operator at once. */
  readonly concurrency: number;
  readonly log: Log;
}

interface JobData {
  readonly id: string;
  readonly operator: string;
}

/** How much of the deadline every run has, however long ago the question was asked. */
const leastShare = 1 / 3;

const retryLimit = 100;
const expireInSeconds = 60 * 60;

const pending: Omit<StoredOutcome, 'operator'> = {
  state: 'PENDING',
  verdict: 'PENDING',
  confidence: null,
  progress: null,
  skip: null,
  error: null,
  qualification: null,
  offers: null,
  issues: null,
};

/**
 * Asks operators about sites. Every question is a job in the store, so that it survives the process that asks; what the
 * operators answer is stored, and with it what they tell of the site, which may let others be asked.
 */
export class SiteQuestions {
  readonly #options: SiteQuestionsOptions;
  readonly #knowledge: SiteKnowledge;
  #jobs: Promise<Jobs> | null = null;

  constructor(options: SiteQuestionsOptions) {
    this.#options = options;
    this.#knowledge = new SiteKnowledge(options.readers);
  }

  /**
   * What is wrong with a question beside what was `found` already: keys that contradict each other, what an operator that is to
   * be asked does not take, or that there is nothing that an operator knows sites by.
   */
  check(
    { site, line, options, operators }: SiteRequest,
    found: readonly InputIssue[] = [],
  ): readonly InputIssue[] {
    const { readers, qualifiers } = this.#options;
    const on = [...readers].filter(([operator]) => qualifiers.has(operator));
    const givenTo = (operator: string) => ({ site, line, options: options[operator] ?? null });
    const issues = on
      .filter(([operator]) => operators?.includes(operator) ?? true)
      .flatMap(([operator, reader]) => reader.check(givenTo(operator)))
      .concat(this.#knowledge.contradictionsIn(site));
    const isNamed = on.some(([operator, reader]) => reader.keys(givenTo(operator)).length > 0);
    if (isNamed || issues.length > 0 || found.length > 0) return [...found, ...issues];
    const words = on.map(([, { keysInWords }]) => keysInWords).join(' ');
    const message = `No key of the site is given that an operator takes: give one. ${words}`;
    return [{ path: ['input'], code: 'SITE_KEY_MISSING', message }];
  }

  /** Stores a question of a tenant, or where there are none, and has every operator asked. Resolves at once, with everything pending. */
  async create(request: SiteRequest, tenant?: string): Promise<SiteQualification> {
    const store = await this.#options.store();
    const jobs = await this.work();
    const { readers, qualifiers } = this.#options;
    const outcomes = [...readers.keys()].map((operator): StoredOutcome => {
      const isRequested = request.operators?.includes(operator) ?? true;
      if (!isRequested) {
        const message = 'The caller did not ask for this operator.';
        return skipped(operator, { code: 'NOT_REQUESTED', message });
      }
      return qualifiers.has(operator) ? { operator, ...pending } : switchedOff(operator);
    });
    return store.database.transaction(async (transaction) => {
      const { externalId, site, line, options, operators } = request;
      const created = await store.siteQualifications.create(
        {
          tenant,
          externalId,
          request: { site, line, options, operators },
          site: this.#knowledge.read(site),
          state: stateOf(outcomes),
          verdict: verdictOf(outcomes),
          outcomes,
        },
        transaction,
      );
      for (const { operator, state } of outcomes) {
        if (state !== 'PENDING') continue;
        await this.#enqueue(jobs, { id: created.id, operator }, '', transaction);
      }
      return created;
    });
  }

  /** Runs the jobs of this process, those that earlier processes left included. Later calls resolve to the same. */
  work(): Promise<Jobs> {
    this.#jobs ??= this.#work().catch((error: unknown) => {
      this.#jobs = null;
      throw error;
    });
    return this.#jobs;
  }

  async #work(): Promise<Jobs> {
    const { readers, concurrency } = this.#options;
    const jobs = await this.#options.jobs();
    for (const operator of readers.keys()) {
      await jobs.work(questionQueue(operator), { concurrency }, (job, signal) =>
        this.#ask(job.data as JobData, job.waitedMs, signal),
      );
    }
    return jobs;
  }

  async #ask({ id, operator }: JobData, waitedMs: number, signal: AbortSignal): Promise<void> {
    const { readers, qualifiers, deadlineMs, log } = this.#options;
    const { siteQualifications } = await this.#options.store();
    const qualifier = qualifiers.get(operator);
    const found = await siteQualifications.find(id);
    const outcome = found?.outcomes.find((one) => one.operator === operator);
    if (!found || outcome?.state !== 'PENDING') return;
    // It was on when it was to be asked.
    const reader = readers.get(operator);
    if (!qualifier || !reader) return this.#settle(id, switchedOff(operator));
    const given = givenOf(found, operator);
    const keys = reader.keys(given);
    const issues = keys.flatMap(({ issue }) => (issue === null ? [] : [issue]));
    if (keys.length === issues.length) {
      const skip = skipFor(reader, issues);
      return this.#settle(id, { ...skipped(operator, skip), issues }, found.site);
    }
    const deadline = new Deadline(deadlineMs, waitedMs);
    let stages = outcome.progress;
    // What the store does not take says nothing of the operator.
    let hasStoreFailed = false;
    const stored = (storing: Promise<void>): Promise<void> =>
      storing.catch((error: unknown) => {
        hasStoreFailed = true;
        throw error;
      });
    let end: StoredOutcome;
    let asked: Site | null = null;
    try {
      const answer = await qualifier.ask({
        ...given,
        externalId: found.externalId ?? found.id,
        tenant: found.tenant === soleTenant ? null : found.tenant,
        saved: outcome.asking,
        save: (progress) => stored(siteQualifications.saveAsking(id, operator, progress)),
        report: async (reached, areAll = false) => {
          deadline.extend();
          if (reached.length <= (stages?.length ?? 0)) return;
          stages = [...reached];
          if (!areAll) await stored(this.#settle(id, { operator, ...pending, progress: stages }));
        },
        remainingMs: () => deadline.remainingMs(),
        signal: AbortSignal.any([signal, deadline.signal]),
      });
      if ('skip' in answer) asked = found.site;
      issues.push(...(answer.issues ?? []));
      end =
        'skip' in answer
          ? skipped(operator, answer.skip)
          : { ...answered(operator, answer), progress: stages };
      // What cannot be made sense of is found out here, and not when it is stored.
      this.#knowledge.learnedFrom(end);
    } catch (error) {
      // The process ends, or the database is away: the job is run again, here or elsewhere.
      if (signal.aborted || hasStoreFailed || error instanceof StoreUnavailableError) throw error;
      const isToldToWait = error instanceof OperatorError && error.code === 'RATE_LIMITED';
      const failure =
        deadline.signal.aborted && !isToldToWait
          ? new OperatorError(
              operator,
              'TIMEOUT',
              `${operator} did not answer about the site within ${deadlineMs / 1000} s.`,
            )
          : error;
      if (!(failure instanceof OperatorError))
        log.error({ err: failure, operator }, 'asking about a site failed unexpectedly');
      end = { ...failed(operator, failure), progress: stages };
    } finally {
      deadline.end();
    }
    await this.#settle(id, { ...end, issues }, asked);
  }

  /**
   * Stores an outcome and what follows from it: the site, the whole, and operators that can now be asked. `asked` is the
   * site as an operator knew it that found no key of its own: where more is known by now, it is asked again instead.
   */
  async #settle(id: string, outcome: StoredOutcome, asked: Site | null = null): Promise<void> {
    const { siteQualifications, database } = await this.#options.store();
    const jobs = await this.work();
    await database.transaction(async (transaction) => {
      let again: readonly string[] = [];
      const updated = await siteQualifications.update(
        id,
        (current) => {
          const before = current.outcomes.find(({ operator }) => operator === outcome.operator);
          if (before?.state !== 'PENDING') return null;
          if (asked !== null && this.#hasMoreKeys(outcome.operator, current, asked)) {
            again = [outcome.operator];
            return null;
          }
          const site = this.#knowledge.siteOf(current, outcome);
          const reopened = current.outcomes
            .filter(isForWantOfKey)
            .filter(({ operator }) =>
              this.#hasMoreKeys(operator, { ...current, site }, current.site),
            )
            .map(({ operator }) => ({ operator, ...pending }));
          again = reopened.map(({ operator }) => operator);
          const changed = [outcome, ...reopened];
          const outcomes = current.outcomes.map(
            (one) => changed.find(({ operator }) => operator === one.operator) ?? one,
          );
          return {
            site,
            outcomes: changed,
            state: stateOf(outcomes),
            verdict: verdictOf(outcomes),
          };
        },
        transaction,
      );
      for (const operator of again) {
        // Its job so far may just be ending.
        await this.#enqueue(jobs, { id, operator }, `:${updated?.version ?? 0}`, transaction);
      }
    });
  }

  /** Whether an operator could be asked by a key by which it could not before, when `before` was known of the site. */
  #hasMoreKeys(operator: string, current: SiteQualification, before: Site): boolean {
    const reader = this.#options.readers.get(operator);
    if (reader === undefined) return false;
    const usableKeys = (given: GivenQuestion) =>
      reader.keys(given).filter(({ issue }) => issue === null);
    const given = givenOf(current, operator);
    const had = usableKeys({ ...given, site: before });
    return usableKeys(given).some(
      ({ path, value }) =>
        !had.some((one) => one.value === value && one.path.join() === path.join()),
    );
  }

  async #enqueue(jobs: Jobs, data: JobData, suffix: string, within: Transaction): Promise<void> {
    await jobs.enqueue(questionQueue(data.operator), data, {
      singletonKey: `${data.id}:${data.operator}${suffix}`,
      retryLimit,
      retryDelaySeconds: 1,
      expireInSeconds,
      within,
    });
  }
}

/** The queue of the questions to one operator. */
export function questionQueue(operator: string): string {
  return `ask-${operator.toLowerCase()}`;
}

/** The question as one operator is asked it. */
function givenOf({ site, request }: SiteQualification, operator: string): GivenQuestion {
  const { line, options } = request as Pick<SiteRequest, 'line' | 'options'>;
  return { site, line, options: options[operator] ?? null };
}

/** Why an operator cannot be asked: it has no key of the site, or the `issues` of those that it has. */
function skipFor({ keysInWords }: SiteReader, issues: readonly InputIssue[]): Skip {
  return issues.length === 0
    ? { code: 'SITE_KEY_MISSING', message: `${keysInWords} None of this is known of this site.` }
    : { code: 'SITE_KEY_INVALID', message: issues.map(({ message }) => message).join(' ') };
}

/** Whether an operator gave no answer for want of a key, and may be asked once there is one. */
function isForWantOfKey({ skip }: Pick<StoredOutcome, 'skip'>): boolean {
  return skip !== null && skip.code !== 'NOT_REQUESTED' && skip.code !== 'NOT_CONFIGURED';
}

function skipped(operator: string, skip: Skip): StoredOutcome {
  return { ...pending, operator, state: 'SKIPPED', verdict: 'UNDETERMINED', skip };
}

function switchedOff(operator: string): StoredOutcome {
  return skipped(operator, { code: 'NOT_CONFIGURED', message: notConfigured(operator) });
}

function answered(operator: string, answer: SiteAnswer): StoredOutcome {
  const { qualification, offers } = answer;
  // An answer that leaves it open is one that decides nothing.
  const verdict = answer.verdict === 'PENDING' ? 'UNDETERMINED' : answer.verdict;
  const confidence = confidenceOf(verdict);
  return { ...pending, operator, state: 'ANSWERED', verdict, confidence, qualification, offers };
}

function failed(operator: string, error: unknown): StoredOutcome {
  const known =
    error instanceof OperatorError
      ? error
      : new OperatorError(
          operator,
          'INVALID_RESPONSE',
          `The answer of ${operator} could not be dealt with; the log says why.`,
        );
  return { ...pending, operator, state: 'FAILED', verdict: 'UNDETERMINED', error: recordOf(known) };
}

/**
 * Aborts its signal when nothing has extended it for a time, which began `waitedMs` ago. A part of it is left in any case:
 * a question that waited while no process ran, or whose process died, is to be asked and not only to be failed.
 */
class Deadline {
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
