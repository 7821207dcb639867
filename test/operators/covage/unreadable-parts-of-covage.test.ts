import { describe, expect, test } from 'vitest';
import { startCovage } from '../../support/covage-client.ts';

// One part of an answer that cannot be read costs nothing beside it: each goes through the real client over HTTP.

const documentedId = '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7';
const documentedItemId = 'a4517ca6-1f13-42a2-9359-4ff3cc21785b';
const items = 'product_offering_qualification_item_detail';

/** Answers of Covage in which each path has another text. */
const altered = (set: Record<string, string>, history = 0) =>
  startCovage({
    history,
    faults: [
      { kind: 'altered', set, route: ['qualification', 'qualifications', 'item', 'offerDetail'] },
    ],
  });

async function documented(set: Record<string, string>) {
  await using covage = await altered(set);
  const qualification = await covage.client.fetchQualification(documentedId, {});
  if (qualification === null) throw new Error('the documented qualification is not known');
  return { ...qualification, item: qualification.items?.[0], reported: covage.reported };
}

describe('a qualification', () => {
  test.for(['null', '5', '{}', '""', 'NaN'])(
    'a qualification with the state %s is not at its end and decides nothing',
    async (state) => {
      const { verdict, terminal, items: read } = await documented({ state });
      expect({ verdict, terminal, items: read?.length }).toEqual({
        verdict: state === '5' ? 'PENDING' : 'UNDETERMINED',
        terminal: false,
        items: 1,
      });
    },
  );

  test.for(['"done.ready "', '"DONE.READY"', '" Done.Ready"'])(
    'has one reading of the state %s, wherever it stands',
    async (state) => {
      const { terminal, verdict, stateChanges, item, reported } = await documented({
        state,
        [`state_change.3.state`]: state,
        [`${items}.0.state`]: state,
      });
      expect(terminal).toBe(true);
      expect(verdict).toBe('ELIGIBLE');
      expect(stateChanges?.at(-1)?.state).toBe('DONE_READY');
      expect(item?.state).toBe('DONE_READY');
      expect(reported).toContain('state-in-another-spelling');
    },
  );

  test.for([
    ['id', 'null'],
    ['id', '" "'],
    ['id', 'NaN'],
    ['user', '"somebody"'],
    ['creation_date', 'Infinity'],
    ['external_id', '{}'],
    ['href', '[]'],
    ['state_change', '"none"'],
    ['effective_qualification_date', '"demain"'],
    [`${items}.0.place`, '"here"'],
    [`${items}.0.place.location`, 'NaN'],
    [`${items}.0.address`, '[]'],
    [`${items}.0.address.city`, '"MONT ST AIGNAN"'],
    [`${items}.0.bandwidth_max`, '"rapide"'],
    [`${items}.0.zone_bpe`, '{}'],
    [`${items}.0.estimated_delivery_date_BPE`, '[]'],
    [`${items}.0.estimated_delivery_date_BPE`, '"33 SEMAINES environ"'],
    [`${items}.0.products_offering.0.commitment`, '"sans engagement"'],
    [`${items}.0.guaranteed_until_date`, '"bientôt"'],
    [`${items}.0.price`, '-Infinity'],
    [`${items}.0.resolve_pricing`, '"peut-être"'],
    [`${items}.0.products_offering.0.name`, '{}'],
    [`${items}.0.products_offering.0.commitment`, 'NaN'],
  ] as const)(
    'a qualification keeps the rest where %s is %s, which is counted',
    async ([path, sent]) => {
      const { id, verdict, item, reported } = await documented({ [path]: sent });
      expect({ id, verdict }).toEqual({ id: documentedId, verdict: 'ELIGIBLE' });
      expect(item?.id).toBe(documentedItemId);
      expect(item?.offers).toHaveLength(1);
      expect(reported.filter((kind) => kind.startsWith('unreadable-'))).not.toEqual([]);
    },
  );

  test.for([
    [items, '"none"'],
    [items, '[null]'],
    [items, 'NaN'],
    [`${items}.0.id`, 'null'],
    [`${items}.0.state`, '{}'],
    [`${items}.0.products_offering`, '"voir devis"'],
    [`${items}.0.products_offering`, '[7]'],
    [`${items}.0.products_offering.0.on_quotation`, '"peut-être"'],
  ] as const)('a qualification is UNDETERMINED where %s is %s', async ([path, sent]) => {
    const { verdict, reported } = await documented({ [path]: sent });
    expect(verdict).toBe('UNDETERMINED');
    expect(reported).not.toEqual([]);
  });

  test('a qualification is undetermined where one item cannot be read and the other cannot be delivered to', async () => {
    const none = '{"id":"none","state":"done.unable_to_provide","products_offering":[]}';
    expect((await documented({ [items]: `[${none}]` })).verdict).toBe('NOT_ELIGIBLE');
    expect((await documented({ [items]: `[${none},{"id":null}]` })).verdict).toBe('UNDETERMINED');
  });
});

