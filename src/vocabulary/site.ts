import { currentCommune, departmentOfCommune, departmentsOfPostCode, mayLieIn } from './commune.ts';
import { mask } from './mask.ts';
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

/** The number of a site's line as a caller may see it: masked where it is unlisted and personal data are not for the caller. */
export function shownLineNumber(
  { lineNumber, isLineUnlisted }: Pick<Site, 'lineNumber' | 'isLineUnlisted'>,
  mayReadPersonalData: boolean,
): string | null {
  const isHidden = isLineUnlisted === true && !mayReadPersonalData;
  return lineNumber !== null && isHidden ? mask(lineNumber) : lineNumber;
}

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

/** The known facts about a site, some of them for comparing alone. */
export interface ToldSite extends Partial<Site> {
  /** INSEE's code of the commune that it lies in, where no address is to be passed on. */
  readonly commune?: string | null;
}

/** How two descriptions of a site show that they are of two places, in words such as `the commune 14118`. */
export interface Contradiction {
  readonly known: string;
  readonly told: string;
}

/**
 * What shows that `told` is about another place than `site`; null where nothing does. Descriptions with the same building, or
 * with two points close to each other, are of one place. Two references are two buildings only where both are of the common
 * register (`IMB/…`): others may name one building in two ways. Communes are compared as they are now; of postcodes and points
 * only the département can be.
 */
export function findContradiction(site: ToldSite, told: ToldSite): Contradiction | null {
  const [known, other] = [site.buildingRef ?? null, told.buildingRef ?? null];
  if (known !== null && known === other) return null;
  if (readBuildingCommune(known) !== null && readBuildingCommune(other) !== null) {
    return { known: `the building ${known}`, told: `the building ${other}` };
  }
  const [here, there] = [site.location ?? null, told.location ?? null];
  if (here !== null && there !== null) {
    return areApart(here, there)
      ? { known: describePoint(here), told: describePoint(there) }
      : null;
  }
  const [ours, theirs] = [findArea(site), findArea(told)];
  if (ours !== null && theirs !== null) {
    return isOneArea(ours, theirs) ? null : { known: ours.words, told: theirs.words };
  }
  if (here !== null && theirs !== null && !theirs.departments.some((one) => mayLieIn(here, one))) {
    return { known: describePoint(here), told: theirs.words };
  }
  if (there !== null && ours !== null && !ours.departments.some((one) => mayLieIn(there, one))) {
    return { known: ours.words, told: describePoint(there) };
  }
  return null;
}

/** Where a site lies by its codes. */
interface Area {
  /** The communes that it may lie in; empty where only its postcode is known. */
  readonly communes: readonly string[];
  readonly departments: readonly string[];
  readonly words: string;
}

/** Null where no code is known. A building may have been registered in the commune next to that of its address. */
function findArea({ buildingRef, address, commune }: ToldSite): Area | null {
  const ofAddress = address?.inseeCode ?? address?.streetId?.slice(0, 5);
  const codes = [readBuildingCommune(buildingRef), ofAddress, commune];
  const communes = codes.flatMap((code) => currentCommune(code) ?? []);
  if (communes.length > 0) {
    const words = `the commune ${[...new Set(communes)].join(' or ')}`;
    return { communes, departments: communes.map(departmentOfCommune), words };
  }
  const departments = departmentsOfPostCode(address?.postCode);
  if (departments.length === 0) return null;
  return { communes, departments, words: `the postcode ${address?.postCode}` };
}

function isOneArea(one: Area, other: Area): boolean {
  return one.communes.length > 0 && other.communes.length > 0
    ? one.communes.some((code) => other.communes.includes(code))
    : one.departments.some((code) => other.departments.includes(code));
}

function describePoint({ longitude, latitude }: GeoPoint): string {
  return `the point at longitude ${longitude}, latitude ${latitude}`;
}

/** Whether two points cannot be of one place. */
export function areApart(one: GeoPoint, other: GeoPoint): boolean {
  return metresBetween(one, other) > toleranceMetres;
}

/** The code of the commune in a building's reference of the common register; null of any other reference. */
function readBuildingCommune(buildingRef: string | null | undefined): string | null {
  return /^IMB\/(\d[\dAB]\d{3})\//.exec(buildingRef ?? '')?.[1] ?? null;
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
