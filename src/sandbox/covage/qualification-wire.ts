import { addressWire } from './address-wire.ts';
import type { Family } from './catalogue.ts';
import { isTerminal, type Reached } from './lifecycle.ts';
import { pricingWire, qualifiedOfferWire } from './offer-wire.ts';
import {
  historyOf,
  itemHistoryOf,
  latest,
  type Qualification,
  type QualificationItem,
} from './qualification.ts';
import type { Spelling } from './spelling.ts';

type Wire = Record<string, unknown>;

/** The person that the documentation shows as the one who asked. */
const user = { email: 'anonymous@example.fr', first_name: 'Ano', last_name: 'Nymous' };

/** What a creation answers. */
export function creationWire(qualification: Qualification, spelling: Spelling): Wire {
  return { id: qualification.id, creation_date: spelling.timestamp(qualification.createdAt) };
}

/** A qualification with its items. */
export function qualificationWire(
  qualification: Qualification,
  now: number,
  spelling: Spelling,
  origin: string,
): Wire {
  const history = historyOf(qualification, now);
  const { state, at } = latest(history);
  const effective = isTerminal(state) && !qualification.asPrinted ? spelling.timestamp(at) : null;
  const older = spelling.has('older-contract');
  const reason = reasonOf(qualification, state);
  return {
    id: qualification.id,
    user,
    creation_date: spelling.timestamp(qualification.createdAt),
    external_id: qualification.externalId,
    project_id: qualification.projectId,
    ...(older ? {} : { effective_qualification_date: effective }),
    ...spelling.href(`${origin}/api/v1/product_offering_qualification/${qualification.id}/`),
    state,
    ...(older ? {} : { state_change: historyWire(history, reason, spelling) }),
    [itemsName(spelling)]: qualification.items.map((item) =>
      itemDetailWire(qualification, item, now, spelling),
    ),
  };
}

/** One item within its qualification. */
function itemDetailWire(
  qualification: Qualification,
  item: QualificationItem,
  now: number,
  spelling: Spelling,
): Wire {
  const history = itemHistoryOf(qualification, item, now);
  const { state } = latest(history);
  const known = isTerminal(state);
  const { outcome, site } = item;
  const older = spelling.has('older-contract');
  const offers = known ? outcome.offers.map((offer) => qualifiedOfferWire(offer, spelling)) : [];
  // "Available offer families": until it is known which are, those that are being looked for.
  const offerFamilies = spelling.has('offer-families-requested')
    ? item.families
    : known
      ? outcome.eligibleFamilies
      : item.families;
  return {
    id: item.id,
    user,
    tarif_zone: known ? site.tarifZone : '',
    offer_families: offerFamilies,
    ...siteWire(item, known, spelling, spelling.has('zones-as-string')),
    ...(spelling.has('density-absent') ? {} : { density: densityOf(item, known) }),
    place: placeWire(item, spelling),
    address: addressWire(item.address, site.place, spelling),
    guaranteed_until_date: guaranteedUntil(item, history, spelling),
    ...pricingWire(known ? outcome.pricing : null, spelling),
    state,
    ...(older ? {} : { state_change: historyWire(history, outcome.reason, spelling) }),
    // The documentation's example has null although its table says "parent".
    product_offering_qualification_id:
      qualification.asPrinted || spelling.has('parent-id-null') ? null : qualification.id,
    ...(offers.length === 0 && spelling.has('empty-offers-absent')
      ? {}
      : { products_offering: offers }),
    ...(older || spelling.has('resolve-pricing-absent')
      ? {}
      : { resolve_pricing: item.resolvePricing }),
  };
}

/** One item as the resource that it is itself, whose fields are others. */
export function itemWire(
  qualification: Qualification,
  item: QualificationItem,
  now: number,
  spelling: Spelling,
): Wire {
  const history = itemHistoryOf(qualification, item, now);
  const { state } = latest(history);
  const known = isTerminal(state);
  const eligible = known ? item.outcome.eligibleFamilies : [];
  const technologies = known ? technologiesOf(item) : [];
  return {
    id: item.id,
    creation_date: spelling.timestamp(qualification.createdAt),
    density: densityOf(item, known),
    offer_families: spelling.has('offer-families-available') ? eligible : item.families,
    offer_families_eligibility: eligible,
    offer_technologies: technologies,
    ...siteWire(item, known, spelling, !spelling.has('zones-as-number')),
    place: placeWire(item, spelling),
    address: addressWire(item.address, item.site.place, spelling),
    state,
    product_offering_qualification_id: qualification.id,
    guaranteed_until_date: guaranteedUntil(item, history, spelling),
  };
}

/** The technologies of an item's offers, each once. */
export function technologiesOf(item: QualificationItem): string[] {
  return [...new Set(item.outcome.offers.map(({ offer }) => offer.technology))];
}

/** The density of an item's site, once it is known. */
export function densityOf(item: QualificationItem, known: boolean): string {
  return known && item.outcome.ending !== 'terminated_with_error' ? item.site.density : '';
}

function itemsName(spelling: Spelling): string {
  if (spelling.has('response-items-as-item-details')) {
    return 'product_offering_qualification_item_details';
  }
  if (spelling.has('response-items-as-items')) return 'product_offering_qualification_items';
  if (spelling.has('response-items-as-item')) return 'product_offering_qualification_item';
  return 'product_offering_qualification_item_detail';
}

function historyWire(history: readonly Reached[], reason: string, spelling: Spelling): Wire[] {
  return history.map(({ state, at }) => ({
    change_reason: isTerminal(state) ? reason : '',
    change_date: spelling.timestamp(at),
    state,
  }));
}

function reasonOf({ items }: Qualification, state: string): string {
  return items.find(({ outcome }) => outcome.ending === state)?.outcome.reason ?? '';
}

function siteWire(
  { site, outcome }: QualificationItem,
  known: boolean,
  spelling: Spelling,
  zonesAsString: boolean,
): Wire {
  const told = known && outcome.ending !== 'terminated_with_error';
  const zone = (family: Family) => {
    if (!told) return null;
    return zonesAsString ? String(site.zones[family]) : site.zones[family];
  };
  const delivery = (family: Family) =>
    told ? `T0 + ${site.deliveryWeeks[family]} SEMAINES` : null;
  return {
    zone_bpe: zone('BPE'),
    zone_bpea: zone('BPEA'),
    zone_dia: zone('DIA'),
    estimated_delivery_date_BPE: delivery('BPE'),
    estimated_delivery_date_BPEA: delivery('BPEA'),
    estimated_delivery_date_DIA: delivery('DIA'),
    bandwidth_max: spelling.bandwidthMax(told ? site.bandwidthMax : null),
  };
}

function placeWire({ site, eligibilityId }: QualificationItem, spelling: Spelling): Wire {
  return {
    location: { x: site.longitude, y: site.latitude },
    ...spelling.buildingRef(site.buildingRef),
    eligibility_id: eligibilityId,
  };
}

function guaranteedUntil(
  { site, outcome }: QualificationItem,
  history: readonly Reached[],
  spelling: Spelling,
): string | null {
  const { state, at } = latest(history);
  if (state !== 'done.ready' || outcome.offers.length === 0 || site.guaranteedDays === null) {
    return null;
  }
  return spelling.timestamp(at + site.guaranteedDays * 86_400_000);
}
