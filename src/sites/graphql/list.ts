import { builder } from '../../schema/builder.ts';
import { z } from 'zod';
import { positionSchema } from '../../schema/connection.ts';
import { answerList, defineConnection, defineListArgs } from '../../schema/list.ts';
import { VerdictEnum } from '../../schema/shared-types.ts';
import { normalBuildingRef } from '../../vocabulary/site-key.ts';
import { SiteQualificationRef, type SiteSchema } from './refs.ts';
import { SiteQualificationStateEnum } from './site-qualification.ts';
import { siteSessionKey } from '../session.ts';
import { boundedText, longest } from '../../schema/bounded-text.ts';

const SiteQualificationConnection = defineConnection(SiteQualificationRef, {
  list: 'A part of the list of questions about places.',
  member: 'A question about a place, and where it stands in the list.',
});

const placeSchema = positionSchema.extend({ id: z.guid() });

/** Adds the list of site qualifications. */
export function defineSiteQualificationList({ OperatorEnum }: SiteSchema): void {
  const Filter = builder.inputType('SiteQualificationFilter', {
    description:
      'Which questions to list: those that meet all conditions. An empty text is refused; an empty list matches nothing.',
    fields: (t) => ({
      states: t.field({
        type: [SiteQualificationStateEnum],
        description: 'The states that are listed; an empty list lists nothing.',
      }),
      verdict: t.field({ type: VerdictEnum, description: 'The overall verdict.' }),
      operator: t.field({
        type: OperatorEnum,
        description: 'An operator that was asked.',
      }),
      buildingRef: t.string(
        boundedText(longest.siteKey, {
          description: 'The building that was asked about, in any spelling.',
        }),
      ),
      externalId: t.string(
        boundedText(longest.ownIdentifier, {
          description: "The caller's own identifier, as given with the question.",
        }),
      ),
      isOfBatch: t.boolean({
        description:
          'True: only questions that a batch asks. False: only those that were asked alone. Null: both.',
      }),
      createdAfter: t.field({
        type: 'DateTime',
        description: 'Lists questions that were asked after this instant.',
      }),
      createdBefore: t.field({
        type: 'DateTime',
        description: 'Lists questions that were asked before this instant.',
      }),
    }),
  });

  builder.queryField('siteQualifications', (t) =>
    t.field({
      type: SiteQualificationConnection,
      nullable: false,
      args: defineListArgs(Filter),
      resolve: (_root, args, context) =>
        answerList(args, context, {
          name: 'site qualifications',
          place: placeSchema,
          spell: ({ buildingRef, ...given }) => ({
            ...given,
            buildingRef: buildingRef && normalBuildingRef(buildingRef),
          }),
          load: async (filter, page) => {
            const { siteQualifications: kept } = await context.session(siteSessionKey).store();
            const { tenant, selects: isWanted } = context;
            const { items, hasNextPage } = await kept.list({ filter, ...page, tenant, isWanted });
            return {
              items: items.map((node) => ({
                place: { at: node.creationDate, id: node.id },
                node,
              })),
              hasNextPage,
              totalCount: () => kept.count(filter, tenant),
            };
          },
        }),
      description: 'The questions about places that this service was asked, the newest first.',
    }),
  );
}
