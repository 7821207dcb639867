import type { QualificationReason } from '../../vocabulary/reason.ts';
import type { Verdict } from '../../vocabulary/verdict.ts';

/** What was sent of an offer and could not be read. */
interface Lost {
  readonly reasons: boolean;
  readonly conditions: boolean;
}

/**
 * The verdict of an offer, by Kosc's `eligible` and never by its codes alone: null is "not decided". A refusal is "not
 * yet" when all that stands in its way is expected to go away, and undecided when nothing certain stands there: Kosc refuses, too,
 * where a service behind it did not answer (EXTERNAL_WS_UNREACHABLE) or its data is uncertain (UNCERTAIN_DATA).
 */
export function offerVerdict(
  eligible: boolean | null,
  reasons: readonly Pick<QualificationReason, 'category'>[],
  conditions: readonly unknown[],
  lost: Lost = { reasons: false, conditions: false },
): Verdict {
  if (eligible === null) return 'UNDETERMINED';
  if (eligible) {
    // Conditions that are there and cannot be read are conditions all the same.
    const isFree = conditions.length === 0 && !lost.conditions;
    return isFree ? 'ELIGIBLE' : 'ELIGIBLE_WITH_CONDITIONS';
  }
  const categories = new Set(reasons.map(({ category }) => category));
  const isCertain = [...categories].some((one) => one !== 'NOT_YET' && one !== 'UNDETERMINED');
  if (isCertain) return 'NOT_ELIGIBLE';
  if (categories.has('UNDETERMINED') || lost.reasons) return 'UNDETERMINED';
  return categories.has('NOT_YET') ? 'NOT_YET' : 'NOT_ELIGIBLE';
}
