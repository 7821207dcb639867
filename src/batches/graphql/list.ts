import { z } from 'zod';
import { boundedText, longest } from '../../schema/bounded-text.ts';
import { builder } from '../../schema/builder.ts';
import {
  makeConnection,
  Cursors,
  pageArgs,
  checkPageSize,
  positionSchema,
} from '../../schema/connection.ts';
import { readConditions } from '../../schema/filter.ts';
import { batchSessionKey } from '../session.ts';
import { BatchRef, BatchStateEnum } from './refs.ts';

const BatchConnection = builder.connectionObject(
  {
    type: BatchRef,
    name: 'SiteQualificationBatchConnection',
    description: 'A part of the list of batches.',
  },
  {
    name: 'SiteQualificationBatchEdge',
    description: 'A batch and where it stands in the list.',
  },
);

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
    args: {
      filter: t.arg({ type: Filter, description: 'Which to list; without it all.' }),
      first: t.arg.int(pageArgs.first),
      after: t.arg.string(pageArgs.after),
    },
    resolve: async (_root, args, context) => {
      const first = checkPageSize(args.first, context.largestPage);
      const filter = readConditions(args.filter ?? {});
      const cursors = new Cursors('site qualification batches', { filter }, placeSchema);
      const after = cursors.decode(args.after);
      const session = context.session(batchSessionKey);
      const page = await session.list({ filter, first, after });
      return makeConnection(
        page.items.map((node) => ({
          cursor: cursors.encode({ at: node.creationDate, id: node.id }),
          node,
        })),
        {
          hasNextPage: page.hasNextPage,
          after: args.after,
          totalCount: () => session.count(filter),
        },
      );
    },
    description: 'The batches that this service was given, the newest first.',
  }),
);
