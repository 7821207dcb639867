import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeEligibilityId } from '../../src/sandbox/covage/eligibility-id.ts';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import type { KoscScript } from '../../src/sandbox/kosc/script.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import { SiteOffersDocument, type QualifySiteInput } from '../support/operations.generated.ts';
import {
  eligibilityIdAt,
  outcomeOf,
  qualifyToTheEnd,
  tryToQualify,
} from '../support/site-questions.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

// Keys of two places are no site: what shows it by itself is refused, and an operator's answer that shows it has failed.

const quick: CovageScript = { lifecycle: { advance: 'poll', polls: 0 } };

let tested: TestService;
beforeAll(async () => {
  tested = await startTestService({ usesStore: true });
  // Opening the store takes longer than most tests.
  await tested.service.work();
});
afterAll(() => tested[Symbol.asyncDispose]());
beforeEach(() => {
  tested.sandbox.covage.reset();
  tested.sandbox.covage.script(quick);
  tested.sandbox.kosc.reset();
});

const line = (number: string) =>
  ({ line: { number, status: 'ACTIVE', activationType: 'ACTIVATE' } }) as const;
const ofLyon = line('0478299251');
const unlistedOfParis = {
  line: { number: '0199000001', status: 'INACTIVE', activationType: 'CREATE' },
} as const;
const inCaen = 'IMB/14118/X/00A1';
const caen = { longitude: -0.37, latitude: 49.18 };

describe('an answer of Kosc', () => {
  const cases: [string, QualifySiteInput, RegExp][] = [
    ['about a line far from the building', { buildingRef: inCaen, ...ofLyon }, /69123.*14118/],
    [
      'about a line far from the point of an eligibility id',
      { eligibilityId: encodeEligibilityId({ ...caen, buildingRef: null }), ...ofLyon },
      /69123.*-0\.37/,
    ],
    ['about a line far from the location', { location: caen, ...ofLyon }, /69123.*-0\.37/],
    [
      'about a line in another commune than the address',
      { address: { inseeCode: '14118' }, ...ofLyon },
      /69123.*14118/,
    ],
    [
      'about a line in another département than the postcode',
      { address: { postCode: '14000' }, ...ofLyon },
      /69123.*14000/,
    ],
    [
      'about an unlisted line, of which nothing but the commune is told',
      { buildingRef: inCaen, ...unlistedOfParis },
      /75056.*14118/,
    ],
    [
      'about an outlet in another building',
      { eligibilityId: eligibilityIdAt('documented-request'), otpRef: 'FI-3790-3415' },
      /IMB\/93077.*IMB\/76451/,
    ],
    [
      'about an outlet in another département than the postcode',
      { otpRef: 'FI-1000-0001', address: { postCode: '69003' } },
      /76540.*69003/,
    ],
  ];
  test.each(cases)('%s is FAILED and tells the site nothing', async (_what, input, message) => {
    const answer = await qualifyToTheEnd(tested, input);
    const outcome = outcomeOf(answer, 'KOSC');
    expect(outcome).toMatchObject({
      state: 'FAILED',
      verdict: 'UNDETERMINED',
      confidence: null,
      qualification: null,
      error: { operator: 'KOSC', code: 'INVALID_RESPONSE', retryable: false },
    });
    expect(outcome.error?.message).toMatch(message);
    const { data } = await graphqlRequest(tested.url, SiteOffersDocument, { id: answer.id });
    const offers = data?.siteQualification?.offers ?? [];
    expect(offers.filter(({ operator }) => operator === 'KOSC')).toEqual([]);
    expect(JSON.stringify(answer.site)).not.toMatch(/LYON|PARIS|VILLEMOMBLE/i);
  });

  const orders: [string, CovageScript, KoscScript][] = [
    ['Covage', quick, { faults: [{ route: 'checkEligibility', kind: 'delay', delayMs: 1_000 }] }],
    [
      'Kosc',
      { ...quick, faults: [{ route: 'createQualification', kind: 'delay', delayMs: 1_000 }] },
      {},
    ],
  ];
  test.each(orders)(
    'about another building leaves that of Covage as it is, also where %s answers first',
    async (_first, covage, kosc) => {
      tested.sandbox.covage.script(covage);
      tested.sandbox.kosc.script(kosc);
      const answer = await qualifyToTheEnd(tested, {
        eligibilityId: eligibilityIdAt('documented-request'),
        otpRef: 'FI-3790-3415',
      });
      expect(answer).toMatchObject({
        state: 'DONE_PARTIAL',
        verdict: 'ELIGIBLE',
        site: {
          buildingRef: 'IMB/76451/C/0019',
          otpRef: 'FI-3790-3415',
          address: { inseeCode: '76451' },
        },
      });
      expect(outcomeOf(answer, 'COVAGE').state).toBe('ANSWERED');
    },
  );

  test('an answer of Kosc about another building than it was asked about is FAILED', async () => {
    const body = {
      eligibility_ref: 'elig-1',
      offers: [],
      endpoint: { address: { city: 'CHELLES' } },
      fiber_info: { building: { building_ref: 'IMB/77108/X/031C' } },
    };
    tested.sandbox.kosc.script({
      faults: [{ route: 'checkEligibility', kind: 'wrong-shape', body }],
    });
    const answer = await qualifyToTheEnd(tested, { buildingRef: 'IMB/76540/C/01A4' });
    expect(outcomeOf(answer, 'KOSC')).toMatchObject({
      state: 'FAILED',
      error: { code: 'INVALID_RESPONSE' },
    });
  });

  const sameplace: [string, QualifySiteInput][] = [
    [
      'an arrondissement by the code of its city',
      { ...unlistedOfParis, address: { inseeCode: '75056' } },
    ],
    ['an arrondissement by another one', { ...ofLyon, address: { inseeCode: '69381' } }],
    ['a commune by its postcode', { otpRef: 'FI-1000-0001', address: { postCode: '76000' } }],
    ['a commune by a CEDEX', { otpRef: 'FI-1000-0001', address: { postCode: '76037' } }],
    ['a line by the building in its commune', { buildingRef: 'IMB/69383/X/00A1', ...ofLyon }],
  ];
  test.each(sameplace)(
    'an answer of Kosc about the same place stays one: %s',
    async (_what, input) => {
      const answer = await qualifyToTheEnd(tested, { ...input, operators: ['KOSC'] });
      expect(outcomeOf(answer, 'KOSC')).toMatchObject({ state: 'ANSWERED', error: null });
    },
  );
});

