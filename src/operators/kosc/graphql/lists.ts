import { builder } from '../../../schema/builder.ts';
import {
  makeConnection,
  Cursors,
  pageArgs,
  checkPageSize,
  positionSchema,
} from '../../../schema/connection.ts';
import { readConditions } from '../../../schema/filter.ts';
import { VerdictEnum } from '../../../schema/shared-types.ts';
import { storedReference } from '../reference.ts';
import { koscKey } from '../session.ts';
import { EligibilityRef, ReferenceTypeEnum } from './refs.ts';
import { boundedText, longest } from '../../../schema/bounded-text.ts';

const EligibilityConnection = builder.connectionObject(
  {
    type: EligibilityRef,
    name: 'KoscEligibilityConnection',
    description: "A part of the list of Kosc's answers.",
  },
  { name: 'KoscEligibilityEdge', description: 'An answer and where it stands in the list.' },
);

const Filter = builder.inputType('KoscEligibilityFilter', {
  description: 'Which answers to list: those that meet all conditions. An empty text is refused.',
  fields: (t) => ({
    referenceType: t.field({
      type: ReferenceTypeEnum,
      description: 'The kind of reference that was asked about.',
    }),
    reference: t.string(
      boundedText(longest.word, {
        description: 'The reference that was asked about, in any spelling.',
      }),
    ),
    verdict: t.field({ type: VerdictEnum, description: 'The verdict of the answer.' }),
    checkedAfter: t.field({
      type: 'DateTime',
      description: 'Lists answers that were given after this instant.',
    }),
    checkedBefore: t.field({
      type: 'DateTime',
      description: 'Lists answers that were given before this instant.',
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
      const { answers, shown, tenant } = context.session(koscKey);
      const first = checkPageSize(args.first, context.largestPage);
      const given = readConditions(args.filter ?? {});
      const filter = {
        ...given,
        reference: given.reference && storedReference(given.reference, given.referenceType),
      };
      const cursors = new Cursors('Kosc eligibilities', { filter }, positionSchema);
      const after = cursors.decode(args.after);
      const page = await answers.list({ tenant, filter, first, after });
      return makeConnection(
        page.items.map(({ position, node }) => ({
          cursor: cursors.encode(position),
          node: shown(node),
        })),
        { hasNextPage: page.hasNextPage, after: args.after, totalCount: page.totalCount },
      );
    },
    description: 'The answers that Kosc gave through this service, the latest first.',
  }),
);
