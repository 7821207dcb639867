import { describe, expect, test } from 'vitest';
import {
  itemVerdict,
  decideOfferByState,
  qualificationVerdict,
} from '../../../src/operators/covage/verdict.ts';
import type { QualificationState } from '../../../src/vocabulary/state-change.ts';
import { findConfidence, type Verdict } from '../../../src/vocabulary/verdict.ts';

/** An item by its state, whether each of its offers is on quotation, and its `offer_families_eligibility`. */
function item(
  state: QualificationState,
  onQuotation: readonly (boolean | null)[] | null,
  eligibleFamilies: readonly string[] | null = null,
): Verdict {
  const offers = onQuotation && onQuotation.map((each) => decideOfferByState(state, each));
  return itemVerdict({ state, offers, eligibleFamilies });
}

describe('each row of operators.md §7 that concerns Covage', () => {
  test('done.ready with an offer that is not on quotation is ELIGIBLE, green', () => {
    expect(item('DONE_READY', [false])).toBe('ELIGIBLE');
    expect(decideOfferByState('DONE_READY', false)).toBe('ELIGIBLE');
    expect(findConfidence('ELIGIBLE')).toBe('GREEN');
  });

  test('an offer on quotation is QUOTE_REQUIRED, yellow', () => {
    expect(decideOfferByState('DONE_READY', true)).toBe('QUOTE_REQUIRED');
    expect(decideOfferByState('DONE_UNABLE_TO_PROVIDE', true)).toBe('QUOTE_REQUIRED');
    expect(item('DONE_READY', [true, true])).toBe('QUOTE_REQUIRED');
    expect(findConfidence('QUOTE_REQUIRED')).toBe('YELLOW');
  });

  test('done.unable_to_provide is NOT_ELIGIBLE, red', () => {
    expect(item('DONE_UNABLE_TO_PROVIDE', [])).toBe('NOT_ELIGIBLE');
    expect(item('DONE_UNABLE_TO_PROVIDE', [], [])).toBe('NOT_ELIGIBLE');
    expect(item('DONE_UNABLE_TO_PROVIDE', null, [])).toBe('NOT_ELIGIBLE');
    expect(findConfidence('NOT_ELIGIBLE')).toBe('RED');
  });

  test('done.unable_to_provide with offers is QUOTE_REQUIRED', () => {
    expect(item('DONE_UNABLE_TO_PROVIDE', [true])).toBe('QUOTE_REQUIRED');
    expect(item('DONE_UNABLE_TO_PROVIDE', [null])).toBe('QUOTE_REQUIRED');
  });

  test('done.unable_to_provide with eligible families is QUOTE_REQUIRED', () => {
    expect(item('DONE_UNABLE_TO_PROVIDE', null, ['BPE'])).toBe('QUOTE_REQUIRED');
    expect(item('DONE_UNABLE_TO_PROVIDE', [], ['BPE'])).toBe('QUOTE_REQUIRED');
  });

  test('terminated_with_error is UNDETERMINED, without a colour, whatever came before', () => {
    expect(item('TERMINATED_WITH_ERROR', null)).toBe('UNDETERMINED');
    expect(item('TERMINATED_WITH_ERROR', [])).toBe('UNDETERMINED');
    expect(item('TERMINATED_WITH_ERROR', [false], ['BPE'])).toBe('UNDETERMINED');
    expect(findConfidence('UNDETERMINED')).toBeNull();
  });

  test('done.ready without any offer is NOT_ELIGIBLE', () => {
    expect(item('DONE_READY', [])).toBe('NOT_ELIGIBLE');
    expect(item('DONE_READY', null, [])).toBe('NOT_ELIGIBLE');
  });

  test.for<QualificationState>([
    'ACKNOWLEDGED',
    'IN_PROGRESS_ELIGIBILITY',
    'IN_PROGRESS_OFFER',
    'IN_PROGRESS_PRICE',
  ])('%s is PENDING, without a colour', (state) => {
    expect(item(state, null)).toBe('PENDING');
    expect(item(state, [])).toBe('PENDING');
    expect(item(state, [false], ['BPE'])).toBe('PENDING');
    expect(findConfidence('PENDING')).toBeNull();
  });
});

describe('an item', () => {
  test('an item of an unrecognised state is PENDING, since that is not the end', () => {
    expect(item('UNRECOGNISED', null)).toBe('PENDING');
    expect(item('UNRECOGNISED', [])).toBe('PENDING');
  });

  test('an item has the best verdict of its offers', () => {
    expect(item('DONE_READY', [true, false, true])).toBe('ELIGIBLE');
  });

  test('an item that is done.ready, of which neither offers nor families are told, is UNDETERMINED', () => {
    expect(item('DONE_READY', null, null)).toBe('UNDETERMINED');
  });

  test('an item that is done.ready in an answer without offers is judged by its families', () => {
    expect(item('DONE_READY', null, ['BPE'])).toBe('ELIGIBLE');
  });
});

describe('a qualification', () => {
  const pending: readonly QualificationState[] = [
    'ACKNOWLEDGED',
    'IN_PROGRESS_ELIGIBILITY',
    'IN_PROGRESS_OFFER',
    'IN_PROGRESS_PRICE',
    'UNRECOGNISED',
  ];
  test.for(pending)('a qualification is PENDING in %s, whatever its items say', (state) => {
    expect(qualificationVerdict(state, null)).toBe('PENDING');
    expect(qualificationVerdict(state, ['ELIGIBLE', 'NOT_ELIGIBLE'])).toBe('PENDING');
  });

  test('a qualification has the best verdict of its items when it is ready', () => {
    expect(qualificationVerdict('DONE_READY', ['NOT_ELIGIBLE', 'QUOTE_REQUIRED'])).toBe(
      'QUOTE_REQUIRED',
    );
    expect(qualificationVerdict('DONE_UNABLE_TO_PROVIDE', ['NOT_ELIGIBLE'])).toBe('NOT_ELIGIBLE');
    expect(qualificationVerdict('DONE_UNABLE_TO_PROVIDE', ['QUOTE_REQUIRED'])).toBe(
      'QUOTE_REQUIRED',
    );
  });

  test('a qualification that ended with an error is UNDETERMINED', () => {
    expect(qualificationVerdict('TERMINATED_WITH_ERROR', null)).toBe('UNDETERMINED');
    expect(qualificationVerdict('TERMINATED_WITH_ERROR', [])).toBe('UNDETERMINED');
    expect(qualificationVerdict('TERMINATED_WITH_ERROR', ['UNDETERMINED'])).toBe('UNDETERMINED');
  });

  test('a qualification that ended with an error is not PENDING because an item was left behind in progress', () => {
    expect(qualificationVerdict('TERMINATED_WITH_ERROR', ['PENDING', 'PENDING'])).toBe(
      'UNDETERMINED',
    );
  });

  test('a qualification that ended with an error is never NOT_ELIGIBLE', () => {
    expect(qualificationVerdict('TERMINATED_WITH_ERROR', ['NOT_ELIGIBLE'])).toBe('UNDETERMINED');
  });
});
