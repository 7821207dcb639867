import { noLongerThan, pause } from '../abort.ts';
import type { Log } from '../observe/log.ts';
import { once } from '../one-at-a-time.ts';
import type { SiteQuestions, SiteRequest } from '../sites/site-questions.ts';
import { batchChannel, tellOfBatch } from '../store/site-qualification-changes.ts';
import type { Transaction } from '../store/database/database.ts';
import type { Jobs } from '../store/jobs.ts';
import type { Store } from '../store/store.ts';
import { tenantFromStored } from '../store/stored-value.ts';
import { WakeUps } from '../store/wake-ups.ts';
import { StoreUnavailableError } from '../vocabulary/errors.ts';
import type { BatchState } from './batch.ts';
import { LookAhead, type LookAheadOptions } from './look-ahead.ts';
import { BatchPace } from './batch-pace.ts';
import { rowsIn, type EndedRows } from './read-batch.ts';

/** The queue of the jobs that have batches asked, one job for each. */
export const feedingQueue = 'feed-batch';

/** How many batches a process feeds at once: each waits most of the time. */
const concurrency = 100;

/** How many questions one transaction makes, so that others do not wait long for it. */
const portion = 10;

/** The shortest time between two feedings of a batch, in which several of its questions may end. */
const feedEveryMs = 100;

/** How often a batch is fed although nothing was told of it. */
const lookEveryByDefaultMs = 10_000;
/** How soon a batch is fed again where the store was away. */
const againMs = 1_000;

/** A batch has at most this many times its part under way while most of these questions wait for operators that are away. */
const mostWaiting = 10;

/** A batch outlives many processes. A batch whose job is gone gets another one when a process starts. */
const outliving = { retryLimit: 10_000, expireInSeconds: 12 * 60 * 60 };

export interface FeederOptions {
  readonly store: () => Promise<Store>;
  /** The jobs, with `feedingQueue` among their queues. */
  readonly jobs: () => Promise<Jobs>;
  readonly questions: SiteQuestions;
  /** Looks addresses up ahead of the questions about them, as `lookUpAddresses`. */
  readonly lookUp: LookAheadOptions['lookUp'];
  /** How many questions may be under way at once, of all batches and on all replicas together. */
  readonly mostQuestions: number;
  /** The operators that are left alone for now, since they do not answer, by name. */
  readonly awayOperators: () => readonly string[];
  /** How often a batch is fed although nothing was told of it; 10 s when not given. */
  readonly lookEveryMs?: number | undefined;
  /** After how long without an answer a batch has no pace; 30 s when not given. */
  readonly silentAfterMs?: number | undefined;
  readonly log: Log;
}

interface Fed {
  readonly isOver: boolean;
  /** Whether there may be more to feed at once. */
  readonly hasMore: boolean;
  /** The line of the last row whose question was made; null where that was not read. */
  readonly fedTo: number | null;
}

interface Counts {
  readonly under_way: number;
  /** How many of them wait for operators that are away alone, for their answers or for what they know of an address. */
  readonly waiting: number;
  readonly tenants: number;
  /** How many batches of the tenant are in progress. */
  readonly own: number;
}

interface FedBatch {
  readonly tenant: string;
  readonly state: BatchState;
  readonly refused: number;
  readonly fed_to: number;
}

/**
 * Makes the questions of batches. Each batch has a bounded number of questions under way; as they end, the next ones are made, in
 * one transaction with how far the batch has got. One process at a time feeds a batch, and any other one can take over.
 */
export class Feeder {
  readonly #options: FeederOptions;
  #wakeUps: WakeUps | null = null;

  constructor(options: FeederOptions) {
    this.#options = options;
  }

  /** Feeds batches in this process, those that earlier processes left included. Later calls resolve to the same. */
  readonly work = once(() => this.#work());

  /** Adds the job that feeds a new batch. To be called after `work` has resolved. */
  async begin(id: string, within: Transaction): Promise<void> {
    const jobs = await this.work();
    await jobs.enqueue(feedingQueue, { id }, { ...outliving, singletonKey: id, within });
  }

  async #work(): Promise<Jobs> {
    const { store, questions } = this.#options;
    await questions.work();
    const { database } = await store();
    this.#wakeUps = new WakeUps(database, batchChannel);
    const jobs = await this.#options.jobs();
    await jobs.work(feedingQueue, { concurrency, isInBackground: true }, (job, signal) =>
      this.#feed((job.data as { readonly id: string }).id, AbortSignal.any([signal, job.stopping])),
    );
    // A batch whose job was lost, or was run too often, gets another one.
    const left = await database.query<{ id: string }>(
      `select id from eligibility.batch where state = 'IN_PROGRESS'`,
    );
    for (const { id } of left) {
      await jobs.enqueue(feedingQueue, { id }, { ...outliving, singletonKey: id });
    }
    return jobs;
  }

