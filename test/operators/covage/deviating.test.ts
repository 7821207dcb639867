import { describe, expect, test } from 'vitest';
import { translateOffer } from '../../../src/operators/covage/translate-offer.ts';
import { translateItem, translateQualification } from '../../../src/operators/covage/translate.ts';
import { readStateWord, covageFields } from '../../../src/operators/covage/wire.ts';

function readItem(fields: object, parentState = 'done.ready') {
  const reported: string[] = [];
  const parent = {
    qualificationId: 'parent',
    state: readStateWord(parentState),
    stateText: parentState,
  };
  const read = covageFields((kind) => reported.push(kind));
  return { item: translateItem(read, { id: 'item', ...fields }, parent), reported };
}

function readQualification(fields: object) {
  return translateQualification(
    covageFields(() => {}),
    {
      id: 'one',
      creation_date: '2025-04-04T10:07:24.274+02:00',
      state: 'done.ready',
      ...fields,
    },
  );
}

const offer = {
  product_id: '2173',
  name: 'BPEA 20M',
  bandwidth: '20M',
  commitment: '24MOIS',
  offer_family: 'BPEA',
  on_quotation: false,
};

describe('offers that cannot be read', () => {
  test.for([
    ['one without an identifier', [{ ...offer, product_id: null }]],
    ['one object in place of a list', offer],
    ['a word', 'voir devis'],
  ] as const)(
    'offers that cannot be read never make an item NOT_ELIGIBLE: %s',
    ([, products_offering]) => {
      const { item } = readItem({ state: 'done.unable_to_provide', products_offering });
      expect(item.verdict).not.toBe('NOT_ELIGIBLE');
    },
  );

  test('offers that cannot be read do not cost the offers beside them', () => {
    const { item, reported } = readItem({
      products_offering: [offer, { ...offer, product_id: null }],
    });
    expect(item.offers).toHaveLength(1);
    expect(reported).not.toEqual([]);
  });

  test('offers that cannot be read do not make families that cannot be read a refusal', () => {
    const { item } = readItem({
      state: 'done.unable_to_provide',
      products_offering: [],
      offer_families_eligibility: 'BPE,BPEA',
    });
    expect(item.verdict).not.toBe('NOT_ELIGIBLE');
  });
});

describe('an offer', () => {
  test('an offer of which it is not told whether it is on quotation is not, since its item is ready', () => {
    const { item } = readItem({ products_offering: [{ ...offer, on_quotation: null }] });
    // In the diagram of Covage's documentation what is on quotation ends in done.unable_to_provide.
    expect(item.offers?.[0]).toMatchObject({ onQuotation: null, verdict: 'ELIGIBLE' });
  });

  test('an offer of which that cannot be read is not decided', () => {
    const { item } = readItem({ products_offering: [{ ...offer, on_quotation: 'peut-être' }] });
    expect(item.offers?.[0]).toMatchObject({ onQuotation: null, verdict: 'UNDETERMINED' });
    expect(item.verdict).toBe('UNDETERMINED');
  });

  test('an offer on quotation has no price, and says so', () => {
    const { item } = readItem({
      resolve_pricing: true,
      products_offering: [{ ...offer, price: null, on_quotation: true }],
    });
    expect(item.offers?.[0]).toMatchObject({
      price: null,
      priceStatus: 'ON_QUOTATION',
      verdict: 'QUOTE_REQUIRED',
    });
  });

  test.for([
    [{ price: 155.0 }, true, 'KNOWN'],
    [{ price: '0.00' }, true, 'KNOWN'],
    [{ price: null }, true, 'NOT_PUBLISHED'],
    [{ price: null }, false, 'NOT_RESOLVED'],
    [{}, false, 'NOT_RESOLVED'],
    [{ price: 'sur devis' }, true, 'UNREADABLE'],
    [{ price: '1,234' }, true, 'UNREADABLE'],
    [{ price: { amount: 155 } }, false, 'UNREADABLE'],
    [{ price: '1 250,00 €' }, false, 'KNOWN'],
  ] as const)(
    'an offer with %j, priced: %j, has the price status %s',
    ([price, resolve_pricing, status]) => {
      const { item } = readItem({ resolve_pricing, products_offering: [{ ...offer, ...price }] });
      expect(item.offers?.[0]?.priceStatus).toBe(status);
    },
  );

  test('an offer has the zone of its own family', () => {
    const { item } = readItem({
      zone_bpe: 1,
      zone_bpea: '3',
      products_offering: [offer, { ...offer, product_id: '1', offer_family: 'XYZ' }],
    });
    expect(item.offers?.map(({ zone }) => zone)).toEqual([3, null]);
  });

  test('an offer of the catalogue without its name is called by its identifier', () => {
    const fields = covageFields(() => {});
    expect(translateOffer(fields, { id: 2173 })).toMatchObject({
      id: '2173',
      name: '2173',
      bandwidth: '',
      maxBandwidth: null,
      commitment: { text: '', months: null },
      price: null,
    });
  });
});

