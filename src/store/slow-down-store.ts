import type { Database } from './database/database.ts';
import { WakeUps } from './wake-ups.ts';

const channel = 'eligibility_slow_down';

/** Until when each operator wants to be left alone, by the database's clock: for all replicas, and those that start later. */
export class SlowDownStore {
  readonly #database: Database;
  readonly #wakeUps: WakeUps;

  constructor(database: Database) {
    this.#database = database;
    this.#wakeUps = new WakeUps(database, channel);
  }

  /** Notes that an operator is to be left alone for `durationMs` from now, and tells all replicas. Never shortens. */
  async note(operator: string, durationMs: number): Promise<void> {
    await this.#database.query(
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

  /** Notes that it need not be left alone any more, and tells all replicas. */
  async lift(operator: string): Promise<void> {
    await this.#database.query(
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
  async remainingMs(operator: string): Promise<number> {
    const [row] = await this.#database.query<{ remaining: number }>(
      `select greatest(0, extract(epoch from until - clock_timestamp()) * 1000)::float8 as remaining
       from eligibility.slow_down where operator = $1`,
      [operator],
    );
    return row?.remaining ?? 0;
  }

  /** Calls `wake` after each note about an operator, by any process, and when one may have been missed. */
  onChange(operator: string, wake: () => void): Promise<() => void> {
    return this.#wakeUps.subscribe(operator, wake);
  }
}