describe('a list', () => {
  test('a list keeps a member without a state, and the others, and opens no circuit', async () => {
    await using covage = await altered({ 'results.0.state': 'null' }, 2);
    for (let look = 0; look < 12; look += 1) {
      const { members } = await covage.client.fetchQualificationPage(new URLSearchParams(), {});
      expect(members.map(({ state }) => state)).toEqual([
        'UNRECOGNISED',
        'DONE_READY',
        'DONE_READY',
      ]);
    }
  });

  test.for(['null', '"one"', '{"id":null}', '[]'])(
    'leaves out the member %s and counts it',
    async (member) => {
      await using covage = await altered({ 'results.1': member }, 2);
      const { members } = await covage.client.fetchQualificationPage(new URLSearchParams(), {});
      expect(members).toHaveLength(2);
      expect(covage.reported).toContain('unreadable-qualifications');
    },
  );

  test('a list whose only member cannot be read is a page of one that is left out', async () => {
    await using covage = await altered({ 'results.0': '5' });
    const page = await covage.client.fetchQualificationPage(new URLSearchParams(), {});
    expect(page).toMatchObject({ members: [], unreadable: 1 });
  });

  test('a list does not know a count that is larger than any', async () => {
    await using covage = await altered({ count: '99999999999' });
    const page = await covage.client.fetchQualificationPage(new URLSearchParams(), {});
    expect(page.total).toBeNull();
  });
});

describe('an amount', () => {
  const offer = `${items}.0.products_offering.0`;
  test.for([
    ['"1 250,00"', '1250.00'],
    ['"1\u00A0250,00 €"', '1250.00'],
    ['"1\u202F250,00 € HT"', '1250.00'],
    ['"145.00 EUR"', '145.00'],
    ['"€ 1.234,50"', '1234.50'],
    [`"1'250.00"`, '1250.00'],
    ['155.10', '155.10'],
    ['1e2', '100.00'],
    ['1234567890.12345678901', '1234567890.12345678901'],
    ['"-12,5"', '-12.50'],
  ] as const)('an amount is exact, written %s', async ([sent, amount]) => {
    const { item } = await documented({ [`${offer}.price`]: sent, [`${items}.0.far`]: sent });
    expect(item?.networkAccessFee?.amount).toBe(amount);
    expect(item?.offers?.[0]).toMatchObject({ price: { amount }, priceStatus: 'KNOWN' });
  });

  test.for(['"1,234"', '"sur devis"', '"155 TTC"', 'NaN', '[155]', 'true'])(
    'an amount that cannot be read is never one that was not published: %s',
    async (sent) => {
      const { item, reported } = await documented({
        [`${offer}.price`]: sent,
        [`${offer}.far`]: sent,
      });
      expect(item?.offers?.[0]).toMatchObject({
        price: null,
        priceStatus: 'UNREADABLE',
        accessFeesStatus: 'UNREADABLE',
      });
      expect(reported).toContain('unreadable-price');
    },
  );
});

test.for([
  ['"1 250,00 €"', 'KNOWN'],
  ['"1,250"', 'UNREADABLE'],
  ['null', 'NOT_PUBLISHED'],
] as const)('a price of the catalogue written %s is %s', async ([sent, status]) => {
  await using covage = await altered({ price: sent });
  expect((await covage.client.fetchOfferDetail('1765', 1, {}))?.priceStatus).toBe(status);
});

describe('an identifier', () => {
  test('an identifier that is a number comes out as it was sent', async () => {
    const number = '12345678901234567890';
    const { item, externalId, reported } = await documented({
      external_id: number,
      [`${items}.0.id`]: '9007199254740993',
      [`${items}.0.products_offering.0.product_id`]: number,
      [`${items}.0.address.street.street_id`]: number,
    });
    expect(externalId).toBe(number);
    expect(item?.id).toBe('9007199254740993');
    expect(item?.offers?.[0]?.offer.id).toBe(number);
    expect(item?.address?.streetId).toBe(number);
    expect(reported).not.toContain('invalid-json');
  });

  test('an identifier of a commune or a postcode gets back the zero that a number has lost', async () => {
    const { item } = await documented({
      [`${items}.0.address.city.insee_code`]: '1004',
      [`${items}.0.address.city.post_code`]: '1500',
    });
    expect(item?.address).toMatchObject({ inseeCode: '01004', postCode: '01500' });
  });
});

test('a date without a time is its first moment, and counted', async () => {
  const { item, reported } = await documented({
    [`${items}.0.guaranteed_until_date`]: '"2025-05-04"',
  });
  expect(item?.guaranteedUntilDate).toBe('2025-05-04T00:00:00Z');
  expect(reported).toEqual(['guaranteed_until_date-without-time']);
});
