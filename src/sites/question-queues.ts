import type { Transaction } from '../store/database/database.ts';
import type { Jobs } from '../store/jobs.ts';

// The queues of the jobs that ask operators and look up addresses. Batches have queues of their own, so that they hold no other
// question up.

/** A question to one operator. */
export interface QuestionJob {
  readonly id: string;
  readonly operator: string;
  /** The batch that the question belongs to; absent for a question outside batches. */
  readonly batchId?: string | undefined;
}

/** The question whose address is to be looked up. */
export type ResolvingJob = Omit<QuestionJob, 'operator'>;

const retrying = { retryLimit: 100, retryDelaySeconds: 1, expireInSeconds: 60 * 60 };
/** For questions of batches, which wait for operators and services that are away. */
const longRetrying = { ...retrying, expireInSeconds: 23 * 60 * 60 };

/** All queues of the questions to these operators. */
export function questionQueues(operators: Iterable<string>): string[] {
  const asked = [...operators];
  return [false, true].flatMap((isOfBatch) => [
    ...asked.map((operator) => questionQueue(operator, isOfBatch)),
    resolvingQueue(isOfBatch),
  ]);
}

/** The queue of the questions to one operator. */
export function questionQueue(operator: string, isOfBatch: boolean): string {
  return `ask-${operator.toLowerCase()}${isOfBatch ? '-batch' : ''}`;
}

/** The queue of the jobs that find the buildings of addresses. */
export function resolvingQueue(isOfBatch: boolean): string {
  return `resolve-address${isOfBatch ? '-batch' : ''}`;
}

/**
 * Adds the job that asks an operator. `again` is the version of the site qualification where the operator is asked once more: it
 * makes another key for the job, since the earlier job may not have ended yet.
 */
export async function enqueueQuestion(
  jobs: Jobs,
  job: QuestionJob,
  within: Transaction,
  again: number | null = null,
): Promise<void> {
  const isOfBatch = job.batchId !== undefined;
  await jobs.enqueue(questionQueue(job.operator, isOfBatch), job, {
    ...(isOfBatch ? longRetrying : retrying),
    singletonKey: `${job.id}:${job.operator}${again === null ? '' : `:${again}`}`,
    within,
  });
}

/** Adds the job that looks up an address. */
export async function enqueueResolving(
  jobs: Jobs,
  job: ResolvingJob,
  within: Transaction,
): Promise<void> {
  const isOfBatch = job.batchId !== undefined;
  await jobs.enqueue(resolvingQueue(isOfBatch), job, {
    ...(isOfBatch ? longRetrying : retrying),
    singletonKey: job.id,
    within,
  });
}
