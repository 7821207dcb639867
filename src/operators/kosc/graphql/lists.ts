import { builder } from '../../../schema/builder.ts';
import { positionSchema } from '../../../schema/connection.ts';
import { answerList, defineConnection, defineListArgs } from '../../../schema/list.ts';
import { VerdictEnum } from '../../../schema/shared-types.ts';
import { storedReference } from '../reference.ts';
import { koscKey } from '../session.ts';
import { EligibilityRef, ReferenceTypeEnum } from './refs.ts';
import { boundedText, longest } from '../../../schema/bounded-text.ts';

const EligibilityConnection = defineConnection(EligibilityRef, {
  list: "A part of the list of Kosc's answers.",
  member: 'An answer and where it stands in the list.',
});

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
    args: defineListArgs(Filter),
    resolve: (_root, args, context) =>
      answerList(args, context, {
        name: 'Kosc eligibilities',
        place: positionSchema,
        spell: ({ reference, ...given }) => ({
          ...given,
          reference: reference && storedReference(reference, given.referenceType),
        }),
        load: async (filter, page) => {
          const { answers, shown, tenant } = context.session(koscKey);
          const { items, ...rest } = await answers.list({ tenant, filter, ...page });
          return { ...rest, items: items.map(({ place, node }) => ({ place, node: shown(node) })) };
        },
      }),
    description: 'The answers that Kosc gave through this service, the latest first.',
  }),
);
