import type {
  WireItem,
  WireItemOffer,
  WireOffer,
  WireQualification,
} from '../upstream/covage-data.ts';

// What a contender makes of Covage's answers: the shape of the slice of the schema, by hand and without a check, as one
// would write it where the operator is trusted to follow its documents. The floor and all peers share it.

/** The schema's names of Covage's states. */
export const states: Record<string, string> = {
  acknowledged: 'ACKNOWLEDGED',
  'in_progress.elig': 'IN_PROGRESS_ELIGIBILITY',
  'in_progress.offer': 'IN_PROGRESS_OFFER',
  'in_progress.price': 'IN_PROGRESS_PRICE',
  'done.ready': 'DONE_READY',
  'done.unable_to_provide': 'DONE_UNABLE_TO_PROVIDE',
  terminated_with_error: 'TERMINATED_WITH_ERROR',
};

const terminal = new Set(['done.ready', 'done.unable_to_provide', 'terminated_with_error']);

/** An exact amount of euros; null without one. */
export function money(amount: number | null): { amount: string; currency: string } | null {
  if (amount === null) return null;
  const [whole = '0', fraction = ''] = String(amount).split('.');
  return { amount: `${whole}.${fraction.padEnd(2, '0')}`, currency: 'EUR' };
}

/** How long a subscriber is bound, of `24MOIS`. */
export function commitment(text: string) {
  return { text, months: Number.parseInt(text, 10) };
}

/** What an item says of an offer. */
export function describeOffer(wire: WireItemOffer) {
  return {
    id: wire.product_id,
    name: wire.name,
    offerFamily: wire.offer_family,
    bandwidth: wire.bandwidth,
    maxBandwidth: wire.bandwidth_max,
    commitment: commitment(wire.commitment),
  };
}

/** What only the catalogue says of an offer. */
export function catalogueOffer(wire: WireOffer) {
  return {
    tariffZone: wire.tarif_zone === '' ? null : wire.tarif_zone,
    lastUpdate: wire.last_update,
    pricing: {
      price: money(wire.price),
      recurring: true,
      networkAccessFee: money(wire.far),
      serviceAccessFee: money(wire.fas),
    },
  };
}

/** An offer of an item, with what `complete` makes of its description. */
function itemOffer<Offer>(
  state: string,
  wire: WireItemOffer,
  complete: (description: ReturnType<typeof describeOffer>) => Offer,
) {
  return {
    verdict: verdictOf(state, wire.on_quotation),
    price: money(wire.price),
    offer: complete(describeOffer(wire)),
  };
}

/** When one family could be delivered, of `T0 + 12 SEMAINES`. */
export function delivery(offerFamily: string, text: string) {
  return { offerFamily, text, days: Number.parseInt(text.slice('T0 + '.length), 10) * 7 };
}

/** An address in one piece. */
export function translateAddress({ label, street_nr, street, city }: WireItem['address']) {
  return {
    label,
    streetNumber: street_nr,
    streetName: street.street_name,
    cityName: city.city_name,
    inseeCode: city.insee_code,
    postCode: city.post_code,
  };
}

function translateItem<Offer>(
  wire: WireItem,
  complete: (description: ReturnType<typeof describeOffer>) => Offer,
) {
  const offers = wire.products_offering.map((offer) => itemOffer(wire.state, offer, complete));
  return {
    id: wire.id,
    state: states[wire.state],
    verdict: bestOf(wire.state, offers),
    address: translateAddress(wire.address),
    place: {
      eligibilityId: wire.place.eligibility_id,
      buildingRef: wire.place.building_ref,
      location: { latitude: wire.place.location.y, longitude: wire.place.location.x },
    },
    estimatedDeliveries: [
      delivery('BPE', wire.estimated_delivery_date_BPE),
      delivery('BPEA', wire.estimated_delivery_date_BPEA),
      delivery('DIA', wire.estimated_delivery_date_DIA),
    ],
    offers,
  };
}

/** A qualification; `complete` makes the offer of what an item says of it. */
export function translateQualification<Offer>(
  wire: WireQualification,
  complete: (description: ReturnType<typeof describeOffer>) => Offer,
) {
  const items = wire.product_offering_qualification_item_detail.map((item) =>
    translateItem(item, complete),
  );
  return {
    id: wire.id,
    state: states[wire.state],
    verdict: bestOf(wire.state, items),
    creationDate: wire.creation_date,
    items,
  };
}

/** The verdict of an offer in an item of this state. */
export function verdictOf(state: string, onQuotation: boolean): string {
  if (state === 'done.ready') return onQuotation ? 'QUOTE_REQUIRED' : 'ELIGIBLE';
  if (state === 'done.unable_to_provide') return 'QUOTE_REQUIRED';
  return state === 'terminated_with_error' ? 'UNDETERMINED' : 'PENDING';
}

const fromBest = ['ELIGIBLE', 'QUOTE_REQUIRED', 'PENDING', 'UNDETERMINED', 'NOT_ELIGIBLE'];

/** The verdict of what has these parts, in this state. */
export function bestOf(state: string, parts: readonly { readonly verdict: string }[]): string {
  if (!terminal.has(state)) return 'PENDING';
  return (
    fromBest.find((verdict) => parts.some((part) => part.verdict === verdict)) ?? 'NOT_ELIGIBLE'
  );
}
