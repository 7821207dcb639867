import { expect, test } from 'vitest';
import { isTerminal, type QualificationState } from '../../src/vocabulary/state-change.ts';

test.for<[QualificationState, boolean]>([
  ['ACKNOWLEDGED', false],
  ['IN_PROGRESS_ELIGIBILITY', false],
  ['IN_PROGRESS_OFFER', false],
  ['IN_PROGRESS_PRICE', false],
  ['DONE_READY', true],
  ['DONE_UNABLE_TO_PROVIDE', true],
  ['TERMINATED_WITH_ERROR', true],
  ['UNRECOGNISED', false],
])('whether %s is the end is %j', ([state, end]) => {
  expect(isTerminal(state)).toBe(end);
});
