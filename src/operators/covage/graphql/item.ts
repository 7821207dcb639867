import { builder } from '../../../schema/builder.ts';
import { restsOnLoaders } from '../../../schema/rests-on-loaders.ts';
import type { Context } from '../../../schema/context.ts';
import { entity } from '../../../schema/entity.ts';
import {
  AddressRef,
  GeoPointRef,
  MoneyRef,
  PriceStatusEnum,
  QualificationStateEnum,
  ServiceabilityConfidenceEnum,
  StateChangeRef,
  VerdictEnum,
} from '../../../schema/shared-types.ts';
import type { ItemOffer, ProductOfferingQualificationItem } from '../domain.ts';
import { requesterFor } from '../personal-data.ts';
import { covageKey } from '../session.ts';
import { withOffers } from '../translate.ts';
import {
  EstimatedDeliveryRef,
  FamilyZoneRef,
  ItemOfferRef,
  ItemRef,
  type ItemSource,
  OfferRef,
  OptionRef,
  PlaceRef,
  QualificationRef,
  RequesterRef,
} from './refs.ts';
import { boundedText, longest } from '../../../schema/bounded-text.ts';

/** The offers of an item. Covage's item routes do not list them: then they are those of its qualification. */
async function offersOf(
  item: ProductOfferingQualificationItem,
  context: Context,
): Promise<readonly ItemOffer[] | null> {
  if (item.offers !== null || item.productOfferingQualificationId === null) return item.offers;
  const parent = await context
    .session(covageKey)
    .qualifications.load(item.productOfferingQualificationId);
  return parent?.items?.find(({ id }) => id === item.id)?.offers ?? null;
}

/** An item from a route that lists no offers, whose verdict is to be the one that those of its qualification make. */
export function judgedByOffers(item: ProductOfferingQualificationItem): ItemSource {
  return item.offers === null ? { ...item, isJudgedByOffers: true } : item;
}

async function loadItem(id: string, context: Context): Promise<ItemSource | null> {
  const item = await context.session(covageKey).items.load(id);
  return item && judgedByOffers(item);
}

/** What of an item its offers may decide, as it is to be shown: at once where they need not be loaded for it. */
function judged<Field extends 'verdict' | 'confidence'>(
  item: ItemSource,
  field: Field,
  context: Context,
): ItemSource[Field] | Promise<ItemSource[Field]> {
  if (!item.isJudgedByOffers) return item[field];
  return offersOf(item, context).then((offers) => withOffers(item, offers)[field]);
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
    creationDate: t.expose('creationDate', {
      type: 'DateTime',
      description:
        'When it was created. Null inside a qualification, where Covage does not say: see the date of that.',
    }),
    requester: t.field({
      type: RequesterRef,
      resolve: ({ requester }, _args, context) => requesterFor(context, requester),
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
      resolve: (item) => item.stateChanges && [...item.stateChanges],
      description:
        'Its history, the first change first. Null where the route of Covage that it came from does not tell.',
    }),
    verdict: t.field({
      type: VerdictEnum,
      nullable: false,
      resolve: (item, _args, context) => judged(item, 'verdict', context),
      description:
        'Whether Covage can deliver there: the best verdict among the offers, and NOT_ELIGIBLE where it is ready without any. On lists of items, where Covage tells no offers, it rests on them only when `offers` is selected, too. Without that it rests on the eligible families alone: ELIGIBLE says that there is one, not that there is an offer of it, and `confidence` is YELLOW.',
    }),
    confidence: t.field({
      type: ServiceabilityConfidenceEnum,
      resolve: (item, _args, context) => judged(item, 'confidence', context),
      description:
        'How sure that is, by the colours of MEF 87: that of the verdict, but YELLOW at best where it rests on the eligible families alone (see `verdict`). Null while or where nothing is decided.',
    }),
    requestedOfferFamilies: t.field({
      type: ['String'],
      nullable: { list: true, items: false },
      resolve: (item) => item.requestedOfferFamilies && [...item.requestedOfferFamilies],
      description:
        'The offer families that were asked for. Null where the route of Covage that it came from does not tell.',
    }),
    eligibleOfferFamilies: t.field({
      type: ['String'],
      nullable: { list: true, items: false },
      resolve: (item) => item.eligibleOfferFamilies && [...item.eligibleOfferFamilies],
      description:
        'The offer families that Covage can deliver there. Null when not known; an empty list is none.',
    }),
    eligibleOfferTechnologies: t.field({
      type: ['String'],
      nullable: { list: true, items: false },
      resolve: (item) => item.eligibleOfferTechnologies && [...item.eligibleOfferTechnologies],
      description:
        'The technologies that Covage can deliver there, `FIBDE` (dedicated fibre). Null when not known.',
    }),
    density: t.exposeString('density', {
      description:
        "How densely built the area is, in Covage's words, which it does not document. Null when not known.",
    }),
    tariffZone: t.exposeString('tariffZone', {
      description: "Covage's tariff zone of the site. Null when it has none.",
    }),
    zones: t.field({
      type: [FamilyZoneRef],
      nullable: { list: false, items: false },
      resolve: (item) => [...item.zones],
      description:
        'The pricing zone of the site for each offer family; a family without one is not listed.',
    }),
    estimatedDeliveries: t.field({
      type: [EstimatedDeliveryRef],
      nullable: { list: false, items: false },
      resolve: (item) => [...item.estimatedDeliveries],
      description:
        'How long delivery is expected to take for each offer family; a family without an estimate is not listed.',
    }),
    maxBandwidth: t.exposeFloat('maxBandwidth', {
      description: 'The highest bandwidth to be had at the site, in Mbit/s. Null when not known.',
    }),
    place: t.field({
      type: PlaceRef,
      resolve: (item) => item.place,
      description: 'Where it is. Null when not known.',
    }),
    address: t.field({
      type: AddressRef,
      resolve: (item) => item.address,
      description: 'Its postal address. Null when not known.',
    }),
    guaranteedUntilDate: t.expose('guaranteedUntilDate', {
      type: 'DateTime',
      description: 'Until when Covage stands by this answer. Null where it does not say.',
    }),
    price: t.field({
      type: MoneyRef,
      resolve: (item) => item.price,
      description:
        'The price of the item as Covage gives it, per month. Null where it gives none: see the offers.',
    }),
    networkAccessFee: t.field({
      type: MoneyRef,
      resolve: (item) => item.networkAccessFee,
      description:
        "One-off, FAR (frais d'accès au réseau). Null where Covage gives none that can be read.",
    }),
    serviceAccessFee: t.field({
      type: MoneyRef,
      resolve: (item) => item.serviceAccessFee,
      description:
        "One-off, FAS (frais d'accès au service). Null where Covage gives none that can be read.",
    }),
    pricingResolved: t.exposeBoolean('pricingResolved', {
      description:
        'Whether the qualification was asked for with prices. Null where Covage does not say.',
    }),
    offers: t.field({
      type: [ItemOfferRef],
      nullable: { list: true, items: false },
      resolve: async (item, _args, context) => {
        const offers = await offersOf(item, context);
        return offers && [...offers];
      },
      description:
        'The offers for the site. Null while not known; an empty list is none. On lists of items they cost one call to Covage for each qualification.',
    }),
  }),
});

