import type { Transaction } from '../store/database/database.ts';
import type { Jobs } from '../store/jobs.ts';

// The jobs that questions are. Jobs of batches have queues, and so places, of their own, and hold no other question up.

/** A question to one operator. */
export interface QuestionJob {
  readonly id: string;
  readonly operator: string;
  /** The batch that the question is of; absent where it was asked by itself. */
  readonly batchId?: string | undefined;
}

/** The question whose address is to be looked up. */
export type ResolvingJob = Omit<QuestionJob, 'operator'>;

const retrying = { retryLimit: 100, retryDelaySeconds: 1, expireInSeconds: 60 * 60 };
/** Of a batch, whose questions wait for operators and services that are away. */
const longRetrying = { ...retrying, expireInSeconds: 23 * 60 * 60 };

/** The queues of the jobs for questions to these operators. */
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

/** Has an operator asked. `again`: the version of the site qualification that it is asked for again, whose job so far may just be ending. */
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

/** Has an address looked up. */
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
