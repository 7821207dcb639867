import { describe, expect, test } from 'vitest';
import {
  bestVerdict,
  findConfidence,
  verdicts,
  type Verdict,
} from '../../src/vocabulary/verdict.ts';

describe('the best verdict', () => {
  // operators.md §7, "from best to worst".
  const bestFirst: readonly Verdict[] = [
    'ELIGIBLE',
    'ELIGIBLE_WITH_CONDITIONS',
    'QUOTE_REQUIRED',
    'NOT_YET',
    'PENDING',
    'UNDETERMINED',
    'NOT_ELIGIBLE',
  ];

  test('the best verdict goes by the documented order', () => {
    expect(verdicts).toEqual(bestFirst);
  });

  test.for(bestFirst.map((verdict, index) => ({ verdict, rest: bestFirst.slice(index) })))(
    'of $verdict and all that are worse is $verdict, in any order',
    ({ verdict, rest }) => {
      expect(bestVerdict(rest)).toBe(verdict);
      expect(bestVerdict(rest.toReversed())).toBe(verdict);
    },
  );

  test('the best verdict of none is UNDETERMINED, because no answer is not a no', () => {
    expect(bestVerdict([])).toBe('UNDETERMINED');
  });

  test('the best verdict is NOT_ELIGIBLE only when nothing else was said', () => {
    expect(bestVerdict(['NOT_ELIGIBLE', 'NOT_ELIGIBLE'])).toBe('NOT_ELIGIBLE');
    expect(bestVerdict(['NOT_ELIGIBLE', 'UNDETERMINED'])).toBe('UNDETERMINED');
    expect(bestVerdict(['NOT_ELIGIBLE', 'PENDING'])).toBe('PENDING');
  });

  test('the best verdict is read from any iterable', () => {
    expect(bestVerdict(new Set<Verdict>(['NOT_YET', 'NOT_ELIGIBLE']))).toBe('NOT_YET');
  });
});

describe('the MEF 87 colour', () => {
  test.for<[Verdict, string | null]>([
    ['ELIGIBLE', 'GREEN'],
    ['ELIGIBLE_WITH_CONDITIONS', 'YELLOW'],
    ['QUOTE_REQUIRED', 'YELLOW'],
    ['NOT_YET', 'RED'],
    ['NOT_ELIGIBLE', 'RED'],
    ['UNDETERMINED', null],
    ['PENDING', null],
  ])('the MEF 87 colour of %s is %s', ([verdict, colour]) => {
    expect(findConfidence(verdict)).toBe(colour);
  });
});
