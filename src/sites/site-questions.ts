import type { ResolveServices } from '../addresses/resolve.ts';
import { pause, type Leaving } from '../abort.ts';
import type { Log } from '../observe/log.ts';
import { once } from '../one-at-a-time.ts';
import type { SiteQualifier, SiteReader } from '../operators/port/site-qualifier.ts';
import type { Transaction } from '../store/database/database.ts';
import type { Jobs } from '../store/jobs.ts';
import type { SiteQualification, StoredOutcome } from '../store/site-qualification.ts';
import { insertSiteQualification } from '../store/site-qualification-changes.ts';
import type { Store } from '../store/store.ts';
import type { CopperLine } from '../vocabulary/copper-line.ts';
import type { InputIssue } from '../vocabulary/errors.ts';
import type { Site } from '../vocabulary/site.ts';
import { needsAddress, pendingResolution, resolveQuestion } from './address-resolving.ts';
import { Absence, LastAnswers } from './absence.ts';
import { AnswerDeadline, putQuestion } from './put-question.ts';
import { readGiven, givenTo, OperatorKeys } from './operator-keys.ts';
import {
  pending,
  issuesOf,
  skipped,
  skippedWithoutKey,
  switchedOff,
  decideState,
  decideVerdict,
} from './outcomes.ts';
import { SiteKnowledge } from './site-knowledge.ts';
import {
  enqueueQuestion,
  enqueueResolving,
  questionQueue,
  resolvingQueue,
  type QuestionJob,
  type ResolvingJob,
} from './question-queues.ts';
import { Settling, untilStored } from './settling.ts';

/** A caller's question about a site. */
export interface SiteRequest {
  readonly externalId: string | null;
  readonly site: Site;
  readonly line: CopperLine | null;
  /** The key of the place's address in the national address base; null where none is given. */
  readonly addressId: string | null;
  /** The number (SIRET, 14 digits) of the business premises at the place; null where none is given. */
  readonly siret: string | null;
  /** Names of the operators to ask; null for all. */
  readonly operators: readonly string[] | null;
  /** The options of each operator, by its name. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface SiteQuestionsOptions {
  readonly store: () => Promise<Store>;
  /** The jobs, with `questionQueues` among their queues. */
  readonly jobs: () => Promise<Jobs>;
  /** Each operator's reader of sites and answers, by name, in the order in which operators are shown. */
  readonly readers: ReadonlyMap<string, SiteReader>;
  /** The site qualifier of each operator that is on, by its name. */
  readonly qualifiers: ReadonlyMap<string, SiteQualifier>;
  /** The services that resolve addresses. */
  readonly addresses: Pick<ResolveServices, 'geocoder' | 'directory'>;
  /** How long an operator may go without an answer or a sign of life, from when it was to be asked. */
  readonly deadlineMs: number;
  /** How long a question of a batch waits for an operator that is away. */
  readonly awayMs: number;
  /** How long such a question waits at most before it is asked again, see `Absence`. */
  readonly longestWaitMs?: number | undefined;
  /** How many questions this process puts to one operator at once, and as many of batches. */
  readonly concurrency: number;
  readonly log: Log;
}

/** For whom a question is created. */
interface Creation {
  /** Null without tenants. */
  readonly tenant: string | null;
  /** The id of the site qualification; a new one when not given. */
  readonly id?: string;
  /** The batch that the question belongs to; absent for a question outside batches. */
  readonly batchId?: string;
}

/** How many addresses a process looks up at once, and as many of batches. */
const resolvingConcurrency = 20;

/**
 * Asks operators about sites. Every question is a job in the store, so that it survives the process that asks; what the
 * operators answer is stored, and with it what they tell of the site, which may let others be asked.
 */
export class SiteQuestions {
  readonly #options: SiteQuestionsOptions;
  readonly #knowledge: SiteKnowledge;
  readonly #keys: OperatorKeys;
  readonly #settling: Settling;
  readonly #lastAnswers = new LastAnswers();

