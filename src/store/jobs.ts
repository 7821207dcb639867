import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import type { Log } from '../observe/log.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { inBackground } from './database/background.ts';
import type {
  Database,
  Parameter,
  Queryable,
  StatementOptions,
  Transaction,
  Unlisten,
} from './database/database.ts';
import { heartbeatSeconds, JobWorker, type JobHandler } from './job-worker.ts';

const schema = 'eligibility_jobs';
const channel = 'eligibility_job';

/** How often a replica looks for jobs whose process has died, while there are jobs that run: four statements. */
const superviseEveryMs = 2_000;
/** How often it does so in any case, and removes what is old. */
const maintainSeconds = 60;
/** How often to look for jobs that have become due: on PostgreSQL another process may have left them. */
const lookEveryMs = { postgres: 1_000, pglite: 60_000 } as const;
/** How soon to look again while jobs are due and not taken yet. */
const leastLookMs = 500;
/** How long a replica waits for another one that makes the tables of the jobs. */
const startMs = 60_000;
const hourSeconds = 60 * 60;

export interface EnqueueOptions {
  /** While a job with the same key waits or runs in the same queue, another one is not added. */
  readonly singletonKey?: string | undefined;
  /** How often it is run again after its handler failed or its process ended, stops and crashes included. */
  readonly retryLimit: number;
  /** How long to wait before it is run again, twice as long each time; at once when not given. */
  readonly retryDelaySeconds?: number | undefined;
  /** How long one run may take: then its signal is aborted and it counts as failed. */
  readonly expireInSeconds: number;
  /** The transaction in which the job is added: the job exists when, and only when, that is committed. */
  readonly within?: Transaction | undefined;
}

export interface WorkOptions {
  readonly concurrency: number;
  /** Whether no caller waits for these jobs: their statements have their turn behind the others. */
  readonly isInBackground?: boolean;
}

export interface ScheduleOptions {
  /** The period in which one job is added, by the database's clock and for all replicas together. */
  readonly everySeconds: number;
  readonly retryLimit: number;
  readonly expireInSeconds: number;
}

/**
 * Work that survives its process: each job is run at least once, on one of the processes that work on its queue. A job
 * whose process is killed is run again within 15 s (PostgreSQL), or as soon as the next process works on its queue
 * (PGlite, which only one process uses).
 */
export interface Jobs {
  /** Adds a job and resolves to its id; to null where its `singletonKey` is taken. */
  enqueue(queue: string, data: object, options: EnqueueOptions): Promise<string | null>;
  /** Runs the jobs of a queue in this process, `concurrency` at a time, from now until `stop`. Once for each queue. */
  work(queue: string, options: WorkOptions, handler: JobHandler): Promise<void>;
  /** Adds one job to a queue in each period: the first at once, unless any replica has added one in the current period. */
  schedule(queue: string, data: object, options: ScheduleOptions): Promise<void>;
  /**
   * Takes no more jobs, aborts those that still run after `waitMs`, and gives them back for another process to run them. Jobs can
   * still be added.
   */
  handOver(waitMs: number): Promise<void>;
  /** Hands over where that was not done, and ends everything else. */
  stop(waitMs: number): Promise<void>;
}

/**
 * Jobs in a database, which is migrated for them. `queues` are all that will be used: a queue is made outside of the
 * transaction that a job may be added in.
 */
export async function openJobs(
  database: Database,
  log: Log,
  queues: readonly string[],
): Promise<Jobs> {
  let isStarted = false;
  const boss = new PgBoss({
    backend: database.engine,
    db: forPgBoss(database, () => (isStarted ? {} : { statementMs: startMs })),
    schema,
    // Work by the clock is `schedule` below, which also catches up after a laptop was asleep.
    schedule: false,
    superviseIntervalSeconds: maintainSeconds,
    monitorIntervalSeconds: 1,
    maintenanceIntervalSeconds: hourSeconds,
    flowIntervalSeconds: hourSeconds,
    bamIntervalSeconds: hourSeconds / 6,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'The job queue met an error'));
  boss.on('warning', ({ message, data }) => log.warn({ data }, message));
  await boss.start();
  isStarted = true;
  for (const queue of queues) {
    await boss.createQueue(queue, {
      policy: 'exclusive',
      heartbeatSeconds,
      deleteAfterSeconds: hourSeconds,
    });
    // Reads the queue's settings now: it would do so at the first `send`, which may be within a transaction.
    await boss.touch(queue, randomUUID());
  }
  return new PgBossJobs(boss, database, log);
}

class PgBossJobs implements Jobs {
  readonly #boss: PgBoss;
  readonly #database: Database;
  readonly #log: Log;
  readonly #workers = new Map<string, JobWorker>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #listening: Promise<Unlisten> | null = null;
  readonly #looking = new OneAtATime(() => this.#lookForDue());
  #supervisedAt = Number.NEGATIVE_INFINITY;
  #look: NodeJS.Timeout | undefined;
  #handedOver: Promise<unknown> | null = null;

  constructor(boss: PgBoss, database: Database, log: Log) {
    this.#boss = boss;
    this.#database = database;
    this.#log = log;
  }

