import { instantOf } from '../../vocabulary/instant.ts';
import { daysOf, megabitsOf, monthsOf } from '../../vocabulary/measure.ts';
import { eurosOf, type PriceStatus } from '../../vocabulary/money.ts';
import type { Address } from '../../vocabulary/place.ts';
import {
  isTerminal,
  type QualificationState,
  type StateChange,
} from '../../vocabulary/state-change.ts';
import type {
  CatalogueOffer,
  FamilyZone,
  ItemOffer,
  OfferDescription,
  OfferFamily,
  Place,
  Prices,
  ProductOfferingQualification,
  ProductOfferingQualificationItem,
  QualificationRequest,
  Requester,
} from './domain.ts';
import { buildingRefOf, decodeEligibilityId } from './eligibility-id.ts';
import { stateOf } from './state.ts';
import { itemConfidence, itemVerdict, offerVerdict, qualificationVerdict } from './verdict.ts';
import type {
  CovageWire,
  WireAddress,
  WireItem,
  WireItemOffer,
  WireOffer,
  WireQualification,
  WireStateChange,
} from './wire.ts';
import type { z } from 'zod';

// Pure: Covage's answers, parsed, into the nouns of domain.ts.

/** A qualification as Covage answers it by id or in a list. Throws where not even a creation date can be told. */
export function translateQualification(wire: WireQualification): ProductOfferingQualification {
  const state = stateOf(wire.state);
  const created = instantOf(wire.creation_date);
  const stateChanges = translateStateChanges(wire.state_change, created);
  const creationDate = created ?? stateChanges?.[0]?.changeDate;
  if (creationDate === undefined) {
    throw new TypeError(`qualification ${wire.id} has no creation_date`);
  }
  const listed = [
    wire.product_offering_qualification_item_details,
    wire.product_offering_qualification_item_detail,
    wire.product_offering_qualification_items,
    wire.product_offering_qualification_item,
  ];
  const wireItems =
    listed.find((items) => (items?.length ?? 0) > 0) ?? listed.find(Boolean) ?? null;
  const items =
    wireItems?.map((item) =>
      translateItem(item, { qualificationId: wire.id, state: wire.state }),
    ) ?? null;
  return {
    id: wire.id,
    externalId: wire.external_id ?? null,
    projectId: wire.project_id ?? null,
    creationDate,
    effectiveQualificationDate: instantOf(wire.effective_qualification_date),
    href: wire.href ?? null,
    requester: translateRequester(wire.user),
    state,
    stateText: wire.state,
    terminal: isTerminal(state),
    verdict: qualificationVerdict(state, items?.map((item) => item.verdict) ?? null),
    stateChanges,
    items,
  };
}

/**
 * An item, inside its qualification (`parent`) or from the item routes, which tell other fields of it: those do not
 * list the offers and do name the eligible families.
 */
export function translateItem(
  wire: WireItem,
  parent: { readonly qualificationId: string; readonly state: string } | null = null,
): ProductOfferingQualificationItem {
  // Row 14: documented as required, absent in the examples. Inside its qualification an item shares its state.
  const state = stateOf(wire.state ?? parent?.state ?? '');
  const zones = translateZones(wire);
  const eligibleFamilies = wire.offer_families_eligibility ?? null;
  const offers =
    wire.products_offering?.map((offer) =>
      translateItemOffer(offer, { item: wire, state, zones }),
    ) ?? null;
  const verdict = itemVerdict({
    state,
    offers: offers?.map((offer) => offer.verdict) ?? null,
    eligibleFamilies,
    isUnreadable: wire.products_offering === null || wire.offer_families_eligibility === null,
  });
  const creationDate = instantOf(wire.creation_date);
  // Row 10: `offer_families` are the requested ones on the item routes, and the available ones inside a qualification,
  // though not while Covage is still looking, nor where it then lists no offer.
  const families = wire.offer_families ?? null;
  const areAvailable =
    parent !== null && eligibleFamilies === null && isTerminal(state) && offers?.length !== 0;
  return {
    id: wire.id,
    productOfferingQualificationId:
      wire.product_offering_qualification_id ?? parent?.qualificationId ?? null,
    creationDate,
    requester: translateRequester(wire.user),
    state,
    stateChanges: translateStateChanges(wire.state_change, creationDate),
    verdict,
    confidence: itemConfidence(verdict, offers),
    requestedOfferFamilies: areAvailable ? null : families,
    eligibleOfferFamilies: areAvailable
      ? families
      : (eligibleFamilies ?? (isTerminal(state) && offers?.length === 0 ? [] : null)),
    eligibleOfferTechnologies: wire.offer_technologies ?? null,
    density: wire.density ?? null,
    tariffZone: wire.tarif_zone ?? null,
    zones,
    estimatedDeliveries: familyFields(wire, 'estimated_delivery_date_').map(
      ([offerFamily, text]) => ({
        offerFamily,
        text,
        days: daysOf(text),
      }),
    ),
    maxBandwidth: wire.bandwidth_max ?? null,
    place: translatePlace(wire.place),
    address: translateAddress(wire.address),
    guaranteedUntilDate: instantOf(wire.guaranteed_until_date),
    ...translatePrices(wire),
    pricingResolved: wire.resolve_pricing ?? null,
    offers,
  };
}

