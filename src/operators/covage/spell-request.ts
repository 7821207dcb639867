import type { Address } from '../../vocabulary/place.ts';
import type { QualificationRequest } from './domain.ts';

/** The body of a creation in Covage's spelling, without the values that the caller did not give. */
export function spellRequest(request: QualificationRequest): object {
  return withoutNulls({
    external_id: request.externalId,
    project_id: request.projectId,
    // Row 1: the table writes `_item`, the examples and the French page `_items`.
    product_offering_qualification_items: request.items.map((item) =>
      withoutNulls({
        offer_families: item.offerFamilies,
        eligibility_id: item.eligibilityId,
        resolve_pricing: item.resolvePricing,
        address: item.address === null ? null : spellAddress(item.address),
      }),
    ),
  });
}

function spellAddress(address: Address): object {
  return withoutNulls({
    label: address.label,
    street_ext: address.streetExtension,
    street_nr: address.streetNumber,
    city: withoutNulls({
      city_id: address.cityId,
      insee_code: address.inseeCode,
      city_name: address.cityName,
      post_code: address.postCode,
    }),
    street: withoutNulls({ street_id: address.streetId, street_name: address.streetName }),
  });
}

function withoutNulls(fields: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
