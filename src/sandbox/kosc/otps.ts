import { places } from '../places.ts';
import { buildingByRef, type KoscBuilding } from './buildings.ts';
import { eligible, refused, type KoscOffer } from './offer.ts';

/** An optical termination point: a socket in a flat or an office. */
export interface KoscOtp {
  ref: string;
  /** What its eligibility shows. */
  shows: string;
  building: KoscBuilding;
  stairs: string;
  floor: string;
  door?: string;
  offers: KoscOffer[];
}

function otp(
  ref: string,
  shows: string,
  place: { buildingRef: string | null },
  offers: KoscOffer[],
  premises: { stairs: string; floor: string; door?: string } = { stairs: 'A', floor: '1' },
): KoscOtp {
  const building = buildingByRef(place.buildingRef ?? '');
  if (building === undefined) throw new Error(`The OTP ${ref} has no building.`);
  return { ref, shows, building, ...premises, offers };
}

/** The OTPs: one for each reason that fibre can be refused for, and a few eligible ones. */
export const otps: readonly KoscOtp[] = [
  otp(
    'FI-3790-3415',
    'the documentation’s OTP: not yet, since a day of the past',
    places.villemomble,
    [refused('FP01', 'FIBER_NOT_YET_AVAILABLE', '2018-07-15')],
    { stairs: '6', floor: '0' },
  ),
  otp('FI-1000-0001', 'eligible', places.rouen, [eligible('FP01')], {
    stairs: 'A',
    floor: '2',
    door: '204',
  }),
  otp('FI-1000-0002', 'eligible for both fibre lines', places.rouen, [
    eligible('FP01'),
    eligible('XG01'),
  ]),
  otp('FI-1000-0013', 'FIBER_NOT_AVAILABLE', places.gueret, [
    refused('FP01', 'FIBER_NOT_AVAILABLE'),
  ]),
  otp('FI-1000-0014', 'PRODUCT_NOT_AVAILABLE', places.lille, [
    refused('FP01', 'PRODUCT_NOT_AVAILABLE'),
  ]),
  otp('FI-1000-0015', 'FIBER_NOT_YET_AVAILABLE, until a year', places.rennes, [
    refused('FP01', 'FIBER_NOT_YET_AVAILABLE', '2023'),
  ]),
  otp('FI-1000-0016', 'FIBER_NOT_DEPLOYED_IN_BUILDING', places.paris, [
    refused('FP01', 'FIBER_NOT_DEPLOYED_IN_BUILDING'),
  ]),
  otp('FI-1000-0017', 'FIBER_NOT_YET_DEPLOYED, until a text', places.mende, [
    refused('FP01', 'FIBER_NOT_YET_DEPLOYED', 'Available around 2024-12-31'),
  ]),
  otp('FI-1000-0018', 'OTP_NOT_CONNECTABLE', places.bordeaux, [
    refused('FP01', 'OTP_NOT_CONNECTABLE'),
  ]),
  otp('FI-1000-0019', 'OTP_NOT_MARKETABLE', places.marseille, [
    refused('FP01', 'OTP_NOT_MARKETABLE'),
  ]),
  otp('FI-1000-0020', 'UNCERTAIN_DATA: undecided', places.lyon, [
    refused('FP01', 'UNCERTAIN_DATA'),
  ]),
];

const byRef = new Map(otps.map((known) => [known.ref, known]));

/** An OTP by its reference. */
export function otpByRef(ref: string): KoscOtp | undefined {
  return byRef.get(ref);
}
