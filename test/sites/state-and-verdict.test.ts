import { describe, expect, test } from 'vitest';
import { sortOffers, decideState, decideVerdict } from '../../src/sites/outcomes.ts';
import type { OutcomeState, StoredOutcome } from '../../src/store/site-qualification.ts';
import { compareAmounts, addAmounts, type Money } from '../../src/vocabulary/money.ts';
import { enrichSite, unknownSite, type Site, type SkipCode } from '../../src/vocabulary/site.ts';
import { verdicts, type Verdict } from '../../src/vocabulary/verdict.ts';

function outcome(state: OutcomeState, verdict: Verdict, skip?: SkipCode): StoredOutcome {
  return {
    operator: 'COVAGE',
    state,
    verdict,
    confidence: null,
    progress: null,
    skip: skip === undefined ? null : { code: skip, message: 'Why.' },
    error: null,
    qualification: null,
    offers: null,
    issues: null,
  };
}
const pending = outcome('PENDING', 'PENDING');
const failed = outcome('FAILED', 'UNDETERMINED');
const answered = (verdict: Verdict) => outcome('ANSWERED', verdict);
const skipped = (code: SkipCode) => outcome('SKIPPED', 'UNDETERMINED', code);
const euros = (amount: string): Money => ({ amount, currency: 'EUR' });

describe('the state of the whole', () => {
  test.each([
    ['IN_PROGRESS', [pending, pending]],
    ['IN_PROGRESS', [pending, answered('ELIGIBLE')]],
    ['IN_PROGRESS', [failed, pending]],
    ['IN_PROGRESS', [skipped('NOT_REQUESTED'), pending]],
    ['DONE', [answered('NOT_ELIGIBLE'), answered('UNDETERMINED')]],
    ['DONE', [answered('ELIGIBLE'), skipped('NOT_REQUESTED')]],
    ['DONE', [answered('ELIGIBLE'), skipped('SITE_KEY_MISSING')]],
    ['DONE_PARTIAL', [answered('ELIGIBLE'), failed]],
    ['DONE_PARTIAL', [answered('NOT_ELIGIBLE'), failed, skipped('NOT_REQUESTED')]],
    ['FAILED', [failed, failed]],
    ['FAILED', [failed, skipped('SITE_KEY_MISSING')]],
    ['FAILED', [skipped('SITE_KEY_MISSING'), skipped('SITE_KEY_INVALID')]],
  ] as const)('the state of the whole is %s', (state, outcomes) => {
    expect(decideState(outcomes)).toBe(state);
    expect(decideState(outcomes.toReversed())).toBe(state);
  });
});

describe('the verdict of the whole', () => {
  test.each([
    ['PENDING', [pending, pending]],
    ['PENDING', [pending, failed]],
    ['PENDING', [pending, answered('NOT_ELIGIBLE')]],
    ['PENDING', [pending, answered('UNDETERMINED')]],
    ['NOT_YET', [pending, answered('NOT_YET')]],
    ['ELIGIBLE', [answered('ELIGIBLE'), failed]],
    [
      'ELIGIBLE_WITH_CONDITIONS',
      [answered('QUOTE_REQUIRED'), answered('ELIGIBLE_WITH_CONDITIONS')],
    ],
    ['QUOTE_REQUIRED', [answered('QUOTE_REQUIRED'), answered('NOT_YET')]],
    ['NOT_YET', [answered('NOT_YET'), answered('NOT_ELIGIBLE')]],
    ['UNDETERMINED', [answered('NOT_ELIGIBLE'), answered('UNDETERMINED')]],
    ['UNDETERMINED', [answered('NOT_ELIGIBLE'), failed]],
    ['UNDETERMINED', [failed, failed]],
    ['UNDETERMINED', []],
    ['UNDETERMINED', [skipped('SITE_KEY_MISSING'), skipped('NOT_REQUESTED')]],
    ['NOT_ELIGIBLE', [answered('NOT_ELIGIBLE'), answered('NOT_ELIGIBLE')]],
    ['NOT_ELIGIBLE', [answered('NOT_ELIGIBLE'), skipped('NOT_REQUESTED')]],
    // They were to be asked, and did not say no.
    ['UNDETERMINED', [answered('NOT_ELIGIBLE'), skipped('SITE_KEY_MISSING')]],
    ['UNDETERMINED', [answered('NOT_ELIGIBLE'), skipped('SITE_KEY_INVALID')]],
  ] as const)('the verdict of the whole is %s', (verdict, outcomes) => {
    expect(decideVerdict(outcomes)).toBe(verdict);
    expect(decideVerdict(outcomes.toReversed())).toBe(verdict);
  });

  test('the verdict of the whole is never a no unless every one of those who were to be asked says no', () => {
    const parts = [...verdicts.map(answered), pending, failed];
    for (const one of parts) {
      for (const other of parts) {
        const isNo = [one, other].every(
          ({ state, verdict }) => state === 'ANSWERED' && verdict === 'NOT_ELIGIBLE',
        );
        expect(decideVerdict([one, other]) === 'NOT_ELIGIBLE').toBe(isNo);
      }
    }
  });
});

