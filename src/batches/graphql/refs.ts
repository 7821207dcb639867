import { builder } from '../../schema/builder.ts';
import { enumValues } from '../../schema/shared-types.ts';
import type { Verdict } from '../../vocabulary/verdict.ts';
import type { Batch, BatchRow, BatchState } from '../batch.ts';

// The GraphQL types of batches by name, so that the files that define them can refer to each other in any order.

/** A row and its batch. */
export interface RowOf {
  readonly batch: Batch;
  readonly row: BatchRow;
}

export const BatchRef = builder.objectRef<Batch>('SiteQualificationBatch');
export const BatchRowRef = builder.objectRef<RowOf>('SiteQualificationBatchRow');
export const BatchValueRef = builder.objectRef<{ column: string; text: string }>('BatchValue');
export const VerdictCountRef = builder.objectRef<{ verdict: Verdict; count: number }>(
  'VerdictCount',
);

export const BatchStateEnum = builder.enumType('SiteQualificationBatchState', {
  description: 'How far a batch has got.',
  values: enumValues<BatchState>({
    IN_PROGRESS: 'At least one of its rows is still to be asked, or in progress.',
    DONE: 'Every row was asked, and every operator that was asked has answered.',
    DONE_PARTIAL: 'It is over, and a row was refused or an operator failed for one.',
    CANCELLED: 'The caller cancelled the batch. Rows that had not been asked by then stay unasked.',
  }),
});
