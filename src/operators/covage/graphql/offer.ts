import { boundedText, longest } from '../../../schema/bounded-text.ts';
import { builder } from '../../../schema/builder.ts';
import { entity } from '../../../schema/entity.ts';
import { restsOnLoaders } from '../../../schema/selection.ts';
import { InvalidInputError } from '../../../vocabulary/errors.ts';
import { covageKey } from '../session.ts';
import {
  made,
  loadPrices,
  inDetail,
  told,
  toldCommitment,
  toldText,
  withoutZone,
} from './other-routes.ts';
import {
  CommitmentRef,
  OfferFamilyRef,
  OfferPricingRef,
  OfferRef,
  type OfferSource,
  ItemOfferRef,
  OptionRef,
} from './refs.ts';
import { MoneyRef, PriceStatusEnum, VerdictEnum } from '../../../schema/shared-types.ts';

OfferFamilyRef.implement({
  description: 'A family of offers that Covage sells, such as BPE. The set is open.',
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: false,
      description:
        'The name to ask with: `BPE`, `BPEA` (dedicated business fibre), `DIA` (dedicated internet access).',
    }),
    type: t.exposeString('type', {
      nullable: false,
      description: "Covage's word for what it is: `OFFER_FAMILY`.",
    }),
    description: t.exposeString('description', {
      description: "Covage's description. Null where it gives none.",
    }),
  }),
});

CommitmentRef.implement({
  description: 'How long a subscriber is bound to an offer.',
  fields: (t) => ({
    text: t.exposeString('text', {
      nullable: false,
      description: "Covage's own words, `24MOIS` (24 months).",
    }),
    months: t.exposeInt('months', {
      description: 'The length in months. Null where the text cannot be read.',
    }),
  }),
});

function noZone(zone: number): InvalidInputError {
  const message = `zone is ${zone}: zones are counted from 1; take one from the zones of an item, or leave it out for the catalogue's own prices.`;
  return new InvalidInputError([{ path: ['zone'], code: 'ZONE_OUT_OF_RANGE', message }]);
}

OfferRef.implement({
  extensions: entity<OfferSource>((id, context) => context.session(covageKey).offers.load(id)),
  description:
    "An offer of Covage's catalogue, the same for every site. `ItemOffer` has what depends on the site.",
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description: "Covage's identifier, `2173` or `BPE_100M_24MOIS`.",
    }),
    name: t.string({
      resolve: (offer, _args, context) => toldText(offer, ({ name }) => name, context),
      nullable: false,
      description: "Covage's name of it.",
    }),
    description: t.string({
      resolve: (offer, _args, context) => told(offer, ({ description }) => description, context),
      description: "Covage's description. Null where it gives none.",
    }),
    href: t.string({
      resolve: async (offer, _args, context) =>
        (await inDetail(offer.id, null, context))?.href ?? null,
      description:
        "Covage's link to the offer, loaded with the offer's details. Null where Covage gives none, which is usual.",
    }),
    offerFamily: t.string({
      resolve: (offer, _args, context) =>
        toldText(offer, ({ offerFamily }) => offerFamily, context),
      nullable: false,
      description: 'Its family, `BPE`. The set is open.',
    }),
    offerTechnology: t.string({
      resolve: (offer, _args, context) =>
        toldText(offer, ({ offerTechnology }) => offerTechnology, context),
      nullable: false,
      description: 'The technology, `FIBDE` (dedicated fibre). The set is open.',
    }),
    bandwidth: t.string({
      resolve: (offer, _args, context) => toldText(offer, ({ bandwidth }) => bandwidth, context),
      nullable: false,
      description: "Covage's text for the bandwidth, `20M`.",
    }),
    guaranteedBandwidth: t.float({
      resolve: (offer, _args, context) =>
        told(offer, ({ guaranteedBandwidth }) => guaranteedBandwidth, context),
      description: 'The bandwidth that is guaranteed, in Mbit/s. Null when not known.',
    }),
    maxBandwidth: t.float({
      resolve: (offer, _args, context) => told(offer, ({ maxBandwidth }) => maxBandwidth, context),
      description: 'The highest bandwidth, in Mbit/s. Null when not known.',
    }),
    commitment: t.field({
      type: CommitmentRef,
      nullable: false,
      resolve: (offer, _args, context) => toldCommitment(offer, context),
      description: 'How long a subscriber is bound to it.',
    }),
    tariffZone: t.string({
      resolve: (offer, _args, context) => told(offer, ({ tariffZone }) => tariffZone, context),
      description:
        'The pricing zone of the offer in the catalogue, `DENSE`. Null where it has none.',
    }),
    lastUpdate: t.field({
      type: 'DateTime',
      resolve: (offer, _args, context) => told(offer, ({ lastUpdate }) => lastUpdate, context),
      description: 'When Covage last changed it. Null when not known.',
    }),
    pricing: t.field({
      type: OfferPricingRef,
      args: {
        zone: t.arg.int({
          description:
            "The pricing zone, from an item's `zones`: 1 is `THD ZONE 1`, and the lowest. Without it: the catalogue's own prices.",
        }),
      },
      resolve: (offer, args, context) => {
        const zone = args.zone ?? null;
        if (zone === null) return made(loadPrices(offer, context), withoutZone);
        if (zone < 1) throw noZone(zone);
        return inDetail(offer.id, zone, context).then((prices) => prices && { prices, zone });
      },
      description:
        'What the offer costs. The service asks Covage only when this field is selected. Null where Covage no longer knows the offer.',
    }),
  }),
});

