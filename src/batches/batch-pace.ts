import { tellOfBatch } from '../store/site-qualification-changes.ts';
import type { Transaction } from '../store/database/database.ts';

/** The pace of a batch is measured from an earlier moment, which moves on after this time at the soonest. */
const paceSeconds = 30;

const silentAfterByDefaultMs = 30_000;

interface Moved {
  readonly completed: number;
  readonly fell_silent: boolean;
}

/**
 * Measures how fast the rows of a batch end, for `estimatedEndDate`. While no row ends, as when an operator is away, there is no
 * pace; the next row that ends begins a new one.
 */
export class BatchPace {
  readonly #silentAfterMs: number;
  #completed = 0;
  /** When the number of completed rows became `#completed`. */
  #since = performance.now();

  constructor(silentAfterMs = silentAfterByDefaultMs) {
    this.#silentAfterMs = silentAfterMs;
  }

  /** Stores how far a batch has been fed, and moves on the moments from which its pace is measured. */
  async moveOn(transaction: Transaction, id: string, fedTo: number): Promise<void> {
    const isLong = performance.now() - this.#since >= this.#silentAfterMs;
    const [moved] = await transaction.query<Moved>(
      `with completed as (
         select coalesce(sum(rows), 0)::integer as rows from eligibility.batch_count
         where batch_id = $1
       ), moment as (
         select clock_timestamp() as now, paced_from is null as is_first,
           paced_next <= clock_timestamp() - make_interval(secs => $3) as is_due
         from eligibility.batch where id = $1
       ), pace as (
         select *, rows > 0 and rows = $4 as is_silent from completed, moment
       )
       update eligibility.batch b set fed_to = $2,
         paced_from = case when p.is_silent then null when p.is_due then b.paced_next
           else coalesce(b.paced_from, p.now) end,
         completed_then = case when p.is_first then p.rows when p.is_due then b.completed_next
           else b.completed_then end,
         paced_next = case when p.is_silent then null when p.is_due then p.now
           else coalesce(b.paced_next, p.now) end,
         completed_next = case when p.is_first or p.is_due then p.rows else b.completed_next end
       from pace p where b.id = $1
       returning p.rows as completed, p.is_silent and not p.is_first as fell_silent`,
      [id, fedTo, paceSeconds, isLong ? this.#completed : -1],
    );
    if (moved === undefined) return;
    if (moved.fell_silent) await tellOfBatch(transaction, id);
    if (moved.completed === this.#completed) return;
    this.#completed = moved.completed;
    this.#since = performance.now();
  }
}
