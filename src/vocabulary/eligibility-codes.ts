import type { QualificationReason, ReasonCategory } from './reason.ts';
import type { Verdict } from './verdict.ts';

// What operators that sell access to local loops and shared fibre say of an offer: the same codes, since they pass on those of
// the networks behind them.

/**
 * The categories of the reason and condition codes. Kosc's page lost the codes; they are those that OVHcloud, which resells Kosc,
 * publishes in its API schema. Both also pass on numeric codes of number portability, and may add more.
 */
export const codeCategories: Readonly<Record<string, ReasonCategory>> = {
  // Copper, ineligible.
  COPPER_NOT_AVAILABLE: 'NOT_COVERED',
  COPPER_NOT_YET_AVAILABLE: 'NOT_YET',
  PRODUCT_NOT_YET_AVAILABLE: 'NOT_YET',
  TOO_MUCH_ATTENUATION: 'TECHNICAL',
  NETWORK_SATURATED: 'CAPACITY',
  INCOMPATIBLE_LOCAL_LOOP: 'TECHNICAL',
  EXTERNAL_WS_UNREACHABLE: 'UNDETERMINED',
  // Copper, eligible under a condition.
  PAIRS_SATURATION: 'CAPACITY',
  ATTENUATION_LIMIT: 'TECHNICAL',
  COMPATIBILITY_CHECK: 'CHECK',
  DELAY_30: 'LEAD_TIME',
  DELAY_7: 'LEAD_TIME',
  // Fibre, ineligible.
  FIBER_NOT_AVAILABLE: 'NOT_COVERED',
  PRODUCT_NOT_AVAILABLE: 'NOT_COVERED',
  FIBER_NOT_YET_AVAILABLE: 'NOT_YET',
  FIBER_NOT_DEPLOYED_IN_BUILDING: 'NOT_CONNECTED',
  FIBER_NOT_YET_DEPLOYED: 'NOT_YET',
  OTP_NOT_CONNECTABLE: 'NOT_CONNECTED',
  OTP_NOT_MARKETABLE: 'COMMERCIAL',
  UNCERTAIN_DATA: 'UNDETERMINED',
};

/** The category of a code, in any case; `OTHER` for a code that this service does not know. */
export function findCategory(code: string): ReasonCategory {
  const known = code.trim().toUpperCase();
  return Object.hasOwn(codeCategories, known) ? (codeCategories[known] ?? 'OTHER') : 'OTHER';
}

/** The lists of an offer that were sent and could not be read. */
interface Lost {
  readonly reasons: boolean;
  readonly conditions: boolean;
}

/**
 * The verdict of an offer, by the operator's `eligible` and never by its codes alone: null is "not decided". A refusal is "not
 * yet" when all that stands in its way is expected to go away, and undecided when nothing certain stands there: operators refuse, too,
 * where a service behind them did not answer (EXTERNAL_WS_UNREACHABLE) or their data is uncertain (UNCERTAIN_DATA).
 */
export function decideOfferByCodes(
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
