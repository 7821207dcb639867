import { findCategory, decideOfferByCodes } from '../../vocabulary/eligibility-codes.ts';
import { readStreetNumber } from '../../vocabulary/french-address.ts';
import type { Address, GeoPoint } from '../../vocabulary/place.ts';
import { readAvailability, type QualificationReason } from '../../vocabulary/reason.ts';
import { normalBuildingRef } from '../../vocabulary/site-key.ts';
import { bestVerdict } from '../../vocabulary/verdict.ts';
import { hasLost, ownNames, UnreadableRecord, type LenientFields } from '../calling/lenient.ts';
import type { OvhEligibility, OvhOffer, OvhPlace } from './domain.ts';

// Translates OVHcloud's answers into the nouns of domain.ts, in one pass: a value that cannot be read is null and reported. Field
// names are those of its published schema (connectivity.eligibility.*).

type Wire = Readonly<Record<string, unknown>>;
type Test = Omit<OvhEligibility, 'reference' | 'referenceType' | 'checkedAt'>;

/** The result of a test. Throws UnreadableRecord where it has no eligibilityReference. */
export function translateTest(fields: LenientFields, sent: unknown): Test {
  const wire = requireRecord(fields, 'result', sent);
  const id = fields.id('eligibilityReference', wire['eligibilityReference']);
  // One product may be offered on two networks.
  const ownName = ownNames();
  const offers = fields.list('offers', wire['offers'], (offer) => {
    const translated = translateOffer(fields, offer);
    return { id: `${id}:${ownName(translated.code)}`, ...translated };
  });
  const verdicts = (offers ?? []).map(({ verdict }) => verdict);
  const hasLostOffers = hasLost(wire['offers'], offers);
  if (hasLostOffers) verdicts.push('UNDETERMINED');
  return {
    id,
    verdict: bestVerdict(verdicts),
    offers: offers ?? [],
    ...(hasLostOffers ? { hasLostOffers } : {}),
    place: translatePlace(fields, wire['endpoint']),
  };
}

function translateOffer(fields: LenientFields, sent: unknown): Omit<OvhOffer, 'id'> {
  const wire = requireRecord(fields, 'offer', sent);
  const product = requireRecord(fields, 'product', wire['product']);
  const eligibility = fields.record('eligibility', wire['eligibility']) as Wire | null;
  const read = (name: string) =>
    fields.list(name, eligibility?.[name], (reason) => translateReason(fields, reason)) ?? [];
  const reasons = read('reasons');
  const underConditions = read('underConditions');
  const code = fields.id('code', product['code']);
  return {
    code,
    name: fields.text('name', product['name']) ?? code,
    type: fields.text('type', product['type'])?.toUpperCase() ?? '',
    provider: fields.text('provider', product['provider']),
    network: fields.text('operator', product['operator']),
    downloadRate: fields.number('downloadRate', product['downloadRate']),
    uploadRate: fields.number('uploadRate', product['uploadRate']),
    isGuaranteed: fields.boolean('guaranteed', product['guaranteed']),
    serviceLevels: fields.words('grt', product['grt']) ?? [],
    estimatedDownloadRate: fields.number(
      'estimatedDownloadRate',
      eligibility?.['estimatedDownloadRate'],
    ),
    estimatedUploadRate: fields.number('estimatedUploadRate', eligibility?.['estimatedUploadRate']),
    // OVHcloud never sends null for `eligible`: the reasons tell a refusal that is merely undecided.
    verdict: decideOfferByCodes(
      fields.boolean('eligible', eligibility?.['eligible']),
      reasons,
      underConditions,
      {
        reasons: hasLost(eligibility?.['reasons'], reasons),
        conditions: hasLost(eligibility?.['underConditions'], underConditions),
      },
    ),
    reasons,
    underConditions,
  };
}

function translateReason(fields: LenientFields, sent: unknown): QualificationReason {
  const wire = requireRecord(fields, 'message', sent);
  const code = fields.id('message_code', wire['code']);
  return {
    code,
    category: findCategory(code),
    message: fields.text('message_text', wire['message']) ?? code,
    availability: readAvailability(fields.text('availabilityDate', wire['availabilityDate'])),
  };
}

