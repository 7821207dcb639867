import { describe, expect, test } from 'vitest';
import type { KoscEligibility, KoscReferenceType } from '../../../src/operators/kosc/domain.ts';
import { OperatorError } from '../../../src/operators/port/operator-error.ts';
import { koscVariants, type KoscVariant } from '../../../src/sandbox/kosc/variants.ts';
import { asking, startAnsweringKosc, startKosc } from '../../support/kosc-client.ts';
import * as documented from './documented-by-kosc.ts';

type Asked = readonly [reference: string, referenceType: KoscReferenceType];

const line: Asked = ['0492002525', 'LINE_NUMBER'];
const otp: Asked = ['FI-3790-3415', 'OTP'];
const building: Asked = ['IMB/77108/X/031C', 'BUILDING'];
/** In Corsica, without fee, delay and optical exchange. */
const feeless: Asked = ['IMB/2A004/X/00C3', 'BUILDING'];
/** Refused with a code of number portability, 3049. */
const ported: Asked = ['0353010001', 'LINE_NUMBER'];
const examples = [line, otp, building];

/** Kosc's answer about a reference under a variant, without what differs from call to call. */
async function check(variants: readonly KoscVariant[], [reference, referenceType]: Asked) {
  await using kosc = await startKosc({ variants: [...variants] });
  const { id, checkedAt, ...answer } = await kosc.client.checkEligibility(
    asking(reference, referenceType),
    {},
  );
  expect(Date.parse(checkedAt)).not.toBeNaN();
  const offers = answer.offers.map((offer) => ({ ...offer, id: offer.id.replace(id, '') }));
  return { answer: { ...answer, offers }, reported: kosc.reported };
}

type Answer = Awaited<ReturnType<typeof check>>['answer'];
type Offer = KoscEligibility['offers'][number];

const withOffers = (answer: Answer, change: (offer: Offer) => object): Answer => ({
  ...answer,
  offers: answer.offers.map((offer) => ({ ...offer, ...change(offer) })),
});
const withProduct = (product: Partial<Offer['product']>) => (answer: Answer) =>
  withOffers(answer, (offer) => ({ product: { ...offer.product, ...product } }));
const same = (answer: Answer): Answer => answer;

/** Of each variant of an answer: what it is tried on, and what may differ from the answer without it. */
const spellings: readonly [KoscVariant, readonly Asked[], (answer: Answer) => unknown][] = [
  ['fiber-info-in-endpoint', [otp, building], same],
  ['options-null', examples, withProduct({ portabilityEnabled: null })],
  ['options-absent', examples, withProduct({ portabilityEnabled: null })],
  ['provider-empty', examples, withProduct({ provider: null })],
  ['provider-null', [otp, building], same],
  ['setup-fee-empty', [feeless], same],
  ['setup-fee-absent', [feeless], same],
  ['setup-fee-as-number', [otp, building], same],
  ['order-delay-absent', [feeless], same],
  ['order-delay-as-number', [otp, building], same],
  ['copper-fees-null', [line], same],
  ['copper-info-status-null', [building], same],
  ['copper-info-absent', [otp, building], same],
  ['motives-as-empty-lists', examples, same],
  ['codes-as-numbers', [ported], same],
  ['eligibility-keys-first', examples, same],
  ['errors-without-details', examples, same],
];

