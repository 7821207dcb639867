import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { Log } from '../observe/log.ts';
import { noLongerThan } from '../abort.ts';
import { describeReason } from './database/database-error.ts';

/**
 * After how long without a sign of life the process of a job counts as dead. The least that pg-boss takes; with what it
 * takes to notice (2 s) and to find the job due (1 s) it makes the 15 s in which a job is run again.
 */
export const heartbeatSeconds = 10;
const beatEveryMs = 3_000;
/** How long to wait before asking again for jobs that could not be taken. */
const againMs = 1_000;
/** How long an aborted job may take to end before it is given back without it. */
const abortedMs = 1_000;

/** One run of a job. */
export interface Job {
  readonly id: string;
  /** As it was given to `enqueue`, perhaps by an earlier version of this service. */
  readonly data: unknown;
  /** How long ago it was added when this run began, by the database's clock. */
  readonly waitedMs: number;
  /** Aborted when the process begins to stop: a job without an end of its own is to reject then, and goes on elsewhere. */
  readonly stopping: AbortSignal;
}

/**
 * Does one job; what it throws fails this run. The signal is aborted when the run has taken too long, when the process has
 * waited long enough to stop, and when the job was taken away because this process seemed dead: then another run may have begun.
 */
export type JobHandler = (job: Job, signal: AbortSignal) => Promise<void>;

export interface JobWorkerOptions {
  readonly boss: PgBoss;
  readonly queue: string;
  readonly concurrency: number;
  readonly handler: JobHandler;
  readonly log: Log;
  /** Tells the workers of this queue, in all processes, that there is something to do. */
  tellOthers(): Promise<void>;
  /** Called when a job has failed: it may have to be run again later. */
  onFailed(): void;
}

interface Run {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Runs the jobs of one queue in this process. It asks for jobs when it is woken, and takes as many at once as it may run, so
 * that an empty queue costs nothing, at any concurrency.
 */
export class JobWorker {
  readonly #options: JobWorkerOptions;
  readonly #runs = new Map<string, Run>();
  readonly #stopping = new AbortController();
  #onWake: () => void = () => {};
  #mayHaveMore = false;
  #loop: Promise<void> | null = null;

  constructor(options: JobWorkerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#takeJobs();
  }

  /** Looks for jobs now. */
  wake(): void {
    this.#onWake();
  }

  /** Takes no more jobs, waits for those that run, aborts what still does after `waitMs` and gives it back. */
  async stop(waitMs: number): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#loop;
    const ended = Promise.all([...this.#runs.values()].map((run) => run.ended));
    if (this.#runs.size > 0) await noLongerThan(waitMs, ended);
    for (const { abort } of this.#runs.values()) {
      abort.abort(new Error('The process stops.'));
    }
    if (this.#runs.size > 0) await noLongerThan(abortedMs, ended);
    const left = [...this.#runs.keys()];
    if (left.length === 0) return;
    const { boss, queue, log } = this.#options;
    try {
      await boss.fail(queue, left, { message: 'Its process stopped.' });
      await this.#options.tellOthers();
    } catch (error) {
      // Then they are run again when this process counts as dead.
      log.warn({ err: error, queue }, 'Jobs could not be given back');
    }
  }

  async #takeJobs(): Promise<void> {
    const { boss, queue, concurrency, log } = this.#options;
    while (!this.#stopping.signal.aborted) {
      const woken = Promise.withResolvers<void>();
      this.#onWake = woken.resolve;
      let isToAsk = false;
      const free = concurrency - this.#runs.size;
      if (free > 0) {
        try {
          const jobs = await boss.fetch(queue, { batchSize: free, includeMetadata: true });
          this.#mayHaveMore = jobs.length === free;
          for (const job of jobs) this.#begin(job);
        } catch (error) {
          isToAsk = true;
          log.warn({ err: error, queue }, 'Jobs could not be taken from their queue');
        }
      }
      // Woken by a notification, by what has become due, by a free place where there may be more, or by `stop`.
      await (isToAsk ? noLongerThan(againMs, woken.promise) : woken.promise);
    }
  }

  #begin(job: JobWithMetadata<unknown>): void {
    const abort = new AbortController();
    const ended = this.#run(job, abort).finally(() => {
      this.#runs.delete(job.id);
      if (this.#mayHaveMore) this.wake();
    });
    this.#runs.set(job.id, { abort, ended });
  }

  /** Never rejects. */
  async #run(job: JobWithMetadata<unknown>, abort: AbortController): Promise<void> {
    const { boss, queue, handler, log, tellOthers } = this.#options;
    const beat = this.#keepAlive(job.id, abort);
    const expiry = setTimeout(() => {
      abort.abort(new Error(`The job took longer than ${job.expireInSeconds} s.`));
    }, job.expireInSeconds * 1000);
    let failure: { readonly cause: unknown } | null = null;
    try {
      const { id, data } = job;
      const waitedMs = Math.max(0, job.startedOn.getTime() - job.createdOn.getTime());
      await handler({ id, data, waitedMs, stopping: this.#stopping.signal }, abort.signal);
    } catch (cause) {
      failure = { cause };
    }
    clearTimeout(expiry);
    const lost = beat.stop();
    try {
      // A process reports no job that is no longer its own.
      if (lost) return;
      if (failure === null) return void (await boss.complete(queue, job.id));
      log.warn({ err: failure.cause, queue, job: job.id }, 'A job failed');
      await boss.fail(queue, job.id, { message: describeReason(failure.cause) });
      this.#options.onFailed();
      if (this.#stopping.signal.aborted) await tellOthers();
    } catch (error) {
      log.warn({ err: error, queue, job: job.id }, 'The end of a job could not be stored');
    }
  }

  /** Shows that the process of a job lives, and aborts the job when it is no longer this process's. */
  #keepAlive(id: string, abort: AbortController): { stop(): boolean } {
    const { boss, queue, log } = this.#options;
    let lastBeat = performance.now();
    let lost = false;
    const lose = (): void => {
      lost = true;
      abort.abort(new Error('The job was taken away: this process seemed to have died.'));
    };
    const beat = async (): Promise<void> => {
      const sent = performance.now();
      try {
        const { affected }: { affected?: number } = await boss.touch(queue, id);
        if (affected === 0) lose();
        else lastBeat = sent;
      } catch (error) {
        log.warn({ err: error, queue, job: id }, 'The heartbeat of a job failed');
        if (performance.now() - lastBeat > heartbeatSeconds * 1000) lose();
      }
    };
    const timer = setInterval(() => void beat(), beatEveryMs);
    return {
      stop() {
        clearInterval(timer);
        return lost || performance.now() - lastBeat > heartbeatSeconds * 1000;
      },
    };
  }
}
