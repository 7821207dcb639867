import { boundedText, longest } from '../../schema/bounded-text.ts';
import { builder } from '../../schema/builder.ts';
import { InvalidInputError } from '../../vocabulary/errors.ts';
import { batchSessionKey } from '../session.ts';
import { BatchRef } from './refs.ts';

const Input = builder.inputType('CancelSiteQualificationBatchInput', {
  description: 'The batch to cancel.',
  fields: (t) => ({
    id: t.id(
      boundedText(longest.id, {
        required: true,
        description: 'The identifier that the batch was given.',
      }),
    ),
  }),
});

builder.mutationField('cancelSiteQualificationBatch', (t) =>
  t.field({
    type: BatchRef,
    nullable: false,
    args: { input: t.arg({ type: Input, required: true, description: 'Which batch it is.' }) },
    errors: {
      types: [InvalidInputError],
      union: {
        name: 'CancelSiteQualificationBatchResult',
        description: 'The batch as it is now, or why there is none.',
      },
    },
    resolve: async (_root, { input: { id } }, context) => {
      const batch = await context.session(batchSessionKey).cancel(id);
      if (batch !== null) return batch;
      const message = `There is no batch ${JSON.stringify(id)}.`;
      throw new InvalidInputError([{ path: ['input', 'id'], code: 'BATCH_UNKNOWN', message }]);
    },
    description:
      'Stops a batch: the service asks about no further row. Questions that were asked already go on, and their answers are kept. A batch that is over stays as it is.',
  }),
);
