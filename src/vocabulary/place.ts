import type { InputIssue } from './errors.ts';
import { currentCommune } from './commune.ts';

/** A point on earth, in degrees (WGS 84). MEF 87 writes latitude first; here each has its name. */
export interface GeoPoint {
  readonly longitude: number;
  readonly latitude: number;
}

/** A postal address as far as an operator or a caller spells it out. */
export interface Address {
  readonly label: string | null;
  readonly streetNumber: string | null;
  readonly streetExtension: string | null;
  readonly streetName: string | null;
  readonly streetId: string | null;
  readonly cityName: string | null;
  readonly cityId: string | null;
  readonly inseeCode: string | null;
  readonly postCode: string | null;
}

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

/** An address from an input, its gaps spelled as null. */
export function givenAddress(input: {
  readonly [K in keyof Address]?: string | null | undefined;
}): Address {
  return {
    label: input.label ?? null,
    streetNumber: input.streetNumber ?? null,
    streetExtension: input.streetExtension ?? null,
    streetName: input.streetName ?? null,
    streetId: input.streetId ?? null,
    cityName: input.cityName ?? null,
    cityId: input.cityId ?? null,
    inseeCode: input.inseeCode ?? null,
    postCode: input.postCode ?? null,
  };
}

const metresPerDegree = 111_320;

/** How far apart two points are, in metres: exact enough to tell those of one place from those of two. */
export function metresBetween(one: GeoPoint, other: GeoPoint): number {
  const parallel = Math.cos((((one.latitude + other.latitude) / 2) * Math.PI) / 180);
  return Math.hypot(
    (one.longitude - other.longitude) * metresPerDegree * parallel,
    (one.latitude - other.latitude) * metresPerDegree,
  );
}

const cityFields = ['cityName', 'cityId', 'inseeCode', 'postCode'] as const;
const streetFields = ['streetNumber', 'streetExtension', 'streetName', 'streetId'] as const;

/**
 * An address with its gaps filled from another one: with nothing where that is in another city, and with the city alone where
 * it is in another street or at another number. So no address is made up of two.
 */
export function completeAddress(address: Address, other: Address): Address {
  if (!isSameCity(address, other)) return address;
  const filled: { -readonly [Field in keyof Address]: Address[Field] } = { ...address };
  const fields = isSameStreet(address, other)
    ? (['label', ...streetFields, ...cityFields] as const)
    : cityFields;
  for (const field of fields) filled[field] ??= other[field];
  return filled;
}

/** Whether two addresses may be in one city: by its code where both tell it, else by its name. */
function isSameCity(one: Address, other: Address): boolean {
  if (one.inseeCode !== null && other.inseeCode !== null)
    return currentCommune(one.inseeCode) === currentCommune(other.inseeCode);
  return isSameText(one.cityName, other.cityName);
}

function isSameStreet(one: Address, other: Address): boolean {
  const fields = ['streetNumber', 'streetExtension', 'streetName'] as const;
  return fields.every((field) => isSameText(one[field], other[field]));
}

/** Whether two texts are the same but for case, accents and punctuation, or one of them is not known. */
function isSameText(one: string | null, other: string | null): boolean {
  return one === null || other === null || plainPlaceText(one) === plainPlaceText(other);
}

function plainPlaceText(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toUpperCase();
}

/** Null for a point on the globe; else its issue, under the last name of the path. */
export function pointIssue(
  path: readonly string[],
  { longitude, latitude }: GeoPoint,
): InputIssue | null {
  if (Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90) return null;
  const message = `${path.at(-1)} is ${longitude}, ${latitude}: longitude goes from -180 to 180 and latitude from -90 to 90.`;
  return { path, code: 'LOCATION_OUT_OF_RANGE', message };
}
