import type { ResolveServices } from '../addresses/resolve.ts';
import { pause, type Leaving } from '../abort.ts';
import type { Log } from '../observe/log.ts';
import { OperatorError } from '../operators/port/operator-error.ts';
import type { SiteQualifier, SiteReader } from '../operators/port/site-qualifier.ts';
import type { Transaction } from '../store/database/database.ts';
import type { Jobs } from '../store/jobs.ts';
import type { SiteQualification, StoredOutcome } from '../store/site-qualification.ts';
import type { Store } from '../store/store.ts';
import type { CopperLine } from '../vocabulary/copper-line.ts';
import { StoreUnavailableError, type InputIssue } from '../vocabulary/errors.ts';
import { enrichSite, type Site } from '../vocabulary/site.ts';
import {
  needsAddress,
  outcomeOfResolution,
  pendingResolution,
  resolutionOf,
  resolveQuestion,
  siteFound,
} from './address-resolving.ts';
import { Absence, LastAnswers } from './absence.ts';
import { AnswerDeadline } from './answer-deadline.ts';
import { givenOf, givenTo, hasMoreKeys, usableKeys } from './operator-keys.ts';
import { failed, isForWantOfKey, pending, skipFor, skipped, switchedOff } from './outcomes.ts';
import { putQuestion } from './put-question.ts';
import { SiteKnowledge } from './site-knowledge.ts';
import { stateOf, verdictOf } from './state-and-verdict.ts';

/** What a caller asks about a site. */
export interface SiteRequest {
  readonly externalId: string | null;
  readonly site: Site;
  readonly line: CopperLine | null;
  /** A key of the national address base that the place is at. */
  readonly addressId: string | null;
  /** The premises of a business that the place is, 14 digits. */
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
  /** What reads sites and answers for each operator, by its name and in the order in which they are shown. */
  readonly readers: ReadonlyMap<string, SiteReader>;
  /** How to ask each operator by its name; one that is off is not in it. */
  readonly qualifiers: ReadonlyMap<string, SiteQualifier>;
  /** What addresses are resolved with. */
  readonly addresses: Pick<ResolveServices, 'geocoder' | 'directory'>;
  /** How long an operator may go without an answer or a sign of life, from when it was to be asked. */
  readonly deadlineMs: number;
  /** How long a question of a batch waits for an operator that is away. */
  readonly awayMs: number;
  /** How many questions this process puts to one operator at once, and as many of batches. */
  readonly concurrency: number;
  readonly log: Log;
}

/** Whose question is created. */
interface Creation {
  /** Null where there are no tenants. */
  readonly tenant: string | null;
  /** Made up when not given. */
  readonly id?: string;
  /** The batch that it is of; absent where it is asked by itself. */
  readonly batchId?: string;
}

interface JobData {
  readonly id: string;
  readonly operator: string;
  /** The batch that the question is of; absent where it was asked by itself. */
  readonly batchId?: string | undefined;
}

/** How many addresses a process finds the buildings of at once. */
const resolvingConcurrency = 20;

const retrying = { retryLimit: 100, retryDelaySeconds: 1, expireInSeconds: 60 * 60 };
/** Of a batch, whose questions wait for operators that are away. */
const longRetrying = { ...retrying, expireInSeconds: 23 * 60 * 60 };

/**
 * Asks operators about sites. Every question is a job in the store, so that it survives the process that asks; what the
 * operators answer is stored, and with it what they tell of the site, which may let others be asked.
 */
export class SiteQuestions {
  readonly #options: SiteQuestionsOptions;
  readonly #knowledge: SiteKnowledge;
  readonly #lastAnswers = new LastAnswers();
  #jobs: Promise<Jobs> | null = null;

  constructor(options: SiteQuestionsOptions) {
    this.#options = options;
    this.#knowledge = new SiteKnowledge(options.readers);
  }

