import type { Transaction } from './database/database.ts';
import type { SiteQualificationState } from './site-qualification.ts';
import type { Verdict } from '../vocabulary/verdict.ts';

/** Who is told of how batches go on; the payload is the id of the batch. */
export const batchChannel = 'eligibility_batch';

/** A question of a batch that has come to its end. */
export interface EndedQuestion {
  readonly id: string;
  readonly batchId: string;
  readonly state: SiteQualificationState;
  readonly verdict: Verdict;
}

/**
 * Counts the rows of a question that has just ended, in the transaction that ends it, and tells the followers of its batch. The last
 * statement: the questions of a batch that end at once wait here for each other.
 */
export async function countEnded(
  within: Transaction,
  { id, batchId, state, verdict }: EndedQuestion,
): Promise<void> {
  await within.query(
    `with counted as (
       insert into eligibility.batch_count (batch_id, state, verdict, rows)
       select $1, $3, $4, count(*) from eligibility.batch_row where question_id = $2
       on conflict (batch_id, state, verdict)
         do update set rows = batch_count.rows + excluded.rows
     )
     select pg_notify($5, $6)`,
    [batchId, id, state, verdict, batchChannel, batchId.toLowerCase()],
  );
}

/** Tells the followers of a batch that it went on, once the transaction is committed. */
export function tellOfBatch(within: Transaction, batchId: string): Promise<void> {
  return within.notify(batchChannel, batchId.toLowerCase());
}