/** An item from a route that lists no offers, with the offers that its qualification has and the verdict they make. */
export function withOffers(
  item: ProductOfferingQualificationItem,
  offers: readonly ItemOffer[] | null,
): ProductOfferingQualificationItem {
  if (item.offers !== null || offers === null) return item;
  const verdict = itemVerdict({
    state: item.state,
    offers: offers.map((offer) => offer.verdict),
    eligibleFamilies: item.eligibleOfferFamilies,
  });
  return { ...item, offers, verdict, confidence: itemConfidence(verdict, offers) };
}

function translateItemOffer(
  wire: WireItemOffer,
  context: { item: WireItem; state: QualificationState; zones: readonly FamilyZone[] },
): ItemOffer {
  const prices = translatePrices(wire);
  const onQuotation = wire.on_quotation ?? null;
  return {
    id: `${context.item.id}:${wire.product_id}`,
    offer: describeOffer(wire.product_id, wire),
    zone: context.zones.find((zone) => zone.offerFamily === wire.offer_family)?.zone ?? null,
    tariffZone: wire.tarif_zone ?? null,
    onQuotation,
    verdict: offerVerdict(context.state, onQuotation),
    ...prices,
    priceStatus: priceStatusOf(prices, onQuotation, context.item.resolve_pricing ?? false),
  };
}

function priceStatusOf(
  prices: Prices,
  onQuotation: boolean | null,
  resolved: boolean,
): PriceStatus {
  if (prices.price !== null) return 'KNOWN';
  if (onQuotation === true) return 'ON_QUOTATION';
  return resolved ? 'NOT_PUBLISHED' : 'NOT_RESOLVED';
}

/** An offer from any of the catalogue's routes; a list leaves `href`, `recurring` and `options` null. */
export function translateOffer(wire: WireOffer): CatalogueOffer {
  return {
    ...describeOffer(wire.id, wire),
    href: wire.href ?? null,
    tariffZone: wire.tarif_zone ?? null,
    lastUpdate: instantOf(wire.last_update),
    ...translatePrices(wire),
    recurring: wire.recurring ?? null,
    options:
      wire.available_options?.map((option) => ({
        name: option.name ?? '',
        type: option.type ?? '',
        values: (option.values ?? []).map((value) => ({
          optionId: value.option_id,
          label: value.label ?? '',
          price: eurosOf(value.price),
          recurring: value.recurring ?? null,
        })),
      })) ?? null,
  };
}

function describeOffer(
  id: string,
  wire: Omit<WireItemOffer, 'product_id' | 'on_quotation'>,
): OfferDescription {
  const commitment = wire.commitment ?? '';
  const maxBandwidth = wire.bandwidth_max ?? null;
  const bandwidth =
    wire.bandwidth ?? wire.bandwidthe ?? (maxBandwidth === null ? '' : `${maxBandwidth}M`);
  return {
    id,
    name: wire.name ?? id,
    description: wire.description ?? null,
    offerFamily: wire.offer_family ?? '',
    offerTechnology: wire.offer_technology ?? '',
    bandwidth,
    guaranteedBandwidth: wire.bandwidth_guarantee ?? null,
    maxBandwidth: maxBandwidth ?? megabitsOf(bandwidth),
    commitment: { text: commitment, months: monthsOf(commitment) },
  };
}

function translatePrices(wire: Pick<WireItem, 'price' | 'far' | 'fas'>): Prices {
  return {
    price: eurosOf(wire.price),
    networkAccessFee: eurosOf(wire.far),
    serviceAccessFee: eurosOf(wire.fas),
  };
}

/** A family of offers; one without a type is an offer family, which is what the list is of. */
export function translateFamily(wire: z.infer<CovageWire['family']>): OfferFamily {
  return {
    name: wire.name,
    type: wire.type ?? 'OFFER_FAMILY',
    description: wire.description ?? null,
  };
}

