import DataLoader from 'dataloader';
import type { SessionKey, SessionOptions } from '../operators/port/session.ts';
import type { Page } from '../store/stored-list.ts';
import type { SiteQuestions } from '../sites/site-questions.ts';
import type { Batch, BatchRow, NewBatch } from './batch.ts';
import type { Batches } from './batches.ts';
import type { BatchList } from './read-batch.ts';
import type { BatchRowFilter, RowPage } from './rows.ts';

/** The key by which resolvers get the session of batches from their context. */
export const batchSessionKey: SessionKey<BatchSession> = { name: 'batches' };

/** The batches for one execution. A tenant finds its own alone. */
export interface BatchSession {
  /** Batches by id; null for an unknown id. */
  readonly batches: DataLoader<string, Batch | null>;
  /** How many rows a batch may have. */
  readonly maxRows: number;
  readonly check: SiteQuestions['check'];
  create(batch: Omit<NewBatch, 'tenant' | 'idempotency'>): Promise<Batch>;
  /** Stops a batch, see `Batches.cancel`; null for an unknown id. */
  cancel(id: string): Promise<Batch | null>;
  list(list: Omit<BatchList, 'tenant'>): Promise<Page<Batch>>;
  count(filter: BatchList['filter']): Promise<number>;
  /** The rows of a batch that was found. */
  rows(batch: Batch, filter: BatchRowFilter, page: RowPage): Promise<Page<BatchRow>>;
  countRows(batch: Batch, filter: BatchRowFilter): Promise<number>;
  follow(id: string): AsyncIterableIterator<Batch | null>;
}

export interface BatchServices {
  readonly batches: Batches;
  readonly questions: SiteQuestions;
  readonly maxRows: number;
}

/** Opens the batches for one execution. */
export function openBatchSession(
  { batches, questions, maxRows }: BatchServices,
  { tenant, signal, notes }: SessionOptions,
): BatchSession {
  return {
    maxRows,
    batches: new DataLoader(async (ids: readonly string[]) => {
      notes?.restOn(null);
      return Promise.all(ids.map((id) => batches.find(id, tenant)));
    }),
    check: (request, found) => questions.check(request, found),
    create: async (batch) =>
      (await batches.create({ ...batch, tenant, idempotency: null }, signal)).batch,
    cancel: (id) => batches.cancel(id, tenant),
    list: (list) => batches.list({ ...list, tenant }),
    count: (filter) => batches.count(filter, tenant),
    rows: ({ id }, filter, page) => batches.rows(id, filter, page),
    countRows: ({ id }, filter) => batches.countRows(id, filter),
    follow: (id) => batches.changes(id, tenant),
  };
}