builder.queryFields((t) => ({
  offerFamilies: t.field({
    extensions: restsOnLoaders,
    type: [OfferFamilyRef],
    nullable: { list: true, items: false },
    resolve: (_root, _args, context) => context.session(covageKey).offerFamilies(),
    description:
      'The families of offers that Covage sells to this account. Null, with an error, where Covage could not be asked.',
  }),
  offer: t.field({
    extensions: restsOnLoaders,
    type: OfferRef,
    args: {
      id: t.arg.id(
        boundedText(longest.id, {
          required: true,
          description: "Covage's identifier of the offer.",
        }),
      ),
    },
    resolve: (_root, { id }, context) => context.session(covageKey).offers.load(id),
    description: "An offer of Covage's catalogue. Null where Covage does not know the id.",
  }),
  siteConnectionTypes: t.field({
    extensions: restsOnLoaders,
    type: ['String'],
    nullable: { list: true, items: false },
    resolve: (_root, _args, context) => context.session(covageKey).siteConnectionTypes(),
    description:
      'The kinds of site that Covage distinguishes when it connects one, in its own words (`Centre commercial`, `Datacenter`). Null, with an error, where Covage could not be asked.',
  }),
}));

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
      description: "Covage's tariff zone for the offer at the site. Null where Covage has none.",
    }),
    onQuotation: t.exposeBoolean('onQuotation', {
      description: 'Whether Covage gives a price only in a quotation. Null where it does not say.',
    }),
    verdict: t.expose('verdict', {
      type: VerdictEnum,
      nullable: false,
      description: 'Whether the offer can be delivered to the site.',
    }),
    price: t.field({
      type: MoneyRef,
      resolve: (itemOffer) => itemOffer.price,
      description: 'The price per month. Null where there is none; `priceStatus` says why.',
    }),
    priceStatus: t.expose('priceStatus', {
      type: PriceStatusEnum,
      nullable: false,
      description: 'Whether there is a price, and if not, why.',
    }),
    networkAccessFee: t.field({
      type: MoneyRef,
      resolve: (itemOffer) => itemOffer.networkAccessFee,
      description:
        "The one-off fee for access to the network, FAR (frais d'accès au réseau). Null when not known.",
    }),
    serviceAccessFee: t.field({
      type: MoneyRef,
      resolve: (itemOffer) => itemOffer.serviceAccessFee,
      description:
        "The one-off fee for access to the service, FAS (frais d'accès au service). Null when not known.",
    }),
    options: t.field({
      type: [OptionRef],
      nullable: { list: true, items: false },
      resolve: async ({ offer, zone }, _args, context) => {
        const detail = await context.session(covageKey).offerDetails.load({ id: offer.id, zone });
        return detail?.options ? [...detail.options] : null;
      },
      description:
        'The options of the offer with their prices in this zone. Selecting them costs one call to Covage for each offer and zone. Empty when there are none; null when not known.',
    }),
  }),
});
