import { MoneyRef, PriceStatusEnum } from '../../../schema/shared-types.ts';
import { OfferPricingRef, OptionRef, OptionValueRef } from './refs.ts';
import { inDetail } from './other-routes.ts';

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
      // A price in the catalogue's list is monthly by the documents, though the list does not say so.
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
