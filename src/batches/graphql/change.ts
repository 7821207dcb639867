import { boundedText, longest } from '../../schema/bounded-text.ts';
import { builder } from '../../schema/builder.ts';
import type { WholeState } from '../../schema/resume.ts';
import { NotFoundError } from '../../vocabulary/errors.ts';
import type { Batch } from '../batch.ts';
import { batchSessionKey } from '../session.ts';
import { BatchRef } from './refs.ts';

/** A batch as it was at an event; null where it does not exist. */
interface BatchEvent extends WholeState {
  readonly id: string;
  readonly batch: Batch | null;
}

builder.subscriptionField('siteQualificationBatchChange', (t) =>
  t.field({
    type: BatchRef,
    nullable: false,
    args: {
      id: t.arg.id(
        boundedText(longest.id, {
          required: true,
          description: 'The identifier that the batch was given.',
        }),
      ),
    },
    subscribe: (_root, { id }, context) => {
      const changes = context.session(batchSessionKey).follow(id);
      const events: AsyncIterableIterator<BatchEvent> = {
        async next() {
          const { done, value } = await changes.next();
          return done === true
            ? { done, value: undefined }
            : { done: false, value: { id, batch: value, isWholeState: true } };
        },
        async return() {
          await changes.return?.();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]: () => events,
      };
      return events;
    },
    resolve: ({ id, batch }: BatchEvent) => {
      if (batch !== null) return batch;
      throw new NotFoundError(`There is no batch ${JSON.stringify(id)}.`);
    },
    description:
      'A batch as it is now, then again after changes, at most twice a second. Completes when the batch is over. Each event has the whole batch, so a client that missed some needs only the next.',
  }),
);
