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
