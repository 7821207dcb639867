import type { Address } from '../../src/vocabulary/place.ts';

/** An address of which nothing is known. */
export const unknownAddress: Address = {
  label: null,
  streetNumber: null,
  streetExtension: null,
  streetName: null,
  streetId: null,
  cityName: null,
  cityId: null,
  inseeCode: null,
  postCode: null,
};
