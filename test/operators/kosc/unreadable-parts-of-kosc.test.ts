import { describe, expect, test } from 'vitest';
import { asking, startKosc } from '../../support/kosc-client.ts';

// One part of an answer that cannot be read costs nothing beside it: each goes through the real client over HTTP.

/** Kosc's answer about a building that it can deliver to, in which each path has another text. */
async function check(set: Record<string, string>) {
  await using kosc = await startKosc({
    faults: [{ kind: 'altered', set, route: 'checkEligibility' }],
  });
  const answer = await kosc.client.checkEligibility(asking('IMB/77108/X/031C', 'BUILDING'), {});
  return { ...answer, offer: answer.offers[0], reported: kosc.reported };
}

test.for([
  ['offers.0.product_line', 'null'],
  ['offers.0.product_line', '"FP"'],
  ['offers.0.product.name', '[]'],
  ['offers.0.product.options', 'NaN'],
  ['offers.0.order_delay', '"bientôt"'],
  ['offers.0.order_delay', '1e99'],
  ['offers.0.setup_fee', '{}'],
  ['endpoint', '"here"'],
  ['endpoint.address', 'Infinity'],
  ['fiber_info', '5'],
] as const)('an answer keeps the rest where %s is %s, which is counted', async ([path, sent]) => {
  const { id, verdict, offers, reported } = await check({ [path]: sent });
  expect(id).not.toBe('');
  expect(verdict).toBe('ELIGIBLE');
  expect(offers.length).toBeGreaterThan(0);
  expect(reported.filter((kind) => kind.startsWith('unreadable-'))).not.toEqual([]);
});

test.for([
  ['offers', '"none"'],
  ['offers', '[{"product":null}]'],
  ['offers.*.eligibility', 'null'],
  ['offers.*.eligibility.eligible', '"oui"'],
  ['offers.*.eligibility.eligible', 'NaN'],
] as const)(
  'an answer is UNDETERMINED where %s is %s, and keeps its reference',
  async ([path, sent]) => {
    const { id, verdict } = await check({ [path]: sent });
    expect(id).not.toBe('');
    expect(verdict).toBe('UNDETERMINED');
  },
);

test('two offers of one product have ids of their own', async () => {
  const offer = '{"product":{"code":"FP01","name":"FIBER"},"eligibility":{"eligible":true}}';
  const { id, offers } = await check({ offers: `[${offer},${offer},${offer}]` });
  expect(offers.map((one) => one.id)).toEqual([`${id}:FP01`, `${id}:FP01:2`, `${id}:FP01:3`]);
});

test('a product line that cannot be read is null', async () => {
  expect((await check({ 'offers.0.product_line': 'null' })).offer?.productLine).toBeNull();
});

describe('a fee', () => {
  test.for([
    ['"1 000.00"', '1000.00', 'KNOWN'],
    ['"1\u202F000,50 € HT"', '1000.50', 'KNOWN'],
    ['""', null, 'SEE_CONTRACT'],
    ['null', null, 'SEE_CONTRACT'],
    ['"voir contrat"', null, 'UNREADABLE'],
    ['"1,000"', null, 'UNREADABLE'],
    ['NaN', null, 'UNREADABLE'],
  ] as const)('written %s is %s, %s', async ([sent, amount, status]) => {
    const { offer, reported } = await check({ 'offers.0.setup_fee': sent });
    expect(offer?.setupFee?.amount ?? null).toBe(amount);
    expect(offer?.setupFeeStatus).toBe(status);
    expect(reported.includes('unreadable-setup_fee')).toBe(status === 'UNREADABLE');
  });
});

test('an identifier that is a number comes out as it was sent', async () => {
  const { id, offer } = await check({
    eligibility_ref: '12345678901234567890',
    'offers.0.product.code': '98765432109876543210',
  });
  expect(id).toBe('12345678901234567890');
  expect(offer?.id).toBe('12345678901234567890:98765432109876543210');
});

test('a line gets back the zero that a number has lost', async () => {
  await using kosc = await startKosc({
    faults: [
      { kind: 'altered', set: { 'endpoint.endpoint_ref': '492002525' }, route: 'checkEligibility' },
    ],
  });
  const asked = asking('0492002525', 'LINE_NUMBER');
  const { endpoint } = await kosc.client.checkEligibility(asked, {});
  expect(endpoint?.endpointRef).toBe('0492002525');
});

test('the code of a commune gets back the zero that a number has lost', async () => {
  const { endpoint, building } = await check({
    'endpoint.address.kosc_insee_code': '1004',
    'fiber_info.building.address.kosc_insee_code': '1004',
  });
  expect((building?.address ?? endpoint?.address)?.koscInseeCode).toBe('01004');
});
