import { describe, expect, test } from 'vitest';
import { graphqlRequest } from '../support/graphql-request.ts';
import {
  SiteQualificationsDocument,
  type QualifySiteInput,
} from '../support/operations.generated.ts';
import { grenoble, rouen, serveSites } from '../support/serve-sites.ts';
import { eligibilityIdAt, tryToQualify, whenFinished } from '../support/site-questions.ts';
import type { TestService } from '../support/start-test-service.ts';

let tested: TestService;
const { creations, checks } = serveSites((service) => {
  tested = service;
});

describe('input that cannot be used', () => {
  const cases: [string, QualifySiteInput, { path: string[]; code?: string }[]][] = [
    ['nothing', {}, [{ path: ['input'], code: 'SITE_KEY_MISSING' }]],
    [
      'an address in another département than the building',
      { buildingRef: rouen, address: { postCode: '69003' } },
      [{ path: ['input', 'address', 'postCode'], code: 'SITE_KEYS_CONTRADICT' }],
    ],
    [
      'an address in one line in another département than the building',
      { buildingRef: rouen, address: { label: '129 rue Servient, 69003 Lyon' } },
      [{ path: ['input', 'address', 'label'], code: 'SITE_KEYS_CONTRADICT' }],
    ],
    [
      'the key of an address in another département than the building',
      { buildingRef: rouen, addressId: '69383_6710_00129' },
      [{ path: ['input', 'addressId'], code: 'SITE_KEYS_CONTRADICT' }],
    ],
    [
      'an empty key',
      { buildingRef: '', eligibilityId: eligibilityIdAt('every-family') },
      [{ path: ['input', 'buildingRef'], code: 'KEY_EMPTY' }],
    ],
    [
      'several empty keys',
      { buildingRef: ' ', eligibilityId: '', otpRef: '\t' },
      [
        { path: ['input', 'eligibilityId'], code: 'KEY_EMPTY' },
        { path: ['input', 'buildingRef'], code: 'KEY_EMPTY' },
        { path: ['input', 'otpRef'], code: 'KEY_EMPTY' },
      ],
    ],
    [
      'a line without a number',
      { line: { number: ' ', status: 'ACTIVE', activationType: 'ACTIVATE' } },
      [{ path: ['input', 'line', 'number'], code: 'KEY_EMPTY' }],
    ],
    [
      'a longitude out of range',
      { location: { longitude: 180.5, latitude: 0 } },
      [{ path: ['input', 'location'], code: 'LOCATION_OUT_OF_RANGE' }],
    ],
    [
      'a latitude out of range beside a key',
      { buildingRef: rouen, location: { longitude: 0, latitude: -90.5 } },
      [{ path: ['input', 'location'], code: 'LOCATION_OUT_OF_RANGE' }],
    ],
    [
      'another building than the eligibility id names, and another point',
      {
        eligibilityId: eligibilityIdAt('every-family'),
        buildingRef: grenoble,
        location: { longitude: 5, latitude: 43 },
      },
      [
        { path: ['input', 'buildingRef'], code: 'SITE_KEYS_CONTRADICT' },
        { path: ['input', 'location'], code: 'SITE_KEYS_CONTRADICT' },
      ],
    ],
    [
      'a point a kilometre from that of the eligibility id',
      {
        eligibilityId: eligibilityIdAt('every-family'),
        location: { longitude: 1.0993, latitude: 49.4521 },
      },
      [{ path: ['input', 'location'], code: 'SITE_KEYS_CONTRADICT' }],
    ],
    [
      'no product lines and no families',
      { buildingRef: rouen, kosc: { productLines: [] }, covage: { offerFamilies: [] } },
      [
        { path: ['input', 'covage', 'offerFamilies'], code: 'OFFER_FAMILIES_EMPTY' },
        { path: ['input', 'kosc', 'productLines'], code: 'PRODUCT_LINES_EMPTY' },
      ],
    ],
    [
      'empty product lines and families',
      { buildingRef: rouen, kosc: { productLines: [''] }, covage: { offerFamilies: ['BPE', ' '] } },
      [
        { path: ['input', 'covage', 'offerFamilies', '1'], code: 'OFFER_FAMILY_EMPTY' },
        { path: ['input', 'kosc', 'productLines', '0'], code: 'PRODUCT_LINE_EMPTY' },
      ],
    ],
    [
      'control characters',
      { buildingRef: rouen, externalId: 'a\u0001b', eligibilityId: 'a\nb' },
      [
        { path: ['input', 'externalId'], code: 'CONTROL_CHARACTER' },
        { path: ['input', 'eligibilityId'], code: 'CONTROL_CHARACTER' },
      ],
    ],
  ];

  test.each(cases)(
    '(%s) is an InvalidInputError, and nobody is asked',
    async (_name, input, issues) => {
      const count = async () => {
        const { data } = await graphqlRequest(tested.url, SiteQualificationsDocument, {});
        return data?.siteQualifications.totalCount;
      };
      const before = await count();
      const result = await tryToQualify(tested, input);
      if (result.__typename === 'SiteQualification') await whenFinished(tested, result);
      expect(result.__typename).toBe('InvalidInputError');
      expect(result).toMatchObject({
        message: expect.stringMatching(/\w/),
        issues: issues.map((issue) => ({ ...issue, message: expect.stringMatching(/\w/) })),
      });
      expect(await count()).toBe(before);
      expect(creations()).toHaveLength(0);
      expect(checks()).toHaveLength(0);
    },
  );
});
