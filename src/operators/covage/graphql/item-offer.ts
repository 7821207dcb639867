import { MoneyRef, PriceStatusEnum, VerdictEnum } from '../../../schema/shared-types.ts';
import { covageKey } from '../session.ts';
import { ItemOfferRef, OfferRef, OptionRef } from './refs.ts';

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
