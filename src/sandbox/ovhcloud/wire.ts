import type { Place } from '../places.ts';
import type { Premises } from './premises.ts';
import type { Message, Offer } from './products.ts';
import type { OvhScript } from './script.ts';

// What the published schema (connectivity.eligibility.*) has, with the spellings of the variants.

type Wire = Record<string, unknown>;
type Has = (variant: NonNullable<OvhScript['variants']>[number]) => boolean;

/** How a number of a street is written: with its extension glued on. */
export function numberOf({ streetNumber, streetExtension }: Place): string {
  return `${streetNumber}${streetExtension}`;
}

/** The result of a test. */
export function testWire(reference: number, one: Premises, has: Has): Wire {
  return {
    eligibilityReference: has('reference-as-number') ? reference : `OVH-${reference}`,
    endpoint: endpointWire(one, has),
    offers: one.offers.map((offer) => offerWire(offer, has)),
  };
}

function endpointWire(
  { reference, referenceType, place, line, answersAbout }: Premises,
  has: Has,
): Wire {
  const address = {
    ...addressWire(place, has),
    ...(line === undefined ? {} : { ownerName: line.ownerName, door: '31' }),
  };
  if (line !== undefined) {
    const { status, unlisted } = line;
    const sectionsLengths = [{ diameter: 4, length: 1517 }];
    const copperInfo = { status, unlistedNumber: unlisted, nra: 'PAR14', sectionsLengths };
    return { reference, referenceType, address, copperInfo };
  }
  if (place.buildingRef === null) return { reference, referenceType, address };
  const fiberInfo = {
    buildingReference: answersAbout ?? place.buildingRef,
    buildingName: '',
    buildingType: 'BUILDING',
    nro: `${place.inseeCode}NRO`,
    operatorCode: 'FI',
    operatorName: 'ORANGE',
    // Texts, as the schema has them.
    latitude: String(place.latitude),
    longitude: String(place.longitude),
  };
  return { reference, referenceType, address, fiberInfo };
}

function addressWire(place: Place, has: Has): Wire {
  const code = (text: string) =>
    has('insee-as-number') && /^\d+$/.test(text) ? Number(text) : text;
  return {
    streetCode: place.koscStreetCode,
    streetNumber: numberOf(place),
    streetName: place.streetName.toUpperCase(),
    city: place.city,
    inseeCode: code(place.inseeCode),
    zipCode: code(place.postCode),
  };
}

function offerWire(offer: Offer, has: Has): Wire {
  const { product, eligible, reasons, underConditions, ...estimated } = offer;
  const rate = (value: number) => (has('rates-as-text') ? String(value) : value);
  const flag = (value: boolean) => (has('flags-as-text') ? String(value) : value);
  return {
    product: {
      ...product,
      downloadRate: rate(product.downloadRate),
      uploadRate: rate(product.uploadRate),
      guaranteed: flag(product.guaranteed),
      ...listWire('grt', has('grt-as-text') ? product.grt.join(',') : product.grt, has),
    },
    eligibility: {
      eligible: flag(eligible),
      activationTypes: ['create'],
      ...listWire(
        'reasons',
        reasons.map((one) => messageWire(one, has)),
        has,
      ),
      ...listWire(
        'underConditions',
        underConditions.map((one) => messageWire(one, has)),
        has,
      ),
      ...Object.fromEntries(Object.entries(estimated).map(([name, value]) => [name, rate(value)])),
    },
  };
}

function listWire(name: string, list: readonly unknown[] | string, has: Has): Wire {
  if (list.length > 0) return { [name]: list };
  if (has('lists-absent')) return { [name]: undefined };
  return { [name]: has('lists-null') ? null : [] };
}

function messageWire({ code, ...rest }: Message, has: Has): Wire {
  return { code: has('codes-as-numbers') && /^\d+$/.test(code) ? Number(code) : code, ...rest };
}

/** An address of `search/addresses`. Numbers are texts there. */
export function nearbyWire(place: Place, has: Has): Wire {
  return {
    ...addressWire(place, has),
    latitude: String(place.latitude),
    longitude: String(place.longitude),
    distance: '1.2',
    ...(place.buildingRef === null
      ? {}
      : { buildingReference: place.buildingRef, buildingName: 'BATIMENT A' }),
  };
}
