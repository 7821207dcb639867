import { isTerminal, type QualificationState } from '../../vocabulary/state-change.ts';
import {
  bestVerdict,
  findConfidence,
  type ServiceabilityConfidence,
  type Verdict,
} from '../../vocabulary/verdict.ts';
import { OperatorError } from '../port/operator-error.ts';
import type { ProductOfferingQualification, ProductOfferingQualificationItem } from './domain.ts';

/** The facts that decide the verdict of a qualified item. */
export interface ItemEvidence {
  readonly state: QualificationState;
  /** Verdicts of the offers; null where the answer does not list offers. */
  readonly offers: readonly Verdict[] | null;
  /** Covage's `offer_families_eligibility`; null where the answer does not tell. */
  readonly eligibleFamilies: readonly string[] | null;
  /** Whether some offers, or the eligible families, could not be read. */
  readonly isUnreadable?: boolean;
}

/**
 * The verdict of one offer, by the state of its item and whether Covage wants to make a quotation for it. By Covage's
 * diagram an item is ready only without that, so that an offer which does not tell is taken not to need one; where what it
 * tells `isUnreadable`, nothing is taken.
 */
export function decideOfferByState(
  state: QualificationState,
  onQuotation: boolean | null,
  isUnreadable = false,
): Verdict {
  switch (state) {
    case 'DONE_READY':
      if (isUnreadable) return 'UNDETERMINED';
      return onQuotation === true ? 'QUOTE_REQUIRED' : 'ELIGIBLE';
    // "Unable to provide" is also how Covage says that the price is on quotation; an offer that it lists all the same
    // can be had.
    case 'DONE_UNABLE_TO_PROVIDE':
      return 'QUOTE_REQUIRED';
    case 'TERMINATED_WITH_ERROR':
      return 'UNDETERMINED';
    default:
      return 'PENDING';
  }
}

/**
 * The verdict of an item. Covage's `done.unable_to_provide` is "not eligible" or "price on quotation", where MEF 87
 * means "no answer in time" by that name: the offers and eligible families tell which.
 */
export function itemVerdict({
  state,
  offers,
  eligibleFamilies,
  isUnreadable = false,
}: ItemEvidence): Verdict {
  const someEligible = (eligibleFamilies?.length ?? 0) > 0;
  switch (state) {
    case 'DONE_READY':
      if (offers !== null && offers.length > 0) return bestVerdict(offers);
      if (isUnreadable) return offers === null && someEligible ? 'ELIGIBLE' : 'UNDETERMINED';
      if (offers !== null) return 'NOT_ELIGIBLE';
      if (eligibleFamilies === null) return 'UNDETERMINED';
      return someEligible ? 'ELIGIBLE' : 'NOT_ELIGIBLE';
    case 'DONE_UNABLE_TO_PROVIDE':
      if (someEligible || (offers?.length ?? 0) > 0) return 'QUOTE_REQUIRED';
      return isUnreadable ? 'UNDETERMINED' : 'NOT_ELIGIBLE';
    case 'TERMINATED_WITH_ERROR':
      return 'UNDETERMINED';
    default:
      return 'PENDING';
  }
}

/**
 * The MEF 87 colour of an item's verdict. Never green by the eligible families alone: an item that is ready can have them
 * and no offer, which is NOT_ELIGIBLE.
 */
export function itemConfidence(
  verdict: Verdict,
  offers: readonly unknown[] | null,
): ServiceabilityConfidence | null {
  return verdict === 'ELIGIBLE' && offers === null ? 'YELLOW' : findConfidence(verdict);
}

/**
 * Whether a qualification and all its items have ended: an item may lag behind its qualification. A qualification that ended with
 * an error leaves its items where they were.
 */
export function isAtEnd(
  state: QualificationState,
  items: readonly { readonly state: QualificationState }[] | null,
): boolean {
  if (!isTerminal(state)) return false;
  return state === 'TERMINATED_WITH_ERROR' || items === null || !items.some(isUnderWay);
}

/** Whether Covage is still at work on a qualification or an item. A state that is not recognised does not count as work. */
export function isUnderWay({ state }: { readonly state: QualificationState }): boolean {
  return !isTerminal(state) && state !== 'UNRECOGNISED';
}

/**
 * The verdict of a whole qualification: pending until it ends, then the best of its items. UNDETERMINED where it ended
 * with an error, and where the answer has no items that could tell.
 */
export function qualificationVerdict(
  state: QualificationState,
  items: readonly Verdict[] | null,
): Verdict {
  if (!isTerminal(state)) return 'PENDING';
  return state === 'TERMINATED_WITH_ERROR' ? 'UNDETERMINED' : bestVerdict(items ?? []);
}

// Inside a qualification Covage lists an item's offers; on the item's own route it names the eligible families. The offers decide
// the verdict. Where there are none, or none are listed, the families decide it, and both routes are needed.

/** Loads an item from its own route; null where Covage does not know it there. */
export type LoadItem = (id: string) => Promise<ProductOfferingQualificationItem | null>;

/** Whether an item's qualification alone cannot decide the item's verdict. */
export function isUndecided({
  state,
  offers,
  verdict,
  isDecided,
}: ProductOfferingQualificationItem): boolean {
  if (isDecided === true || verdict === 'QUOTE_REQUIRED') return false;
  if (state === 'DONE_READY') return offers === null;
  return state === 'DONE_UNABLE_TO_PROVIDE' && (offers?.length ?? 0) === 0;
}

/** An item of a qualification with its verdict; UNDETERMINED where what decides it could not be had. */
export async function decideItem(
  item: ProductOfferingQualificationItem,
  load: LoadItem,
): Promise<ProductOfferingQualificationItem> {
  if (!isUndecided(item)) return item;
  let other: ProductOfferingQualificationItem | null;
  try {
    other = await load(item.id);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { ...item, verdict: 'UNDETERMINED', confidence: null };
  }
  // Where the item's own route lags behind, what it does not tell is unknown.
  const isBehind = other !== null && isUnderWay(other);
  const verdict = itemVerdict({
    state: item.state,
    offers: item.offers?.map((offer) => offer.verdict) ?? null,
    eligibleFamilies: other?.eligibleOfferFamilies ?? null,
    isUnreadable: item.isUnreadable === true || other?.isUnreadable === true || isBehind,
  });
  return { ...item, verdict, confidence: itemConfidence(verdict, item.offers), isDecided: true };
}

/** Decides the verdict of every item, and by these the verdict of the qualification. */
export async function decideQualification(
  qualification: ProductOfferingQualification,
  load: LoadItem,
): Promise<ProductOfferingQualification> {
  const { state, items } = qualification;
  if (items === null || !items.some(isUndecided)) return qualification;
  const decided = await Promise.all(items.map((item) => decideItem(item, load)));
  const verdicts = listVerdicts(decided);
  // An item that cannot be read may be better than the others.
  const hasLostItems = qualificationVerdict(state, listVerdicts(items)) !== qualification.verdict;
  if (hasLostItems) verdicts.push('UNDETERMINED');
  return { ...qualification, items: decided, verdict: qualificationVerdict(state, verdicts) };
}

function listVerdicts(items: readonly ProductOfferingQualificationItem[]): Verdict[] {
  return items.map(({ verdict }) => verdict);
}
