import { pause } from '../abort.ts';
import { OperatorError } from '../operators/port/operator-error.ts';
import type { Jobs } from '../store/jobs.ts';
import { updateSiteQualification } from '../store/site-qualification-changes.ts';
import type { SiteQualification, StoredOutcome } from '../store/site-qualification.ts';
import type { Store } from '../store/store.ts';
import { StoreUnavailableError } from '../vocabulary/errors.ts';
import { enrichSite, type Site } from '../vocabulary/site.ts';
import {
  outcomeOfResolution,
  describeResolution,
  siteFound,
  type Resolved,
} from './address-resolving.ts';
import type { OperatorKeys } from './operator-keys.ts';
import { failed, isForWantOfKey, pending, decideState, decideVerdict } from './outcomes.ts';
import { enqueueQuestion, type ResolvingJob } from './question-queues.ts';
import type { SiteKnowledge } from './site-knowledge.ts';

export interface SettlingOptions {
  readonly store: () => Promise<Store>;
  readonly jobs: () => Promise<Jobs>;
  readonly keys: OperatorKeys;
  readonly knowledge: SiteKnowledge;
}

/**
 * Stores the outcome of a question, and in the same transaction what follows from it: the site, the state and verdict of the
 * whole, and the jobs for operators that can be asked now. The site qualification is locked meanwhile.
 */
export class Settling {
  readonly #options: SettlingOptions;

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /**
   * Stores how an address was resolved, and has the operators asked that waited for it. Where no site was found, only those are
   * asked that have a key by now; the outcome of the others says why they are not.
   */
  async settleResolution({ id, batchId }: ResolvingJob, resolved: Resolved): Promise<void> {
    const { store, jobs: openJobs, keys, knowledge } = this.#options;
    const { database } = await store();
    const jobs = await openJobs();
    await database.transaction(async (transaction) => {
      let asked: readonly string[] = [];
      await updateSiteQualification(transaction, id, (current) => {
        if (current.resolution?.result !== 'PENDING') return null;
        // The others were asked at once, with the keys that the caller gave.
        const given = { ...current, site: knowledge.given(current) };
        const site = siteFound(resolved);
        const waiting = current.outcomes
          .filter(({ operator, state }) => state === 'PENDING' && !keys.canAsk(operator, given))
          .map(({ operator }) => operator);
        asked = waiting.filter((operator) => site !== null || keys.canAsk(operator, current));
        const outcomes = waiting
          .filter((operator) => !asked.includes(operator))
          .map((operator) => outcomeOfResolution(operator, resolved));
        return {
          ...(site && { site: knowledge.read(enrichSite(current.site, site)) }),
          resolution: describeResolution(resolved),
          addressId: 'failure' in resolved ? null : resolved.addressId,
          ...withOutcomes(current, outcomes),
        };
      });
      for (const operator of asked) {
        await enqueueQuestion(jobs, { id, operator, batchId }, transaction);
      }
    });
  }

  /**
   * Stores an outcome and what follows from it, see the class. `asked` is given with a skip: the site as it was known when the
   * operator was asked. Where another key is known by now, the operator is asked again instead.
   */
  async settleOutcome(
    { id, batchId }: ResolvingJob,
    end: StoredOutcome,
    asked: Site | null = null,
  ): Promise<void> {
    const { store, jobs: openJobs, keys, knowledge } = this.#options;
    const { database } = await store();
    const jobs = await openJobs();
    await database.transaction(async (transaction) => {
      let again: readonly string[] = [];
      const updated = await updateSiteQualification(transaction, id, (current) => {
        const before = current.outcomes.find(({ operator }) => operator === end.operator);
        if (before?.state !== 'PENDING') return null;
        if (asked !== null && keys.hasMore(end.operator, current, asked)) {
          again = [end.operator];
          return null;
        }
        const outcome = this.#ofThisPlace(current, end);
        const site = knowledge.combine(current, outcome);
        const reopened = current.outcomes
          .filter(isForWantOfKey)
          .filter(({ operator }) => keys.hasMore(operator, { ...current, site }, current.site))
          .map(({ operator }) => ({ operator, ...pending }));
        again = reopened.map(({ operator }) => operator);
        return { site, ...withOutcomes(current, [outcome, ...reopened]) };
      });
      for (const operator of again) {
        await enqueueQuestion(jobs, { id, operator, batchId }, transaction, updated?.version ?? 0);
      }
    });
  }

  /** The outcome; a failure where its answer is about another place than the site. */
  #ofThisPlace(current: SiteQualification, outcome: StoredOutcome): StoredOutcome {
    const { operator, progress, issues } = outcome;
    const contradiction = this.#options.knowledge.findContradiction(current, outcome);
    if (contradiction === null) return outcome;
    const { told, known } = contradiction;
    const message = `The answer of ${operator} is about another place: it tells ${told}, and the site is ${known} by what else is known of it. Ask about the keys of one place.`;
    const error = new OperatorError(operator, 'INVALID_RESPONSE', message);
    return { ...failed(operator, error), progress, issues };
  }
}

/** The outcomes that change, with the state and verdict that all outcomes together make. */
function withOutcomes(current: SiteQualification, outcomes: readonly StoredOutcome[]) {
  const all = current.outcomes.map(
    (one) => outcomes.find(({ operator }) => operator === one.operator) ?? one,
  );
  return { outcomes, state: decideState(all), verdict: decideVerdict(all) };
}

const storeAgainMs = 1_000;

/** Tries to store an answer until the store can be reached: else the operator would have to be asked for it again. */
export async function untilStored(store: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await store();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      await pause(storeAgainMs, signal);
    }
  }
}
