import { describe, expect, test } from 'vitest';
import { decideOfferByCodes } from '../../../src/vocabulary/eligibility-codes.ts';
import { OperatorError } from '../../../src/operators/port/operator-error.ts';
import type { Fault } from '../../../src/sandbox/http/fault.ts';
import { findConfidence } from '../../../src/vocabulary/verdict.ts';
import { asking, startKosc } from '../../support/kosc-client.ts';

const checkLine = async (number: string) => {
  await using kosc = await startKosc();
  return await kosc.client.checkEligibility(asking(number, 'LINE_NUMBER'), {});
};
const checkOtp = async (otp: string) => {
  await using kosc = await startKosc();
  return await kosc.client.checkEligibility(asking(otp, 'OTP'), {});
};

describe('each row of operators.md §7 that concerns Kosc', () => {
  test('eligible without conditions is ELIGIBLE, green', async () => {
    expect(decideOfferByCodes(true, [], [])).toBe('ELIGIBLE');
    expect((await checkOtp('FI-1000-0001')).verdict).toBe('ELIGIBLE');
    expect(findConfidence('ELIGIBLE')).toBe('GREEN');
  });

  test('eligible under conditions is ELIGIBLE_WITH_CONDITIONS, yellow', async () => {
    expect(decideOfferByCodes(true, [], ['a condition'])).toBe('ELIGIBLE_WITH_CONDITIONS');
    expect((await checkLine('0465710011')).verdict).toBe('ELIGIBLE_WITH_CONDITIONS');
    expect(findConfidence('ELIGIBLE_WITH_CONDITIONS')).toBe('YELLOW');
  });

  test.for([
    ['0465710002', '2027-01-15', '2027-01-15'],
    ['0465710003', '2027', null],
  ] as const)(
    'not eligible for a NOT_YET code is NOT_YET, red, with when it will be (%s)',
    async ([number, text, date]) => {
      const { verdict, offers } = await checkLine(number);
      expect(verdict).toBe('NOT_YET');
      expect(offers[0]?.eligibility.reasons[0]?.availability).toEqual({ text, date });
      expect(findConfidence('NOT_YET')).toBe('RED');
    },
  );

  test.for([
    ['FI-1000-0015', '2023', null],
    ['FI-1000-0017', 'Available around 2024-12-31', '2024-12-31'],
    ['FI-3790-3415', '2018-07-15', '2018-07-15'],
  ] as const)(
    'not yet deployed is NOT_YET, too, with a day, a year or a text (%s)',
    async ([otp, text, date]) => {
      const { verdict, offers } = await checkOtp(otp);
      expect(verdict).toBe('NOT_YET');
      expect(offers[0]?.eligibility.reasons[0]?.availability).toEqual({ text, date });
    },
  );

  test.for(['FI-1000-0013', 'FI-1000-0014', 'FI-1000-0016', 'FI-1000-0018', 'FI-1000-0019'])(
    'not eligible for another reason is NOT_ELIGIBLE, red (%s)',
    async (otp) => {
      expect((await checkOtp(otp)).verdict).toBe('NOT_ELIGIBLE');
      expect(findConfidence('NOT_ELIGIBLE')).toBe('RED');
    },
  );

  test.for(['0465710007', '0536490001'])(
    'null is UNDETERMINED, without a colour, with a reason or without (%s)',
    async (number) => {
      const { verdict, offers } = await checkLine(number);
      expect(offers.map(({ eligibility }) => eligibility.eligible)).toEqual([null, null]);
      expect(verdict).toBe('UNDETERMINED');
      expect(findConfidence('UNDETERMINED')).toBeNull();
    },
  );

  test.for([
    ['0465710007', 'LINE_NUMBER'],
    ['FI-1000-0020', 'OTP'],
  ] as const)(
    'false is UNDETERMINED where the reason says that Kosc could not tell (%s)',
    async ([reference, referenceType]) => {
      await using kosc = await startKosc({ variants: ['undecided-as-false'] });
      const answer = await kosc.client.checkEligibility(asking(reference, referenceType), {});
      for (const { eligibility } of answer.offers) {
        expect(eligibility).toMatchObject({ eligible: false, verdict: 'UNDETERMINED' });
      }
      expect(answer.verdict).toBe('UNDETERMINED');
    },
  );

  test('an answer without offers is UNDETERMINED', async () => {
    expect(await checkLine('0199000002')).toMatchObject({ offers: [], verdict: 'UNDETERMINED' });
  });

  test('an answer of which no offer can be read is UNDETERMINED, and keeps its reference', async () => {
    const body = { eligibility_ref: 'elig-1', offers: [{ eligibility: 'no' }] };
    await using kosc = await startKosc({
      faults: [{ kind: 'wrong-shape', body, route: 'checkEligibility' }],
    });
    const answer = await kosc.client.checkEligibility(asking('FI-1000-0013', 'OTP'), {});
    expect(answer).toMatchObject({ id: 'elig-1', offers: [], verdict: 'UNDETERMINED' });
  });

  test.for<Fault>([
    { kind: 'status', status: 401 },
    { kind: 'rate-limited' },
    { kind: 'gateway' },
    { kind: 'destroy' },
    { kind: 'html' },
    { kind: 'truncated' },
    { kind: 'wrong-shape' },
    { kind: 'wrong-shape', body: { offers: [{ eligibility: 'no' }] } },
  ])('a failure is an error and no verdict: %j', async (fault) => {
    await using kosc = await startKosc({ faults: [{ ...fault, route: 'checkEligibility' }] });
    const asked = kosc.client.checkEligibility(asking('FI-1000-0013', 'OTP'), {});
    await expect(asked).rejects.toThrow(OperatorError);
  });
});

