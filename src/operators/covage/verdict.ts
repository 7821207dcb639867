import { isTerminal, type QualificationState } from '../../vocabulary/state-change.ts';
import {
  bestVerdict,
  findConfidence,
  type ServiceabilityConfidence,
  type Verdict,
} from '../../vocabulary/verdict.ts';

/** What the verdict of a qualified item depends on. */
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
export function offerVerdict(
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
 * Whether a qualification has come to its end by all that it says: an item may lag behind it, and what is not finished is no
 * answer yet. One that ended with an error leaves its items where they were.
 */
export function isAtEnd(
  state: QualificationState,
  items: readonly { readonly state: QualificationState }[] | null,
): boolean {
  if (!isTerminal(state)) return false;
  return state === 'TERMINATED_WITH_ERROR' || items === null || !items.some(isUnderWay);
}

/** Whether Covage has still to tell what something comes to. */
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
