import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { operators } from '../../../src/operators/index.ts';
import { graphqlRequest } from '../../support/graphql-request.ts';
import {
  outcomeOf,
  qualifySite,
  qualifyToTheEnd,
  whenFinished,
} from '../../support/site-questions.ts';
import { startTestService, type TestService } from '../../support/start-test-service.ts';

let tested: TestService;
beforeAll(async () => {
  tested = await startTestService({
    registry: operators,
    usesStore: true,
    env: { SITE_DEADLINE_MS: '8000' },
  });
});
afterAll(() => tested[Symbol.asyncDispose]());
beforeEach(() => tested.sandbox.ovhcloud.reset());

const alone = { operators: ['OVHCLOUD' as const] };
const ask = async (input: object) =>
  outcomeOf(await qualifyToTheEnd(tested, { ...input, ...alone }), 'OVHCLOUD');

interface Read {
  readonly siteQualification: {
    readonly verdict: string;
    readonly site: { readonly buildingRef: string | null; readonly lineNumber: string | null };
    readonly outcomes: readonly {
      readonly operator: string;
      readonly qualification: Readonly<Record<string, unknown>> | null;
    }[];
    readonly offers: readonly Readonly<Record<string, unknown>>[];
  };
}

async function read(input: object): Promise<Read['siteQualification']> {
  const { id } = await qualifyToTheEnd(tested, { ...input, ...alone });
  const answer = await graphqlRequest<Read>(
    tested.url,
    `query ($id: ID!) { siteQualification(id: $id) { verdict site { buildingRef lineNumber }
      outcomes { operator qualification { __typename ... on OvhEligibility { id reference referenceType verdict
        offers { code type provider network downloadRate isGuaranteed serviceLevels estimatedDownloadRate verdict
          reasons { code category availability { date } } underConditions { code category } } } } }
      offers { operator name technology network verdict guaranteedBandwidth maxBandwidth price { amount } priceStatus setupFeeStatus
        source { __typename } } } }`,
    { id },
  );
  expect(answer.errors).toBeUndefined();
  if (!answer.data) throw new Error('no answer');
  return answer.data.siteQualification;
}

const qualificationOf = ({ outcomes }: Read['siteQualification']) =>
  outcomes.find(({ operator }) => operator === 'OVHCLOUD')?.qualification;

describe('a test that is under way', () => {
  test('a test that is under way is looked at by the same request again, and its result is not read before it is done', async () => {
    tested.sandbox.ovhcloud.script({ pending: 3, variants: ['result-while-pending'] });
    expect(await ask({ buildingRef: 'IMB/77108/X/031C' })).toMatchObject({ verdict: 'ELIGIBLE' });
    const bodies = tested.sandbox.ovhcloud.calls.map(({ body }) => body);
    expect(bodies).toEqual(Array.from({ length: 4 }, () => ({ building: 'IMB/77108/X/031C' })));
  });

  test('a test that is under way that never ends is a TIMEOUT, and no answer', async () => {
    tested.sandbox.ovhcloud.script({ pending: 10_000 });
    expect(await ask({ buildingRef: 'IMB/77108/X/031C' })).toMatchObject({
      state: 'FAILED',
      verdict: 'UNDETERMINED',
      error: { code: 'TIMEOUT' },
    });
  });

  test('a test that is under way in a state that no document has is looked at again, and counted', async () => {
    tested.sandbox.ovhcloud.script({ pending: 1, variants: ['pending-in-other-words'] });
    expect((await ask({ buildingRef: 'IMB/77108/X/031C' })).state).toBe('ANSWERED');
    expect(tested.service.deviations.get('OVHCLOUD')?.counts().get('unknown-status')).toBe(1);
  });
});

