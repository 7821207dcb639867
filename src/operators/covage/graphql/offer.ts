import { builder } from '../../../schema/builder.ts';
import { restsOnLoaders } from '../../../schema/rests-on-loaders.ts';
import { entity } from '../../../schema/entity.ts';
import { InvalidInputError } from '../../../vocabulary/errors.ts';
import { selectedFields } from '../../../schema/selection.ts';
import { MoneyRef, PriceStatusEnum } from '../../../schema/shared-types.ts';
import type { Context } from '../../../schema/context.ts';
import type { CatalogueOffer } from '../domain.ts';
import { covageKey } from '../session.ts';
import {
  CommitmentRef,
  OfferFamilyRef,
  OfferPricingRef,
  OfferRef,
  OptionRef,
  OptionValueRef,
  type OfferSource,
} from './refs.ts';
import { boundedText, longest } from '../../../schema/bounded-text.ts';

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
      description: 'The same in months. Null where the text cannot be read.',
    }),
  }),
});

/** The catalogue's record of an offer: the one at hand, or loaded when an item listed the offer. */
function inCatalogue(
  offer: OfferSource,
  context: Context,
): Promise<CatalogueOffer | null> | CatalogueOffer {
  return 'lastUpdate' in offer ? offer : context.session(covageKey).offers.load(offer.id);
}

function inDetail(
  id: string,
  zone: number | null,
  context: Context,
): Promise<CatalogueOffer | null> {
  return context.session(covageKey).offerDetails.load({ id, zone });
}

function noZone(zone: number): InvalidInputError {
  const message = `zone is ${zone}: zones are counted from 1; take one from the zones of an item, or leave it out for the catalogue's own prices.`;
  return new InvalidInputError([{ path: ['zone'], code: 'ZONE_OUT_OF_RANGE', message }]);
}

OfferRef.implement({
  extensions: entity<OfferSource>((id, context) => context.session(covageKey).offers.load(id)),
  description:
    "An offer of Covage's catalogue: the same wherever it is asked. What depends on a site is on `ItemOffer`.",
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description: "Covage's identifier, `2173` or `BPE_100M_24MOIS`.",
    }),
    name: t.exposeString('name', { nullable: false, description: "Covage's name of it." }),
    description: t.exposeString('description', {
      description: "Covage's description. Null where it gives none.",
    }),
    href: t.string({
      resolve: async (offer, _args, context) =>
        (await inDetail(offer.id, null, context))?.href ?? null,
      description:
        "Covage's link to it, asked with the offer's details. Null where it gives none, which is usual.",
    }),
    offerFamily: t.exposeString('offerFamily', {
      nullable: false,
      description: 'Its family, `BPE`. The set is open.',
    }),
    offerTechnology: t.exposeString('offerTechnology', {
      nullable: false,
      description: 'The technology, `FIBDE` (dedicated fibre). The set is open.',
    }),
    bandwidth: t.exposeString('bandwidth', {
      nullable: false,
      description: "Covage's text for the bandwidth, `20M`.",
    }),
    guaranteedBandwidth: t.exposeFloat('guaranteedBandwidth', {
      description: 'The bandwidth that is guaranteed, in Mbit/s. Null when not known.',
    }),
    maxBandwidth: t.exposeFloat('maxBandwidth', {
      description: 'The highest bandwidth, in Mbit/s. Null when not known.',
    }),
    commitment: t.field({
      type: CommitmentRef,
      nullable: false,
      resolve: (offer) => offer.commitment,
      description: 'How long a subscriber is bound to it.',
    }),
    tariffZone: t.string({
      resolve: async (offer, _args, context) =>
        (await inCatalogue(offer, context))?.tariffZone ?? null,
      description:
        'The pricing zone of the offer in the catalogue, `DENSE`. Null where it has none.',
    }),
    lastUpdate: t.field({
      type: 'DateTime',
      resolve: async (offer, _args, context) =>
        (await inCatalogue(offer, context))?.lastUpdate ?? null,
      description: 'When Covage last changed it. Null when not known.',
    }),
    pricing: t.field({
      type: OfferPricingRef,
      args: {
        zone: t.arg.int({
          description:
            "The zone to price it for, from an item's `zones`: 1 is `THD ZONE 1`, and the lowest. Without it: the catalogue's own prices.",
        }),
      },
      resolve: (offer, args, context, info) => {
        const zone = args.zone ?? null;
        if (zone !== null && zone < 1) throw noZone(zone);
        // Lists of the catalogue have its prices, not the options: those, and prices for a zone, cost one call an offer.
        const needsDetail = zone !== null || selectedFields(info, 'OfferPricing').has('options');
        return needsDetail ? inDetail(offer.id, zone, context) : inCatalogue(offer, context);
      },
      description:
        'What it costs, asked of Covage only when selected. Null where Covage no longer knows the offer.',
    }),
  }),
});

OfferPricingRef.implement({
  description:
    'What an offer costs in a zone, or by the catalogue. Amounts are in euros, excluding VAT.',
  fields: (t) => ({
    price: t.field({
      type: MoneyRef,
      resolve: (offer) => offer.price,
      description:
        'Per month when `recurring`, else once. Null where Covage publishes none that can be read.',
    }),
    priceStatus: t.expose('priceStatus', {
      type: PriceStatusEnum,
      nullable: false,
      description: 'Why the price is there or not.',
    }),
    recurring: t.boolean({
      // What the catalogue lists without saying so is documented as a monthly price.
      resolve: (offer) => offer.recurring ?? (offer.price === null ? null : true),
      description: 'Whether the price is due every month. Null without a price.',
    }),
    networkAccessFee: t.field({
      type: MoneyRef,
      resolve: (offer) => offer.networkAccessFee,
      description:
        "The one-off fee for access to the network, FAR (frais d'accès au réseau). Null where Covage publishes none that can be read.",
    }),
    serviceAccessFee: t.field({
      type: MoneyRef,
      resolve: (offer) => offer.serviceAccessFee,
      description:
        "The one-off fee for access to the service, FAS (frais d'accès au service). Null where Covage publishes none that can be read.",
    }),
    options: t.field({
      type: [OptionRef],
      nullable: { list: true, items: false },
      resolve: (offer) => offer.options && [...offer.options],
      description:
        'The options and their prices there. Null when not known; an empty list is none.',
    }),
  }),
});

OptionRef.implement({
  description: 'Something that can be ordered with an offer, such as a secured collection link.',
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: false,
      description: "Covage's name of it, `SECURISATIONCOLLECTE`.",
    }),
    type: t.exposeString('type', {
      nullable: false,
      description: "Covage's word for its kind, `Option`.",
    }),
    values: t.field({
      type: [OptionValueRef],
      nullable: { list: false, items: false },
      resolve: (option) => [...option.values],
      description: 'The choices; one is ordered by its `optionId`.',
    }),
  }),
});

OptionValueRef.implement({
  description: 'One choice of an option. Its price depends on the offer and its zone.',
  fields: (t) => ({
    optionId: t.exposeID('optionId', {
      nullable: false,
      description: "Covage's identifier, to be given when ordering.",
    }),
    label: t.exposeString('label', { nullable: false, description: "Covage's words for it." }),
    price: t.field({
      type: MoneyRef,
      resolve: (value) => value.price,
      description:
        'Per month when `recurring`, else once. Null where Covage publishes none that can be read.',
    }),
    recurring: t.exposeBoolean('recurring', {
      description: 'Whether it is due every month. Null when not known.',
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
