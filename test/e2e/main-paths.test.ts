import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { covageVariants } from '../../src/sandbox/covage/variants.ts';
import { koscVariants } from '../../src/sandbox/kosc/variants.ts';
import { createQualification, documentedEligibilityId } from '../support/create-qualification.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import {
  CatalogueDocument,
  CheckKoscDocument,
  KoscEligibilityDocument,
  OfferDocument,
  QualificationDocument,
  QualifyNowDocument,
  StatesDocument,
} from '../support/operations.generated.ts';
import {
  openTestStore,
  startTestService,
  type TestService,
  type TestServiceOptions,
} from '../support/start-test-service.ts';
import { collect, overServerSentEvents } from '../support/state-stream.ts';

// The main paths of both operators, and the same under every other spelling that their documents show.

/** What a variant leaves out of the wire, and so out of the answer. */
const losses: Readonly<Record<string, string>> = {
  'category-as-object': 'families',
  'address-parts-empty': 'parts of addresses',
};

const spellings: readonly [name: string, options: TestServiceOptions][] = [
  ['as the sandbox writes by default', {}],
  ...covageVariants.map(({ name }): [string, TestServiceOptions] => [
    `with Covage writing "${name}"`,
    { covage: { variants: [name] } },
  ]),
  ...koscVariants.map(({ name }): [string, TestServiceOptions] => [
    `with Kosc writing "${name}"`,
    { kosc: { variants: [name] } },
  ]),
];

let store: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