describe('OVHcloud is asked', () => {
  test.for([
    ['testOtp', { otpRef: 'FI-1000-0001' }, { otp: 'FI-1000-0001' }],
    ['testOtp', { otpRef: 'fi-1000-0001/C' }, { otp: 'FI-1000-0001' }],
    [
      'testLine',
      { line: { number: '04 78 29 92 51', status: 'ACTIVE', activationType: 'ACTIVATE' } },
      { lineNumber: '0478299251', status: 'active' },
    ],
    ['testBuilding', { buildingRef: 'imb/77108/x/031c' }, { building: 'IMB/77108/X/031C' }],
    [
      'testAddress',
      { address: { streetNumber: '14', streetId: '7710815602' } },
      { streetCode: '7710815602', streetNumber: '14' },
    ],
  ] as const)('OVHcloud is asked by %s about %j', async ([route, input, body]) => {
    expect((await ask(input)).state).toBe('ANSWERED');
    const calls = tested.sandbox.ovhcloud.calls.filter((call) => call.route === route);
    expect(calls.at(-1)?.body).toEqual(body);
  });

  test('OVHcloud is asked by the next key where it does not know the first, which is told', async () => {
    const outcome = await ask({ otpRef: 'ZZ-0000-0000', buildingRef: 'IMB/77108/X/031C' });
    expect(outcome).toMatchObject({ state: 'ANSWERED', verdict: 'ELIGIBLE' });
    expect(outcome.issues).toMatchObject([{ path: ['input', 'otpRef'], code: 'SITE_UNKNOWN' }]);
  });

  test('OVHcloud is asked about a place that it does not know, and is skipped', async () => {
    const outcome = await ask({ buildingRef: 'IMB/00000/X/ZZZZ' });
    expect(outcome).toMatchObject({ state: 'SKIPPED', skip: { code: 'SITE_UNKNOWN' } });
  });

  test('OVHcloud is asked about coordinates alone, and is skipped in its own words', async () => {
    const whole = await qualifyToTheEnd(tested, { otpRef: 'not an outlet', ...alone });
    expect(outcomeOf(whole, 'OVHCLOUD').skip?.code).toBe('SITE_KEY_INVALID');
  });

  test('OVHcloud is asked for some types only, and its verdict is of these', async () => {
    const input = { buildingRef: 'IMB/77108/X/031C', ovhcloud: { productTypes: ['ftto'] } };
    const whole = await read(input);
    expect(whole.verdict).toBe('ELIGIBLE_WITH_CONDITIONS');
    expect(whole.offers.map(({ technology }) => technology)).toEqual(['FTTO']);
  });

  test.for([
    [{}, 'NOT_ELIGIBLE'],
    [{ 'result.offers.0': 'null' }, 'UNDETERMINED'],
    [{ 'result.offers.0.product.type': 'null' }, 'UNDETERMINED'],
  ] as const)(
    'for some types only, of which one that cannot be read may be: with %j it is %s',
    async ([spoiled, verdict]) => {
      const refused = {
        'result.offers.2.eligibility.eligible': 'false',
        'result.offers.2.eligibility.underConditions': '[]',
        'result.offers.2.eligibility.reasons': '[{"code":"FIBER_NOT_AVAILABLE","message":"No."}]',
      };
      tested.sandbox.ovhcloud.script({
        faults: [{ kind: 'altered', route: 'testBuilding', set: { ...refused, ...spoiled } }],
      });
      const input = { buildingRef: 'IMB/77108/X/031C', ovhcloud: { productTypes: ['ftto'] } };
      expect(await ask(input)).toMatchObject({ state: 'ANSWERED', verdict });
    },
  );
});

describe('an answer', () => {
  test('an answer names the network of each offer, and never a price', async () => {
    const whole = await read({ buildingRef: 'IMB/77108/X/031C' });
    expect(whole.offers).toHaveLength(3);
    for (const offer of whole.offers) {
      expect(offer).toMatchObject({
        price: null,
        priceStatus: 'NOT_PUBLISHED',
        setupFeeStatus: 'NOT_PUBLISHED',
        source: { __typename: 'OvhOffer' },
      });
    }
    expect(new Set(whole.offers.map(({ network }) => network))).toEqual(
      new Set(['ORANGE', 'BOUYGUES', 'AXIONE']),
    );
    expect(whole.offers).toContainEqual(
      expect.objectContaining({ technology: 'FTTO', guaranteedBandwidth: 100, maxBandwidth: 100 }),
    );
  });

  test.for([
    ['IMB/44109/C/02B7', 'NOT_YET'],
    ['IMB/59350/C/00F1', 'NOT_ELIGIBLE'],
    ['IMB/48095/C/0007', 'UNDETERMINED'],
    ['IMB/23096/X/000B', 'UNDETERMINED'],
    ['IMB/06069/X/00P5', 'UNDETERMINED'],
  ])('an answer about %s is %s', async ([buildingRef, verdict]) => {
    expect(await ask({ buildingRef })).toMatchObject({ state: 'ANSWERED', verdict });
  });

  test('an answer about copper has what the line is expected to carry, and codes of portability as they are', async () => {
    const line = { number: '0478299251', status: 'ACTIVE', activationType: 'ACTIVATE' };
    const whole = await read({ line });
    expect(qualificationOf(whole)).toMatchObject({
      reference: '0478299251',
      referenceType: 'LINE_NUMBER',
      offers: [
        { code: 'VDSL_KOSC', estimatedDownloadRate: 42.5, verdict: 'ELIGIBLE' },
        { code: 'SDSL_OVH_4M', underConditions: [{ code: '3049', category: 'OTHER' }] },
      ],
    });
    expect(new Set(whole.offers.map(({ technology }) => technology))).toEqual(new Set(['COPPER']));
  });

  test('an answer about a line tells the building that the line ends in, so that others can be asked about it', async () => {
    const line = { number: '0478299251', status: 'ACTIVE', activationType: 'ACTIVATE' };
    expect((await read({ line })).site.buildingRef).toBe('IMB/69383/X/1B2C');
  });

  test.each([
    ['otp', 'FI-3790-3415', { otpRef: 'FI-1000-0001' }],
    [
      'lineNumber',
      '0492002525',
      { line: { number: '0478299251', status: 'ACTIVE', activationType: 'ACTIVATE' } },
    ],
  ])(
    'an answer about another %s than was asked is a failure',
    async (referenceType, reference, input) => {
      const result = {
        eligibilityReference: 'OVH-9',
        endpoint: { reference, referenceType },
        offers: [],
      };
      const body = { status: 'ok', result };
      tested.sandbox.ovhcloud.script({ faults: [{ kind: 'status', status: 200, body }] });
      expect(await ask(input)).toMatchObject({
        state: 'FAILED',
        error: { code: 'INVALID_RESPONSE' },
      });
    },
  );

  test('an answer about another building than was asked adds nothing to the site', async () => {
    const whole = await read({ buildingRef: 'IMB/93077/X/00HE' });
    expect(whole.site.buildingRef).toBe('IMB/93077/X/00HE');
  });

  test('an answer of a failed test is a failure, and its reason is told', async () => {
    const body = { status: 'error', error: 'Something else went wrong' };
    tested.sandbox.ovhcloud.script({ faults: [{ kind: 'status', status: 200, body }] });
    expect(await ask({ buildingRef: 'IMB/77108/X/031C' })).toMatchObject({
      state: 'FAILED',
      error: { code: 'QUALIFICATION_FAILED', message: expect.stringContaining('went wrong') },
    });
  });

  test('an answer is found again under its id, and under no other', async () => {
    const asked = await qualifySite(tested, { buildingRef: 'IMB/77108/X/031C', ...alone });
    await whenFinished(tested, asked);
    const whole = await read({ buildingRef: 'IMB/77108/X/031C' });
    const { id } = qualificationOf(whole) as { id: string };
    const query = 'query ($id: ID!) { ovhEligibility(id: $id) { id verdict reference } }';
    expect((await graphqlRequest(tested.url, query, { id })).data).toEqual({
      ovhEligibility: { id, verdict: 'ELIGIBLE', reference: 'IMB/77108/X/031C' },
    });
    expect((await graphqlRequest(tested.url, query, { id: 'OVH-0' })).data).toEqual({
      ovhEligibility: null,
    });
  });
});

