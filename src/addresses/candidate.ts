import type { Address, GeoPoint } from '../vocabulary/place.ts';

/** How exactly a candidate names a place. */
export type AddressPrecision = 'HOUSE_NUMBER' | 'STREET' | 'LOCALITY' | 'MUNICIPALITY';

/** An address of the national address base (BAN) that may be the one that was meant. */
export interface AddressCandidate {
  /** Its key in the base: `76451_0055_00004_bis`. */
  readonly id: string;
  readonly address: Address;
  readonly location: GeoPoint;
  readonly precision: AddressPrecision;
  /** How well it fits, by the geocoder, 0 to 1. */
  readonly score: number;
  /** Other names by which people know its commune: an arrondissement, a commune that was merged into it. */
  readonly otherCityNames: readonly string[];
  /** INSEE's code of that merged commune; null where there is none. */
  readonly oldInseeCode: string | null;
  /** The names of its département and region. */
  readonly regionNames: readonly string[];
  /** How far it is from the point that was asked about, in metres; null where a text was asked about. */
  readonly distance: number | null;
}
