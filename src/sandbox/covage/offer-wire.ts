import {
  optionsOf,
  zones,
  type Offer,
  type OfferOption,
  type Pricing,
  type Zone,
} from './catalogue.ts';
import type { QualifiedOffer } from './outcome.ts';
import type { Spelling } from './spelling.ts';

type Wire = Record<string, unknown>;

/** Price and fees as the parts of an object, which a variant leaves out where they are not known. */
export function pricingWire(pricing: Pricing | null, spelling: Spelling): Wire {
  if (pricing === null && spelling.has('prices-absent-when-null')) return {};
  return {
    price: spelling.money(pricing?.price ?? null),
    far: spelling.money(pricing?.far ?? null),
    fas: spelling.money(pricing?.fas ?? null),
  };
}

/** An offer within an item. */
export function qualifiedOfferWire(qualified: QualifiedOffer, spelling: Spelling): Wire {
  const { offer } = qualified;
  return {
    product_id: offer.id,
    name: offer.name,
    ...spelling.description(offer.description),
    bandwidth: offer.bandwidth,
    ...bandwidths(offer, spelling),
    commitment: spelling.commitment(offer.commitmentMonths),
    offer_technology: offer.technology,
    offer_family: offer.family,
    tarif_zone: offer.tarifZone,
    ...pricingWire(qualified.pricing, spelling),
    on_quotation: qualified.onQuotation,
  };
}

/** An offer in the list of all offers: without prices, which the list by identifiers is documented to add. */
export function listedOfferWire(offer: Offer, spelling: Spelling): Wire {
  return {
    id: offer.id,
    name: offer.name,
    ...spelling.description(offer.description),
    bandwidth: offer.bandwidth,
    ...bandwidths(offer, spelling),
    commitment: spelling.commitment(offer.commitmentMonths),
    tarif_zone: offer.tarifZone,
    offer_family: offer.family,
    offer_technology: offer.technology,
    last_update: lastUpdate(offer, spelling),
  };
}

/** An offer in the list by identifiers, with the prices of the catalogue, which are those of the first zone. */
export function pricedOfferWire(offer: Offer, spelling: Spelling): Wire {
  const { far, fas, price } = offer.pricing[1];
  return {
    ...listedOfferWire(offer, spelling),
    far: spelling.money(far),
    fas: spelling.money(fas),
    price: spelling.money(price),
  };
}

/** The detail of an offer, priced for a zone, with its options. */
export function offerDetailWire(offer: Offer, zone: Zone, spelling: Spelling, link: string): Wire {
  const { far, fas, price } = offer.pricing[zone];
  return {
    id: offer.id,
    ...spelling.href(link),
    name: offer.name,
    ...spelling.description(offer.description),
    [spelling.has('bandwidthe') ? 'bandwidthe' : 'bandwidth']: offer.bandwidth,
    ...bandwidths(offer, spelling),
    commitment: spelling.commitment(offer.commitmentMonths),
    tarif_zone: offer.tarifZone,
    far: spelling.money(far),
    fas: spelling.money(fas),
    price: spelling.money(price),
    recurring: true,
    offer_family: offer.family,
    offer_technology: offer.technology,
    available_options: optionsOf(offer, zone).map((option) => optionWire(option, spelling)),
    last_update: lastUpdate(offer, spelling),
  };
}

/** A zone as the query gives it: the first when absent, null when there is none such. */
export function zoneOf(text: string | null): Zone | null {
  if (text === null || text === '') return 1;
  return zones.find((zone) => String(zone) === text.trim()) ?? null;
}

function bandwidths(offer: Offer, spelling: Spelling): Wire {
  return {
    bandwidth_guarantee: spelling.guarantee(offer.guarantee),
    bandwidth_max: spelling.bandwidthMax(offer.max),
  };
}

function optionWire(option: OfferOption, spelling: Spelling): Wire {
  return {
    ...option,
    values: option.values.map((value) => ({ ...value, price: spelling.money(value.price) })),
  };
}

function lastUpdate(offer: Offer, spelling: Spelling): string {
  return spelling.has('timestamps-paris')
    ? spelling.timestamp(offer.lastUpdate)
    : spelling.catalogueTimestamp(offer.lastUpdate);
}
