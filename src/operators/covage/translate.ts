import { readDays } from '../../vocabulary/measure.ts';
import { isTerminal, type StateChange } from '../../vocabulary/state-change.ts';
import { hasLost, isUnread, ownNames, UnreadableRecord } from '../calling/lenient.ts';
import type {
  Abridged,
  EstimatedDelivery,
  FamilyZone,
  ProductOfferingQualification,
  ProductOfferingQualificationItem,
  Requester,
} from './domain.ts';
import {
  readState,
  type ReadState,
  type CovageFields,
  type WireItem,
  type WireQualification,
  type WireStateChange,
  type WireUser,
} from './wire.ts';
import { translateItemOffer, translatePrices } from './translate-offer.ts';
import { translateAddress, translatePlace } from './place.ts';
import { isAtEnd, itemConfidence, itemVerdict, qualificationVerdict } from './verdict.ts';

// Translates Covage's answers into the nouns of domain.ts, in one pass: a value that cannot be read is null and reported.

/** Covage's answer to a creation. Throws UnreadableRecord without an identifier. */
export function translateCreation(
  fields: CovageFields,
  sent: unknown,
): { readonly id: string; readonly creationDate: string | null } {
  const wire: WireQualification = fields.whole(sent);
  return {
    id: fields.id('id', wire.id),
    creationDate: fields.instant('creation_date', wire.creation_date),
  };
}

/**
 * A qualification as Covage answers it by id or in a list. `asked` is the id with which it was asked for, which stands in for an
 * id that cannot be read. Throws UnreadableRecord without an identifier.
 */
export function translateQualification(
  fields: CovageFields,
  sent: unknown,
  asked: string | null = null,
): ProductOfferingQualification {
  const wire: WireQualification = fields.whole(sent);
  const id = fields.readId(wire, asked);
  const read = readState(fields, wire.state);
  const created = fields.instant('creation_date', wire.creation_date);
  const stateChanges = translateStateChanges(fields, wire.state_change, created);
  const { items, hasLostItems } = translateItems(fields, wire, { qualificationId: id, ...read });
  const verdicts = items?.map((item) => item.verdict) ?? null;
  if (hasLostItems) verdicts?.push('UNDETERMINED');
  return {
    id,
    externalId: fields.text('external_id', wire.external_id),
    projectId: fields.text('project_id', wire.project_id),
    creationDate: created ?? stateChanges?.[0]?.changeDate ?? null,
    effectiveQualificationDate: fields.instant(
      'effective_qualification_date',
      wire.effective_qualification_date,
    ),
    href: fields.text('href', wire.href),
    requester: translateRequester(fields, wire.user),
    ...read,
    terminal: isAtEnd(read.state, items),
    verdict: read.stateText === '' ? 'UNDETERMINED' : qualificationVerdict(read.state, verdicts),
    stateChanges,
    items,
    ...(hasLostItems ? { hasLostItems } : {}),
  };
}

/** The fields that Covage's lists may leave out, by the members that they are read from. */
const optionalFields = new Map<keyof ProductOfferingQualification, keyof WireQualification>([
  ['externalId', 'external_id'],
  ['projectId', 'project_id'],
  ['creationDate', 'creation_date'],
  ['effectiveQualificationDate', 'effective_qualification_date'],
  ['href', 'href'],
  ['requester', 'user'],
  ['stateChanges', 'state_change'],
]);

/** A qualification of a list, with the names of the fields that the list leaves out. Throws as `translateQualification` does. */
export function translateListed(
  fields: CovageFields,
  sent: unknown,
): ProductOfferingQualification & Abridged {
  const qualification = translateQualification(fields, sent);
  const wire: WireQualification = fields.whole(sent);
  const untold = [...optionalFields].filter(([, member]) => wire[member] === undefined);
  return { ...qualification, untold: new Set(untold.map(([field]) => field)) };
}

interface Parent extends ReadState {
  readonly qualificationId: string;
}

