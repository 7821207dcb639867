import type { PriceStatus } from '../../vocabulary/money.ts';
import { readAvailability, type QualificationReason } from '../../vocabulary/reason.ts';
import { bestVerdict } from '../../vocabulary/verdict.ts';
import { hasLost, isUnread, ownNames } from '../calling/lenient.ts';
import { decideOfferByCodes, findCategory } from '../../vocabulary/eligibility-codes.ts';
import type {
  EligibilityRequest,
  KoscEligibility,
  KoscOffer,
  KoscOfferEligibility,
  KoscProduct,
  KoscProductLine,
} from './domain.ts';
import { translateBuilding, translateEndpoint } from './translate-place.ts';
import type {
  KoscFields,
  WireEligibility,
  WireEndpoint,
  WireOffer,
  WireOfferEligibility,
  WireProduct,
  WireReason,
} from './wire.ts';

// Translates Kosc's answers into the nouns of domain.ts, in one pass: a value that cannot be read is null and reported.

/**
 * Kosc's answer to `request`, which was given at `checkedAt`; null where it has no eligibility_ref. Throws UnreadableRecord
 * where it is no record.
 */
export function translateEligibility(
  fields: KoscFields,
  sent: unknown,
  request: EligibilityRequest,
  checkedAt: string,
): KoscEligibility | null {
  const wire: WireEligibility = fields.whole('eligibility', sent);
  const id = fields.text('eligibility_ref', wire.eligibility_ref);
  if (id === null) return null;
  const isFibre = request.referenceType !== 'LINE_NUMBER';
  // One product may be offered in two product lines.
  const ownName = ownNames();
  const offers =
    fields.list('offers', wire.offers, (offer) =>
      translateOffer(fields, offer, { id, isFibre, ownName }),
    ) ?? [];
  const verdicts = offers.map((offer) => offer.eligibility.verdict);
  if (hasLost(wire.offers, offers)) verdicts.push('UNDETERMINED');
  const endpoint: WireEndpoint | null = fields.record('endpoint', wire.endpoint);
  return {
    ...request,
    id,
    checkedAt,
    verdict: bestVerdict(verdicts),
    offers,
    endpoint: translateEndpoint(fields, endpoint),
    building:
      translateBuilding(fields, wire.fiber_info) ?? translateBuilding(fields, endpoint?.fiber_info),
  };
}

function translateOffer(
  fields: KoscFields,
  sent: unknown,
  context: {
    readonly id: string;
    readonly isFibre: boolean;
    readonly ownName: (code: string) => string;
  },
): KoscOffer {
  const wire: WireOffer = fields.whole('offer', sent);
  const product = translateProduct(fields, wire.product);
  const setupFee = fields.euros('setup_fee', wire.setup_fee, 'text');
  return {
    id: `${context.id}:${context.ownName(product.code)}`,
    product,
    productLine: translateProductLine(fields, wire.product_line),
    eligibility: translateOfferEligibility(fields, wire.eligibility),
    setupFee,
    setupFeeStatus:
      setupFee !== null
        ? 'KNOWN'
        : isUnread(wire.setup_fee, setupFee)
          ? 'UNREADABLE'
          : missingFeeStatus(wire, context.isFibre),
    orderDelayDays: fields.days('order_delay', wire.order_delay),
  };
}

/** An empty fee means "refer to the contracts". Only fibre has one; copper offers leave it out. */
function missingFeeStatus({ setup_fee: fee }: WireOffer, isFibre: boolean): PriceStatus {
  return isFibre || typeof fee === 'string' ? 'SEE_CONTRACT' : 'NOT_PUBLISHED';
}

function translateProduct(fields: KoscFields, sent: unknown): KoscProduct {
  const wire: WireProduct = fields.whole('product', sent);
  const code = fields.id('code', wire.code);
  const options: { readonly portability?: unknown } | null = fields.record(
    'product_options',
    wire.options,
  );
  const portability: { readonly enabled?: unknown } | null = fields.record(
    'portability',
    options?.portability,
  );
  return {
    code,
    name: fields.text('product_name', wire.name) ?? code,
    provider: fields.text('provider', wire.provider),
    priority: fields.text('priority', wire.priority) ?? '',
    portabilityEnabled: fields.boolean('portability_enabled', portability?.enabled),
  };
}

function translateProductLine(fields: KoscFields, sent: unknown): KoscProductLine | null {
  const wire: WireProduct | null = fields.record('product_line', sent);
  const code = fields.text('product_line_code', wire?.code);
  if (code === null) {
    if (wire === null) fields.report('unreadable-product_line');
    return null;
  }
  return { code, name: fields.text('product_line_name', wire?.name) ?? code };
}

function translateOfferEligibility(fields: KoscFields, sent: unknown): KoscOfferEligibility {
  const wire: WireOfferEligibility = fields.record('offer_eligibility', sent) ?? {};
  const read = (name: string, list: unknown) =>
    fields.list(name, list, (reason) => translateReason(fields, reason)) ?? [];
  const reasons = read('reasons', wire.reasons);
  const underConditions = read('under_conditions', wire.under_conditions);
  const eligible = fields.boolean('eligible', wire.eligible);
  return {
    eligible,
    verdict: decideOfferByCodes(eligible, reasons, underConditions, {
      reasons: hasLost(wire.reasons, reasons),
      conditions: hasLost(wire.under_conditions, underConditions),
    }),
    reasons,
    underConditions,
  };
}

function translateReason(fields: KoscFields, sent: unknown): QualificationReason {
  const wire: WireReason = fields.whole('reason', sent);
  const code = fields.id('code', wire.code);
  return {
    code,
    category: findCategory(code),
    message: fields.text('message', wire.message) ?? code,
    availability: readAvailability(fields.text('availability_date', wire.availability_date)),
  };
}

/** The body of a question in Kosc's spelling; what does not belong to the type of reference is left out. */
export function spellRequest(request: EligibilityRequest): object {
  return {
    reference: request.reference,
    reference_type: request.referenceType.toLowerCase(),
    ...(request.productLines === null ? {} : { product_lines: request.productLines }),
    ...(request.status === null ? {} : { status: request.status.toLowerCase() }),
    ...(request.activationType === null
      ? {}
      : { activation_type: request.activationType.toLowerCase() }),
  };
}