describe('an item', () => {
  test('an item shows the families that Covage adds one day', () => {
    const { item } = readItem({ zone_xgs: 4, estimated_delivery_date_XGS: 'T0 + 2 SEMAINES' });
    expect(item.zones).toEqual([{ offerFamily: 'XGS', zone: 4, label: 'THD ZONE 4' }]);
    expect(item.estimatedDeliveries).toEqual([
      { offerFamily: 'XGS', text: 'T0 + 2 SEMAINES', days: 14 },
    ]);
  });

  test.for([
    [2, 2, 'THD ZONE 2'],
    ['2', 2, 'THD ZONE 2'],
    ['THD ZONE 2', 2, 'THD ZONE 2'],
    ['2.0', 2, 'THD ZONE 2'],
    ['ZONE DENSE', null, 'ZONE DENSE'],
  ] as const)('an item with the zone %j is in zone %j, %s', ([zone_bpe, zone, label]) => {
    expect(readItem({ zone_bpe }).item.zones).toEqual([{ offerFamily: 'BPE', zone, label }]);
  });

  test.for([null, '', undefined])('an item with the zone %j has none', (zone_bpe) => {
    expect(readItem({ zone_bpe }).item.zones).toEqual([]);
  });

  test('an item without a state has that of its qualification', () => {
    expect(readItem({}, 'in_progress.offer').item).toMatchObject({
      state: 'IN_PROGRESS_OFFER',
      verdict: 'PENDING',
    });
  });

  test('an item that is in progress names no eligible families: it is not known yet which are', () => {
    const { item } = readItem({ state: 'in_progress.offer', offer_families: ['BPEA', 'BPE'] });
    expect(item.eligibleOfferFamilies).toBeNull();
  });

  test('an item takes its building from the identifier where the field is empty', () => {
    const { item } = readItem({
      place: {
        building_ref: '',
        eligibility_id: 'KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp',
      },
    });
    expect(item.place).toEqual({
      eligibilityId: 'KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp',
      buildingRef: 'IMB/76451/C/0019',
      location: { longitude: 1.0921081, latitude: 49.4743971 },
    });
  });

  test('an item whose place and address are empty objects has neither', () => {
    expect(readItem({ place: {}, address: {} }).item).toMatchObject({ place: null, address: null });
    expect(readItem({ address: { city: {}, street: {} } }).item.address).toBeNull();
  });
});

describe('a qualification', () => {
  test('a qualification goes without a list of items that are not items where another has them', () => {
    const { items } = readQualification({
      product_offering_qualification_items: ['a4517ca6-1f13-42a2-9359-4ff3cc21785b'],
      product_offering_qualification_item_details: [
        { id: 'a4517ca6-1f13-42a2-9359-4ff3cc21785b', products_offering: [offer] },
      ],
    });
    expect(items).toHaveLength(1);
  });

  test('a qualification is dated by its first change where its creation cannot be read', () => {
    const state_change = [{ state: 'acknowledged', change_date: '2025-04-04T10:07:24.276+02:00' }];
    expect(readQualification({ creation_date: 'hier', state_change }).creationDate).toBe(
      '2025-04-04T10:07:24.276+02:00',
    );
  });

  test('a qualification keeps the place of a change whose date cannot be read, since clients resume by it', () => {
    const { stateChanges } = readQualification({
      state_change: [
        { state: 'acknowledged', change_date: '2025-04-04T10:07:24.276+02:00' },
        { state: 'in_progress.elig', change_date: null },
        { state: 'done.ready', change_date: '2025-04-04T10:07:26.332+02:00' },
      ],
    });
    expect(stateChanges?.map(({ stateText, changeDate }) => [stateText, changeDate])).toEqual([
      ['acknowledged', '2025-04-04T10:07:24.276+02:00'],
      ['in_progress.elig', '2025-04-04T10:07:24.276+02:00'],
      ['done.ready', '2025-04-04T10:07:26.332+02:00'],
    ]);
  });

  test('a qualification that ended with an error has the reason in its last change', () => {
    const qualification = readQualification({
      state: 'terminated_with_error',
      state_change: [
        { state: 'acknowledged', change_date: '2025-04-04T10:07:24.276+02:00', change_reason: '' },
        {
          state: 'terminated_with_error',
          change_date: '2025-04-04T10:07:25+02:00',
          change_reason: 'site inconnu',
        },
      ],
    });
    expect(qualification).toMatchObject({ terminal: true, verdict: 'UNDETERMINED' });
    expect(qualification.stateChanges?.at(-1)?.changeReason).toBe('site inconnu');
  });

  test('a qualification in a state that is not documented keeps its word and is not at its end', () => {
    expect(readQualification({ state: 'in_progress.survey' })).toMatchObject({
      state: 'UNRECOGNISED',
      stateText: 'in_progress.survey',
      terminal: false,
      verdict: 'PENDING',
    });
  });

  test.for([undefined, null, '', {}])(
    'a qualification with the state %j decides nothing',
    (state) => {
      expect(readQualification({ state, product_offering_qualification_items: [] })).toMatchObject({
        state: 'UNRECOGNISED',
        stateText: '',
        terminal: false,
        verdict: 'UNDETERMINED',
      });
    },
  );

  test('a qualification without any date has none', () => {
    expect(readQualification({ creation_date: null }).creationDate).toBeNull();
  });
});
