import type { Address, GeoPoint } from '../../vocabulary/place.ts';
import type { Place } from './domain.ts';
import type { CovageFields, WireAddress, WireCity, WirePlace, WireStreet } from './wire.ts';
import { normalBuildingRef } from '../../vocabulary/site-key.ts';

/** The facts about a site in its eligibility id. */
export interface EligibilityIdContent {
  readonly location: GeoPoint;
  /** Null where the id says `None` (Python's null). */
  readonly buildingRef: string | null;
}

const grammar = /^\(x:(-?\d+(?:\.\d+)?);y:(-?\d+(?:\.\d+)?);b:([^;)]*)\)$/;

/**
 * Decodes an eligibility id: base64 of `(x:<longitude>;y:<latitude>;b:<building reference or None>)`. The grammar is
 * inferred from the two ids in Covage's documents, not published; so null means only that this service cannot read the
 * id, and Covage still decides about it.
 */
export function decodeEligibilityId(eligibilityId: string): EligibilityIdContent | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(eligibilityId)) return null;
  const match = grammar.exec(Buffer.from(eligibilityId, 'base64').toString('utf8'));
  if (!match) return null;
  const [, x, y, b = ''] = match;
  const location = { longitude: Number(x), latitude: Number(y) };
  if (Math.abs(location.longitude) > 180 || Math.abs(location.latitude) > 90) return null;
  return { location, buildingRef: readBuildingRef(b) };
}

/** Writes an eligibility id by the inferred grammar. Covage does not sanction ids that are not from its address search. */
export function encodeEligibilityId({ location, buildingRef }: EligibilityIdContent): string {
  return Buffer.from(
    `(x:${location.longitude};y:${location.latitude};b:${buildingRef ?? 'None'})`,
  ).toString('base64');
}

/** A building reference in normal form, or null for the several ways in which Covage writes "none" (row 13). */
export function readBuildingRef(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' || /^(none|null)$/i.test(trimmed) ? null : normalBuildingRef(trimmed);
}

export function translatePlace(fields: CovageFields, sent: unknown): Place | null {
  const wire: WirePlace | null = fields.record('place', sent);
  if (wire === null) return null;
  const eligibilityId = fields.text('eligibility_id', wire.eligibility_id);
  const building = readBuildingRef(fields.text('building_ref', wire.building_ref));
  const point = translateLocation(fields, wire.location);
  // The eligibility id tells both, too.
  const isWhole = building !== null && point !== null;
  const content = isWhole || eligibilityId === null ? null : decodeEligibilityId(eligibilityId);
  const buildingRef = building ?? content?.buildingRef ?? null;
  const location = point ?? content?.location ?? null;
  if (eligibilityId === null && buildingRef === null && location === null) return null;
  return { eligibilityId, buildingRef, location };
}

/** Covage's x is the longitude (MEF 87's is the latitude). */
function translateLocation(fields: CovageFields, sent: unknown): GeoPoint | null {
  const wire: { readonly x?: unknown; readonly y?: unknown } | null = fields.record(
    'location',
    sent,
  );
  if (wire === null) return null;
  const longitude = fields.degrees('x', wire.x);
  const latitude = fields.degrees('y', wire.y);
  return longitude === null || latitude === null ? null : { longitude, latitude };
}

export function translateAddress(fields: CovageFields, sent: unknown): Address | null {
  const wire: WireAddress | null = fields.record('address', sent);
  if (wire === null) return null;
  const city: WireCity = fields.record('city', wire.city) ?? {};
  const street: WireStreet = fields.record('street', wire.street) ?? {};
  const address: Address = {
    label: fields.text('label', wire.label),
    streetNumber: fields.text('street_nr', wire.street_nr),
    streetExtension: fields.text('street_ext', wire.street_ext),
    streetName: fields.text('street_name', street.street_name),
    streetId: fields.text('street_id', street.street_id),
    cityName: fields.text('city_name', city.city_name),
    cityId: fields.text('city_id', city.city_id),
    inseeCode: fields.fiveDigits('insee_code', city.insee_code),
    postCode: fields.fiveDigits('post_code', city.post_code),
  };
  return isEmptyAddress(address) ? null : address;
}

function isEmptyAddress(address: Address): boolean {
  return Object.values(address).every((value) => value === null);
}