  /**
   * What is wrong with a question beside what was `found` already: keys that contradict each other, what an operator that is to
   * be asked does not take, or that there is nothing that an operator knows sites by.
   */
  check(request: SiteRequest, found: readonly InputIssue[] = []): readonly InputIssue[] {
    const { site, operators } = request;
    const on = this.#readersThatAreOn;
    const issues = on
      .filter(([operator]) => operators?.includes(operator) ?? true)
      .flatMap(([operator, reader]) => reader.check(givenTo(operator, request)))
      .concat(this.#knowledge.contradictionsIn(site, request.addressId));
    if (issues.length > 0 || found.length > 0) return [...found, ...issues];
    if (this.#hasKey(request) || needsAddress(request)) return [];
    const words = on.map(([, { keysInWords }]) => keysInWords).join(' ');
    const message = `No place is given: give an address, addressId, siret or location, or a key of the site. ${words}`;
    return [{ path: ['input'], code: 'SITE_KEY_MISSING', message }];
  }

  get #readersThatAreOn(): [string, SiteReader][] {
    const { readers, qualifiers } = this.#options;
    return [...readers].filter(([operator]) => qualifiers.has(operator));
  }

  /** Whether an operator can be asked by what is given, or by what of it is no location. */
  #hasKey(request: SiteRequest, isWithLocation = true): boolean {
    const site = isWithLocation ? request.site : { ...request.site, location: null };
    return this.#readersThatAreOn.some(
      ([operator, reader]) => reader.keys(givenTo(operator, { ...request, site })).length > 0,
    );
  }

  /**
   * Stores a question of a tenant, or where there are none, and has every operator asked. Resolves at once, with everything
   * pending. Rejects with the signal's reason where that is aborted before: then the caller gets no id, and no operator is
   * asked.
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
   * As `create`, in a transaction, which begins after `work` has resolved. Of a batch: with the id that its rows know the
   * question by.
   */
  async createWithin(
    transaction: Transaction,
    request: SiteRequest,
    { tenant, id, batchId }: Creation,
  ): Promise<SiteQualification> {
    const { siteQualifications } = await this.#options.store();
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
    const { externalId, site, line, addressId, siret, operators } = request;
    // A location is an address, also where an operator can be asked by it.
    const isLookedUp = !this.#hasKey(request, false) && needsAddress(request);
    const created = await siteQualifications.create(
      {
        id,
        tenant,
        externalId,
        request: { site, line, addressId, siret, options: request.options, operators },
        site: this.#knowledge.read(site),
        state: stateOf(outcomes),
        verdict: verdictOf(outcomes),
        resolution: isLookedUp ? pendingResolution : null,
        addressId,
        batchId,
        outcomes,
      },
      transaction,
    );
    const isAsked = ({ operator, state }: StoredOutcome) =>
      state === 'PENDING' && (!isLookedUp || this.#canAsk(operator, created));
    for (const { operator } of outcomes.filter(isAsked)) {
      await this.#enqueue(jobs, { id: created.id, operator, batchId }, '', transaction);
    }
    if (isLookedUp) {
      const options = { ...retrying, singletonKey: created.id, within: transaction };
      const queue = resolvingQueue(batchId !== undefined);
      await jobs.enqueue(queue, { id: created.id, batchId }, options);
    }
    return created;
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
    // Those of batches have places of their own, so that they are in nobody's way.
    for (const isOfBatch of [false, true]) {
      for (const operator of readers.keys()) {
        const asking = { concurrency, isInBackground: isOfBatch };
        await jobs.work(questionQueue(operator, isOfBatch), asking, (job, signal) =>
          this.#ask(job.data as JobData, job.waitedMs, signal),
        );
      }
      const resolving = { concurrency: resolvingConcurrency, isInBackground: isOfBatch };
      await jobs.work(resolvingQueue(isOfBatch), resolving, (job, signal) =>
        this.#resolve(job.data as Omit<JobData, 'operator'>, job.waitedMs, signal),
      );
    }
    return jobs;
  }

  /** Finds the building of an address, and has every operator asked about it; where there is not one, no operator is. */
  async #resolve(
    { id, batchId }: Omit<JobData, 'operator'>,
    waitedMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { addresses, store, qualifiers, deadlineMs } = this.#options;
    const { siteQualifications, database } = await this.#options.store();
    const found = await siteQualifications.find(id);
    if (found?.resolution?.result !== 'PENDING') return;
    const deadline = new AnswerDeadline(deadlineMs, waitedMs);
    const resolved = await resolveQuestion(
      found,
      { ...addresses, store, qualifiers },
      {
        signal,
        remainingMs: () => deadline.remainingMs(),
      },
    ).finally(() => deadline.end());
    const jobs = await this.work();
    await database.transaction(async (transaction) => {
      let asked: readonly string[] = [];
      await siteQualifications.update(
        id,
        (current) => {
          if (current.resolution?.result !== 'PENDING') return null;
          // The others were asked at once, by what the caller gave.
          const given = { ...current, site: this.#knowledge.given(current) };
          const site = siteFound(resolved);
          const waiting = current.outcomes
            .filter(({ operator, state }) => state === 'PENDING' && !this.#canAsk(operator, given))
            .map(({ operator }) => operator);
          asked = waiting.filter((operator) => site !== null || this.#canAsk(operator, current));
          const outcomes = waiting
            .filter((operator) => !asked.includes(operator))
            .map((operator) => outcomeOfResolution(operator, resolved));
          const all = current.outcomes.map(
            (one) => outcomes.find(({ operator }) => operator === one.operator) ?? one,
          );
          return {
            ...(site && { site: this.#knowledge.read(enrichSite(current.site, site)) }),
            resolution: resolutionOf(resolved),
            addressId: 'failure' in resolved ? null : resolved.addressId,
            outcomes,
            state: stateOf(all),
            verdict: verdictOf(all),
          };
        },
        transaction,
      );
      for (const operator of asked) {
        await this.#enqueue(jobs, { id, operator, batchId }, '', transaction);
      }
    });
  }

  /** Whether an operator can be asked by what is known of a site. */
  #canAsk(operator: string, question: SiteQualification): boolean {
    const reader = this.#options.readers.get(operator);
    return usableKeys(reader, givenOf(question, operator)).length > 0;
  }

  /**
   * Asks an operator and settles its outcome. A question of a batch has its whole deadline however long it waited for its turn,
   * and waits for an operator that is away.
   */
  async #ask(job: JobData, waitedMs: number, signal: AbortSignal): Promise<void> {
    const { awayMs } = this.#options;
    const isOfBatch = job.batchId !== undefined;
    const absence = isOfBatch ? new Absence(awayMs, this.#lastAnswers) : null;
    for (;;) {
      const end = await this.#askOnce(job, isOfBatch ? 0 : waitedMs, signal);
      if (end === null) return;
      const { outcome, asked } = end;
      this.#lastAnswers.note(outcome);
      const waitMs = absence?.waitAfter(outcome) ?? null;
      if (waitMs === null) return untilStored(() => this.#settle(job, outcome, asked), signal);
      await pause(waitMs, signal);
    }
  }

  /** Null where it has its outcome already. `asked` is as in `#settle`. */
  async #askOnce(
    { id, operator, batchId }: JobData,
    waitedMs: number,
    signal: AbortSignal,
  ): Promise<{ readonly outcome: StoredOutcome; readonly asked: Site | null } | null> {
    const { readers, qualifiers, deadlineMs, log } = this.#options;
    const { siteQualifications, database } = await this.#options.store();
    const qualifier = qualifiers.get(operator);
    const found = await siteQualifications.find(id);
    const outcome = found?.outcomes.find((one) => one.operator === operator);
    if (!found || outcome?.state !== 'PENDING') return null;
    // It was on when it was to be asked.
    const reader = readers.get(operator);
    if (!qualifier || !reader) return { outcome: switchedOff(operator), asked: null };
    const given = givenOf(found, operator);
    const keys = reader.keys(given);
    const issues = keys.flatMap(({ issue }) => (issue === null ? [] : [issue]));
    if (keys.length === issues.length) {
      const skip = skipFor(reader, issues);
      return { outcome: { ...skipped(operator, skip), issues }, asked: found.site };
    }
    const end = await putQuestion({
      question: found,
      outcome,
      qualifier,
      given,
      batchId: batchId ?? null,
      issues,
      deadlineMs,
      waitedMs,
      save: (progress) => siteQualifications.saveAsking(id, operator, progress),
      isStoreAway: async () => (await database.whyNotReady()) !== null,
      reach: (reached) => this.#settle({ id, batchId }, reached),
      learn: (answer) => void this.#knowledge.learnedFrom(answer),
      log,
      signal,
    });
    return { outcome: end, asked: end.skip === null ? null : found.site };
  }

  /**
   * Stores an outcome and what follows from it: the site, the whole, and operators that can now be asked. `asked` is the site
   * in which the operator found no key of its own. Where more is known by now, the operator is asked again instead.
   */
  async #settle(
    { id, batchId }: Omit<JobData, 'operator'>,
    end: StoredOutcome,
    asked: Site | null = null,
  ): Promise<void> {
    const { siteQualifications, database } = await this.#options.store();
    const jobs = await this.work();
    await database.transaction(async (transaction) => {
      let again: readonly string[] = [];
      const updated = await siteQualifications.update(
        id,
        (current) => {
          const before = current.outcomes.find(({ operator }) => operator === end.operator);
          if (before?.state !== 'PENDING') return null;
          if (asked !== null && this.#hasMoreKeys(end.operator, current, asked)) {
            again = [end.operator];
            return null;
          }
          const outcome = this.#ofThisPlace(current, end);
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
        const suffix = `:${updated?.version ?? 0}`;
        await this.#enqueue(jobs, { id, operator, batchId }, suffix, transaction);
      }
    });
  }

  /** The outcome, or that it failed where its answer is about another place than the site: by keys of two places. */
  #ofThisPlace(current: SiteQualification, outcome: StoredOutcome): StoredOutcome {
    const { operator, progress, issues } = outcome;
    const contradiction = this.#knowledge.contradictionOf(current, outcome);
    if (contradiction === null) return outcome;
    const { told, known } = contradiction;
    const message = `The answer of ${operator} is about another place: it tells ${told}, and the site is ${known} by what else is known of it. Ask about the keys of one place.`;
    const error = new OperatorError(operator, 'INVALID_RESPONSE', message);
    return { ...failed(operator, error), progress, issues };
  }

  #hasMoreKeys(operator: string, current: SiteQualification, before: Site): boolean {
    return hasMoreKeys(this.#options.readers.get(operator), givenOf(current, operator), before);
  }

  async #enqueue(jobs: Jobs, data: JobData, suffix: string, within: Transaction): Promise<void> {
    const isOfBatch = data.batchId !== undefined;
    await jobs.enqueue(questionQueue(data.operator, isOfBatch), data, {
      ...(isOfBatch ? longRetrying : retrying),
      singletonKey: `${data.id}:${data.operator}${suffix}`,
      within,
    });
  }
}

/** The queues of the jobs for questions to these operators. */
export function questionQueues(operators: Iterable<string>): string[] {
  const asked = [...operators];
  return [false, true].flatMap((isOfBatch) => [
    ...asked.map((operator) => questionQueue(operator, isOfBatch)),
    resolvingQueue(isOfBatch),
  ]);
}

/** The queue of the questions to one operator. */
function questionQueue(operator: string, isOfBatch: boolean): string {
  return `ask-${operator.toLowerCase()}${isOfBatch ? '-batch' : ''}`;
}

/** The queue of the jobs that find the buildings of addresses. */
function resolvingQueue(isOfBatch: boolean): string {
  return `resolve-address${isOfBatch ? '-batch' : ''}`;
}

const storeAgainMs = 1_000;

/** Stores an answer again and again while the store cannot be reached: the operator would have to be asked for it again. */
async function untilStored(store: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await store();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      await pause(storeAgainMs, signal);
    }
  }
}