  /** Feeds a batch until it is over. Rejects where another process is to go on. */
  async #feed(id: string, signal: AbortSignal): Promise<void> {
    const { lookEveryMs = lookEveryByDefaultMs, silentAfterMs } = this.#options;
    const pace = new BatchPace(silentAfterMs);
    let woken = Promise.withResolvers<void>();
    const unsubscribe = await this.#wakeUps?.subscribe(id, () => woken.resolve());
    const leave = (): void => woken.resolve();
    signal.addEventListener('abort', leave);
    try {
      const ahead = await this.#lookAhead(id, signal);
      let line = ahead.from;
      for (;;) {
        signal.throwIfAborted();
        woken = Promise.withResolvers<void>();
        await ahead.reach(line);
        const { isOver, hasMore, fedTo } = await this.#feedSome(id, pace, signal);
        line = fedTo ?? line;
        if (isOver) return;
        if (hasMore) continue;
        await noLongerThan(lookEveryMs, woken.promise);
        await pause(feedEveryMs, signal);
      }
    } finally {
      signal.removeEventListener('abort', leave);
      unsubscribe?.();
    }
  }

  async #lookAhead(batchId: string, signal: AbortSignal): Promise<LookAhead> {
    const { store, lookUp, log } = this.#options;
    const { database } = await store();
    const [batch] = await database.query<{ fed_to: number }>(
      'select fed_to from eligibility.batch where id = $1',
      [batchId],
    );
    const from = batch?.fed_to ?? 0;
    return new LookAhead({ database, batchId, from, lookUp, signal, log });
  }

  async #feedSome(id: string, pace: BatchPace, signal: AbortSignal): Promise<Fed> {
    const { store, log } = this.#options;
    const { database } = await store();
    try {
      return await database.transaction((transaction) => this.#feedWithin(transaction, id, pace));
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      log.warn({ err: error, batch: id }, 'A batch could not be fed');
      await pause(againMs, signal);
      return { isOver: false, hasMore: true, fedTo: null };
    }
  }

  async #feedWithin(transaction: Transaction, id: string, pace: BatchPace): Promise<Fed> {
    // Locked, since another process may believe that it feeds the batch.
    const [batch] = await transaction.query<FedBatch>(
      `select tenant, state, refused, fed_to from eligibility.batch where id = $1 for no key update`,
      [id],
    );
    if (batch?.state !== 'IN_PROGRESS') return { isOver: true, hasMore: false, fedTo: null };
    const room = await this.#roomFor(transaction, id, batch.tenant);
    const wanted = Math.min(room.left, portion);
    const rows = await transaction.query<{
      line: number;
      question_id: string;
      request: SiteRequest;
    }>(
      `select line, question_id, request from eligibility.batch_row
       where batch_id = $1 and line > $2 and request is not null order by line limit $3`,
      [id, batch.fed_to, Math.max(wanted, 1)],
    );
    if (rows.length === 0 && room.underWay === 0) {
      await this.#end(transaction, id, batch);
      return { isOver: true, hasMore: false, fedTo: null };
    }
    for (const { question_id: questionId, request } of rows.slice(0, Math.max(wanted, 0))) {
      await this.#options.questions.createWithin(transaction, request, {
        tenant: tenantFromStored(batch.tenant),
        id: questionId,
        batchId: id,
      });
    }
    const fedTo = (wanted > 0 ? rows.at(-1)?.line : undefined) ?? batch.fed_to;
    await pace.moveOn(transaction, id, fedTo);
    return { isOver: false, hasMore: wanted === portion && rows.length === portion, fedTo };
  }

  /**
   * How many questions of a batch are under way, and how many more may be. Tenants have equal parts of `mostQuestions`, and the
   * batches of a tenant have equal parts of that, so that no batch waits for another one to end. Questions that only wait for an
   * operator that is away do not count, up to a bound, so that the other operators are asked meanwhile.
   */
  async #roomFor(
    transaction: Transaction,
    id: string,
    tenant: string,
  ): Promise<{ readonly underWay: number; readonly left: number }> {
    const [counts] = await transaction.query<Counts>(
      `select count(*)::integer as under_way,
         count(*) filter (where (cardinality($3::text[]) > 0 and q.resolution->>'result' = 'PENDING')
           or not exists (
             select from eligibility.site_qualification_outcome o
             where o.site_qualification_id = q.id and o.state = 'PENDING'
               and o.operator <> all ($3::text[])))::integer as waiting,
         (select count(distinct tenant)::integer from eligibility.batch
          where state = 'IN_PROGRESS') as tenants,
         (select count(*)::integer from eligibility.batch
          where state = 'IN_PROGRESS' and tenant = $2) as own
       from eligibility.site_qualification q where q.batch_id = $1 and q.state = 'IN_PROGRESS'`,
      [id, tenant, this.#options.awayOperators()],
    );
    const { tenants = 1, own = 1, under_way: underWay = 0, waiting = 0 } = counts ?? {};
    const part = Math.max(1, Math.floor(this.#options.mostQuestions / tenants / own));
    const left = Math.min(part - (underWay - waiting), mostWaiting * part - underWay);
    return { underWay, left };
  }

  async #end(transaction: Transaction, id: string, { refused }: FedBatch): Promise<void> {
    const counts = await transaction.query<EndedRows>(
      'select state, verdict, rows from eligibility.batch_count where batch_id = $1',
      [id],
    );
    const isWhole = refused === 0 && rowsIn(counts.filter(({ state }) => state !== 'DONE')) === 0;
    const state: BatchState = isWhole ? 'DONE' : 'DONE_PARTIAL';
    await transaction.query('update eligibility.batch set state = $2 where id = $1', [id, state]);
    await tellOfBatch(transaction, id);
  }
}
