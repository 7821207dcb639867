import { readMegabits, readMonths } from '../../vocabulary/measure.ts';
import type { PriceStatus } from '../../vocabulary/money.ts';
import type { QualificationState } from '../../vocabulary/state-change.ts';
import { isUnread } from '../calling/lenient.ts';
import type {
  CatalogueOffer,
  FamilyZone,
  ItemOffer,
  OfferDescription,
  OfferFamily,
  Option,
  OptionValue,
  Prices,
} from './domain.ts';
import { decideOfferByState } from './verdict.ts';
import type {
  CovageFields,
  WireFamily,
  WireItem,
  WireOffer,
  WireOption,
  WireOptionValue,
} from './wire.ts';

// Translates Covage's offers into the nouns of domain.ts, in one pass. Every function throws UnreadableRecord for a record without an
// identifier.

/** The facts about its item with which an offer is translated. */
export interface OfferContext {
  readonly itemId: string;
  /** Null where the item's state cannot be read. */
  readonly state: QualificationState | null;
  readonly zones: readonly FamilyZone[];
  readonly isPricingResolved: boolean;
  /** Makes the identifiers of an item's offers unique. */
  readonly ownName: (id: string) => string;
}

/** An offer as qualified for an item. */
export function translateItemOffer(
  fields: CovageFields,
  sent: unknown,
  context: OfferContext,
): ItemOffer {
  const wire: WireOffer = fields.whole(sent);
  const id = fields.id('product_id', wire.product_id);
  const offer = describeOffer(fields, id, wire);
  const { price, networkAccessFee, serviceAccessFee } = translatePrices(fields, wire);
  const onQuotation = fields.boolean('on_quotation', wire.on_quotation);
  const isPriceKnown = price !== null;
  return {
    id: `${context.itemId}:${context.ownName(id)}`,
    offer,
    zone: context.zones.find((zone) => zone.offerFamily === offer.offerFamily)?.zone ?? null,
    tariffZone: fields.text('tarif_zone', wire.tarif_zone),
    onQuotation,
    verdict:
      context.state === null
        ? 'UNDETERMINED'
        : decideOfferByState(context.state, onQuotation, isUnread(wire.on_quotation, onQuotation)),
    // One by one: to spread a second object into another one is slow.
    price,
    networkAccessFee,
    serviceAccessFee,
    priceStatus: decidePriceStatus({
      isKnown: isPriceKnown,
      isLost: isUnread(wire.price, price),
      onQuotation,
      isResolved: context.isPricingResolved,
    }),
    accessFeesStatus: decidePriceStatus({
      isKnown: networkAccessFee !== null && serviceAccessFee !== null,
      isLost: isUnread(wire.far, networkAccessFee) || isUnread(wire.fas, serviceAccessFee),
      onQuotation,
      isResolved: isPriceKnown || context.isPricingResolved,
    }),
  };
}

function decidePriceStatus(evidence: {
  readonly isKnown: boolean;
  readonly isLost: boolean;
  readonly onQuotation: boolean | null;
  readonly isResolved: boolean;
}): PriceStatus {
  if (evidence.isKnown) return 'KNOWN';
  if (evidence.onQuotation === true) return 'ON_QUOTATION';
  if (evidence.isLost) return 'UNREADABLE';
  return evidence.isResolved ? 'NOT_PUBLISHED' : 'NOT_RESOLVED';
}

/** An offer from any of the catalogue's routes; a list leaves `href`, `recurring` and `options` null. */
export function translateOffer(
  fields: CovageFields,
  sent: unknown,
  asked: string | null = null,
): CatalogueOffer {
  const wire: WireOffer = fields.whole(sent);
  const { price, networkAccessFee, serviceAccessFee } = translatePrices(fields, wire);
  return {
    ...describeOffer(fields, fields.readId(wire, asked), wire),
    href: fields.text('href', wire.href),
    tariffZone: fields.text('tarif_zone', wire.tarif_zone),
    lastUpdate: fields.instant('last_update', wire.last_update),
    price,
    networkAccessFee,
    serviceAccessFee,
    priceStatus: decidePriceStatus({
      isKnown: price !== null,
      isLost: isUnread(wire.price, price),
      onQuotation: null,
      isResolved: true,
    }),
    recurring: fields.boolean('recurring', wire.recurring),
    options:
      fields.list('available_options', wire.available_options, (option) =>
        translateOption(fields, option),
      ) ?? null,
  };
}

function translateOption(fields: CovageFields, sent: unknown): Option {
  const wire: WireOption = fields.whole(sent);
  return {
    name: fields.text('option_name', wire.name) ?? '',
    type: fields.text('option_type', wire.type) ?? '',
    values:
      fields.list('option_values', wire.values, (value) => translateOptionValue(fields, value)) ??
      [],
  };
}

function translateOptionValue(fields: CovageFields, sent: unknown): OptionValue {
  const wire: WireOptionValue = fields.whole(sent);
  return {
    optionId: fields.id('option_id', wire.option_id),
    label: fields.text('option_label', wire.label) ?? '',
    price: fields.euros('option_price', wire.price),
    recurring: fields.boolean('option_recurring', wire.recurring),
  };
}

function describeOffer(fields: CovageFields, id: string, wire: WireOffer): OfferDescription {
  const commitment = fields.text('commitment', wire.commitment) ?? '';
  const months = readMonths(commitment);
  if (months === null && commitment !== '') fields.report('unreadable-commitment');
  const maxBandwidth = fields.megabits('bandwidth_max', wire.bandwidth_max);
  const bandwidth =
    fields.text('bandwidth', wire.bandwidth) ??
    fields.text('bandwidthe', wire.bandwidthe) ??
    (maxBandwidth === null ? '' : `${maxBandwidth}M`);
  return {
    id,
    name: fields.text('name', wire.name) ?? id,
    description: fields.text('description', wire.description),
    offerFamily: fields.text('offer_family', wire.offer_family) ?? '',
    offerTechnology: fields.text('offer_technology', wire.offer_technology) ?? '',
    bandwidth,
    guaranteedBandwidth: fields.megabits('bandwidth_guarantee', wire.bandwidth_guarantee),
    maxBandwidth: maxBandwidth ?? readMegabits(bandwidth),
    commitment: { text: commitment, months },
  };
}

/** Price and fees of an offer or an item. */
export function translatePrices(
  fields: CovageFields,
  wire: Pick<WireItem, 'price' | 'far' | 'fas'>,
): Prices {
  return {
    price: fields.euros('price', wire.price, 'number', 'monthly'),
    networkAccessFee: fields.euros('far', wire.far),
    serviceAccessFee: fields.euros('fas', wire.fas),
  };
}

/** A family of the catalogue. A family without a type counts as an offer family, as nearly all in the list are. */
export function translateFamily(fields: CovageFields, sent: unknown): OfferFamily {
  const wire: WireFamily = fields.whole(sent);
  return {
    name: fields.id('name', wire.name),
    type: fields.text('type', wire.type) ?? 'OFFER_FAMILY',
    description: fields.text('description', wire.description),
  };
}
