import type { ReasonCategory } from '../../vocabulary/reason.ts';

/**
 * What Kosc's reason and condition codes are about. Kosc's page lost them; they are those that OVHcloud, which resells
 * Kosc, republishes in its API schema. Kosc also passes on numeric codes of number portability, and may add more.
 */
export const koscCodeCategories: Readonly<Record<string, ReasonCategory>> = {
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

/** What a code is about, whatever its case; `OTHER` for a code that this service does not know. */
export function categoryOf(code: string): ReasonCategory {
  const known = code.trim().toUpperCase();
  return Object.hasOwn(koscCodeCategories, known)
    ? (koscCodeCategories[known] ?? 'OTHER')
    : 'OTHER';
}