/**
 * The history of states in Covage's order; null where the answer has none. A change whose date cannot be read takes the
 * date of the one before it: its place in the history counts, because clients resume by it.
 */
function translateStateChanges(
  wire: readonly WireStateChange[] | null | undefined,
  creationDate: string | null,
): StateChange[] | null {
  if (!wire) return null;
  let latest = creationDate;
  return wire.flatMap((change) => {
    latest = instantOf(change.change_date) ?? latest;
    if (latest === null) return [];
    return [
      {
        state: stateOf(change.state ?? ''),
        stateText: change.state ?? '',
        changeDate: latest,
        changeReason: change.change_reason ?? null,
      },
    ];
  });
}

function translateRequester(wire: WireItem['user']): Requester | null {
  if (!wire) return null;
  return {
    email: wire.email ?? null,
    firstName: wire.first_name ?? null,
    lastName: wire.last_name ?? null,
  };
}

/** The fields that Covage has once for each family, as family and text, families in upper case. */
function familyFields(wire: WireItem, prefix: string): [family: string, text: string][] {
  const fields: [family: string, text: string][] = [];
  for (const name of Object.keys(wire)) {
    if (!name.startsWith(prefix)) continue;
    const value: unknown = wire[name];
    if ((typeof value === 'string' || typeof value === 'number') && value !== '') {
      fields.push([name.slice(prefix.length).toUpperCase(), String(value).trim()]);
    }
  }
  return fields;
}

// Row 9: a number in one table, text in the other; 1 stands for "THD ZONE 1".
function translateZones(wire: WireItem): FamilyZone[] {
  return familyFields(wire, 'zone_').map(([offerFamily, text]) => {
    const digits = /(\d+)(?:\.0+)?$/.exec(text)?.[1];
    const zone = digits === undefined ? null : Number(digits);
    return {
      offerFamily,
      zone,
      label: /^[\d.]+$/.test(text) ? `THD ZONE ${digits ?? text}` : text,
    };
  });
}

function translatePlace(wire: WireItem['place']): Place | null {
  if (!wire) return null;
  const eligibilityId = wire.eligibility_id ?? null;
  const content = eligibilityId === null ? null : decodeEligibilityId(eligibilityId);
  const { x, y } = wire.location ?? {};
  // Covage's x is the longitude (MEF 87's is the latitude).
  const location =
    typeof x === 'number' && typeof y === 'number'
      ? { longitude: x, latitude: y }
      : (content?.location ?? null);
  const buildingRef = buildingRefOf(wire.building_ref) ?? content?.buildingRef ?? null;
  const place = { eligibilityId, buildingRef, location };
  return Object.values(place).every((value) => value === null) ? null : place;
}

function translateAddress(wire: WireAddress | null | undefined): Address | null {
  if (!wire) return null;
  const address: Address = {
    label: wire.label ?? null,
    streetNumber: wire.street_nr ?? null,
    streetExtension: wire.street_ext ?? null,
    streetName: wire.street?.street_name ?? null,
    streetId: wire.street?.street_id ?? null,
    cityName: wire.city?.city_name ?? null,
    cityId: wire.city?.city_id ?? null,
    inseeCode: wire.city?.insee_code ?? null,
    postCode: wire.city?.post_code ?? null,
  };
  return Object.values(address).every((value) => value === null) ? null : address;
}

/** The body of a creation in Covage's spelling; what the caller did not give is left out. */
export function spellRequest(request: QualificationRequest): object {
  return withoutNulls({
    external_id: request.externalId,
    project_id: request.projectId,
    // Row 1: the table writes `_item`, the examples and the French page `_items`.
    product_offering_qualification_items: request.items.map((item) =>
      withoutNulls({
        offer_families: item.offerFamilies,
        eligibility_id: item.eligibilityId,
        resolve_pricing: item.resolvePricing,
        address: item.address === null ? null : spellAddress(item.address),
      }),
    ),
  });
}

function spellAddress(address: Address): object {
  return withoutNulls({
    label: address.label,
    street_ext: address.streetExtension,
    street_nr: address.streetNumber,
    city: withoutNulls({
      city_id: address.cityId,
      insee_code: address.inseeCode,
      city_name: address.cityName,
      post_code: address.postCode,
    }),
    street: withoutNulls({ street_id: address.streetId, street_name: address.streetName }),
  });
}

function withoutNulls(fields: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
