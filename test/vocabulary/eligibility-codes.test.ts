import { describe, expect, test } from 'vitest';
import { findCategory, codeCategories } from '../../src/vocabulary/eligibility-codes.ts';
import type { ReasonCategory } from '../../src/vocabulary/reason.ts';

describe('the category of a code', () => {
  const table: Readonly<Record<string, ReasonCategory>> = {
    COPPER_NOT_AVAILABLE: 'NOT_COVERED',
    COPPER_NOT_YET_AVAILABLE: 'NOT_YET',
    PRODUCT_NOT_YET_AVAILABLE: 'NOT_YET',
    TOO_MUCH_ATTENUATION: 'TECHNICAL',
    NETWORK_SATURATED: 'CAPACITY',
    INCOMPATIBLE_LOCAL_LOOP: 'TECHNICAL',
    EXTERNAL_WS_UNREACHABLE: 'UNDETERMINED',
    PAIRS_SATURATION: 'CAPACITY',
    ATTENUATION_LIMIT: 'TECHNICAL',
    COMPATIBILITY_CHECK: 'CHECK',
    DELAY_30: 'LEAD_TIME',
    DELAY_7: 'LEAD_TIME',
    FIBER_NOT_AVAILABLE: 'NOT_COVERED',
    PRODUCT_NOT_AVAILABLE: 'NOT_COVERED',
    FIBER_NOT_YET_AVAILABLE: 'NOT_YET',
    FIBER_NOT_DEPLOYED_IN_BUILDING: 'NOT_CONNECTED',
    FIBER_NOT_YET_DEPLOYED: 'NOT_YET',
    OTP_NOT_CONNECTABLE: 'NOT_CONNECTED',
    OTP_NOT_MARKETABLE: 'COMMERCIAL',
    UNCERTAIN_DATA: 'UNDETERMINED',
  };
  test('the category of a code is known of 20 codes', () => {
    expect(Object.keys(codeCategories).toSorted()).toEqual(Object.keys(table).toSorted());
  });

  test.for(Object.entries(table))('%s is %s', ([code, category]) => {
    expect(findCategory(code)).toBe(category);
  });

  test.for(['10', '999', 'NEW_CODE', '', 'constructor'])(
    '%j, which is not known, is OTHER',
    (code) => {
      expect(findCategory(code)).toBe('OTHER');
    },
  );
});