/** The items under the first of their names that has any (row 2); null where the answer lists none. */
function translateItems(
  fields: CovageFields,
  wire: WireQualification,
  parent: Parent,
): { readonly items: ProductOfferingQualificationItem[] | null; readonly hasLostItems: boolean } {
  const read = (sent: unknown) => {
    const items = fields.list('qualification_items', sent, (item) =>
      translateItem(fields, item, parent),
    );
    return { items, hasLostItems: hasLost(sent, items) };
  };
  let found: ReturnType<typeof read> | null = null;
  const documented = [
    wire.product_offering_qualification_item_details,
    wire.product_offering_qualification_item_detail,
  ];
  const others = [
    wire.product_offering_qualification_items,
    wire.product_offering_qualification_item,
  ];
  for (const sent of [...documented, ...others]) {
    if (sent === undefined || sent === null) continue;
    if (others.includes(sent)) fields.report('qualification-items-under-another-name');
    const candidate = read(sent);
    if (found === null || (candidate.items?.length ?? 0) > 0) found = candidate;
    if ((found.items?.length ?? 0) > 0) break;
  }
  return { items: found?.items ?? null, hasLostItems: found?.hasLostItems ?? false };
}

/**
 * An item, inside its qualification (`parent`) or from the item routes, which tell other fields: they name the eligible families
 * and do not list the offers. `asked` as in `translateQualification`.
 */
export function translateItem(
  fields: CovageFields,
  sent: unknown,
  parent: Parent | null = null,
  asked: string | null = null,
): ProductOfferingQualificationItem {
  const wire: WireItem = fields.whole(sent);
  const id = fields.readId(wire, asked);
  // Row 14: documented as required, absent in the examples. Inside its qualification an item shares its state.
  const { state, stateText } =
    (wire.state === undefined || wire.state === null ? parent : null) ??
    readState(fields, wire.state);
  // An unknown word says nothing where the qualification has ended.
  const isUndecided =
    stateText === '' || (state === 'UNRECOGNISED' && parent !== null && isTerminal(parent.state));
  const { zones, estimatedDeliveries } = translateFamilyFields(
    fields,
    wire,
    parent === null ? 'string' : 'number',
  );
  const eligibleFamilies =
    fields.words('offer_families_eligibility', wire.offer_families_eligibility) ?? null;
  const pricingResolved = fields.boolean('resolve_pricing', wire.resolve_pricing);
  const context = {
    itemId: id,
    state: isUndecided ? null : state,
    zones,
    isPricingResolved: pricingResolved ?? false,
    ownName: ownNames(),
  };
  const offers =
    fields.list('products_offering', wire.products_offering, (offer) =>
      translateItemOffer(fields, offer, context),
    ) ?? null;
  const isUnreadable =
    hasLost(wire.products_offering, offers) ||
    isUnread(wire.offer_families_eligibility, eligibleFamilies);
  const verdict = isUndecided
    ? 'UNDETERMINED'
    : itemVerdict({
        state,
        offers: offers?.map((offer) => offer.verdict) ?? null,
        eligibleFamilies,
        isUnreadable,
      });
  const creationDate = fields.instant('creation_date', wire.creation_date);
  // Row 10: `offer_families` are the requested ones on the item routes, and the available ones inside a qualification,
  // though not while Covage is still looking, nor where it then lists no offer.
  const families = fields.words('offer_families', wire.offer_families) ?? null;
  const areAvailable =
    parent !== null && eligibleFamilies === null && isTerminal(state) && offers?.length !== 0;
  return {
    id,
    productOfferingQualificationId:
      fields.text('product_offering_qualification_id', wire.product_offering_qualification_id) ??
      parent?.qualificationId ??
      null,
    creationDate,
    requester: translateRequester(fields, wire.user),
    state,
    stateChanges: translateStateChanges(fields, wire.state_change, creationDate),
    verdict,
    confidence: itemConfidence(verdict, offers),
    requestedOfferFamilies: areAvailable ? null : families,
    eligibleOfferFamilies: areAvailable
      ? families
      : (eligibleFamilies ?? (isTerminal(state) && offers?.length === 0 ? [] : null)),
    eligibleOfferTechnologies: fields.words('offer_technologies', wire.offer_technologies) ?? null,
    density: fields.text('density', wire.density),
    tariffZone: fields.text('tarif_zone', wire.tarif_zone),
    zones,
    estimatedDeliveries,
    maxBandwidth: fields.megabits('bandwidth_max', wire.bandwidth_max),
    place: translatePlace(fields, wire.place),
    address: translateAddress(fields, wire.address),
    guaranteedUntilDate: fields.instant('guaranteed_until_date', wire.guaranteed_until_date),
    ...translatePrices(fields, wire),
    pricingResolved,
    offers,
    ...(isUnreadable ? { isUnreadable } : {}),
  };
}

