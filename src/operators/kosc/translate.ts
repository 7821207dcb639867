import { dayOf } from '../../vocabulary/instant.ts';
import { eurosOf, type Money, type PriceStatus } from '../../vocabulary/money.ts';
import type { CopperLineStatus } from '../../vocabulary/copper-line.ts';
import type { Availability, QualificationReason } from '../../vocabulary/reason.ts';
import { categoryOf } from './codes.ts';
import type {
  EligibilityRequest,
  KoscAddress,
  KoscBuilding,
  KoscCopper,
  KoscEligibility,
  KoscEndpoint,
  KoscOffer,
  KoscReferenceType,
} from './domain.ts';
import { bestVerdict } from '../../vocabulary/verdict.ts';
import { offerVerdict } from './verdict.ts';
import type {
  WireAddress,
  WireCopper,
  WireEligibility,
  WireEndpoint,
  WireOffer,
  WireReason,
} from './wire.ts';

// Pure: Kosc's answers, parsed, into the nouns of domain.ts.

/** Kosc's answer to `request`, which was given at `checkedAt`. */
export function translateEligibility(
  wire: WireEligibility & { readonly eligibility_ref: string },
  request: EligibilityRequest,
  checkedAt: string,
): KoscEligibility {
  const id = wire.eligibility_ref;
  const isFibre = request.referenceType !== 'LINE_NUMBER';
  const offers = (wire.offers ?? []).map((offer) => translateOffer(offer, { id, isFibre }));
  return {
    ...request,
    id,
    checkedAt,
    verdict: bestVerdict(offers.map((offer) => offer.eligibility.verdict)),
    offers,
    endpoint: translateEndpoint(wire.endpoint),
    building: translateBuilding(wire.fiber_info?.building ?? wire.endpoint?.fiber_info?.building),
  };
}

function translateOffer(wire: WireOffer, context: { id: string; isFibre: boolean }): KoscOffer {
  const reasons = (wire.eligibility.reasons ?? []).map(translateReason);
  const underConditions = (wire.eligibility.under_conditions ?? []).map(translateReason);
  const eligible = wire.eligibility.eligible ?? null;
  const setupFee = eurosOf(wire.setup_fee);
  return {
    id: `${context.id}:${wire.product.code}`,
    product: {
      code: wire.product.code,
      name: wire.product.name ?? wire.product.code,
      provider: wire.product.provider ?? null,
      priority: wire.product.priority ?? '',
      portabilityEnabled: wire.product.options?.portability?.enabled ?? null,
    },
    productLine: {
      code: wire.product_line.code,
      name: wire.product_line.name ?? wire.product_line.code,
    },
    eligibility: {
      eligible,
      // Conditions that are there and cannot be read are conditions all the same.
      verdict: offerVerdict(
        eligible,
        reasons,
        underConditions,
        wire.eligibility.under_conditions === null,
      ),
      reasons,
      underConditions,
    },
    setupFee,
    setupFeeStatus: setupFeeStatusOf(setupFee, wire, context.isFibre),
    orderDelayDays:
      wire.order_delay === null || wire.order_delay === undefined
        ? null
        : Math.ceil(wire.order_delay),
  };
}

/** An empty fee means "refer to the contracts". Only fibre has one; copper offers leave it out. */
function setupFeeStatusOf(fee: Money | null, wire: WireOffer, isFibre: boolean): PriceStatus {
  if (fee !== null) return 'KNOWN';
  return isFibre || wire.setup_fee === '' ? 'SEE_CONTRACT' : 'NOT_PUBLISHED';
}

function translateReason(wire: WireReason): QualificationReason {
  return {
    code: wire.code,
    category: categoryOf(wire.code),
    message: wire.message ?? wire.code,
    availability: translateAvailability(wire.availability_date),
  };
}

/** Kosc names a day, a year (`2023`) or has a sentence around a day (`Available around 2024-12-31`). */
function translateAvailability(text: string | null | undefined): Availability | null {
  if (text === null || text === undefined) return null;
  const day = /\b\d{4}-\d{2}-\d{2}\b/.exec(text)?.[0];
  return { text, date: day === undefined ? null : dayOf(day) };
}

const referenceTypes: Readonly<Record<string, KoscReferenceType>> = {
  line_number: 'LINE_NUMBER',
  otp: 'OTP',
  building: 'BUILDING',
};
const lineStatuses: Readonly<Record<string, CopperLineStatus>> = {
  active: 'ACTIVE',
  inactive: 'INACTIVE',
};

function translateEndpoint(wire: WireEndpoint | null | undefined): KoscEndpoint | null {
  if (!wire) return null;
  return {
    endpointRef: wire.endpoint_ref ?? null,
    endpointRefType: referenceTypes[wire.endpoint_ref_type ?? ''] ?? null,
    address: translateAddress(wire.address),
    copper: translateCopper(wire.copper_info),
  };
}

/** Kosc answers `copper_info: {status: null}` for fibre: that is no copper line. */
function translateCopper(wire: WireCopper | null | undefined): KoscCopper | null {
  if (!wire || Object.values(wire).every((value) => value === null || value === undefined))
    return null;
  const sections = (wire.sections_lengths ?? []).flatMap(({ diameter, length }) =>
    typeof diameter === 'number' && typeof length === 'number'
      ? [{ diameter, length: Math.round(length) }]
      : [],
  );
  const point = wire.concentration_point;
  const { latitude, longitude } = point?.latlng ?? {};
  return {
    status: lineStatuses[wire.status ?? ''] ?? null,
    unlistedNumber: wire.unlisted_number ?? null,
    availablePairs: wire.available_pairs ?? null,
    maxAvailablePairs: wire.max_available_pairs ?? null,
    underConstruction: wire.under_construction ?? null,
    sections,
    totalLength:
      sections.length === 0 ? null : sections.reduce((sum, { length }) => sum + length, 0),
    concentrationPoint: point
      ? {
          location:
            typeof latitude === 'number' && typeof longitude === 'number'
              ? { latitude, longitude }
              : null,
          address: translateAddress(point.address),
        }
      : null,
  };
}

function translateBuilding(
  wire: NonNullable<WireEligibility['fiber_info']>['building'] | undefined,
): KoscBuilding | null {
  const buildingRef = wire?.building_ref;
  if (!wire || !buildingRef) return null;
  return {
    buildingRef,
    name: wire.name ?? null,
    type: wire.type ?? null,
    operatorCode: wire.operator_code ?? null,
    operatorName: wire.operator_name ?? null,
    nro: wire.nro ?? null,
    address: translateAddress(wire.address),
  };
}

function translateAddress(wire: WireAddress | null | undefined): KoscAddress | null {
  if (!wire) return null;
  return {
    koscStreetCode: wire.kosc_street_code ?? null,
    koscInseeCode: wire.kosc_insee_code ?? null,
    streetNumber: wire.street_number ?? null,
    streetName: wire.street_name ?? null,
    city: wire.city ?? null,
    housingComplex: wire.housing_complex ?? null,
    stairs: wire.stairs ?? null,
    floor: wire.floor ?? null,
    door: wire.door ?? null,
    ownerName: wire.owner_name ?? null,
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
