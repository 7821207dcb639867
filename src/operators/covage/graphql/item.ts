import type { GraphQLResolveInfo } from 'graphql';
import { builder } from '../../../schema/builder.ts';
import { restsOnLoaders, selectedNodes } from '../../../schema/selection.ts';
import type { Context } from '../../../schema/context.ts';
import { entity } from '../../../schema/entity.ts';
import {
  AddressRef,
  GeoPointRef,
  MoneyRef,
  QualificationStateEnum,
  ServiceabilityConfidenceEnum,
  StateChangeRef,
  VerdictEnum,
} from '../../../schema/shared-types.ts';
import { requesterFor } from '../personal-data.ts';
import type { ItemOffer } from '../domain.ts';
import { covageKey } from '../session.ts';
import { decided, families, made, toldByEither, toldByItself, toldInside } from './other-routes.ts';
import {
  EstimatedDeliveryRef,
  FamilyZoneRef,
  ItemOfferRef,
  ItemRef,
  type ItemSource,
  OfferRef,
  PlaceRef,
  QualificationRef,
  RequesterRef,
} from './refs.ts';
import { boundedText, longest } from '../../../schema/bounded-text.ts';

async function loadItem(id: string, context: Context): Promise<ItemSource | null> {
  const item = await context.session(covageKey).items.load(id);
  return item && { ...item, route: 'item' };
}

/** Loads what the catalogue tells of these offers, and resolves with them. */
function withCatalogue(
  told: readonly ItemOffer[] | null,
  context: Context,
): readonly ItemOffer[] | null | Promise<readonly ItemOffer[]> {
  if (told === null || told.length === 0) return told;
  const ids = told.map(({ offer }) => offer.id);
  return context
    .session(covageKey)
    .offers.know(ids)
    .then(() => told);
}

/** Whether what is selected of offers right below a field of ItemOffer is told by the catalogue's list alone. */
function needsCatalogue(info: GraphQLResolveInfo): boolean {
  return selectedNodes(info, OfferRef.name, ['offer']).some(({ name, arguments: args }) =>
    name.value === 'pricing'
      ? // For a zone it is in the details of each offer.
        (args ?? []).length === 0
      : name.value === 'tariffZone' || name.value === 'lastUpdate',
  );
}