  async enqueue(queue: string, data: object, options: EnqueueOptions): Promise<string | null> {
    const { singletonKey, retryLimit, retryDelaySeconds, expireInSeconds } = options;
    const target: Queryable = options.within ?? this.#database;
    const id = await this.#boss.send(queue, data, {
      // Jobs without a key have the same one, for the queue.
      singletonKey: singletonKey ?? randomUUID(),
      retryLimit,
      expireInSeconds,
      ...(retryDelaySeconds === undefined
        ? {}
        : { retryDelay: retryDelaySeconds, retryBackoff: true }),
      db: forPgBoss(target),
    });
    if (id !== null) await target.notify(channel, queue);
    return id;
  }

  async work(
    queue: string,
    { concurrency, isInBackground = false }: WorkOptions,
    handler: JobHandler,
  ): Promise<void> {
    if (this.#workers.has(queue)) throw new Error(`The queue ${queue} is worked on already.`);
    const worker = new JobWorker({
      boss: this.#boss,
      queue,
      concurrency,
      handler: isInBackground ? (job, signal) => inBackground(() => handler(job, signal)) : handler,
      log: this.#log,
      tellOthers: () => this.#database.notify(channel, queue),
      onFailed: () => void this.#looking.run(),
    });
    this.#workers.set(queue, worker);
    await (this.#listening ??= this.#database.listen(channel, {
      onPayload: (name) => this.#workers.get(name)?.wake(),
      onMissed: () => {
        for (const one of this.#workers.values()) one.wake();
      },
    }));
    if (this.#database.engine === 'pglite') await this.#takeOver(queue);
    // The process came to its end while this was begun.
    if (this.#handedOver !== null) return;
    worker.start();
    void this.#looking.run();
  }

  async schedule(queue: string, data: object, options: ScheduleOptions): Promise<void> {
    const { everySeconds, retryLimit, expireInSeconds } = options;
    const add = async (): Promise<void> => {
      const id = await this.#boss.send(queue, data, {
        singletonKey: 'schedule',
        singletonSeconds: everySeconds,
        // The job is kept as long: it shows that this period has had one.
        deleteAfterSeconds: 2 * everySeconds,
        retryLimit,
        expireInSeconds,
      });
      if (id !== null) await this.#database.notify(channel, queue);
    };
    await add();
    // It tries more often than a job is due; the database refuses a second one in the period.
    const timer = setInterval(
      () => {
        add().catch((error: unknown) => {
          this.#log.warn({ err: error, queue }, 'A scheduled job could not be added');
        });
      },
      Math.min(everySeconds, hourSeconds) * 1000,
    ).unref();
    this.#timers.add(timer);
  }

  async handOver(waitMs: number): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#look);
    this.#handedOver ??= Promise.all(
      [...this.#workers.values()].map((worker) => worker.stop(waitMs)),
    );
    await this.#handedOver;
  }

  async stop(waitMs: number): Promise<void> {
    await this.handOver(waitMs);
    const unlisten = await this.#listening?.catch(() => null);
    await unlisten?.();
    await this.#boss.stop({ graceful: false });
  }

  /**
   * Wakes the workers of queues with jobs that have become due: to be run again after a pause, or left by a process that
   * died. One query for all queues; new jobs are told by a notification. Never rejects.
   */
  async #lookForDue(): Promise<void> {
    let againMs: number = lookEveryMs.postgres;
    try {
      againMs = await this.#lookOnce();
    } catch (error) {
      this.#log.warn({ err: error }, 'Jobs that are due could not be looked for');
    }
    if (this.#handedOver !== null) return;
    clearTimeout(this.#look);
    this.#look = setTimeout(() => void this.#looking.run(), againMs);
  }

  /** Resolves with how many milliseconds to wait before looking again. */
  async #lookOnce(): Promise<number> {
    // The condition on the policy, which all queues have, makes an index of unfinished jobs usable.
    const live = await this.#database.query<{
      name: string;
      due_in_ms: number | null;
      is_running: boolean;
    }>(
      `select name, bool_or(state = 'active') as is_running,
         (extract(epoch from min(start_after) filter (where state < 'active') - now()) * 1000)::float8
           as due_in_ms
       from ${schema}.job
       where state <= 'active' and policy = 'exclusive' and name = any ($1) group by name`,
      [[...this.#workers.keys()]],
    );
    if (live.some(({ is_running: isRunning }) => isRunning)) await this.#supervise();
    let againMs: number = lookEveryMs[this.#database.engine];
    for (const { name, due_in_ms: dueInMs } of live) {
      if (dueInMs === null) continue;
      if (dueInMs <= 0) this.#workers.get(name)?.wake();
      againMs = Math.min(againMs, Math.max(dueInMs, leastLookMs));
    }
    return againMs;
  }

  /** Has jobs run again whose process has died. On PGlite no other process has any. */
  async #supervise(): Promise<void> {
    const isTooSoon = performance.now() - this.#supervisedAt < superviseEveryMs;
    if (this.#database.engine === 'pglite' || isTooSoon) return;
    this.#supervisedAt = performance.now();
    await this.#boss.supervise();
  }

  /** Has jobs run again that an earlier process left: no other process uses this PGlite, so theirs has ended. */
  async #takeOver(queue: string): Promise<void> {
    const orphans = await this.#database.query<{ id: string }>(
      `select id from ${schema}.job where name = $1 and state = 'active'`,
      [queue],
    );
    if (orphans.length === 0) return;
    await this.#boss.fail(
      queue,
      orphans.map(({ id }) => id),
      { message: 'Its process ended.' },
    );
  }
}

/** A database in the form that pg-boss uses: it runs one statement with parameters, or a script without. */
function forPgBoss(target: Queryable, options?: () => StatementOptions) {
  return {
    executeSql: async (text: string, values: unknown[] = []) => {
      // pg-boss gives what `pg` takes, and both engines take that.
      if (values.length > 0) return { rows: await target.query(text, values as Parameter[]) };
      return { rows: await target.script(text, options?.()) };
    },
  };
}
