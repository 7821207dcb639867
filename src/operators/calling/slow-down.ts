import type { Log } from '../../observe/log.ts';
import type { Database } from '../../store/database/database.ts';
import { whenOpen, type StoreAccess } from '../../store/store.ts';
import { OperatorError } from '../port/operator-error.ts';

/** How long an operator is left alone where it does not say how long. */
const unsaidMs = 1_000;
/** The shortest time, also where the operator asks for less. */
const leastMs = 250;
/** The longest time, also where the operator asks for more or another version of this service has stored more. */
const mostMs = 2 * 60 * 1000;
/** A second note within this time is ignored: many calls meet the same 429 at once. */
const sameMs = 100;

/** Tells all replicas that something changed; the payload is the operator. */
const channel = 'eligibility_slow_down';

/**
 * Until when an operator wants to be left alone, as it told this replica or another. Jobs wait until then; calls that a client
 * waits for are made all the same. The first call that begins afterwards and succeeds ends it.
 */
export class SlowDown {
  readonly #operator: string;
  readonly #log: Log;
  /** Until when the operator wants to be left alone, on the clock of `performance.now()`. */
  #until = 0;
  /** When this process last learned that the operator wants to be left alone. */
  #notedAt = 0;
  #database: Database | null = null;
  /** How many notices this process is storing for the others just now. */
  #telling = 0;

  constructor(operator: string, access: Pick<StoreAccess, 'opened'>, log: Log) {
    this.#operator = operator;
    this.#log = log;
    void whenOpen(access, ({ database }) => void this.#follow(database));
  }

  /** How long the operator is still to be left alone; 0 where it need not be. */
  remainingMs(): number {
    return Math.max(0, this.#until - performance.now());
  }

  /** Notes that the operator wants to be left alone, and tells the other replicas. Null where it did not say how long. */
  note(retryAfterMs: number | null): void {
    const durationMs = Math.min(Math.max(retryAfterMs ?? unsaidMs, leastMs), mostMs);
    this.#notedAt = performance.now();
    if (durationMs <= this.remainingMs() + sameMs) return;
    this.#extend(durationMs);
    this.#log.warn({ operator: this.#operator, durationMs }, 'The operator asks to slow down');
    if (this.#database !== null) this.#share(note(this.#database, this.#operator, durationMs));
  }

  /** Notes an error by which the operator asks to slow down; other errors are ignored. */
  heed(error: unknown): void {
    if (!(error instanceof OperatorError) || error.code !== 'RATE_LIMITED') return;
    if (!error.isRepeated) this.note(error.retryAfterMs);
  }

  /** Notes that a call succeeded which was begun at `startedAt`, on the clock of `performance.now()`. */
  lift(startedAt: number): void {
    // Nearly always.
    if (this.#until === 0) return;
    const isOver = this.remainingMs() === 0;
    if (!isOver && startedAt <= this.#notedAt) return;
    this.#until = 0;
    if (isOver) return;
    this.#log.info({ operator: this.#operator }, 'The operator answers again');
    if (this.#database !== null) this.#share(lift(this.#database, this.#operator));
  }

  #extend(durationMs: number): void {
    this.#until = Math.max(this.#until, performance.now() + durationMs);
  }

  /** Takes over what is stored for all replicas, unless this process is about to store something newer. */
  #learn(remainingMs: number): void {
    const knownMs = Math.min(remainingMs, mostMs);
    if (knownMs > this.remainingMs()) this.#notedAt = performance.now();
    if (knownMs === 0 && this.#telling === 0) this.#until = 0;
    else this.#extend(knownMs);
  }

  async #follow(database: Database): Promise<void> {
    const read = () => readRemainingMs(database, this.#operator);
    const learn = () => void read().then((remainingMs) => this.#learn(remainingMs), this.#warn);
    let ownUntil = this.#until;
    try {
      await database.listen(channel, {
        onPayload: (operator) => {
          if (operator === this.#operator) learn();
        },
        onMissed: learn,
      });
      const remainingMs = await read();
      ownUntil = this.#until;
      this.#extend(Math.min(remainingMs, mostMs));
    } catch (error) {
      this.#warn(error);
    }
    this.#database = database;
    // A slow-down may have been noted before there was a store: the others learn of it now.
    const ownMs = ownUntil - performance.now();
    if (ownMs > 0) this.#share(note(database, this.#operator, ownMs));
  }

  #share(telling: Promise<unknown>): void {
    this.#telling += 1;
    void telling.catch(this.#warn).finally(() => {
      this.#telling -= 1;
    });
  }

  readonly #warn = (error: unknown): void => {
    this.#log.warn(
      { err: error, operator: this.#operator },
      'That an operator asks to slow down could not be shared',
    );
  };
}

// The statements use the database's clock, so that all replicas agree, and those that start later.

/** Stores that an operator is to be left alone for `durationMs` from now, and tells all replicas. Never shortens. */
function note(database: Database, operator: string, durationMs: number): Promise<unknown> {
  return database.query(
    `with noted as (
       insert into eligibility.slow_down as known (operator, until)
       values ($1, clock_timestamp() + make_interval(secs => $2::float8 / 1000))
       on conflict (operator) do update set until = excluded.until
       where known.until < excluded.until
       returning operator
     )
     select pg_notify($3, operator) from noted`,
    [operator, durationMs, channel],
  );
}

/** Stores that it need not be left alone any more, and tells all replicas. */
function lift(database: Database, operator: string): Promise<unknown> {
  return database.query(
    `with lifted as (
       update eligibility.slow_down set until = clock_timestamp()
       where operator = $1 and until > clock_timestamp()
       returning operator
     )
     select pg_notify($2, operator) from lifted`,
    [operator, channel],
  );
}

/** How long it is still to be left alone; 0 where it need not be. */
async function readRemainingMs(database: Database, operator: string): Promise<number> {
  const [row] = await database.query<{ remaining: number }>(
    `select greatest(0, extract(epoch from until - clock_timestamp()) * 1000)::float8 as remaining
     from eligibility.slow_down where operator = $1`,
    [operator],
  );
  return row?.remaining ?? 0;
}