describe('what a caller gives', () => {
  const refused: [string, QualifySiteInput, string[]][] = [
    [
      'a building and the commune of an address',
      { buildingRef: inCaen, address: { inseeCode: '69381' } },
      ['address', 'inseeCode'],
    ],
    [
      'a building and a postcode',
      { buildingRef: inCaen, address: { postCode: '69003' } },
      ['address', 'postCode'],
    ],
    [
      'a building and a point',
      { buildingRef: inCaen, location: { longitude: 4.84, latitude: 45.76 } },
      ['location'],
    ],
    [
      'a point and a commune',
      { buildingRef: 'THED1000260', location: caen, address: { inseeCode: '69123' } },
      ['address', 'inseeCode'],
    ],
    [
      'an eligibility id and a postcode',
      {
        eligibilityId: encodeEligibilityId({ ...caen, buildingRef: null }),
        address: { postCode: '69003' },
      },
      ['address', 'postCode'],
    ],
    [
      'a commune and a postcode',
      { otpRef: 'FI-1000-0001', address: { inseeCode: '76540', postCode: '69003' } },
      ['address', 'postCode'],
    ],
  ];
  test.each(refused)(
    'what a caller gives of two places is refused: %s',
    async (_what, input, path) => {
      expect(await tryToQualify(tested, input)).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [
          {
            path: ['input', ...path],
            code: 'SITE_KEYS_CONTRADICT',
            message: expect.stringMatching(/ tells the .*, but .* tells the .*: give the keys/),
          },
        ],
      });
      expect(tested.sandbox.kosc.calls).toHaveLength(0);
    },
  );

  const taken: [string, QualifySiteInput][] = [
    [
      'a building in a commune that was merged into one of another département',
      { buildingRef: 'IMB/49144/X/00A1', address: { inseeCode: '44180', postCode: '44540' } },
    ],
    [
      'a building in an arrondissement',
      { buildingRef: 'IMB/13201/X/00A1', address: { inseeCode: '13055' } },
    ],
    [
      'a commune with a postcode of the next département',
      { buildingRef: 'IMB/74109/X/00A1', address: { postCode: '01200' } },
    ],
  ];
  test.each(taken)('what a caller gives of one place is taken: %s', async (_what, input) => {
    expect(await tryToQualify(tested, { ...input, operators: ['KOSC'] })).toMatchObject({
      __typename: 'SiteQualification',
    });
  });
});
