import { describe, expect, test } from 'vitest';
import { graphqlRequest } from '../support/graphql-request.ts';
import { SiteOffersDocument, type QualifySiteInput } from '../support/operations.generated.ts';
import { quick, serveSites } from '../support/serve-sites.ts';
import { eligibilityIdAt, qualifyToTheEnd } from '../support/site-questions.ts';
import type { TestService } from '../support/start-test-service.ts';

let tested: TestService;
serveSites((service) => {
  tested = service;
});

async function offersOf(
  input: QualifySiteInput,
  options: {
    orderBy?: 'PRICE' | 'BANDWIDTH' | 'LEAD_TIME';
    verdicts?: ('ELIGIBLE' | 'NOT_ELIGIBLE' | 'QUOTE_REQUIRED' | 'NOT_YET')[];
  } = {},
) {
  const { id } = await qualifyToTheEnd(tested, input);
  const answer = await graphqlRequest(tested.url, SiteOffersDocument, { id, ...options });
  expect(answer.errors).toBeUndefined();
  return answer.data?.siteQualification?.offers ?? [];
}
const both = () => ({ eligibilityId: eligibilityIdAt('every-family') });

describe('offers', () => {
  test("offers of all operators stand side by side, each with its operator's own", async () => {
    const offers = await offersOf(both());
    const ofCovage = offers.filter(({ operator }) => operator === 'COVAGE');
    const ofKosc = offers.filter(({ operator }) => operator === 'KOSC');
    expect(ofCovage.length).toBeGreaterThan(3);
    expect(new Set(offers.map(({ id }) => id)).size).toBe(offers.length);
    for (const offer of ofCovage) {
      const { source } = offer;
      if (source.__typename !== 'ItemOffer') throw new Error(`it is a ${source.__typename}`);
      expect(offer).toMatchObject({
        id: `COVAGE:${source.id}`,
        name: source.offer.name,
        technology: source.offer.offerTechnology,
        verdict: 'ELIGIBLE',
        priceStatus: 'KNOWN',
        setupFeeStatus: 'KNOWN',
        reasons: [],
      });
      expect(offer.price?.amount).toBe(source.price?.amount);
      const fees =
        Number(source.networkAccessFee?.amount ?? 0) + Number(source.serviceAccessFee?.amount ?? 0);
      expect(offer.setupFee).toEqual({ amount: fees.toFixed(2), currency: 'EUR' });
      expect(offer.maxBandwidth).toBeGreaterThan(0);
      expect(offer.commitmentMonths).toBeGreaterThan(0);
      expect(offer.guaranteedUntilDate).not.toBeNull();
      expect(offer.leadTimeDays).toBe(
        { BPE: 84, BPEA: 70, DIA: 98 }[source.offer.offerFamily as 'BPE' | 'BPEA' | 'DIA'],
      );
    }
    expect(ofKosc).toMatchObject([
      {
        technology: 'FTTH',
        price: null,
        priceStatus: 'NOT_PUBLISHED',
        maxBandwidth: null,
        guaranteedBandwidth: null,
        source: { __typename: 'KoscOffer', product: { code: 'FP01' } },
      },
      {
        setupFee: { amount: '750.00', currency: 'EUR' },
        setupFeeStatus: 'KNOWN',
        leadTimeDays: 90,
        source: { __typename: 'KoscOffer', product: { code: 'XG01' } },
      },
    ]);
  });

  test.each([
    ['PRICE', (offer: { price: { amount: string } | null }) => Number(offer.price?.amount ?? 1e9)],
    ['BANDWIDTH', (offer: { maxBandwidth: number | null }) => -(offer.maxBandwidth ?? -1)],
    ['LEAD_TIME', (offer: { leadTimeDays: number | null }) => offer.leadTimeDays ?? 1e9],
  ] as const)('offers are sorted by %s, those that do not tell last', async (orderBy, keyOf) => {
    const offers = await offersOf(both(), { orderBy });
    const keys = offers.map((offer) => (keyOf as (one: typeof offer) => number)(offer));
    expect(new Set(keys).size).toBeGreaterThan(2);
    expect(keys).toEqual(keys.toSorted((one, other) => one - other));
  });

  test('offers are filtered by verdict', async () => {
    const input = { eligibilityId: eligibilityIdAt('partly-on-quotation') };
    const toQuote = await offersOf(input, { verdicts: ['QUOTE_REQUIRED'] });
    expect(toQuote.length).toBeGreaterThan(0);
    for (const offer of toQuote) {
      expect(offer).toMatchObject({
        operator: 'COVAGE',
        verdict: 'QUOTE_REQUIRED',
        price: null,
        priceStatus: 'ON_QUOTATION',
        setupFee: null,
        setupFeeStatus: 'ON_QUOTATION',
      });
    }
    const refused = await offersOf(input, { verdicts: ['NOT_ELIGIBLE'] });
    expect(refused).toMatchObject([
      { operator: 'KOSC', reasons: [{ code: 'PRODUCT_NOT_AVAILABLE' }] },
    ]);
    expect(await offersOf(input, { verdicts: [] })).toEqual([]);
  });

  test.each([
    [{ far: 250, fas: 0.5 }, '250.50', 'KNOWN'],
    [{ far: 250, fas: null }, null, 'NOT_PUBLISHED'],
    [{ far: null, fas: 0 }, null, 'NOT_PUBLISHED'],
    [{ price: null, on_quotation: true, far: 250, fas: null }, null, 'ON_QUOTATION'],
  ])('offers with %j have the setup fee %s, %s', async (prices, setupFee, setupFeeStatus) => {
    const offer = { product_id: '1', name: 'BPE_20M', offer_family: 'BPE', price: 99, ...prices };
    const item = { id: crypto.randomUUID(), state: 'done.ready', resolve_pricing: true };
    const body = {
      id: crypto.randomUUID(),
      state: 'done.ready',
      creation_date: '2026-01-05T10:00:00Z',
      state_change: [{ state: 'done.ready', change_date: '2026-01-05T10:00:01Z' }],
      product_offering_qualification_item_detail: [{ ...item, products_offering: [offer] }],
    };
    tested.sandbox.covage.script({
      ...quick,
      faults: [{ route: 'qualification', kind: 'status', status: 200, body }],
    });
    const offers = await offersOf({
      eligibilityId: eligibilityIdAt('every-family'),
      operators: ['COVAGE'],
    });
    expect(offers).toMatchObject([
      {
        setupFee: setupFee === null ? null : { amount: setupFee, currency: 'EUR' },
        setupFeeStatus,
      },
    ]);
  });

  test('offers without prices say that they were not asked for', async () => {
    const offers = await offersOf({ ...both(), covage: { resolvePricing: false } });
    const [first] = offers.filter(({ operator }) => operator === 'COVAGE');
    expect(first).toMatchObject({ price: null, priceStatus: 'NOT_RESOLVED' });
  });

  test('offers are none while nobody has answered', async () => {
    const answer = await qualifyToTheEnd(tested, { location: { longitude: 1, latitude: 1 } });
    const { data } = await graphqlRequest(tested.url, SiteOffersDocument, { id: answer.id });
    expect(data?.siteQualification?.offers).toEqual([]);
  });
});
