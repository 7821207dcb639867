import type { QualificationReason } from '../../vocabulary/reason.ts';
import type { Verdict } from '../../vocabulary/verdict.ts';

/**
 * The verdict of an offer, by Kosc's `eligible` and never by its codes alone: null is "not decided". A refusal is "not
 * yet" when all that stands in its way is expected to go away.
 */
export function offerVerdict(
  eligible: boolean | null,
  reasons: readonly Pick<QualificationReason, 'category'>[],
  conditions: readonly unknown[],
  hasUnreadableConditions = false,
): Verdict {
  if (eligible === null) return 'UNDETERMINED';
  if (eligible) {
    const isFree = conditions.length === 0 && !hasUnreadableConditions;
    return isFree ? 'ELIGIBLE' : 'ELIGIBLE_WITH_CONDITIONS';
  }
  const onlyNotYet = reasons.length > 0 && reasons.every(({ category }) => category === 'NOT_YET');
  return onlyNotYet ? 'NOT_YET' : 'NOT_ELIGIBLE';
}