describe.each(spellings)('%s', (spelling, scripts) => {
  const variant = /"(.*)"/.exec(spelling)?.[1] ?? '';
  const isOlder = variant === 'older-contract';
  let tested: TestService;
  beforeAll(async () => {
    tested = await startTestService({
      ...scripts,
      store,
      covage: { ...scripts.covage, lifecycle: { advance: 'poll', polls: 0 } },
    });
  });
  afterAll(() => tested[Symbol.asyncDispose]());
  beforeEach(() => tested.sandbox.covage.clearCalls());

  /** What Kosc answers, which is found again under its id. */
  const check = async (input: object) => {
    const answer = await graphqlRequest(tested.url, CheckKoscDocument, { input: input as never });
    expect(answer.errors).toBeUndefined();
    const result = answer.data!.checkKoscEligibility;
    if (result.__typename !== 'KoscEligibility') throw new Error(JSON.stringify(result));
    const again = await graphqlRequest(tested.url, KoscEligibilityDocument, { id: result.id });
    expect({ ...again.data?.koscEligibility, __typename: 'KoscEligibility' }).toEqual(result);
    return result;
  };

  test("Covage's documented site is qualified as documented", async () => {
    const id = await createQualification(tested, { externalId: '987654', projectId: '456789' });
    const answer = await graphqlRequest(tested.url, QualificationDocument, { id });
    expect(answer.errors).toBeUndefined();
    const qualification = answer.data?.productOfferingQualification;
    expect(qualification).toMatchObject({
      id,
      externalId: '987654',
      projectId: '456789',
      state: 'DONE_READY',
      terminal: true,
      verdict: 'ELIGIBLE',
      requester: { email: 'a*******************', firstName: 'A**', lastName: 'N*****' },
    });
    expect(qualification?.items).toHaveLength(1);
    const item = qualification!.items![0]!;
    expect(item).toMatchObject({
      state: 'DONE_READY',
      verdict: 'ELIGIBLE',
      confidence: 'GREEN',
      maxBandwidth: 1000,
      place: {
        eligibilityId: documentedEligibilityId,
        buildingRef: 'IMB/76451/C/0019',
        location: { longitude: 1.0921081, latitude: 49.4743971 },
      },
      address: { label: '4bis Rue Andrei Sakharov 76130 Mont-Saint-Aignan' },
    });
    if (losses[variant] !== 'parts of addresses') {
      expect(item.address).toMatchObject({
        inseeCode: '76451',
        postCode: '76130',
        streetId: '76451055R',
      });
    }
    expect(item.zones).toContainEqual({ offerFamily: 'BPEA', zone: 2, label: 'THD ZONE 2' });
    expect(item.estimatedDeliveries).toContainEqual({
      offerFamily: 'DIA',
      text: 'T0 + 34 SEMAINES',
      days: 238,
    });
    expect(item.offers).toHaveLength(1);
    expect(item.offers![0]).toMatchObject({
      id: `${item.id}:2173`,
      zone: 2,
      verdict: 'ELIGIBLE',
      onQuotation: false,
      priceStatus: 'NOT_RESOLVED',
      price: null,
      offer: {
        id: '2173',
        name: 'BPEA 20M/100M_24 mois',
        offerFamily: 'BPEA',
        offerTechnology: 'FIBDE',
        bandwidth: '20M',
        guaranteedBandwidth: 20,
        maxBandwidth: 20,
        commitment: { months: 24 },
      },
    });
    // What items do not tell of an offer is asked of the catalogue, once for all.
    expect(
      tested.sandbox.covage.calls
        .map(({ route }) => route)
        .filter((route) => route.startsWith('offer')),
    ).toEqual(variant === 'description-absent' ? ['offerBatch'] : []);
  });

  test("Covage's documented offer has its documented prices and options", async () => {
    const answer = await graphqlRequest(tested.url, OfferDocument, { id: '1765' });
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.offer).toMatchObject({
      id: '1765',
      name: expect.stringContaining('BPE 20M _Zone dense_24 mois'),
      bandwidth: '20M',
      guaranteedBandwidth: 20,
      commitment: { months: 24 },
      tariffZone: 'DENSE',
      offerFamily: 'BPE',
      pricing: {
        price: { amount: '155.00', currency: 'EUR' },
        recurring: true,
        networkAccessFee: { amount: '240.00' },
        serviceAccessFee: { amount: '360.00' },
      },
    });
    expect(answer.data?.offer?.pricing?.options).toContainEqual({
      name: 'SECURISATIONCOLLECTE',
      type: 'Option',
      values: expect.arrayContaining([
        {
          optionId: '241',
          label: 'SECURISATION COLLECTE Active - Passive',
          price: { amount: '10.00' },
          recurring: true,
        },
      ]),
    });
  });

  test('the catalogue of Covage lists its families and kinds of site', async () => {
    const answer = await graphqlRequest(tested.url, CatalogueDocument);
    expect(answer.errors).toBeUndefined();
    const names = answer.data?.offerFamilies?.map(({ name }) => name);
    expect(names).toEqual(losses[variant] === 'families' ? ['BPE'] : ['BPE', 'BPEA', 'DIA']);
    expect(answer.data?.siteConnectionTypes).toHaveLength(11);
  });

  test('a synchronous creation answers with the result', async () => {
    const answer = await graphqlRequest(tested.url, QualifyNowDocument, {
      input: {
        items: [{ eligibilityId: documentedEligibilityId, offerFamilies: ['BPEA', 'BPE'] }],
        synchronous: true,
      },
    });
    expect(answer.data).toMatchObject({
      createProductOfferingQualification: {
        state: 'DONE_READY',
        verdict: 'ELIGIBLE',
        items: [{ offers: [{ offer: { id: '2173' } }] }],
      },
    });
  });

  test('the states of a qualification are told in order', async () => {
    const id = await createQualification(tested);
    const results = await collect(overServerSentEvents(tested.url, StatesDocument, { id }));
    const states = results.map(
      (result) => result.data?.productOfferingQualificationStateChange.stateChange?.state,
    );
    expect(states.at(-1)).toBe('DONE_READY');
    if (!isOlder) {
      expect(states).toEqual([
        'ACKNOWLEDGED',
        'IN_PROGRESS_ELIGIBILITY',
        'IN_PROGRESS_OFFER',
        'DONE_READY',
      ]);
    }
  });

  test("Kosc's documented building, outlet and line are answered as documented", async () => {
    const building = await check({
      reference: 'IMB/77108/X/031C',
      referenceType: 'BUILDING',
      productLines: ['FP'],
    });
    expect(building).toMatchObject({
      verdict: 'ELIGIBLE',
      building: { buildingRef: 'IMB/77108/X/031C', operatorName: 'ORANGE', nro: '77108CHE' },
    });
    expect(building.offers[0]).toMatchObject({
      product: { code: 'FP01' },
      eligibility: { eligible: true },
    });

    const outlet = await check({
      reference: 'FI-3790-3415',
      referenceType: 'OTP',
      productLines: ['FP'],
    });
    expect(outlet.verdict).toBe('NOT_YET');
    expect(outlet.offers[0]?.eligibility.reasons).toMatchObject([
      {
        code: 'FIBER_NOT_YET_AVAILABLE',
        category: 'NOT_YET',
        message: expect.stringContaining('Fiber not currently available in this area'),
        availability: { text: '2018-07-15', date: '2018-07-15' },
      },
    ]);
    expect(outlet.endpoint).toMatchObject({ endpointRef: 'FI-3790-3415', endpointRefType: 'OTP' });

    const line = await check({
      reference: '0492002525',
      referenceType: 'LINE_NUMBER',
      status: 'ACTIVE',
      activationType: 'ACTIVATE',
      productLines: ['AM'],
    });
    expect(line.verdict).toBe('ELIGIBLE');
    expect(line.offers.map(({ eligibility }) => eligibility.verdict)).toEqual([
      'ELIGIBLE_WITH_CONDITIONS',
      'ELIGIBLE',
    ]);
    expect(line.endpoint?.address?.ownerName).toBe('N****** E** R***');
  });

  test('a building that Kosc does not know is told apart from a failure', async () => {
    const answer = await graphqlRequest(tested.url, CheckKoscDocument, {
      input: { reference: 'IMB/00000/X/0000', referenceType: 'BUILDING' },
    });
    expect(answer.data?.checkKoscEligibility).toMatchObject({
      __typename: 'ReferenceNotFoundError',
      reference: 'IMB/00000/X/0000',
    });
  });
});
