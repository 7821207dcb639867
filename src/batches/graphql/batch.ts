import { boundedText, longest } from '../../schema/bounded-text.ts';
import { builder } from '../../schema/builder.ts';
import { entity } from '../../schema/entity.ts';
import { VerdictEnum } from '../../schema/shared-types.ts';
import { verdicts } from '../../vocabulary/verdict.ts';
import type { Batch } from '../batch.ts';
import { batchSessionKey } from '../session.ts';
import { BatchRef, BatchStateEnum, VerdictCountRef } from './refs.ts';

VerdictCountRef.implement({
  description: 'A verdict, and how many rows of a batch have it.',
  fields: (t) => ({
    verdict: t.expose('verdict', {
      type: VerdictEnum,
      nullable: false,
      description: 'The overall verdict of their sites.',
    }),
    count: t.exposeInt('count', { nullable: false, description: 'The number of rows.' }),
  }),
});

BatchRef.implement({
  extensions: entity<Batch>((id, context) => context.session(batchSessionKey).batches.load(id)),
  description:
    'A table of sites, from a file or a list. The service asks about each site, as fast as the operators allow.',
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false, description: "This service's identifier." }),
    externalId: t.exposeString('externalId', {
      description: "The caller's own identifier. Null where none was given.",
    }),
    name: t.exposeString('name', {
      description:
        'What the caller calls it, or else the name of the file where a form brought it. Null where neither was given.',
    }),
    creationDate: t.expose('creationDate', {
      type: 'DateTime',
      nullable: false,
      description: 'When it was made.',
    }),
    state: t.expose('state', {
      type: BatchStateEnum,
      nullable: false,
      description: 'How far it has got.',
    }),
    total: t.exposeInt('total', {
      nullable: false,
      description: 'How many rows it has, those that were refused included.',
    }),
    refused: t.exposeInt('refused', {
      nullable: false,
      description: 'How many rows were refused, and are never asked: see the `issues` of each.',
    }),
    completed: t.exposeInt('completed', {
      nullable: false,
      description: 'How many rows were asked and are no longer in progress.',
    }),
    verdicts: t.field({
      type: [VerdictCountRef],
      nullable: { list: false, items: false },
      resolve: (batch) =>
        verdicts.flatMap((verdict) => {
          const count = batch.verdicts[verdict] ?? 0;
          return count === 0 ? [] : [{ verdict, count }];
        }),
      description:
        'How many of the completed rows have each verdict, the best verdict first. A verdict that no row has is left out.',
    }),
    estimatedEndDate: t.expose('estimatedEndDate', {
      type: 'DateTime',
      description:
        'When it will be over, at the pace of the last minute. Null while nothing is being answered, before a pace was measured, and once it is over.',
    }),
  }),
});

builder.queryField('siteQualificationBatch', (t) =>
  t.field({
    type: BatchRef,
    args: {
      id: t.arg.id(
        boundedText(longest.id, {
          required: true,
          description: 'The identifier that the batch was given.',
        }),
      ),
    },
    resolve: (_root, { id }, context) => context.session(batchSessionKey).batches.load(id),
    description: 'A batch as it is now. Null for an unknown id.',
  }),
);
