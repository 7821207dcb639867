import { describe, expect, test } from 'vitest';
import { createQualification, documentedEligibilityId } from '../support/create-qualification.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import {
  CreateQualificationDocument,
  OptionsOfOffersDocument,
  QualifyNowDocument,
} from '../support/operations.generated.ts';
import { eligibilityIdOf, namedSites } from '../../src/sandbox/covage/sites.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';

const answered = { lifecycle: { advance: 'poll', polls: 0 } } as const;
const site = { eligibilityId: documentedEligibilityId, offerFamilies: ['BPEA', 'BPE'] };

function callsOf({ sandbox }: TestService, ...routes: string[]): number {
  return sandbox.covage.calls.filter(({ route }) => routes.includes(route)).length;
}

function eligibilityIdOfNamed(name: string): string {
  const known = namedSites.find((one) => one.name === name);
  if (!known) throw new Error(`the sandbox has no site ${name}`);
  return eligibilityIdOf(known);
}

describe('Covage is asked only for what is selected', () => {
  test('an identifier alone costs the creation and nothing after it', async () => {
    await using tested = await startTestService({ covage: answered });
    await createQualification(tested);
    expect(tested.sandbox.covage.calls.map(({ route }) => route)).toEqual([
      'token',
      'createQualification',
    ]);
  });

  test('the date of a creation is asked for where the answer to the creation has none', async () => {
    await using tested = await startTestService({
      covage: {
        ...answered,
        faults: [{ kind: 'altered', set: { creation_date: 'null' }, route: 'createQualification' }],
      },
    });
    const item = `{ eligibilityId: "${documentedEligibilityId}", offerFamilies: ["BPE"] }`;
    const { data } = await graphqlRequest<{ made: { id: string } }>(
      tested.url,
      `mutation { made: createProductOfferingQualification(input: { items: [${item}] }) { ... on ProductOfferingQualification { id creationDate } } }`,
    );
    const { data: found } = await graphqlRequest(
      tested.url,
      `{ made: productOfferingQualification(id: "${data?.made.id}") { id creationDate } }`,
    );
    expect(data).toEqual(found);
  });

  test('options cost one call for each offer and zone, however often they are selected', async () => {
    await using tested = await startTestService({ covage: answered });
    const id = await createQualification(tested, {
      items: [
        { eligibilityId: eligibilityIdOfNamed('every-family'), offerFamilies: ['BPE', 'BPEA'] },
        { eligibilityId: eligibilityIdOfNamed('every-family'), offerFamilies: ['BPE', 'BPEA'] },
      ],
    });
    const answer = await graphqlRequest(tested.url, OptionsOfOffersDocument, { id });
    expect(answer.errors).toBeUndefined();
    const offers = answer.data!.productOfferingQualification!.items!.flatMap(
      (item) => item.offers!,
    );
    const distinct = new Set(offers.map(({ offer, zone }) => `${offer.id} ${zone}`));
    expect(distinct.size).toBeGreaterThan(10);
    expect(offers).toHaveLength(2 * distinct.size);
    expect(callsOf(tested, 'offerDetail')).toBe(distinct.size);
    expect(callsOf(tested, 'qualification')).toBe(1);
  });

  test('a field selected twice is asked once', async () => {
    await using tested = await startTestService({ covage: answered });
    const answer = await graphqlRequest(
      tested.url,
      `{
        a: offer(id: "1765") { name pricing { price { amount } } }
        b: offer(id: "1765") { lastUpdate }
        c: offer(id: "2173") { name }
        families: offerFamilies { name }
        again: offerFamilies { type }
      }`,
    );
    expect(answer.errors).toBeUndefined();
    expect(callsOf(tested, 'offerBatch')).toBe(1);
    expect(callsOf(tested, 'offerDetail')).toBe(0);
    expect(callsOf(tested, 'categories')).toBe(1);
  });

  test('prices of offers that were qualified without prices come in one call', async () => {
    await using tested = await startTestService({ covage: answered });
    const id = await createQualification(tested, {
      items: [{ eligibilityId: eligibilityIdOfNamed('every-family'), offerFamilies: ['BPE'] }],
    });
    const answer = await graphqlRequest<{
      productOfferingQualification: {
        items: {
          offers: { priceStatus: string; offer: { pricing: { price: { amount: string } } } }[];
        }[];
      };
    }>(
      tested.url,
      `query ($id: ID!) { productOfferingQualification(id: $id) {
        items { offers { priceStatus offer { pricing { price { amount } networkAccessFee { amount } } } } }
      } }`,
      { id },
    );
    expect(answer.errors).toBeUndefined();
    const offers = answer.data!.productOfferingQualification.items[0]!.offers;
    expect(offers.length).toBeGreaterThan(5);
    for (const { priceStatus, offer } of offers) {
      expect(priceStatus).toBe('NOT_RESOLVED');
      expect(offer.pricing.price.amount).toMatch(/^\d+\.\d{2}$/);
    }
    expect(callsOf(tested, 'offerBatch')).toBe(1);
    expect(callsOf(tested, 'offerDetail')).toBe(0);
  });

  test('one offer whose details fail blanks its options and nothing else', async () => {
    await using tested = await startTestService({ covage: answered });
    const id = await createQualification(tested, {
      items: [{ eligibilityId: eligibilityIdOfNamed('every-family'), offerFamilies: ['BPE'] }],
    });
    tested.sandbox.covage.script({
      faults: [{ route: 'offerDetail', times: 1, kind: 'status', status: 403 }],
    });
    const answer = await graphqlRequest(tested.url, OptionsOfOffersDocument, { id });
    const offers = answer.data!.productOfferingQualification!.items![0]!.offers!;
    expect(offers.filter(({ options }) => options === null)).toHaveLength(1);
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors![0]!.extensions).toMatchObject({
      code: 'OPERATOR_FORBIDDEN',
      operator: 'COVAGE',
      retryable: false,
    });
  });
});