const offer = (
  name: string,
  price: string | null,
  maxBandwidth: number | null,
  leadTimeDays: number | null,
) => ({ name, price: price === null ? null : euros(price), maxBandwidth, leadTimeDays });

describe('offers', () => {
  const offers = [
    offer('none', null, null, null),
    offer('a', '100.00', 100, 60),
    offer('b', '99.999', 1000, 0),
    offer('a again', '100', 100, 60),
    offer('none again', null, null, null),
    offer('c', '9.50', 0, 7),
    offer('free', '0.00', 0.5, null),
  ];

  test.each([
    ['PRICE', ['free', 'c', 'b', 'a', 'a again', 'none', 'none again']],
    ['BANDWIDTH', ['b', 'a', 'a again', 'free', 'c', 'none', 'none again']],
    ['LEAD_TIME', ['b', 'c', 'a', 'a again', 'none', 'none again', 'free']],
  ] as const)(
    'offers are sorted by %s, missing values last and equals as they were',
    (order, names) => {
      const before = structuredClone(offers);
      expect(sortOffers(offers, order).map(({ name }) => name)).toEqual(names);
      expect(offers).toEqual(before);
      expect(sortOffers([], order)).toEqual([]);
    },
  );
});

describe('amounts', () => {
  test.each([
    ['0.30', ['0.10', '0.20']],
    ['0.125', ['0.100', '0.025']],
    ['9007199254740993.02', ['9007199254740992.01', '1.01']],
    ['-0.05', ['0.10', '-0.15']],
    ['0.00', ['-0.05', '0.05']],
    ['-1.50', ['-1.00', '-0.50']],
    ['0.00', []],
    ['450.50', ['450.50']],
    ['2.00', ['1', '1']],
  ])('amounts add up to exactly %s', (sum, amounts) => {
    expect(addAmounts(amounts.map(euros))).toEqual(euros(sum));
  });

  test.each([
    ['0.10', '0.1', 0],
    ['9.99', '10.00', -1],
    ['10.00', '9.999', 1],
    ['9007199254740993.00', '9007199254740992.00', 1],
    ['-1.00', '-0.50', -1],
    ['-0.50', '0.25', -1],
    ['-0.00', '0.00', 0],
  ])('amounts compare exactly: %s with %s', (one, other, sign) => {
    expect(Math.sign(compareAmounts(euros(one), euros(other)))).toBe(sign);
    expect(Math.sign(compareAmounts(euros(other), euros(one)))).toBe(sign === 0 ? 0 : -sign);
  });
});

describe('what is learned of a site', () => {
  const known: Site = {
    eligibilityId: 'e',
    buildingRef: 'b',
    otpRef: 'o',
    lineNumber: 'l',
    isLineUnlisted: true,
    location: { longitude: 1, latitude: 2 },
    address: null,
  };

  test('what is learned of a site fills gaps', () => {
    expect(enrichSite(unknownSite, known)).toEqual(known);
    expect(enrichSite(unknownSite, {})).toEqual(unknownSite);
  });

  test('what is learned of a site never replaces what was known, and forgets nothing', () => {
    const other: Site = { ...known, buildingRef: 'other', otpRef: null };
    expect(enrichSite(known, other)).toEqual(known);
    expect(enrichSite(known, unknownSite)).toEqual(known);
  });

  test('what is learned of a site changes neither of the two', () => {
    const site = Object.freeze({ ...unknownSite });
    const learned = Object.freeze({ buildingRef: 'b' });
    expect(enrichSite(site, learned)).toEqual({ ...unknownSite, buildingRef: 'b' });
  });
});
