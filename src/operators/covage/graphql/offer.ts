import type { GraphQLResolveInfo } from 'graphql';
import { builder } from '../../../schema/builder.ts';
import { restsOnLoaders } from '../../../schema/reads-only-loaders.ts';
import { entity } from '../../../schema/entity.ts';
import { InvalidInputError } from '../../../vocabulary/errors.ts';
import { selectedNodes } from '../../../schema/selection.ts';
import { MoneyRef, PriceStatusEnum } from '../../../schema/shared-types.ts';
import type { Context } from '../../../schema/context.ts';
import type { CatalogueOffer, Commitment } from '../domain.ts';
import { covageKey } from '../session.ts';
import { made } from './other-routes.ts';
import {
  CommitmentRef,
  OfferFamilyRef,
  OfferPricingRef,
  OfferRef,
  OptionRef,
  OptionValueRef,
  type OfferSource,
  type PricingSource,
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
      description: 'The commitment in months. Null where the text cannot be read.',
    }),
  }),
});

/** What may be missing of an offer where it came from. */
type ToldField =
  | 'description'
  | 'guaranteedBandwidth'
  | 'maxBandwidth'
  | 'tariffZone'
  | 'lastUpdate';

/**
 * What is told of an offer wherever it is asked. Items and the catalogue's list need not tell all of it: the rest is in the
 * catalogue's list by ids, which is asked once for all offers of an operation.
 */
function told<Field extends ToldField>(
  offer: OfferSource,
  field: Field,
  context: Context,
): CatalogueOffer[Field] | null | Promise<CatalogueOffer[Field] | null> {
  const own = (offer as Partial<CatalogueOffer>)[field] ?? null;
  if (own !== null) return own;
  const found = listed(offer.id, context);
  return found instanceof Promise ? found.then((one) => one && one[field]) : found && found[field];
}

/** An offer as the catalogue's list by ids has it: at once where it was loaded with the item that lists it. */
function listed(
  id: string,
  context: Context,
): CatalogueOffer | null | Promise<CatalogueOffer | null> {
  const { offers } = context.session(covageKey);
  const known = offers.known(id);
  if (known instanceof Error) return Promise.reject(known);
  return known === undefined ? offers.load(id) : known;
}

/** The same, and null where it could not be asked for. */
function listedOrNull(
  id: string,
  context: Context,
): CatalogueOffer | null | Promise<CatalogueOffer | null> {
  const found = listed(id, context);
  return found instanceof Promise ? found.catch(() => null) : found;
}

/** Whether what is selected of offers right below a field of ItemOffer is told by that list alone. */
export function needsCatalogue(info: GraphQLResolveInfo): boolean {
  return selectedNodes(info, OfferRef.name, ['offer']).some(({ name, arguments: args }) =>
    name.value === 'pricing'
      ? // For a zone it is in the details of each offer.
        (args ?? []).length === 0
      : name.value === 'tariffZone' || name.value === 'lastUpdate',
  );
}

/** The same of a text that is never null: as it is at hand where it is told nowhere, or could not be asked for. */
function toldText(
  offer: OfferSource,
  field: 'name' | 'offerFamily' | 'offerTechnology' | 'bandwidth',
  context: Context,
): string | Promise<string> {
  if (isToldText(offer, field)) return offer[field];
  return made(listedOrNull(offer.id, context), (found) =>
    found !== null && isToldText(found, field) ? found[field] : offer[field],
  );
}

/** An offer without a name is called by its identifier. */
function isToldText(offer: OfferSource, field: Parameters<typeof toldText>[1]): boolean {
  return offer[field] !== '' && offer[field] !== offer.id;
}

/** What an offer costs by the catalogue: as it is at hand, or as the list by ids adds it. */
function inCatalogue(
  offer: OfferSource,
  context: Context,
): Promise<CatalogueOffer | null> | CatalogueOffer | null {
  const isPriced = 'price' in offer && offer.price !== null;
  return isPriced ? offer : listed(offer.id, context);
}

function withoutZone(prices: CatalogueOffer | null): PricingSource | null {
  return prices && { prices, zone: null };
}

