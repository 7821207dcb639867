import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { QualifySiteInput } from '../support/operations.generated.ts';
import { places } from '../../src/sandbox/places.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';
import { qualifySite, tryToQualify, whenFinished } from '../support/site-questions.ts';

let tested: TestService;
beforeAll(async () => {
  tested = await startTestService({ usesStore: true });
  await tested.service.work();
});
afterAll(() => tested[Symbol.asyncDispose]());
beforeEach(() => {
  const { covage, kosc, addresses } = tested.sandbox;
  covage.reset();
  covage.script({ lifecycle: { advance: 'poll', polls: 0 } });
  kosc.reset();
  addresses.reset();
});

async function toTheEnd(input: QualifySiteInput, at = tested) {
  return whenFinished(at, await qualifySite(at, input));
}

interface Asked {
  readonly resolution: {
    readonly result: string;
    readonly message: string | null;
    readonly candidates: readonly { readonly id: string }[];
  } | null;
  readonly site: { readonly buildingRef: string | null };
  readonly verdict: string;
  readonly outcomes: readonly {
    readonly operator: string;
    readonly state: string;
    readonly verdict: string;
    readonly skip: { readonly code: string } | null;
    readonly error: { readonly code: string } | null;
  }[];
}

/** The question with how its address became a site. */
async function resolved(input: QualifySiteInput): Promise<Asked> {
  const { id } = await toTheEnd(input);
  const query = `{ siteQualification(id: "${id}") {
    verdict site { buildingRef } resolution { result message candidates { id } }
    outcomes { operator state verdict skip { code } error { code } } } }`;
  const response = await fetch(tested.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data } = (await response.json()) as { data: { siteQualification: Asked } };
  return data.siteQualification;
}

const outcomeOf = ({ outcomes }: Asked, operator: string) =>
  outcomes.find((one) => one.operator === operator);
const routes = () => tested.sandbox.addresses.calls.map(({ route }) => route);

