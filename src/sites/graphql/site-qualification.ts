import type { GraphQLResolveInfo } from 'graphql';
import { builder } from '../../schema/builder.ts';
import type { Context } from '../../schema/context.ts';
import { isDeferred, isStreamed } from '../../schema/delivery.ts';
import { restsOnLoaders } from '../../schema/selection.ts';
import { entity } from '../../schema/entity.ts';
import { enumValues, VerdictEnum } from '../../schema/shared-types.ts';
import {
  assertRead,
  type PartialOutcome,
  type PartialSiteQualification,
  type SiteQualificationState,
} from '../../store/site-qualification.ts';
import type { ComparableOffer } from '../../vocabulary/site.ts';
import { sortOffers, type QualifiedOfferOrder } from '../outcomes.ts';
import { AddressResolutionRef } from '../../addresses/graphql/resolution.ts';
import { SiteRef } from '../../schema/site.ts';
import { OutcomeRef, QualifiedOfferRef, SiteQualificationRef } from './refs.ts';
import { siteSessionKey } from '../session.ts';
import { boundedText, longest } from '../../schema/bounded-text.ts';

export const SiteQualificationStateEnum = builder.enumType('SiteQualificationState', {
  description: 'How far asking the operators has got.',
  values: enumValues<SiteQualificationState>({
    IN_PROGRESS: 'At least one operator has not answered yet.',
    DONE: 'Every operator that was asked has answered; those that were skipped do not count.',
    DONE_PARTIAL: 'Some have answered, and asking the others failed.',
    FAILED: 'No operator answered: asking failed, or there was none to ask.',
  }),
});

const OrderEnum = builder.enumType('QualifiedOfferOrder', {
  description: 'How to sort offers. Offers without the value come last.',
  values: enumValues<QualifiedOfferOrder>({
    PRICE: 'The cheapest a month first.',
    BANDWIDTH: 'The fastest first, by the highest bandwidth.',
    LEAD_TIME: 'The soonest first.',
  }),
});

SiteQualificationRef.implement({
  extensions: entity<PartialSiteQualification>((id, context) =>
    context.session(siteSessionKey).siteQualifications.load(id),
  ),
  description: 'One question about one place, put to every operator, and their answers.',
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false, description: "This service's identifier." }),
    externalId: t.exposeString('externalId', {
      description: "The caller's own identifier. Null where none was given.",
    }),
    creationDate: t.expose('creationDate', {
      type: 'DateTime',
      nullable: false,
      description: 'When it was asked.',
    }),
    site: t.field({
      type: SiteRef,
      nullable: false,
      resolve: (asked, _args, context, info) => inItsPart(asked, context, info, ({ site }) => site),
      description: 'The place, with what was learned of it since.',
    }),
    state: t.field({
      type: SiteQualificationStateEnum,
      nullable: false,
      resolve: (asked, _args, context, info) =>
        inItsPart(asked, context, info, ({ state }) => state),
      description:
        'How far asking has got. Everything below one `@defer` describes the same moment: when the last operator has answered, failed or been skipped.',
    }),
    verdict: t.field({
      type: VerdictEnum,
      nullable: false,
      resolve: (asked, _args, context, info) =>
        inItsPart(asked, context, info, ({ verdict }) => verdict),
      description:
        'The best verdict of the operators that were to be asked, in the order of `Verdict`. An operator counts as PENDING until it has answered, and as UNDETERMINED where it failed or could not be asked. So ELIGIBLE or NOT_YET may stand while others are pending, and the verdict may become better while the state is IN_PROGRESS. NOT_ELIGIBLE means that all of them said so.',
    }),
    resolution: t.expose('resolution', {
      type: AddressResolutionRef,
      description:
        'How the service found the site by its address. Null where the caller gave a key of the site.',
    }),
    outcomes: t.field({
      type: [OutcomeRef],
      nullable: { list: false, items: false },
      resolve: (asked, _args, context, info) => {
        const withQuestion = (outcome: PartialOutcome) => ({
          siteQualificationId: asked.id,
          outcome,
        });
        if (context.isInParts && isStreamed(info)) {
          // The executor takes members as they come; the type of the field does not know that.
          return mapMembers(
            context.session(siteSessionKey).streamOutcomes(asked),
            withQuestion,
          ) as never;
        }
        return inItsPart(asked, context, info, ({ outcomes }) =>
          assertRead(outcomes).map(withQuestion),
        );
      },
      description:
        'One outcome for each operator, also where it could not be asked. With `@stream` each comes when its operator has answered, failed or been skipped; a skipped operator may still be asked, so its outcome comes after the others. Below `@defer` all come with the last one. When the time of the execution is over, the rest comes as it is.',
    }),
    offers: t.field({
      type: [QualifiedOfferRef],
      nullable: { list: false, items: false },
      args: {
        orderBy: t.arg({
          type: OrderEnum,
          defaultValue: 'PRICE',
          description: 'How to sort them.',
        }),
        verdicts: t.arg({
          type: [VerdictEnum],
          description: 'The verdicts of the offers to return. Without it: all.',
        }),
      },
      resolve: (asked, { orderBy, verdicts }, context, info) =>
        inItsPart(asked, context, info, ({ outcomes }) => {
          const offers = assertRead(outcomes).flatMap(({ operator, offers: made }) =>
            ((assertRead(made) ?? []) as ComparableOffer[]).map((offer) => ({
              ...offer,
              operator,
              offer,
            })),
          );
          const wanted = verdicts
            ? offers.filter(({ verdict }) => verdicts.includes(verdict))
            : offers;
          return sortOffers(wanted, orderBy ?? 'PRICE');
        }),
      description:
        'The offers of all operators for the place, in a form in which they can be compared. Offers that cannot be delivered are listed, too: see the `verdict` of each, or choose by `verdicts`. Below `@defer` they come when the last operator has answered, failed or been skipped.',
    }),
  }),
});

builder.queryField('siteQualification', (t) =>
  t.field({
    extensions: restsOnLoaders,
    type: SiteQualificationRef,
    args: {
      id: t.arg.id(
        boundedText(longest.id, {
          required: true,
          description: 'The identifier that `qualifySite` gave.',
        }),
      ),
    },
    resolve: (_root, { id }, context) =>
      context.session(siteSessionKey).siteQualifications.load(id),
    description: 'A question about a place, with the answers so far. Null for an unknown id.',
  }),
);

/** Reads a field of a site qualification: as it was found or, in a deferred part, as it is when its operators have settled. */
function inItsPart<T>(
  asked: PartialSiteQualification,
  context: Context,
  info: GraphQLResolveInfo,
  read: (qualification: PartialSiteQualification) => T,
): T | Promise<T> {
  if (!context.isInParts || !isDeferred(info)) return read(asked);
  return context.session(siteSessionKey).settled(asked).then(read);
}

async function* mapMembers<From, To>(
  members: AsyncIterable<From>,
  translate: (member: From) => To,
): AsyncGenerator<To> {
  for await (const member of members) yield translate(member);
}