ItemOfferRef.implement({
  description: 'An offer as qualified for one item: its zone, its price and its options there.',
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description: 'Made of the item and the offer: `<item>:<offer>`.',
    }),
    offer: t.field({
      type: OfferRef,
      nullable: false,
      resolve: (itemOffer) => itemOffer.offer,
      description: 'The offer of the catalogue.',
    }),
    zone: t.exposeInt('zone', {
      description:
        "The pricing zone of the site for the offer's family; 1 is `THD ZONE 1`. Null when not known.",
    }),
    tariffZone: t.exposeString('tariffZone', {
      description: "Covage's tariff zone for it there. Null where it has none.",
    }),
    onQuotation: t.exposeBoolean('onQuotation', {
      description: 'Whether Covage gives a price only in a quotation. Null where it does not say.',
    }),
    verdict: t.expose('verdict', {
      type: VerdictEnum,
      nullable: false,
      description: 'Whether it can be delivered there.',
    }),
    price: t.field({
      type: MoneyRef,
      resolve: (itemOffer) => itemOffer.price,
      description: 'Per month. Null where there is none; `priceStatus` says why.',
    }),
    priceStatus: t.expose('priceStatus', {
      type: PriceStatusEnum,
      nullable: false,
      description: 'Why the price is there or not.',
    }),
    networkAccessFee: t.field({
      type: MoneyRef,
      resolve: (itemOffer) => itemOffer.networkAccessFee,
      description: "One-off, FAR (frais d'accès au réseau). Null when not known.",
    }),
    serviceAccessFee: t.field({
      type: MoneyRef,
      resolve: (itemOffer) => itemOffer.serviceAccessFee,
      description: "One-off, FAS (frais d'accès au service). Null when not known.",
    }),
    options: t.field({
      type: [OptionRef],
      nullable: { list: true, items: false },
      resolve: async ({ offer, zone }, _args, context) => {
        const detail = await context.session(covageKey).offerDetails.load({ id: offer.id, zone });
        return detail?.options ? [...detail.options] : null;
      },
      description:
        'The options of the offer with their prices in this zone, asked of Covage only when selected: one call an offer and zone. Null when not known; an empty list is none.',
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
      description: 'The same in days. Null where the text cannot be read.',
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