describe('a question about an address alone', () => {
  test.each([
    ['in one line', { address: { label: '22 rue Jeanne d’Arc, 76000 Rouen' } }],
    [
      'in parts',
      {
        address: {
          streetNumber: '22',
          streetName: "Rue Jeanne d'Arc",
          postCode: '76000',
          cityName: 'Rouen',
          inseeCode: '76540',
        },
      },
    ],
    ['by its point', { location: { longitude: 1.0993, latitude: 49.4431 } }],
    ['by its SIRET', { siret: '' }],
  ])(
    'a question about an address alone is asked of operators about its one building, given %s',
    async (_how, input) => {
      const { businesses } = await import('../../src/sandbox/addresses/businesses.ts');
      const business = businesses.find(({ address }) => address.inseeCode === '76540');
      const asked = await resolved('siret' in input ? { siret: business?.siret ?? '' } : input);
      expect(asked.resolution).toEqual({
        result: 'SUCCESS',
        message: null,
        candidates: [{ id: '76540_4880_00022' }],
      });
      expect(asked.site.buildingRef).toBe(places.rouen.buildingRef);
      expect(outcomeOf(asked, 'KOSC')).toMatchObject({ state: 'ANSWERED', verdict: 'ELIGIBLE' });
      // Covage is asked by an eligibility id, which no address tells.
      expect(outcomeOf(asked, 'COVAGE')).toMatchObject({
        state: 'SKIPPED',
        skip: { code: 'SITE_KEY_MISSING' },
      });
      expect(routes().length).toBeLessThanOrEqual(1);
    },
  );

  test.each(['23096_0040_00009', ' 23096_0040_9 '])(
    'is asked by the key of a candidate without looking for it again, given %j',
    async (addressId) => {
      const asked = await resolved({ addressId });
      expect(asked.resolution?.result).toBe('SUCCESS');
      expect(asked.site.buildingRef).toBe(places.gueret.buildingRef);
      expect(routes()).toEqual([]);
    },
  );

  test('a question about an address alone is asked of Covage, too, where an eligibility id of the building was seen before', async () => {
    const { encodeEligibilityId } = await import('../../src/sandbox/covage/eligibility-id.ts');
    await toTheEnd({ eligibilityId: encodeEligibilityId(places.lille) });
    const asked = await resolved({ address: { label: '18 bis rue Faidherbe 59000 Lille' } });
    expect(outcomeOf(asked, 'COVAGE')?.state).toBe('ANSWERED');
    expect(outcomeOf(asked, 'KOSC')?.state).toBe('ANSWERED');
  });

  test('a question about an address alone is not resolved to a building that a caller claimed to be there and no operator knew', async () => {
    const addressId = '59350_3250_00106';
    const claimed = await resolved({ addressId, buildingRef: 'IMB/59350/X/0000' });
    expect(claimed.outcomes.map(({ state }) => state)).not.toContain('ANSWERED');
    const asked = await resolved({ addressId });
    expect(asked.resolution?.result).toBe('FAIL');
    expect(asked.site.buildingRef).toBeNull();
  });

  test('a question about an address alone asks no operator where there are two buildings, and gives the choice', async () => {
    const asked = await resolved({ address: { label: '110 rue Faidherbe, 59000 Lille' } });
    expect(asked.resolution).toMatchObject({
      result: 'PARTIAL',
      candidates: [{ id: '59350_3250_00110' }],
      message: expect.stringContaining('2 buildings are known'),
    });
    for (const { state, skip } of asked.outcomes) {
      expect({ state, skip }).toEqual({ state: 'SKIPPED', skip: { code: 'SITE_AMBIGUOUS' } });
    }
    expect(tested.sandbox.kosc.calls.map(({ route }) => route)).not.toContain('checkEligibility');
  });

  test('a question about an address alone asks no operator where it is not sure which address is meant', async () => {
    const asked = await resolved({ address: { label: 'rue Faidherbe, Lille' } });
    expect(asked.resolution?.result).toBe('PARTIAL');
    expect(asked.resolution?.candidates.length).toBeGreaterThan(1);
    expect(asked.outcomes.every(({ skip }) => skip?.code === 'SITE_AMBIGUOUS')).toBe(true);
    expect(asked.verdict).toBe('UNDETERMINED');
  });

  test('a question about an address alone says that fibre is expected where Kosc forecasts it and there is no building yet', async () => {
    const asked = await resolved({ address: { label: '106 rue Faidherbe, 59000 Lille' } });
    expect(asked.resolution?.result).toBe('FAIL');
    expect(asked.resolution?.message).toContain('Fibre pas encore déployée');
    expect(outcomeOf(asked, 'KOSC')).toMatchObject({
      state: 'SKIPPED',
      verdict: 'NOT_YET',
      skip: { code: 'ADDRESS_NOT_FOUND' },
    });
    expect(outcomeOf(asked, 'COVAGE')).toMatchObject({ verdict: 'UNDETERMINED' });
    expect(asked.verdict).toBe('NOT_YET');
  });

  test('a question about an address alone asks no operator where there is no such address', async () => {
    const asked = await resolved({ address: { label: 'zzz qqq www' } });
    expect(asked.resolution).toMatchObject({ result: 'FAIL', candidates: [] });
    expect(asked.outcomes.every(({ skip }) => skip?.code === 'ADDRESS_NOT_FOUND')).toBe(true);
  });

  test('a question about an address alone is asked again of a geocoder that was away for a moment', async () => {
    tested.sandbox.addresses.script({ faults: [{ kind: 'gateway', times: 1 }] });
    const asked = await resolved({ address: { label: '9 place Bonnyaud, 23000 Guéret' } });
    expect(asked.resolution?.result).toBe('SUCCESS');
    expect(routes()).toEqual(['search', 'search']);
  });

  test('a question about an address alone is FAILED, and no verdict, where the geocoder does not answer at all', async () => {
    await using hurried = await startTestService({
      usesStore: true,
      env: { SITE_DEADLINE_MS: '1500' },
    });
    await hurried.service.work();
    hurried.sandbox.addresses.script({ faults: [{ kind: 'gateway' }] });
    const { outcomes, verdict } = await toTheEnd(
      { address: { label: '1 rue de Siam, Brest' } },
      hurried,
    );
    expect(verdict).toBe('UNDETERMINED');
    for (const { state, error } of outcomes) {
      expect({ state, code: error?.code }).toEqual({
        state: 'FAILED',
        code: 'UPSTREAM_UNREACHABLE',
      });
    }
  });

  test.each([
    [{ addressId: 'x' }, 'ADDRESS_ID_INVALID'],
    [{ siret: '12345678901234' }, 'SIRET_INVALID'],
    [{ siret: ' ' }, 'KEY_EMPTY'],
    [{}, 'SITE_KEY_MISSING'],
  ])('a question about an address alone is refused where it is %j', async (input, code) => {
    const refused = await tryToQualify(tested, input);
    expect(refused).toMatchObject({ __typename: 'InvalidInputError', issues: [{ code }] });
    expect(routes()).toEqual([]);
  });
});