test('Its search by address is a source of the sites of an address', async () => {
  const answer = await graphqlRequest<{ searchAddresses: { sites: unknown[] }[] }>(
    tested.url,
    `{ searchAddresses(text: "14 avenue des Frères Verdeaux, Chelles", first: 1) {
         sites { site { buildingRef } match sources } } }`,
  );
  expect(answer.errors).toBeUndefined();
  expect(tested.sandbox.ovhcloud.calls.some(({ route }) => route === 'searchAddresses')).toBe(true);
  expect(answer.data?.searchAddresses[0]?.sites).toContainEqual(
    expect.objectContaining({ site: { buildingRef: 'IMB/77108/X/031C' } }),
  );
});

test('A search by address that never ends is an error after a while, and keeps no question waiting', async () => {
  tested.sandbox.ovhcloud.script({ pending: 1_000 });
  const whole = await qualifyToTheEnd(tested, { address: { label: '65 rue de Siam, Brest' } });
  expect(outcomeOf(whole, 'OVHCLOUD')).toMatchObject({
    state: 'FAILED',
    error: { code: 'TIMEOUT' },
  });
  tested.sandbox.ovhcloud.reset();
}, 40_000);

test('An address without a building is asked about by the code of its street, which its search brought', async () => {
  const label = '40 boulevard Saint Roch, Nice';
  const whole = await qualifyToTheEnd(tested, { address: { label } });
  expect(outcomeOf(whole, 'OVHCLOUD')).toMatchObject({ state: 'ANSWERED', verdict: 'ELIGIBLE' });
  expect(outcomeOf(whole, 'KOSC').state).toBe('SKIPPED');
  const call = tested.sandbox.ovhcloud.calls.find(({ route }) => route === 'testAddress');
  expect(call?.body).toEqual({ streetCode: '0608859150', streetNumber: '40' });
});

test('An address with one building is that one building, whatever else is known of the address', async () => {
  const label = '14 avenue des Frères Verdeaux, Chelles';
  const answer = await graphqlRequest<{ searchAddresses: { sites: unknown[] }[] }>(
    tested.url,
    `{ searchAddresses(text: ${JSON.stringify(label)}, first: 1) { sites { site { buildingRef } } } }`,
  );
  expect(answer.data?.searchAddresses[0]?.sites).toEqual([
    { site: { buildingRef: 'IMB/77108/X/031C' } },
  ]);
  const whole = await qualifyToTheEnd(tested, { address: { label } });
  expect(outcomeOf(whole, 'OVHCLOUD')).toMatchObject({ state: 'ANSWERED' });
});