/**
 * The history of states in Covage's order; null where the answer has none. A change that cannot be read keeps its place, with
 * the date of the one before it: clients resume by the position of a change in the history.
 */
function translateStateChanges(
  fields: CovageFields,
  sent: unknown,
  creationDate: string | null,
): StateChange[] | null {
  const dated = fields.list('state_change', sent, (change) => {
    if (!Array.isArray(sent) && typeof change !== 'object') {
      throw new UnreadableRecord('it is no history');
    }
    const wire: WireStateChange = fields.record('state_change', change) ?? {};
    return {
      ...readState(fields, wire.state),
      changeDate: fields.instant('change_date', wire.change_date),
      changeReason: fields.text('change_reason', wire.change_reason),
    };
  });
  if (!dated) return null;
  let latest =
    creationDate ?? dated.find(({ changeDate }) => changeDate !== null)?.changeDate ?? null;
  const changes: StateChange[] = [];
  for (const change of dated) {
    latest = change.changeDate ?? latest;
    // Without any date there is no history to show.
    if (latest === null) return null;
    changes.push({ ...change, changeDate: latest });
  }
  return changes;
}

function translateRequester(fields: CovageFields, sent: unknown): Requester | null {
  const wire: WireUser | null = fields.record('user', sent);
  if (wire === null) return null;
  return {
    email: fields.text('email', wire.email),
    firstName: fields.text('first_name', wire.first_name),
    lastName: fields.text('last_name', wire.last_name),
  };
}

const zonePrefix = 'zone_';
const deliveryPrefix = 'estimated_delivery_date_';

/** Covage's values for each family, families in upper case. Row 9: a zone is a number in one table, text in the other. */
function translateFamilyFields(
  fields: CovageFields,
  wire: WireItem,
  documentedZone: 'number' | 'string',
): Pick<ProductOfferingQualificationItem, 'zones' | 'estimatedDeliveries'> {
  const zones: FamilyZone[] = [];
  const estimatedDeliveries: EstimatedDelivery[] = [];
  let hasOtherZones = false;
  for (const name in wire) {
    const isZone = name.startsWith(zonePrefix);
    if (!isZone && !name.startsWith(deliveryPrefix)) continue;
    const sent: unknown = wire[name as keyof WireItem];
    const text = readText(sent);
    if (text === null) {
      if (isUnread(sent, text)) fields.report(`unreadable-${isZone ? 'zone' : 'delivery'}`);
    } else if (isZone) {
      hasOtherZones ||= typeof sent !== documentedZone;
      zones.push(translateZone(name.slice(zonePrefix.length).toUpperCase(), text));
    } else {
      const offerFamily = name.slice(deliveryPrefix.length).toUpperCase();
      const days = readDays(text);
      if (days === null) fields.report('unreadable-delivery');
      estimatedDeliveries.push({ offerFamily, text, days });
    }
  }
  if (hasOtherZones) fields.report(`zone-not-a-${documentedZone}`);
  return { zones, estimatedDeliveries };
}

function readText(sent: unknown): string | null {
  if (typeof sent === 'string') return sent.trim() || null;
  return typeof sent === 'number' && Number.isFinite(sent) ? String(sent) : null;
}

/** 1 stands for "THD ZONE 1". */
function translateZone(offerFamily: string, text: string): FamilyZone {
  const digits = /(\d{1,9})(?:\.0+)?$/.exec(text)?.[1];
  return {
    offerFamily,
    zone: digits === undefined ? null : Number(digits),
    label: /^[\d.]+$/.test(text) ? `THD ZONE ${digits ?? text}` : text,
  };
}
