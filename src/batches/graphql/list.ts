import { z } from 'zod';
import { boundedText, longest } from '../../schema/bounded-text.ts';
import { builder } from '../../schema/builder.ts';
import { positionSchema } from '../../schema/connection.ts';
import { answerList, defineConnection, defineListArgs } from '../../schema/list.ts';
import { batchSessionKey } from '../session.ts';
import { BatchRef, BatchStateEnum } from './refs.ts';

const BatchConnection = defineConnection(BatchRef, {
  list: 'A part of the list of batches.',
  member: 'A batch and where it stands in the list.',
});

const placeSchema = positionSchema.extend({ id: z.guid() });

const Filter = builder.inputType('SiteQualificationBatchFilter', {
  description:
    'Which batches to list: those that meet all conditions. An empty text is refused; an empty list matches nothing.',
  fields: (t) => ({
    states: t.field({
      type: [BatchStateEnum],
      description: 'The states that are listed; an empty list lists nothing.',
    }),
    externalId: t.string(
      boundedText(longest.ownIdentifier, {
        description: "The caller's own identifier, as given with the batch.",
      }),
    ),
    createdAfter: t.field({
      type: 'DateTime',
      description: 'Lists batches that were made after this instant.',
    }),
    createdBefore: t.field({
      type: 'DateTime',
      description: 'Lists batches that were made before this instant.',
    }),
  }),
});

builder.queryField('siteQualificationBatches', (t) =>
  t.field({
    type: BatchConnection,
    nullable: false,
    args: defineListArgs(Filter),
    resolve: (_root, args, context) =>
      answerList(args, context, {
        name: 'site qualification batches',
        place: placeSchema,
        load: async (filter, page) => {
          const session = context.session(batchSessionKey);
          const { items, hasNextPage } = await session.list({ filter, ...page });
          return {
            items: items.map((node) => ({
              place: { at: node.creationDate, id: node.id },
              node,
            })),
            hasNextPage,
            totalCount: () => session.count(filter),
          };
        },
      }),
    description: 'The batches that this service was given, the newest first.',
  }),
);
