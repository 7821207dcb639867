import type { KoscAddress } from './kosc-address.ts';
import { buildingAddress, koscAddress } from './kosc-address.ts';
import type { KoscBuilding } from './buildings.ts';
import type { KoscLine } from './lines.ts';
import { productLines, products, type KoscOffer, type Motive } from './offer.ts';
import type { KoscOtp } from './otps.ts';
import type { Variants } from './variants.ts';

type Wire = Record<string, unknown>;

/** What an eligibility answers about, before it is spelled. */
export type Endpoint = { line: KoscLine } | { otp: KoscOtp } | { building: KoscBuilding };

/** The text of an eligibility. */
export function eligibilityText(
  eligibilityRef: string,
  endpoint: Endpoint,
  offers: readonly KoscOffer[],
  variants: Variants,
): string {
  const { endpoint: place, fiberInfo } = endpointWire(endpoint, variants);
  const fiber = fiberInfo === null ? {} : { fiber_info: fiberInfo };
  const nested = variants.has('fiber-info-in-endpoint');
  const summary = {
    eligibility_ref: eligibilityRef,
    endpoint: nested ? { ...place, ...fiber } : place,
    ...(nested ? {} : fiber),
  };
  const list = { offers: offers.map((offer) => offerWire(offer, variants)) };
  const body = variants.has('eligibility-keys-first')
    ? { ...summary, ...list }
    : { ...list, ...summary };
  const text = JSON.stringify(body);
  if (!variants.has('json-trailing-comma')) return text;
  const printed = JSON.stringify(summary.endpoint);
  return text.replace(printed, () => `${printed.slice(0, -1)},\n}`);
}

function offerWire(offer: KoscOffer, variants: Variants): Wire {
  const { line, name, provider, priority, options } = products[offer.product];
  const emptyProvider = variants.has('provider-null') ? null : '';
  return {
    eligibility: {
      under_conditions: motivesWire(offer.conditions, variants),
      eligible: isRefusedUndecided(offer, variants) ? false : offer.eligible,
      reasons: motivesWire(offer.reasons, variants),
    },
    product_line: { code: line, name: productLines[line].name },
    product: {
      code: offer.product,
      provider: provider === '' || variants.has('provider-empty') ? emptyProvider : provider,
      name,
      priority,
      ...(variants.has('options-absent')
        ? {}
        : { options: variants.has('options-null') ? null : options }),
    },
    ...feesWire(offer, productLines[line].network, variants),
  };
}

/** Whether an offer is refused of which Kosc says in the reason that it could not tell. */
function isRefusedUndecided({ eligible, reasons }: KoscOffer, variants: Variants): boolean {
  return eligible === null && reasons !== null && variants.has('undecided-as-false');
}

function feesWire(offer: KoscOffer, network: 'copper' | 'fiber', variants: Variants): Wire {
  if (network === 'copper') {
    return variants.has('copper-fees-null') ? { setup_fee: null, order_delay: null } : {};
  }
  const fees: Wire = {
    setup_fee:
      offer.setupFee === null && variants.has('setup-fee-empty')
        ? ''
        : numeric(offer.setupFee, variants.has('setup-fee-as-number')),
    order_delay: numeric(offer.orderDelay, variants.has('order-delay-as-number')),
  };
  if (fees['setup_fee'] === null && variants.has('setup-fee-absent')) delete fees['setup_fee'];
  if (fees['order_delay'] === null && variants.has('order-delay-absent'))
    delete fees['order_delay'];
  return fees;
}

function numeric(text: string | null, asNumber: boolean): string | number | null {
  return asNumber && text !== null && text !== '' ? Number(text) : text;
}

function motivesWire(motives: readonly Motive[] | null, variants: Variants): Wire[] | null {
  if (motives === null) return variants.has('motives-as-empty-lists') ? [] : null;
  return motives.map(({ code, message, ...rest }) => ({
    code: variants.has('codes-as-numbers') && /^\d+$/.test(code) ? Number(code) : code,
    message: variants.has('messages-without-full-stop') ? message.replace(/\.$/, '') : message,
    ...rest,
  }));
}

function endpointWire(
  endpoint: Endpoint,
  variants: Variants,
): { endpoint: Wire; fiberInfo: Wire | null } {
  if ('line' in endpoint) {
    const { line } = endpoint;
    return { endpoint: lineEndpointWire(line, variants), fiberInfo: null };
  }
  const noCopper = variants.has('copper-info-absent') ? {} : { copper_info: { status: null } };
  if ('otp' in endpoint) {
    const { ref, building, stairs, floor, door } = endpoint.otp;
    const address = { ...koscAddress(building.place), stairs, floor, ...(door && { door }) };
    return {
      endpoint: {
        endpoint_ref: ref,
        endpoint_ref_type: 'otp',
        address: addressWire(address, variants),
        ...noCopper,
      },
      fiberInfo: { building: buildingWire(building, variants) },
    };
  }
  const { building } = endpoint;
  return {
    endpoint: {
      ...(variants.has('building-endpoint-with-ref')
        ? { endpoint_ref: building.ref, endpoint_ref_type: 'building' }
        : {}),
      address: addressWire(koscAddress(building.place), variants),
      ...(variants.has('copper-info-status-null') ? noCopper : {}),
    },
    fiberInfo: { building: buildingWire(building, variants) },
  };
}

/** A copper line with its address, as an eligibility shows it. */
export function lineEndpointWire(line: KoscLine, variants: Variants): Wire {
  return {
    endpoint_ref: line.number,
    endpoint_ref_type: 'line_number',
    address: addressWire(lineAddress(line), variants),
    copper_info: {
      status: line.status,
      unlisted_number: line.unlisted,
      available_pairs: line.availablePairs,
      max_available_pairs: line.maxAvailablePairs,
      under_construction: line.underConstruction,
      sections_lengths: line.sections,
      concentration_point: {
        latlng: { latitude: line.place.latitude, longitude: line.place.longitude },
        address: addressWire(withoutCodesIf(line, koscAddress(line.place)), variants),
      },
    },
  };
}

/** A building, as eligibilities and `buildings/` show it. */
export function buildingWire(building: KoscBuilding, variants: Variants): Wire {
  return {
    operator_code: building.operatorCode,
    operator_name: building.operatorName,
    name: building.name,
    building_ref: building.ref,
    type: building.type,
    nro: building.nro,
    address: addressWire(buildingAddress(building.place), variants),
  };
}

function lineAddress(line: KoscLine): KoscAddress {
  const address = { ...koscAddress(line.place), ...line.premises, owner_name: line.ownerName };
  return withoutCodesIf(line, address);
}

function withoutCodesIf({ withoutCodes }: KoscLine, address: KoscAddress): KoscAddress {
  return withoutCodes ? { ...address, kosc_street_code: null, kosc_insee_code: null } : address;
}

function addressWire(address: KoscAddress, variants: Variants): KoscAddress {
  return variants.has('codes-in-address-null')
    ? { ...address, kosc_street_code: null, kosc_insee_code: null }
    : address;
}
