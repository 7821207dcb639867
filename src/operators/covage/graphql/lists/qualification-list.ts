import { builder } from '../../../../schema/builder.ts';
import { boundedText, longest } from '../../../../schema/bounded-text.ts';
import type { Connection } from '../../../../schema/connection.ts';
import { defineConnection, defineListArgs, readList } from '../../../../schema/list.ts';
import { QualificationStateEnum } from '../../../../schema/shared-types.ts';
import { qualificationCondition } from '../../lists/filters.ts';
import { listOwnQualifications } from '../../lists/owned-listing.ts';
import { covageKey } from '../../session.ts';
import { QualificationRef, type QualificationSource } from '../refs.ts';
import {
  createdAfter,
  createdBefore,
  listFiltered,
  emptyConnection,
  statesDescription,
  withNodes,
} from './list-conditions.ts';

const QualificationConnection = defineConnection(QualificationRef, {
  list: 'A part of the list of qualifications.',
  member: 'A qualification and where it stands in the list.',
});

const QualificationFilter = builder.inputType('ProductOfferingQualificationFilter', {
  description:
    'Which qualifications to list: those that meet all conditions. An empty text is refused; an empty list matches nothing.',
  fields: (t) => ({
    states: t.field({ type: [QualificationStateEnum], description: statesDescription }),
    externalId: t.string(
      boundedText(longest.ownIdentifier, {
        description: "The caller's own identifier, as given at creation.",
      }),
    ),
    projectId: t.string(
      boundedText(longest.ownIdentifier, {
        description: "The caller's project, as given at creation.",
      }),
    ),
    createdAfter: t.field(createdAfter),
    createdBefore: t.field(createdBefore),
  }),
});

builder.queryField('productOfferingQualifications', (t) =>
  t.field({
    type: QualificationConnection,
    args: defineListArgs(QualificationFilter),
    resolve: async (_root, args, context): Promise<Connection<QualificationSource>> => {
      const session = context.session(covageKey);
      const { after } = args;
      const { first, filter } = readList(args, context);
      if (filter.states?.length === 0) return emptyConnection({ filter }, after);
      const chosen = { args: { filter }, first, after };
      if (session.owned !== null) {
        // The store knows the rest.
        const keep = qualificationCondition({ states: filter.states });
        return listOwnQualifications(session, { owned: session.owned, filter, keep, ...chosen });
      }
      const listed = await listFiltered(session, filter, {
        list: 'qualifications',
        fetchPage: (query) => session.client.fetchQualificationPage(query, session),
        filter: { external_id: filter.externalId, project_id: filter.projectId },
        keep: qualificationCondition(filter),
        ...chosen,
      });
      return withNodes(listed, (qualification) => ({ ...qualification, isListed: true }));
    },
    description:
      "The qualifications that this service's account asked Covage for, in Covage's order, usually the newest first. Where callers have tenants, only those that the caller's tenant asked for. Null, with an error, where Covage could not be asked.",
  }),
);
