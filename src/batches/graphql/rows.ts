import { z } from 'zod';
import { builder } from '../../schema/builder.ts';
import { InputIssueRef } from '../../schema/error-types.ts';
import { answerList, defineConnection, defineListArgs } from '../../schema/list.ts';
import { VerdictEnum } from '../../schema/shared-types.ts';
import { SiteQualificationRef } from '../../sites/graphql/refs.ts';
import { SiteQualificationStateEnum } from '../../sites/graphql/site-qualification.ts';
import { siteSessionKey } from '../../sites/session.ts';
import { batchSessionKey } from '../session.ts';
import { BatchRef, BatchRowRef, BatchValueRef } from './refs.ts';

BatchValueRef.implement({
  description: 'A cell of a table of sites.',
  fields: (t) => ({
    column: t.exposeString('column', {
      nullable: false,
      description: 'The heading of its column, as given.',
    }),
    text: t.exposeString('text', {
      nullable: false,
      description: 'Its text, as given. Empty for an empty cell.',
    }),
  }),
});

BatchRowRef.implement({
  description: 'A row of a table of sites.',
  fields: (t) => ({
    line: t.int({
      nullable: false,
      resolve: ({ row }) => row.line,
      description:
        'Its line in the file, the heading being line 1. Of sites that were given in a mutation the first has line 2, as in the file of the results.',
    }),
    values: t.field({
      type: [BatchValueRef],
      nullable: { list: false, items: false },
      resolve: ({ batch, row }) =>
        batch.columns.map((column, index) => ({ column, text: row.values[index] ?? '' })),
      description: 'Its cells as given, one for each column of the table.',
    }),
    issues: t.field({
      type: [InputIssueRef],
      nullable: { list: false, items: false },
      resolve: ({ row }) => [...row.issues],
      description:
        'Why the row was refused. The path of each begins with the heading of its column. Empty where the row was taken.',
    }),
    siteQualification: t.field({
      type: SiteQualificationRef,
      resolve: ({ row: { siteQualificationId: id } }, _args, context) =>
        id === null ? null : context.session(siteSessionKey).siteQualifications.load(id),
      description:
        'The question about the site. Rows of a batch that name the same site share one. Null before it is asked, and where the row was refused.',
    }),
  }),
});

const RowConnection = defineConnection(BatchRowRef, {
  list: 'A part of the rows of a batch.',
  member: 'A row and where it stands in the list.',
});

const Filter = builder.inputType('SiteQualificationBatchRowFilter', {
  description:
    'Which rows of a batch to list: those that meet all conditions. An empty list matches nothing.',
  fields: (t) => ({
    refused: t.boolean({
      description:
        'True lists the rows that were refused, false the rows that were taken. Without it: both.',
    }),
    states: t.field({
      type: [SiteQualificationStateEnum],
      description:
        'The states of their questions; a row that was not asked has none. An empty list lists nothing.',
    }),
    verdicts: t.field({
      type: [VerdictEnum],
      description:
        'The verdicts of their questions; a row that was not asked has none. An empty list lists nothing.',
    }),
  }),
});

const placeSchema = z.strictObject({
  line: z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
});

builder.objectField(BatchRef, 'rows', (t) =>
  t.field({
    type: RowConnection,
    nullable: false,
    args: defineListArgs(Filter),
    resolve: (batch, args, context) =>
      answerList(args, context, {
        name: 'rows of a batch',
        of: { id: batch.id },
        place: placeSchema,
        load: async (filter, { first, after }) => {
          const session = context.session(batchSessionKey);
          const page = await session.rows(batch, filter, { first, after: after?.line ?? null });
          return {
            items: page.items.map((row) => ({ place: { line: row.line }, node: { batch, row } })),
            hasNextPage: page.hasNextPage,
            totalCount: () => session.countRows(batch, filter),
          };
        },
      }),
    description:
      'The rows of the table, in the order of the file. For all of them at once read `/batches/<id>.csv`, `.xlsx` or `.ndjson`.',
  }),
);