describe('the verdict of an offer', () => {
  test.for([
    [null, 'NOT_COVERED'],
    [null, 'NOT_YET'],
    [true, 'NOT_COVERED'],
  ] as const)(
    'the verdict of an offer goes by eligible (%j) and not by its codes (%s)',
    ([eligible, category]) => {
      const verdict = decideOfferByCodes(eligible, [{ category }], []);
      expect(verdict).toBe(eligible === null ? 'UNDETERMINED' : 'ELIGIBLE');
    },
  );

  test('the verdict of an offer that is refused is NOT_YET only where nothing else stands in its way', () => {
    expect(decideOfferByCodes(false, [{ category: 'NOT_YET' }, { category: 'NOT_YET' }], [])).toBe(
      'NOT_YET',
    );
    expect(
      decideOfferByCodes(false, [{ category: 'NOT_YET' }, { category: 'TECHNICAL' }], []),
    ).toBe('NOT_ELIGIBLE');
    expect(decideOfferByCodes(false, [], [])).toBe('NOT_ELIGIBLE');
  });

  test.for([
    [['UNDETERMINED'], 'UNDETERMINED'],
    [['UNDETERMINED', 'NOT_YET'], 'UNDETERMINED'],
    [['NOT_COVERED', 'UNDETERMINED'], 'NOT_ELIGIBLE'],
  ] as const)(
    'the verdict of an offer that is refused since Kosc could not tell is UNDETERMINED, unless there is a certain reason, too (%s)',
    ([categories, verdict]) => {
      const reasons = categories.map((category) => ({ category }));
      expect(decideOfferByCodes(false, reasons, [])).toBe(verdict);
    },
  );

  test('the verdict of an offer that is refused for reasons that cannot be read is UNDETERMINED', () => {
    const lost = { reasons: true, conditions: false };
    expect(decideOfferByCodes(false, [], [], lost)).toBe('UNDETERMINED');
  });

  test('the verdict of an offer that is undecided stays so under conditions', () => {
    expect(decideOfferByCodes(null, [], ['a condition'])).toBe('UNDETERMINED');
  });
});

test('An answer has the best verdict of its offers', async () => {
  // One product under two conditions, the other not yet.
  expect((await checkLine('0199000001')).verdict).toBe('ELIGIBLE_WITH_CONDITIONS');
});