/** The outlet or the line that the result of a test is about, as it is written there; null where the result does not say. */
export function readOutletOrLine(fields: LenientFields, sent: unknown): string | null {
  const { endpoint } = requireRecord(fields, 'result', sent);
  const wire = (fields.record('endpoint', endpoint) ?? {}) as Wire;
  const isOne = wire['referenceType'] === 'otp' || wire['referenceType'] === 'lineNumber';
  return isOne ? fields.text('reference', wire['reference']) : null;
}

/** The place of the endpoint. For a line that may be unlisted, its location and address are left out. */
function translatePlace(fields: LenientFields, sent: unknown): OvhPlace {
  const wire = (fields.record('endpoint', sent) ?? {}) as Wire;
  const fibre = (fields.record('fiberInfo', wire['fiberInfo']) ?? {}) as Wire;
  const copper = fields.record('copperInfo', wire['copperInfo']) as Wire | null;
  const isLine = copper !== null || wire['referenceType'] === 'lineNumber';
  const isUnlisted = fields.boolean('unlistedNumber', copper?.['unlistedNumber']);
  // An answer about a building may have no fibre information: then the endpoint itself names the building.
  const buildingRef =
    fields.text('buildingReference', fibre['buildingReference']) ??
    (wire['referenceType'] === 'building' ? fields.text('reference', wire['reference']) : null);
  const isHidden = isLine && isUnlisted !== false;
  const address = fields.record('address', wire['address']);
  return {
    buildingRef: buildingRef === null ? null : normalBuildingRef(buildingRef),
    location: isHidden ? null : translatePoint(fields, fibre),
    address: isHidden || address === null ? null : translateAddress(fields, address as Wire),
    isLineUnlisted: isUnlisted,
  };
}

function translatePoint(fields: LenientFields, wire: Wire): GeoPoint | null {
  const longitude = fields.degrees('longitude', wire['longitude']);
  const latitude = fields.degrees('latitude', wire['latitude']);
  return longitude === null || latitude === null ? null : { longitude, latitude };
}

function translateAddress(fields: LenientFields, wire: Wire): Address {
  const written = fields.text('streetNumber', wire['streetNumber']);
  const number = written === null ? null : readStreetNumber(written);
  return {
    label: null,
    streetNumber: number?.number ?? written,
    streetExtension: number?.extension ?? null,
    streetName: fields.text('streetName', wire['streetName']),
    streetId: null,
    cityName: fields.text('city', wire['city']),
    cityId: null,
    inseeCode: fields.fiveDigits('inseeCode', wire['inseeCode']),
    postCode: fields.fiveDigits('zipCode', wire['zipCode']),
  };
}

/** An address near a point, with the building there and the code by which its street is asked about. */
export interface AddressNearby {
  readonly buildingRef: string | null;
  readonly buildingName: string | null;
  readonly streetCode: string | null;
  /** In the form in which OVHcloud takes it: `4B`. */
  readonly streetNumber: string | null;
  readonly location: GeoPoint | null;
  readonly address: Address;
}

/** The addresses that `search/addresses` finds. */
export function translateAddresses(fields: LenientFields, sent: unknown): AddressNearby[] {
  return (
    fields.list('addresses', sent, (one) => {
      const wire = requireRecord(fields, 'address', one);
      const buildingRef = fields.text('buildingReference', wire['buildingReference']);
      return {
        buildingRef: buildingRef === null ? null : normalBuildingRef(buildingRef),
        buildingName: fields.text('buildingName', wire['buildingName']),
        streetCode: fields.text('streetCode', wire['streetCode']),
        streetNumber: fields.text('streetNumber', wire['streetNumber']),
        location: translatePoint(fields, wire),
        address: translateAddress(fields, wire),
      };
    }) ?? []
  );
}

/** The references of the buildings that `search/buildingsByLine` finds. */
export function translateBuildingRefs(fields: LenientFields, sent: unknown): string[] {
  return (
    fields.list('buildings', sent, (one) =>
      normalBuildingRef(
        fields.id('reference', requireRecord(fields, 'building', one)['reference']),
      ),
    ) ?? []
  );
}

function requireRecord(fields: LenientFields, name: string, sent: unknown): Wire {
  const record = fields.record(name, sent);
  if (record === null) throw new UnreadableRecord(`${name} is missing`);
  return record as Wire;
}