/** The commitment in words of Covage; where it is told nowhere the text is empty. */
function toldCommitment(offer: OfferSource, context: Context): Commitment | Promise<Commitment> {
  if (offer.commitment.text !== '') return offer.commitment;
  return made(listed(offer.id, context), (found) => found?.commitment ?? offer.commitment);
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
    "An offer of Covage's catalogue, the same for every site. `ItemOffer` has what depends on the site.",
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description: "Covage's identifier, `2173` or `BPE_100M_24MOIS`.",
    }),
    name: t.string({
      resolve: (offer, _args, context) => toldText(offer, 'name', context),
      nullable: false,
      description: "Covage's name of it.",
    }),
    description: t.string({
      resolve: (offer, _args, context) => told(offer, 'description', context),
      description: "Covage's description. Null where it gives none.",
    }),
    href: t.string({
      resolve: async (offer, _args, context) =>
        (await inDetail(offer.id, null, context))?.href ?? null,
      description:
        "Covage's link to the offer, loaded with the offer's details. Null where Covage gives none, which is usual.",
    }),
    offerFamily: t.string({
      resolve: (offer, _args, context) => toldText(offer, 'offerFamily', context),
      nullable: false,
      description: 'Its family, `BPE`. The set is open.',
    }),
    offerTechnology: t.string({
      resolve: (offer, _args, context) => toldText(offer, 'offerTechnology', context),
      nullable: false,
      description: 'The technology, `FIBDE` (dedicated fibre). The set is open.',
    }),
    bandwidth: t.string({
      resolve: (offer, _args, context) => toldText(offer, 'bandwidth', context),
      nullable: false,
      description: "Covage's text for the bandwidth, `20M`.",
    }),
    guaranteedBandwidth: t.float({
      resolve: (offer, _args, context) => told(offer, 'guaranteedBandwidth', context),
      description: 'The bandwidth that is guaranteed, in Mbit/s. Null when not known.',
    }),
    maxBandwidth: t.float({
      resolve: (offer, _args, context) => told(offer, 'maxBandwidth', context),
      description: 'The highest bandwidth, in Mbit/s. Null when not known.',
    }),
    commitment: t.field({
      type: CommitmentRef,
      nullable: false,
      resolve: (offer, _args, context) => toldCommitment(offer, context),
      description: 'How long a subscriber is bound to it.',
    }),
    tariffZone: t.string({
      resolve: (offer, _args, context) => told(offer, 'tariffZone', context),
      description:
        'The pricing zone of the offer in the catalogue, `DENSE`. Null where it has none.',
    }),
    lastUpdate: t.field({
      type: 'DateTime',
      resolve: (offer, _args, context) => told(offer, 'lastUpdate', context),
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
        if (zone === null) return made(inCatalogue(offer, context), withoutZone);
        if (zone < 1) throw noZone(zone);
        return inDetail(offer.id, zone, context).then((prices) => prices && { prices, zone });
      },
      description:
        'What the offer costs. The service asks Covage only when this field is selected. Null where Covage no longer knows the offer.',
    }),
  }),
});

OfferPricingRef.implement({
  description:
    'What an offer costs in a zone, or by the catalogue. Amounts are in euros, excluding VAT.',
  fields: (t) => ({
    price: t.field({
      type: MoneyRef,
      resolve: ({ prices }) => prices.price,
      description:
        'The price: per month when `recurring`, else once. Null where Covage publishes none that can be read.',
    }),
    priceStatus: t.field({
      type: PriceStatusEnum,
      nullable: false,
      resolve: ({ prices }) => prices.priceStatus,
      description: 'Whether there is a price, and if not, why.',
    }),
    recurring: t.boolean({
      // What the catalogue lists without saying so is documented as a monthly price.
      resolve: ({ prices }) => prices.recurring ?? (prices.price === null ? null : true),
      description: 'Whether the price is due every month. Null without a price.',
    }),
    networkAccessFee: t.field({
      type: MoneyRef,
      resolve: ({ prices }) => prices.networkAccessFee,
      description:
        "The one-off fee for access to the network, FAR (frais d'accès au réseau). Null where Covage publishes none that can be read.",
    }),
    serviceAccessFee: t.field({
      type: MoneyRef,
      resolve: ({ prices }) => prices.serviceAccessFee,
      description:
        "The one-off fee for access to the service, FAS (frais d'accès au service). Null where Covage publishes none that can be read.",
    }),
    options: t.field({
      type: [OptionRef],
      nullable: { list: true, items: false },
      // Lists of the catalogue have its prices, not the options.
      resolve: async ({ prices, zone }, _args, context) =>
        zone === null
          ? ((await inDetail(prices.id, null, context))?.options ?? null)
          : prices.options,
      description:
        'The options with their prices in the zone. Selecting them costs one call to Covage for each offer. Empty when there are none; null when not known.',
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
        'The price: per month when `recurring`, else once. Null where Covage publishes none that can be read.',
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
