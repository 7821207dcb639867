import type { Place } from '../places.ts';

/** An address as Kosc writes it. */
export interface KoscAddress {
  kosc_street_code: string | null;
  kosc_insee_code: string | null;
  street_number: string;
  street_name: string;
  city: string;
  housing_complex?: string;
  stairs?: string;
  floor?: string;
  door?: string;
  owner_name?: string;
}

/** The address of a place: upper case, no accents, no punctuation, the extension glued to the number. */
export function koscAddress(place: Place): KoscAddress {
  return {
    kosc_street_code: place.koscStreetCode,
    kosc_insee_code: place.inseeCode,
    street_number: `${place.streetNumber}${place.streetExtension}`,
    street_name: koscText(place.streetName),
    city: koscText(place.city),
  };
}

/** The same with the street before its codes, as the documentation prints the address of a building. */
export function buildingAddress(place: Place): KoscAddress {
  const { street_number, street_name, kosc_street_code, kosc_insee_code, city } =
    koscAddress(place);
  return { street_number, street_name, kosc_street_code, kosc_insee_code, city };
}

function koscText(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .replaceAll(/[^A-Za-z0-9]+/g, ' ')
    .toUpperCase();
}