ItemRef.implement({
  extensions: entity<ItemSource>(loadItem),
  description: 'What Covage says of one site: a line of a product offering qualification.',
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description: "Covage's identifier, to be given when ordering.",
    }),
    productOfferingQualification: t.field({
      type: QualificationRef,
      resolve: (item, _args, context) =>
        item.productOfferingQualificationId === null
          ? null
          : context.session(covageKey).qualifications.load(item.productOfferingQualificationId),
      description: 'The qualification that it belongs to. Null where Covage does not say.',
    }),
    creationDate: t.field({
      type: 'DateTime',
      resolve: (item, _args, context) => toldByItself(item, 'creationDate', context),
      description: 'When it was created. Null where Covage does not say.',
    }),
    requester: t.field({
      type: RequesterRef,
      resolve: (item, _args, context) =>
        made(toldInside(item, 'requester', context), (told) => requesterFor(context, told)),
      description:
        'Who asked; masked unless the caller may see personal data. Null where Covage does not say.',
    }),
    state: t.expose('state', {
      type: QualificationStateEnum,
      nullable: false,
      description: 'How far Covage has got with it.',
    }),
    stateChanges: t.field({
      type: [StateChangeRef],
      nullable: { list: true, items: false },
      resolve: (item, _args, context) => toldInside(item, 'stateChanges', context),
      description: 'Its history, the first change first. Null where Covage does not tell.',
    }),
    verdict: t.field({
      type: VerdictEnum,
      nullable: false,
      resolve: (item, _args, context) => decided(item, 'verdict', context),
      description:
        'Whether Covage can deliver there: the best verdict among the offers, and NOT_ELIGIBLE where Covage is ready without an offer. Where Covage does not list offers, the eligible families decide: ELIGIBLE then means that there is such a family, not that there is an offer of it, and `confidence` is YELLOW. On lists of items this costs one call to Covage for each qualification.',
    }),
    confidence: t.field({
      type: ServiceabilityConfidenceEnum,
      resolve: (item, _args, context) => decided(item, 'confidence', context),
      description:
        'The verdict as a colour of MEF 87, but YELLOW at best where the verdict rests on the eligible families alone (see `verdict`). Null where nothing is decided.',
    }),
    requestedOfferFamilies: t.field({
      type: ['String'],
      nullable: { list: true, items: false },
      resolve: (item, _args, context) => families(item, 'requestedOfferFamilies', context),
      description:
        'The offer families that were asked for. Inside a qualification it costs one call to Covage for each item. Null where Covage does not tell.',
    }),
    eligibleOfferFamilies: t.field({
      type: ['String'],
      nullable: { list: true, items: false },
      resolve: (item, _args, context) => families(item, 'eligibleOfferFamilies', context),
      description:
        'The offer families that Covage can deliver there. Inside a qualification this costs one call to Covage for each item. Empty when there are none; null when not known.',
    }),
    eligibleOfferTechnologies: t.field({
      type: ['String'],
      nullable: { list: true, items: false },
      resolve: (item, _args, context) => toldByItself(item, 'eligibleOfferTechnologies', context),
      description:
        'The technologies that Covage can deliver there, `FIBDE` (dedicated fibre). Inside a qualification it costs one call to Covage for each item. Null when not known.',
    }),
    density: t.string({
      resolve: (item, _args, context) => toldByEither(item, 'density', context),
      description:
        "How densely built the area is, in Covage's words, which it does not document. Null when not known.",
    }),
    tariffZone: t.string({
      resolve: (item, _args, context) => toldInside(item, 'tariffZone', context),
      description: "Covage's tariff zone of the site. Null when it has none.",
    }),
    zones: t.field({
      type: [FamilyZoneRef],
      nullable: { list: false, items: false },
      resolve: (item, _args, context) => toldByEither(item, 'zones', context),
      description:
        'The pricing zone of the site for each offer family; a family without one is not listed.',
    }),
    estimatedDeliveries: t.field({
      type: [EstimatedDeliveryRef],
      nullable: { list: false, items: false },
      resolve: (item, _args, context) => toldByEither(item, 'estimatedDeliveries', context),
      description:
        'How long delivery is expected to take for each offer family; a family without an estimate is not listed.',
    }),
    maxBandwidth: t.float({
      resolve: (item, _args, context) => toldByEither(item, 'maxBandwidth', context),
      description: 'The highest bandwidth to be had at the site, in Mbit/s. Null when not known.',
    }),
    place: t.field({
      type: PlaceRef,
      resolve: (item, _args, context) => toldByEither(item, 'place', context),
      description: 'Where it is. Null when not known.',
    }),
    address: t.field({
      type: AddressRef,
      resolve: (item, _args, context) => toldByEither(item, 'address', context),
      description: 'Its postal address. Null when not known.',
    }),
    guaranteedUntilDate: t.field({
      type: 'DateTime',
      resolve: (item, _args, context) => toldByEither(item, 'guaranteedUntilDate', context),
      description: 'Until when Covage stands by this answer. Null where it does not say.',
    }),
    price: t.field({
      type: MoneyRef,
      resolve: (item, _args, context) => toldInside(item, 'price', context),
      description:
        'The price of the item as Covage gives it, per month. Null where it gives none: see the offers.',
    }),
    networkAccessFee: t.field({
      type: MoneyRef,
      resolve: (item, _args, context) => toldInside(item, 'networkAccessFee', context),
      description:
        "The one-off fee for access to the network, FAR (frais d'accès au réseau). Null where Covage gives none that can be read.",
    }),
    serviceAccessFee: t.field({
      type: MoneyRef,
      resolve: (item, _args, context) => toldInside(item, 'serviceAccessFee', context),
      description:
        "The one-off fee for access to the service, FAS (frais d'accès au service). Null where Covage gives none that can be read.",
    }),
    pricingResolved: t.boolean({
      resolve: (item, _args, context) => toldInside(item, 'pricingResolved', context),
      description:
        'Whether the qualification was asked for with prices. Null where Covage does not say.',
    }),
    offers: t.field({
      type: [ItemOfferRef],
      nullable: { list: true, items: false },
      resolve(item, _args, context, info) {
        const offers = toldInside(item, 'offers', context);
        // In an answer in parts the offers do not wait for the catalogue.
        return !context.isInParts && needsCatalogue(info)
          ? made(offers, (told) => withCatalogue(told, context))
          : offers;
      },
      description:
        'The offers for the site. On lists of items they cost one call to Covage for each qualification. Empty when there are none; null while not known.',
    }),
  }),
});

FamilyZoneRef.implement({
  description: 'The pricing zone of a site for one offer family.',
  fields: (t) => ({
    offerFamily: t.exposeString('offerFamily', {
      nullable: false,
      description: 'The family, `BPE`.',
    }),
    zone: t.exposeInt('zone', { description: 'The number of the zone. Null where it has none.' }),
    label: t.exposeString('label', {
      nullable: false,
      description: "The zone's name, `THD ZONE 2` (THD: très haut débit, very high bandwidth).",
    }),
  }),
});

EstimatedDeliveryRef.implement({
  description: 'How long delivery is expected to take for one offer family.',
  fields: (t) => ({
    offerFamily: t.exposeString('offerFamily', {
      nullable: false,
      description: 'The family, `BPE`.',
    }),
    text: t.exposeString('text', {
      nullable: false,
      description: "Covage's own words, `T0 + 33 SEMAINES`: 33 weeks from the day of the order.",
    }),
    days: t.exposeInt('days', {
      description: 'The time in days. Null where the text cannot be read.',
    }),
  }),
});

PlaceRef.implement({
  description: 'Where a site is, by the keys that operators know it by.',
  fields: (t) => ({
    eligibilityId: t.exposeString('eligibilityId', {
      description: "Covage's key of the site, from its address search. Null when not known.",
    }),
    buildingRef: t.exposeString('buildingRef', {
      description:
        "The building's reference, `IMB/76451/C/0019` (IMB: immeuble, building), by which other operators know it too. Null where the site has none.",
    }),
    location: t.field({
      type: GeoPointRef,
      resolve: (place) => place.location,
      description: 'Its coordinates. Null when not known.',
    }),
  }),
});

builder.queryField('productOfferingQualificationItem', (t) =>
  t.field({
    extensions: restsOnLoaders,
    type: ItemRef,
    args: {
      id: t.arg.id(
        boundedText(longest.id, {
          required: true,
          description: "Covage's identifier of the item.",
        }),
      ),
    },
    resolve: (_root, { id }, context) => loadItem(id, context),
    description: 'One item of a Covage qualification. Null where Covage does not know the id.',
  }),
);
