import type { Address, GeoPoint } from '../../vocabulary/place.ts';
import type { Place } from './domain.ts';
import { buildingRefOf, decodeEligibilityId } from './eligibility-id.ts';
import type { CovageFields, WireAddress, WireCity, WirePlace, WireStreet } from './wire.ts';

// Where Covage's sites are.

export function translatePlace(fields: CovageFields, sent: unknown): Place | null {
  const wire: WirePlace | null = fields.record('place', sent);
  if (wire === null) return null;
  const eligibilityId = fields.text('eligibility_id', wire.eligibility_id);
  const building = buildingRefOf(fields.text('building_ref', wire.building_ref));
  const point = translateLocation(fields, wire.location);
  // The id tells both, too.
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
  return isEmpty(address) ? null : address;
}

function isEmpty(address: Address): boolean {
  return Object.values(address).every((value) => value === null);
}
