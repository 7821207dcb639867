import { builder } from '../../graphql/builder.ts';
import { connectionOf, invalidCursor, pageArgs, pageSizeOf } from '../../graphql/connection.ts';
import { VerdictEnum } from '../../graphql/vocabulary.ts';
import { SiteQualificationRef, type SiteSchema } from './refs.ts';
import { SiteQualificationStateEnum } from './site-qualification.ts';

const SiteQualificationConnection = builder.connectionObject(
  {
    type: SiteQualificationRef,
    name: 'SiteQualificationConnection',
    description: 'A part of the list of questions about places.',
  },
  {
    name: 'SiteQualificationEdge',
    description: 'A question about a place, and where it stands in the list.',
  },
);

/** Adds the list of site qualifications. */
export function defineSiteQualificationList({ OperatorEnum }: SiteSchema): void {
  const Filter = builder.inputType('SiteQualificationFilter', {
    description: 'Which questions to list; all conditions apply together.',
    fields: (t) => ({
      states: t.field({
        type: [SiteQualificationStateEnum],
        description: 'Only those in one of these states.',
      }),
      verdict: t.field({ type: VerdictEnum, description: 'Only those with this verdict.' }),
      operator: t.field({
        type: OperatorEnum,
        description: 'Only those in which this operator was asked.',
      }),
      buildingRef: t.string({ description: 'Only those about this building.' }),
      externalId: t.string({ description: "Only those with this identifier of the caller's." }),
      createdAfter: t.field({
        type: 'DateTime',
        description: 'Only those asked after this instant.',
      }),
      createdBefore: t.field({
        type: 'DateTime',
        description: 'Only those asked before this instant.',
      }),
    }),
  });

  builder.queryField('siteQualifications', (t) =>
    t.field({
      type: SiteQualificationConnection,
      nullable: false,
      args: {
        filter: t.arg({ type: Filter, description: 'Which to list; without it all.' }),
        first: t.arg.int(pageArgs.first),
        after: t.arg.string(pageArgs.after),
      },
      resolve: async (_root, args, context) => {
        const first = pageSizeOf(args.first, context.largestPage);
        const { siteQualifications: kept } = await context.sites.store();
        const cursor = args.after ?? null;
        const after = cursor === null ? null : kept.positionOf(cursor);
        if (cursor !== null && after === null) throw invalidCursor(cursor);
        const filter = args.filter ?? {};
        const tenant = context.tenant ?? undefined;
        const page = await kept.list({ filter, first, after, tenant });
        return connectionOf(
          page.items.map((node) => ({ cursor: kept.cursorOf(node), node })),
          {
            hasNextPage: page.hasNextPage,
            after: cursor,
            totalCount: await kept.count(filter, tenant),
          },
        );
      },
      description: 'The questions about places that this service was asked, the newest first.',
    }),
  );
}
