import { OperatorError } from '../port/operator-error.ts';
import type { ProductOfferingQualification, ProductOfferingQualificationItem } from './domain.ts';
import type { Verdict } from '../../vocabulary/verdict.ts';
import { isUnderWay, itemConfidence, itemVerdict, qualificationVerdict } from './verdict.ts';

// Inside a qualification Covage lists an item's offers, on the item's own route its eligible families. The offers decide, but
// where there are none, or none are listed, the families do: then both routes are needed for a verdict.

/** Loads an item from its own route; null where it is not there. */
export type LoadItem = (id: string) => Promise<ProductOfferingQualificationItem | null>;

/** Whether an item as its qualification tells it leaves open what its verdict is. */
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
  // What its own route does not tell yet is not known.
  const isBehind = other !== null && isUnderWay(other);
  const verdict = itemVerdict({
    state: item.state,
    offers: item.offers?.map((offer) => offer.verdict) ?? null,
    eligibleFamilies: other?.eligibleOfferFamilies ?? null,
    isUnreadable: item.isUnreadable === true || other?.isUnreadable === true || isBehind,
  });
  return { ...item, verdict, confidence: itemConfidence(verdict, item.offers), isDecided: true };
}

/** A qualification of which every item has its verdict, and so it has, too. */
export async function decideQualification(
  qualification: ProductOfferingQualification,
  load: LoadItem,
): Promise<ProductOfferingQualification> {
  const { state, items } = qualification;
  if (items === null || !items.some(isUndecided)) return qualification;
  const decided = await Promise.all(items.map((item) => decideItem(item, load)));
  const verdicts = verdictsOf(decided);
  // An item that cannot be read may be better than the others.
  const hasLostItems = qualificationVerdict(state, verdictsOf(items)) !== qualification.verdict;
  if (hasLostItems) verdicts.push('UNDETERMINED');
  return { ...qualification, items: decided, verdict: qualificationVerdict(state, verdicts) };
}

function verdictsOf(items: readonly ProductOfferingQualificationItem[]): Verdict[] {
  return items.map(({ verdict }) => verdict);
}
