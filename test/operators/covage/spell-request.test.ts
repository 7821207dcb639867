import { describe, expect, test } from 'vitest';
import { spellRequest } from '../../../src/operators/covage/spell-request.ts';
import { unknownAddress as nowhere } from '../../../src/vocabulary/place.ts';
import * as documented from './documented-by-covage.ts';

const item = {
  offerFamilies: ['BPEA', 'BPE'],
  eligibilityId: 'KHg6MS4wOTIxMDgxO3k6NDkuNDc0Mzk3MTtiOklNQi83NjQ1MS9DLzAwMTkp',
  resolvePricing: false,
  address: null,
};

describe('a request', () => {
  test('a request is spelled as the documented one, with resolve_pricing as in its table', () => {
    const [documentedItem] = documented.request.product_offering_qualification_items;
    expect(
      spellRequest({
        externalId: '123',
        projectId: '456',
        items: [
          {
            ...item,
            address: {
              label: '4bis Rue Andrei Sakharov 76130 Mont-Saint-Aignan',
              streetNumber: '4',
              streetExtension: 'B',
              streetName: 'Rue Andrei Sakharov',
              streetId: '76451055R',
              cityName: 'MONT ST AIGNAN',
              cityId: '76451',
              inseeCode: '76451',
              postCode: '76130',
            },
          },
        ],
      }),
    ).toEqual({
      ...documented.request,
      product_offering_qualification_items: [{ ...documentedItem, resolve_pricing: false }],
    });
  });

  test('a request leaves out what the caller did not give, and sends no null', () => {
    expect(spellRequest({ externalId: null, projectId: null, items: [item] })).toEqual({
      product_offering_qualification_items: [
        {
          offer_families: ['BPEA', 'BPE'],
          eligibility_id: item.eligibilityId,
          resolve_pricing: false,
        },
      ],
    });
    const partly = spellRequest({
      externalId: null,
      projectId: null,
      items: [{ ...item, address: { ...nowhere, postCode: '76130' } }],
    });
    expect(JSON.stringify(partly)).not.toContain('null');
    expect(partly).toMatchObject({
      product_offering_qualification_items: [{ address: { city: { post_code: '76130' } } }],
    });
  });

  test('a request has an item for each site, in order, and asks for prices where they are wanted', () => {
    const items = [item, { ...item, eligibilityId: 'another', resolvePricing: true }];
    expect(spellRequest({ externalId: null, projectId: null, items })).toMatchObject({
      product_offering_qualification_items: [
        { eligibility_id: item.eligibilityId, resolve_pricing: false },
        { eligibility_id: 'another', resolve_pricing: true },
      ],
    });
  });
});
