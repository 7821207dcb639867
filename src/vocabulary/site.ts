import type { Money, PriceStatus } from './money.ts';
import { completeAddress, metresBetween, type Address, type GeoPoint } from './place.ts';
import type { QualificationReason } from './reason.ts';
import type { Verdict } from './verdict.ts';

/** A place by every key that is known of it. Null is "not known". */
export interface Site {
  readonly eligibilityId: string | null;
  readonly buildingRef: string | null;
  readonly otpRef: string | null;
  readonly lineNumber: string | null;
  /** Whether an operator says that the line's number is kept out of directories; null where none has said so. */
  readonly isLineUnlisted: boolean | null;
  readonly location: GeoPoint | null;
  readonly address: Address | null;
}

/** A site of which nothing is known. */
export const unknownSite: Site = {
  eligibilityId: null,
  buildingRef: null,
  otpRef: null,
  lineNumber: null,
  isLineUnlisted: null,
  location: null,
  address: null,
};

/** A site with what was learned of it. What was known stays: only gaps are filled, those of the address one by one. */
export function enrichSite(site: Site, learned: Partial<Site>): Site {
  return {
    eligibilityId: site.eligibilityId ?? learned.eligibilityId ?? null,
    buildingRef: site.buildingRef ?? learned.buildingRef ?? null,
    otpRef: site.otpRef ?? learned.otpRef ?? null,
    lineNumber: site.lineNumber ?? learned.lineNumber ?? null,
    isLineUnlisted: site.isLineUnlisted ?? learned.isLineUnlisted ?? null,
    location: site.location ?? learned.location ?? null,
    address:
      site.address && learned.address
        ? completeAddress(site.address, learned.address)
        : (site.address ?? learned.address ?? null),
  };
}

/** How far apart two points of one place may be: geocoders differ by that much. */
const toleranceMetres = 500;

/**
 * What shows that `told` is about another place than `site`; null where nothing does. Two references are two buildings only
 * where both are of the common register (`IMB/…`): others may name one building in two ways. Of communes only the département
 * is compared, since they merge and keep their old code in such references.
 */
export function contradictionOf(
  site: Site,
  told: Partial<Site>,
): 'buildingRef' | 'location' | 'address' | null {
  const [known, other] = [site.buildingRef, told.buildingRef ?? null];
  if (known !== other && imbOf(known) !== null && imbOf(other) !== null) return 'buildingRef';
  const point = told.location ?? null;
  if (site.location && point && areApart(site.location, point)) return 'location';
  const [here, there] = [departmentOf(site), departmentOf(told)];
  return here !== null && there !== null && !isSameDepartment(here, there) ? 'address' : null;
}

/** Whether two points cannot be of one place. */
export function areApart(one: GeoPoint, other: GeoPoint): boolean {
  return metresBetween(one, other) > toleranceMetres;
}

/** The code of the commune in a building's reference of the common register; null of any other reference. */
function imbOf(buildingRef: string | null | undefined): string | null {
  return /^IMB\/(\d[\dAB]\d{3})\//.exec(buildingRef ?? '')?.[1] ?? null;
}

/**
 * The département that a building's reference, an address or a commune's code tells; null where none does. By a postcode alone
 * Corsica is `20`.
 */
export function departmentOf({
  buildingRef,
  address,
  inseeCode,
}: Partial<Pick<Site, 'buildingRef' | 'address'>> & {
  readonly inseeCode?: string | undefined;
}): string | null {
  const commune = imbOf(buildingRef) ?? inseeCode ?? address?.inseeCode ?? address?.postCode ?? '';
  return /^(?:97\d|\d[\dAB])(?=\d{2,3}$)/.exec(commune)?.[0] ?? null;
}

/** Whether two départements may be one: a postcode does not tell the two of Corsica apart. */
export function isSameDepartment(one: string, other: string): boolean {
  return (
    one === other || ([one, other].includes('20') && /^2[0AB] 2[0AB]$/.test(`${one} ${other}`))
  );
}

/** Why there is neither an answer of an operator nor a failure. */
export type SkipCode =
  | 'NOT_REQUESTED'
  | 'NOT_CONFIGURED'
  | 'SITE_KEY_MISSING'
  | 'SITE_KEY_INVALID'
  | 'SITE_UNKNOWN'
  | 'SITE_AMBIGUOUS'
  | 'ADDRESS_NOT_FOUND';

export interface Skip {
  readonly code: SkipCode;
  /** A sentence that says what would be needed. */
  readonly message: string;
}

/** An offer in the form in which those of all operators can be compared. */
export interface ComparableOffer {
  readonly id: string;
  readonly name: string;
  readonly technology: string;
  /** Whose infrastructure it is delivered over, as the operator names it; null where it does not say. */
  readonly network: string | null;
  readonly verdict: Verdict;
  readonly reasons: readonly QualificationReason[];
  /** Mbit/s. */
  readonly guaranteedBandwidth: number | null;
  /** Mbit/s. */
  readonly maxBandwidth: number | null;
  readonly commitmentMonths: number | null;
  /** Recurring, per month. */
  readonly price: Money | null;
  readonly priceStatus: PriceStatus;
  /** One-off. */
  readonly setupFee: Money | null;
  readonly setupFeeStatus: PriceStatus;
  readonly leadTimeDays: number | null;
  readonly guaranteedUntilDate: string | null;
  /** The operator's own offer, with its GraphQL type in `__typename`. */
  readonly source: { readonly __typename: string };
}