  constructor(options: SiteQuestionsOptions) {
    const { readers, qualifiers, store } = options;
    this.#options = options;
    this.#knowledge = new SiteKnowledge(readers);
    this.#keys = new OperatorKeys(readers, (operator) => qualifiers.has(operator));
    this.#settling = new Settling({
      store,
      jobs: this.work,
      keys: this.#keys,
      knowledge: this.#knowledge,
    });
  }

  /**
   * The issues of a question beside those `found` already: keys that contradict each other, what an operator that is to
   * be asked does not take, or that there is nothing that an operator knows sites by.
   */
  check(request: SiteRequest, found: readonly InputIssue[] = []): readonly InputIssue[] {
    const { site, operators } = request;
    const { on } = this.#keys;
    const issues = on
      .filter(([operator]) => operators?.includes(operator) ?? true)
      .flatMap(([operator, reader]) => reader.check(givenTo(operator, request)))
      .concat(this.#knowledge.contradictionsIn(site, request.addressId));
    if (issues.length > 0 || found.length > 0) return [...found, ...issues];
    if (this.#keys.areIn(request) || needsAddress(request)) return [];
    const message =
      'No place is given: name it by address, addressId, siret or location, or by a key of an operator that is switched on, such as buildingRef, otpRef, line or eligibilityId.';
    return [{ path: ['input'], code: 'SITE_KEY_MISSING', message }];
  }

  /**
   * Stores a question of a tenant (null without tenants) and has every operator asked that has a key of the site, without waiting for
   * any. Rejects with the signal's reason where that is aborted meanwhile: then the caller gets no id, and no question is left.
   */
  async create(
    request: SiteRequest,
    { tenant, signal }: { readonly tenant: string | null; readonly signal?: Leaving | undefined },
  ): Promise<SiteQualification> {
    const store = await this.#options.store();
    await this.work();
    signal?.throwIfAborted();
    const created = await store.database.transaction(async (transaction) => {
      const stored = await this.createWithin(transaction, request, { tenant });
      signal?.throwIfAborted();
      return stored;
    });
    if (signal?.aborted !== true) return created;
    // The caller left while it was being stored.
    await store.siteQualifications.remove(created.id);
    throw signal.reason;
  }

  /**
   * As `create`, in a transaction that was begun after `work` resolved. A question of a batch is given the id by which the rows
   * of the batch know it.
   */
  async createWithin(
    transaction: Transaction,
    request: SiteRequest,
    { tenant, id, batchId }: Creation,
  ): Promise<SiteQualification> {
    const jobs = await this.work();
    const { readers, qualifiers } = this.#options;
    const { externalId, line, addressId, siret, operators, options } = request;
    const site = this.#knowledge.read(request.site);
    // A location counts as an address, although some operator may be asked with it.
    const withoutLocation = { ...request, site: { ...request.site, location: null } };
    const isLookedUp = !this.#keys.areIn(withoutLocation) && needsAddress(request);
    const outcomes = [...readers].map(([operator, reader]): StoredOutcome => {
      const isRequested = request.operators?.includes(operator) ?? true;
      if (!isRequested) {
        const message = 'The caller did not ask for this operator.';
        return skipped(operator, { code: 'NOT_REQUESTED', message });
      }
      if (!qualifiers.has(operator)) return switchedOff(operator);
      // Skipped here, since a job that would only skip it might wait behind those that wait for the operator.
      const keys = reader.keys(givenTo(operator, { site, line, options }));
      const skip = isLookedUp ? null : skippedWithoutKey(operator, reader, keys);
      return skip ?? { operator, ...pending };
    });
    const created = await insertSiteQualification(transaction, {
      id,
      tenant,
      externalId,
      request: { site: request.site, line, addressId, siret, options, operators },
      site,
      state: decideState(outcomes),
      verdict: decideVerdict(outcomes),
      resolution: isLookedUp ? pendingResolution : null,
      addressId,
      batchId,
      outcomes,
    });
    const isAsked = ({ operator, state }: StoredOutcome) =>
      state === 'PENDING' && (!isLookedUp || this.#keys.canAsk(operator, created));
    for (const { operator } of outcomes.filter(isAsked)) {
      await enqueueQuestion(jobs, { id: created.id, operator, batchId }, transaction);
    }
    if (isLookedUp) await enqueueResolving(jobs, { id: created.id, batchId }, transaction);
    return created;
  }

  /** Runs the jobs of this process, those that earlier processes left included. Later calls resolve to the same. */
  readonly work = once(() => this.#work());

  async #work(): Promise<Jobs> {
    const { readers, concurrency } = this.#options;
    const jobs = await this.#options.jobs();
    for (const isOfBatch of [false, true]) {
      for (const operator of readers.keys()) {
        const asking = { concurrency, isInBackground: isOfBatch };
        await jobs.work(questionQueue(operator, isOfBatch), asking, (job, signal) =>
          this.#ask(job.data as QuestionJob, job.waitedMs, signal),
        );
      }
      const resolving = { concurrency: resolvingConcurrency, isInBackground: isOfBatch };
      await jobs.work(resolvingQueue(isOfBatch), resolving, (job, signal) =>
        this.#resolve(job.data as ResolvingJob, job.waitedMs, signal),
      );
    }
    return jobs;
  }

  /** Looks up the address of a question and settles its resolution. */
  async #resolve(job: ResolvingJob, waitedMs: number, signal: AbortSignal): Promise<void> {
    const { addresses, store, qualifiers, deadlineMs, awayMs } = this.#options;
    const { siteQualifications } = await store();
    const found = await siteQualifications.find(job.id);
    if (found?.resolution?.result !== 'PENDING') return;
    // A question of a batch waits for a service that is away, as it does for operators.
    const isOfBatch = job.batchId !== undefined;
    const deadline = isOfBatch
      ? new AnswerDeadline(Math.max(awayMs, deadlineMs), 0)
      : new AnswerDeadline(deadlineMs, waitedMs);
    const resolved = await resolveQuestion(
      found,
      { ...addresses, store, qualifiers },
      { signal, remainingMs: () => deadline.remainingMs() },
    ).finally(() => deadline.end());
    await this.#settling.settleResolution(job, resolved);
  }

  /**
   * Asks an operator and settles its outcome. A question of a batch has its whole deadline however long it waited for its turn,
   * and waits for an operator that is away.
   */
  async #ask(job: QuestionJob, waitedMs: number, signal: AbortSignal): Promise<void> {
    const { awayMs: endsInMs, longestWaitMs } = this.#options;
    const isOfBatch = job.batchId !== undefined;
    const absence = isOfBatch
      ? new Absence({ endsInMs, longestWaitMs, answers: this.#lastAnswers })
      : null;
    for (;;) {
      const end = await this.#askOnce(job, isOfBatch ? 0 : waitedMs, signal);
      if (end === null) return;
      const { outcome, asked } = end;
      this.#lastAnswers.note(outcome);
      const waitMs = absence?.waitAfter(outcome) ?? null;
      if (waitMs === null) {
        return untilStored(() => this.#settling.settleOutcome(job, outcome, asked), signal);
      }
      await pause(waitMs, signal);
    }
  }

  /** Null where the question has its outcome already. `asked` is as in `settleOutcome`. */
  async #askOnce(
    { id, operator, batchId }: QuestionJob,
    waitedMs: number,
    signal: AbortSignal,
  ): Promise<{ readonly outcome: StoredOutcome; readonly asked: Site | null } | null> {
    const { readers, qualifiers, deadlineMs, log } = this.#options;
    const { siteQualifications, database } = await this.#options.store();
    const qualifier = qualifiers.get(operator);
    const found = await siteQualifications.find(id);
    const outcome = found?.outcomes.find((one) => one.operator === operator);
    if (!found || outcome?.state !== 'PENDING') return null;
    // The operator was on when the question was created.
    const reader = readers.get(operator);
    if (!qualifier || !reader) return { outcome: switchedOff(operator), asked: null };
    const given = readGiven(found, operator);
    const keys = reader.keys(given);
    const skip = skippedWithoutKey(operator, reader, keys);
    if (skip !== null) return { outcome: skip, asked: found.site };
    const end = await putQuestion({
      question: found,
      outcome,
      qualifier,
      given,
      batchId: batchId ?? null,
      issues: issuesOf(keys),
      deadlineMs,
      waitedMs,
      save: (progress) => siteQualifications.saveAsking(id, operator, progress),
      isStoreAway: async () => (await database.whyNotReady()) !== null,
      reach: (reached) => this.#settling.settleOutcome({ id, batchId }, reached),
      learn: (answer) => void this.#knowledge.learnedFrom(answer),
      log,
      signal,
    });
    return { outcome: end, asked: end.skip === null ? null : found.site };
  }
}
