import { builder } from '../../../graphql/builder.ts';
import { connectionOf, invalidCursor, pageArgs, pageSizeOf } from '../../../graphql/connection.ts';
import { VerdictEnum } from '../../../graphql/vocabulary.ts';
import { koscKey } from '../session.ts';
import { EligibilityRef, ReferenceTypeEnum } from './refs.ts';

const EligibilityConnection = builder.connectionObject(
  {
    type: EligibilityRef,
    name: 'KoscEligibilityConnection',
    description: "A part of the list of Kosc's answers.",
  },
  { name: 'KoscEligibilityEdge', description: 'An answer and where it stands in the list.' },
);

const Filter = builder.inputType('KoscEligibilityFilter', {
  description: 'Which answers to list; all conditions apply together.',
  fields: (t) => ({
    referenceType: t.field({
      type: ReferenceTypeEnum,
      description: 'Only those about this kind of reference.',
    }),
    reference: t.string({ description: 'Only those about this reference, as it was asked.' }),
    verdict: t.field({ type: VerdictEnum, description: 'Only those with this verdict.' }),
    checkedAfter: t.field({
      type: 'DateTime',
      description: 'Only those given after this instant.',
    }),
    checkedBefore: t.field({
      type: 'DateTime',
      description: 'Only those given before this instant.',
    }),
  }),
});

builder.queryField('koscEligibilities', (t) =>
  t.field({
    type: EligibilityConnection,
    nullable: false,
    args: {
      filter: t.arg({ type: Filter, description: 'Which to list; without it all.' }),
      first: t.arg.int(pageArgs.first),
      after: t.arg.string(pageArgs.after),
    },
    resolve: async (_root, args, context) => {
      const { kept, shown, tenant } = context.operator(koscKey);
      const first = pageSizeOf(args.first, context.largestPage);
      const cursor = args.after ?? null;
      const after = cursor === null ? null : await kept.positionOf(cursor);
      if (cursor !== null && after === null) throw invalidCursor(cursor);
      const page = await kept.list({ tenant, filter: args.filter ?? {}, first, after });
      return connectionOf(
        page.items.map((edge) => ({ cursor: edge.cursor, node: shown(edge.node) })),
        { hasNextPage: page.hasNextPage, after: cursor, totalCount: await page.totalCount() },
      );
    },
    description: 'The answers that Kosc gave through this service, the latest first.',
  }),
);