describe('an answer', () => {
  test.for(spellings)('an answer says the same under %s', async ([variant, asked, expected]) => {
    for (const one of asked) {
      const plain = await check([], one);
      const { answer } = await check([variant], one);
      expect(answer).toEqual(expected(plain.answer));
    }
  });

  test('an answer with the comma of the building example is read, and counted', async () => {
    const plain = await check([], building);
    expect(await check(['json-trailing-comma'], building)).toEqual({
      answer: plain.answer,
      reported: ['invalid-json'],
    });
    expect(plain.reported).toEqual([]);
  });

  test.for([
    ['setup-fee-as-number', otp],
    ['codes-as-numbers', ported],
  ] as const)(
    'an answer in a form that Kosc does not document is counted (%s)',
    async ([variant, asked]) => {
      expect((await check([variant], asked)).reported).not.toEqual([]);
    },
  );

  test('an answer about a building may name it as its endpoint', async () => {
    const { answer } = await check(['building-endpoint-with-ref'], building);
    expect(answer.endpoint).toMatchObject({
      endpointRef: building[0],
      endpointRefType: 'BUILDING',
    });
  });

  test('an answer without the codes of an address has the rest of it', async () => {
    const { answer } = await check(['codes-in-address-null'], otp);
    const expected = { koscStreetCode: null, koscInseeCode: null, city: 'VILLEMOMBLE' };
    expect(answer.endpoint?.address).toMatchObject(expected);
    expect(answer.building?.address).toMatchObject(expected);
  });

  test('an answer quotes its messages as they come', async () => {
    const { answer } = await check(['messages-without-full-stop'], otp);
    expect(answer.offers[0]?.eligibility.reasons[0]?.message).toBe(
      'Fiber not currently available in this area',
    );
  });

  test('an answer about fibre has no copper line, although its copper_info is there', async () => {
    expect((await check([], otp)).answer.endpoint?.copper).toBeNull();
  });

  test('an answer that refuses has its fee and delay all the same', async () => {
    const [offer] = (await check([], otp)).answer.offers;
    expect(offer).toMatchObject({
      eligibility: { eligible: false, verdict: 'NOT_YET' },
      setupFee: { amount: '500.00', currency: 'EUR' },
      orderDelayDays: 60,
    });
  });

  test('an answer with an empty fee refers to the contract, and without one, too', async () => {
    const [empty] = (await check([], ['IMB/33063/X/0ZK9', 'BUILDING'])).answer.offers;
    expect(empty).toMatchObject({ setupFee: null, setupFeeStatus: 'SEE_CONTRACT' });
    const [none] = (await check([], feeless)).answer.offers;
    expect(none).toMatchObject({
      setupFee: null,
      setupFeeStatus: 'SEE_CONTRACT',
      orderDelayDays: null,
    });
  });

  test('an answer with a code that is not known passes it on', async () => {
    const { answer } = await check([], ported);
    expect(answer.verdict).toBe('NOT_ELIGIBLE');
    expect(answer.offers[0]?.eligibility.reasons).toEqual([
      {
        code: '3049',
        category: 'OTHER',
        message: 'L opérateur détient le parc à modifier',
        availability: null,
      },
    ]);
  });

  test('an answer with a product line that is not documented passes it on', async () => {
    const { answer } = await check([], ['FI-1000-0002', 'OTP']);
    expect(answer.offers.map(({ productLine }) => productLine?.code)).toEqual(['FP', 'XG']);
  });
});

test('Every variant of the sandbox is tried here, with the errors or with the verdicts', () => {
  const elsewhere = [
    'json-trailing-comma',
    'building-endpoint-with-ref',
    'codes-in-address-null',
    'messages-without-full-stop',
    'not-found-as-500',
    'unauthorized-other-words',
    'unauthorized-as-403',
    'undecided-as-false',
    'unknown-product-lines-refused',
  ];
  const tried = [...spellings.map(([name]) => name), ...elsewhere];
  expect(tried.toSorted()).toEqual(koscVariants.map(({ name }) => name).toSorted());
});

/** The documented answer with another availability. */
const available = (availability_date: unknown): string =>
  documented.otp.replace('"2018-07-15"', JSON.stringify(availability_date));

describe('an availability', () => {
  test.for([
    ['2027-03-31', { text: '2027-03-31', date: '2027-03-31' }],
    ['2023', { text: '2023', date: null }],
    [2023, { text: '2023', date: null }],
    ['2027-03', { text: '2027-03', date: null }],
    [
      'FIBER_NOT_YET_DEPLOYED, Available around 2024-12-31',
      { text: 'FIBER_NOT_YET_DEPLOYED, Available around 2024-12-31', date: '2024-12-31' },
    ],
    ['2027-02-30', { text: '2027-02-30', date: null }],
    ['bientôt', { text: 'bientôt', date: null }],
    ['', null],
    [null, null],
    [{ year: 2027 }, null],
  ] as const)('an availability of %j is %j', async ([sent, expected]) => {
    await using kosc = await startAnsweringKosc(() => ({ text: available(sent) }));
    const { offers } = await kosc.client.checkEligibility(asking(...otp), {});
    expect(offers[0]?.eligibility).toMatchObject({
      verdict: 'NOT_YET',
      reasons: [{ availability: expected }],
    });
  });
});

