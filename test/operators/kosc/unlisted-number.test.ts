import { expect, test } from 'vitest';
import { translateEligibility } from '../../../src/operators/kosc/translate.ts';
import { koscFields } from '../../../src/operators/kosc/wire.ts';
import { asking } from '../../support/kosc-client.ts';

/** The copper line of an answer with this `copper_info`. */
function copperOf(info: object) {
  const answer = translateEligibility(
    koscFields(() => {}),
    { eligibility_ref: 'elig', offers: [], endpoint: { copper_info: info } },
    asking('0199000001', 'LINE_NUMBER'),
    'now',
  );
  return answer?.endpoint?.copper ?? null;
}

test.for([
  [false, false],
  ['false', false],
  [0, false],
  [true, true],
  ['oui', true],
  ['', true],
  [null, null],
  [undefined, null],
] as const)('a line with the unlisted_number %j has the unlisted number %j', ([sent, expected]) => {
  expect(copperOf({ status: 'active', unlisted_number: sent })?.unlistedNumber).toBe(expected);
});

test.for([{}, { status: null }, { status: null, unlisted_number: null }])(
  'a copper_info of %j is no copper line',
  (info) => {
    expect(copperOf(info)).toBeNull();
  },
);