describe('a creation', () => {
  test('a creation that cannot be used is refused with every reason, and Covage is not asked', async () => {
    await using tested = await startTestService();
    const empty = await graphqlRequest(tested.url, CreateQualificationDocument, {
      input: { items: [] },
    });
    expect(empty.data?.createProductOfferingQualification).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'items'], code: 'ITEMS_EMPTY' }],
    });
    const several = await graphqlRequest(tested.url, CreateQualificationDocument, {
      input: { items: [{ eligibilityId: ' ', offerFamilies: [] }] },
    });
    expect(several.data?.createProductOfferingQualification).toMatchObject({
      issues: [
        { path: ['input', 'items', '0', 'offerFamilies'], code: 'OFFER_FAMILIES_EMPTY' },
        { path: ['input', 'items', '0', 'eligibilityId'], code: 'ELIGIBILITY_ID_EMPTY' },
      ],
    });
    expect(tested.sandbox.covage.calls).toEqual([]);
  });

  test('a creation with an eligibility id that cannot be read is sent all the same: Covage decides', async () => {
    await using tested = await startTestService();
    await graphqlRequest(tested.url, CreateQualificationDocument, {
      input: { items: [{ ...site, eligibilityId: 'not-base64!' }] },
    });
    expect(callsOf(tested, 'createQualification')).toBe(1);
  });

  test('a creation is sent as Covage documents it', async () => {
    await using tested = await startTestService();
    await createQualification(tested, {
      externalId: '123',
      projectId: '456',
      items: [
        {
          ...site,
          resolvePricing: true,
          address: {
            label: '4bis Rue Andrei Sakharov 76130 Mont-Saint-Aignan',
            streetExtension: 'B',
            streetNumber: '4',
            cityId: '76451',
            inseeCode: '76451',
            cityName: 'MONT ST AIGNAN',
            postCode: '76130',
            streetId: '76451055R',
            streetName: 'Rue Andrei Sakharov',
          },
        },
      ],
    });
    const creation = tested.sandbox.covage.calls.find(
      ({ route }) => route === 'createQualification',
    );
    expect(creation?.body).toEqual({
      external_id: '123',
      project_id: '456',
      product_offering_qualification_items: [
        {
          offer_families: ['BPEA', 'BPE'],
          eligibility_id: documentedEligibilityId,
          resolve_pricing: true,
          address: {
            label: '4bis Rue Andrei Sakharov 76130 Mont-Saint-Aignan',
            street_ext: 'B',
            street_nr: '4',
            city: {
              city_id: '76451',
              insee_code: '76451',
              city_name: 'MONT ST AIGNAN',
              post_code: '76130',
            },
            street: { street_id: '76451055R', street_name: 'Rue Andrei Sakharov' },
          },
        },
      ],
    });
  });

  test('a creation whose answer is lost is found by its external id and not sent again', async () => {
    await using tested = await startTestService({ env: { COVAGE_TIMEOUT_MS: '2000' } });
    // The same caller has used its external id before.
    const earlier = await createQualification(tested, { externalId: 'quote-1' });
    tested.sandbox.covage.script({
      faults: [{ route: 'createQualification', times: 1, kind: 'hang', actThenFault: true }],
    });
    tested.sandbox.covage.clearCalls();
    const id = await createQualification(tested, { externalId: 'quote-1' });
    expect(id).not.toBe(earlier);
    expect(callsOf(tested, 'createQualification')).toBe(1);
  });

  test('a creation that Covage never received is sent once more', async () => {
    await using tested = await startTestService();
    tested.sandbox.covage.script({
      faults: [{ route: 'createQualification', times: 1, kind: 'destroy' }],
    });
    await createQualification(tested, { externalId: 'quote-2' });
    expect(callsOf(tested, 'createQualification')).toBe(2);
  });

  test('a creation without an external id is never sent again', async () => {
    await using tested = await startTestService({ env: { COVAGE_TIMEOUT_MS: '2000' } });
    tested.sandbox.covage.script({
      faults: [{ route: 'createQualification', times: 1, kind: 'hang' }],
    });
    const answer = await graphqlRequest(tested.url, CreateQualificationDocument, {
      input: { items: [site] },
    });
    expect(answer.data?.createProductOfferingQualification).toMatchObject({
      __typename: 'OperatorError',
      operator: 'COVAGE',
      code: 'TIMEOUT',
    });
    expect(callsOf(tested, 'createQualification')).toBe(1);
  });

  test('a creation on the synchronous route answers RATE_LIMITED with how long to wait, and is not tried again', async () => {
    await using tested = await startTestService({ covage: { ...answered, syncLimitPerMinute: 1 } });
    const qualify = () =>
      graphqlRequest(tested.url, QualifyNowDocument, {
        input: { items: [site], synchronous: true },
      });
    expect((await qualify()).data?.createProductOfferingQualification.__typename).toBe(
      'ProductOfferingQualification',
    );
    tested.sandbox.covage.clearCalls();
    const limited = (await qualify()).data?.createProductOfferingQualification;
    expect(limited).toMatchObject({
      __typename: 'OperatorError',
      code: 'RATE_LIMITED',
      retryable: true,
    });
    expect(limited).toHaveProperty('retryAfterSeconds', expect.any(Number));
    expect(tested.sandbox.covage.calls).toHaveLength(1);
  });

  test('a creation that succeeded is not lost when its result cannot be fetched', async () => {
    await using tested = await startTestService();
    tested.sandbox.covage.script({
      faults: [{ route: 'qualification', kind: 'status', status: 403 }],
    });
    const answer = await graphqlRequest(tested.url, QualifyNowDocument, {
      input: { items: [site] },
    });
    expect(answer.data?.createProductOfferingQualification).toMatchObject({
      __typename: 'ProductOfferingQualification',
      state: 'ACKNOWLEDGED',
      verdict: 'PENDING',
    });
  });
});

describe('a token', () => {
  test('a token is asked for once by many requests at once, and kept', async () => {
    await using tested = await startTestService();
    const ask = () => graphqlRequest(tested.url, '{ siteConnectionTypes }');
    await Promise.all(Array.from({ length: 20 }, ask));
    await ask();
    expect(callsOf(tested, 'token')).toBe(1);
  });

  test('a token that Covage no longer takes is renewed once, and the request sent again', async () => {
    await using tested = await startTestService();
    await createQualification(tested);
    tested.sandbox.covage.revokeTokens();
    await createQualification(tested);
    expect(callsOf(tested, 'token')).toBe(2);
  });

  test('a token that is refused even when new is an error, not a loop', async () => {
    await using tested = await startTestService();
    tested.sandbox.covage.script({
      faults: [{ route: 'siteConnections', kind: 'status', status: 401 }],
    });
    const answer = await graphqlRequest(tested.url, '{ siteConnectionTypes }');
    expect(answer.data).toEqual({ siteConnectionTypes: null });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'OPERATOR_UNAUTHENTICATED' });
  });
});