describe('an answer that cannot be ordered with', () => {
  test.for(['absent', null, ''] as const)(
    'because its eligibility_ref is %j is INVALID_RESPONSE, in a sentence that says so',
    async (sent) => {
      const { eligibility_ref: _, ...rest } = JSON.parse(documented.otp) as Record<string, unknown>;
      const body = sent === 'absent' ? rest : { ...rest, eligibility_ref: sent };
      await using kosc = await startAnsweringKosc(() => ({ status: 200, body }));
      const error: unknown = await kosc.client
        .checkEligibility(asking(...otp), {})
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(OperatorError);
      expect(error).toMatchObject({
        code: 'INVALID_RESPONSE',
        message:
          'Kosc answered 200 without an eligibility_ref; nothing can be ordered with this answer.',
      });
    },
  );
});

/** The documented answers, about another thing by their endpoint. */
const aboutAnother: readonly (readonly [string, Asked, string, string])[] = [
  ['outlet', otp, documented.otp, 'FI-1000-0001'],
  ['line', line, documented.line, '0478299251'],
];
/** The same thing, spelled or left out in another way. */
const aboutTheSame: readonly (readonly [string, Asked, string, string])[] = [
  ['outlet in small letters with its connector', otp, documented.otp, 'fi-3790-3415/C'],
  ['line as it is dialled from abroad', line, documented.line, '+33 4 92 00 25 25'],
  ['line that is masked', line, documented.line, '04********'],
  ['outlet of which nothing is said', otp, documented.otp, ''],
];

const answerNaming = async ([reference, type]: Asked, text: string, named: string) => {
  const { endpoint, ...rest } = JSON.parse(text) as { readonly endpoint: object };
  const body = { ...rest, endpoint: { ...endpoint, endpoint_ref: named } };
  await using kosc = await startAnsweringKosc(() => ({ status: 200, body }));
  return await kosc.client.checkEligibility(asking(reference, type), {});
};

describe('an answer that names what it is about', () => {
  test.for(aboutAnother)(
    'is a failure where that is another %s',
    async ([, asked, text, named]) => {
      await expect(answerNaming(asked, text, named)).rejects.toMatchObject({
        code: 'INVALID_RESPONSE',
        message: 'Kosc answered about another outlet or line than it was asked about.',
      });
    },
  );

  test.for(aboutTheSame)(
    'an answer that names what it is about is taken where that is the %s',
    async ([, asked, text, named]) => {
      expect((await answerNaming(asked, text, named)).id).toMatch(/^elig-/);
    },
  );
});

/** The documented answer with another word on whether it is eligible. */
const deciding = (eligible: string): string => documented.building.replace('true', eligible);

describe('what is decided', () => {
  test.for(['"yes"', '"non"', '2', '{}', '[]'])(
    'what is decided by %s, which is no decision, is neither a refusal nor a promise',
    async (eligible) => {
      await using kosc = await startAnsweringKosc(() => ({ text: deciding(eligible) }));
      const verdict = await kosc.client.checkEligibility(asking(...building), {}).then(
        (answer) => answer.verdict,
        (error: unknown) => (error as OperatorError).code,
      );
      expect(['UNDETERMINED', 'INVALID_RESPONSE']).toContain(verdict);
    },
  );

  test.for([
    ['null', 'UNDETERMINED'],
    ['false', 'NOT_ELIGIBLE'],
    ['true', 'ELIGIBLE'],
  ] as const)('what is decided by %s is %s', async ([eligible, verdict]) => {
    await using kosc = await startAnsweringKosc(() => ({ text: deciding(eligible) }));
    const answer = await kosc.client.checkEligibility(asking(...building), {});
    expect(answer).toMatchObject({ verdict, offers: [{ eligibility: { verdict } }] });
  });

  test.for(['offers absent', 'offers null', 'offers empty'])(
    'what is decided of an answer with %s is UNDETERMINED',
    async (how) => {
      const { offers: _, ...rest } = JSON.parse(documented.otp) as Record<string, unknown>;
      const offers = how === 'offers absent' ? {} : { offers: how === 'offers null' ? null : [] };
      await using kosc = await startAnsweringKosc(() => ({
        status: 200,
        body: { ...rest, ...offers },
      }));
      expect(await kosc.client.checkEligibility(asking(...otp), {})).toMatchObject({
        offers: [],
        verdict: 'UNDETERMINED',
      });
    },
  );
});
