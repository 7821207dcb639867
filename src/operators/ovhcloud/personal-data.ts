import { mask } from '../../vocabulary/mask.ts';
import type { OvhEligibility } from './domain.ts';

/**
 * The answer as a caller without the right to personal data sees it: the number of a line is masked unless OVHcloud says that
 * it is listed. Names of owners are not kept at all.
 */
export function withoutPersonalData(eligibility: OvhEligibility): OvhEligibility {
  const isHidden =
    eligibility.referenceType === 'LINE_NUMBER' && eligibility.place.isLineUnlisted !== false;
  return isHidden ? { ...eligibility, reference: mask(eligibility.reference) } : eligibility;
}
