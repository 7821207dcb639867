import { expect, test } from 'vitest';
import { createQualification } from '../../../src/operators/covage/creating/create-qualification.ts';
import type { CovageClient } from '../../../src/operators/covage/client.ts';
import type { ProductOfferingQualificationItem } from '../../../src/operators/covage/domain.ts';
import { listThings } from '../../../src/operators/covage/lists/listing.ts';
import { everybody } from '../../../src/operators/covage/lists/ownership.ts';
import { CovageSession, openCovage } from '../../../src/operators/covage/session.ts';
import { StateWords } from '../../../src/operators/covage/lists/state-words.ts';
import { watchQualifications } from '../../../src/operators/covage/watching/qualification-watches.ts';
import { OperatorError } from '../../../src/operators/port/operator-error.ts';
import { eligibilityIdOf, namedSites } from '../../../src/sandbox/covage/sites.ts';
import type { CovageVariant } from '../../../src/sandbox/covage/variants.ts';
import { startCovage } from '../../support/covage-client.ts';

// The 23 rows of the contradictions in Covage's documents (docs/operators.md): each variant of a row goes through the real
// client over HTTP. A form that no document has for its place is a deviation, and counted.

const documentedId = '2eaf7b5b-384d-4cb7-8d9b-09ac712354d7';
const documentedItemId = 'a4517ca6-1f13-42a2-9359-4ff3cc21785b';

const following = (...variants: CovageVariant[]) =>
  startCovage({ variants, lifecycle: { advance: 'poll', polls: 0 } });

function requestFor(site: string, offerFamilies: readonly string[] = ['BPE', 'BPEA', 'DIA']) {
  const named = namedSites.find(({ name }) => name === site);
  if (named === undefined) throw new Error(`no site ${site}`);
  const eligibilityId = eligibilityIdOf(named);
  return {
    externalId: 'a-row',
    projectId: null,
    items: [{ offerFamilies, eligibilityId, resolvePricing: false, address: null }],
  };
}

async function documented(client: CovageClient): Promise<ProductOfferingQualificationItem> {
  const item = (await client.fetchQualification(documentedId, {}))?.items?.[0];
  if (item === undefined) throw new Error('the documented qualification has no item');
  return item;
}

/** The one item of a qualification that was just created and has ended. */
async function qualified(
  client: CovageClient,
  request: ReturnType<typeof requestFor>,
): Promise<ProductOfferingQualificationItem> {
  const creation = await client.createQualification(request, { synchronous: false });
  const id = creation.qualification?.id ?? ('id' in creation ? creation.id : '');
  const item = (await client.fetchQualification(id, {}))?.items?.[0];
  if (item === undefined) throw new Error('the qualification has no item');
  return item;
}

function sessionOf(client: CovageClient) {
  const watches = watchQualifications(client, { deadlineMs: 60_000, report: () => {} });
  const owners = { owner: everybody, owned: null };
  return new CovageSession(openCovage(client, watches, 0), owners, {});
}

const euros = (amount: string) => ({ amount, currency: 'EUR' });

test('1: a creation names its items product_offering_qualification_items, which either reading of the documents takes', async () => {
  await using covage = await following('create-accepts-only-items');
  const request = requestFor('every-family');
  const creation = await covage.client.createQualification(request, { synchronous: false });
  expect(creation).toMatchObject({ qualification: null });
  const sent = covage.server.calls.find(({ route }) => route === 'createQualification');
  expect(Object.keys(sent?.body as object)).toEqual([
    'external_id',
    'product_offering_qualification_items',
  ]);
  expect(covage.reported).toEqual([]);
});

test.for([
  undefined,
  'response-items-as-item-details',
  'response-items-as-items',
  'response-items-as-item',
] as const)('2: the items of a qualification are read under every name (%s)', async (variant) => {
  await using covage = await following(...(variant === undefined ? [] : [variant]));
  const qualification = await covage.client.fetchQualification(documentedId, {});
  expect(qualification?.items?.map(({ id }) => id)).toEqual([documentedItemId]);
  expect(qualification?.items?.[0]?.offers).toHaveLength(1);
});

test.for(['response-items-as-items', 'response-items-as-item'] as const)(
  '2: a name of the items that no document has for an answer is counted (%s)',
  async (variant) => {
    await using covage = await following(variant);
    await covage.client.fetchQualification(documentedId, {});
    expect(covage.reported).not.toEqual([]);
  },
);

test.for([
  'slash-required-404',
  'slash-required-redirect',
  'slash-refused-404',
  'slash-refused-redirect',
  'slash-as-printed',
] as const)('3: every route is found in the form that is served (%s)', async (variant) => {
  await using covage = await following(variant);
  const { client } = covage;
  const query = new URLSearchParams();
  expect(await client.fetchOfferFamilies({})).toHaveLength(3);
  expect(await client.fetchQualification(documentedId, {})).toMatchObject({ id: documentedId });
  expect(await client.fetchItem(documentedItemId, {})).toMatchObject({ id: documentedItemId });
  expect(await client.fetchOfferDetail('1765', 1, {})).toMatchObject({ id: '1765' });
  expect(await client.fetchOffers(['1765', '2173'], {})).toHaveLength(2);
  expect(await client.fetchSiteConnectionTypes({})).toHaveLength(11);
  expect((await client.fetchQualificationPage(query, {})).members).toHaveLength(1);
  expect((await client.fetchItemPage(query, {})).members).toHaveLength(1);
  expect((await client.fetchOfferPage(query, {})).members.length).toBeGreaterThan(1);
  const request = requestFor('every-family');
  const asynchronous = await client.createQualification(request, { synchronous: false });
  expect(asynchronous).toMatchObject({ id: expect.any(String) });
  const synchronous = await client.createQualification(request, { synchronous: true });
  expect(synchronous.qualification).toMatchObject({ terminal: true });
  // Two were created and not more: a form that is not served has no effect, and no redirect was followed.
  expect((await client.fetchQualificationPage(query, {})).members).toHaveLength(3);
});

test.for(['offer-detail-only-under-catalog', 'offer-detail-only-outside-catalog'] as const)(
  '4: the detail of an offer is found on the path that is served (%s)',
  async (variant) => {
    await using covage = await following(variant);
    expect(await covage.client.fetchOfferDetail('1765', 2, {})).toMatchObject({
      id: '1765',
      options: expect.any(Array),
    });
    expect(await covage.client.fetchOfferDetail('none', null, {})).toBeNull();
    const served = covage.server.calls.filter(({ status }) => status === 200).at(-1);
    expect(served?.query).toEqual({ zone: '2' });
  },
);

test.for([
  ['bandwidth-guarantee-as-string', true],
  ['bandwidth-guarantee-with-unit', true],
  [undefined, false],
] as const)(
  '5: bandwidth_guarantee is a number of Mbit/s whatever it is sent as (%s)',
  async ([variant, counted]) => {
    await using covage = await following(...(variant === undefined ? [] : [variant]));
    const { client } = covage;
    expect((await documented(client)).offers?.[0]?.offer.guaranteedBandwidth).toBe(20);
    expect((await client.fetchOfferDetail('1765', 1, {}))?.guaranteedBandwidth).toBe(20);
    expect((await client.fetchOffers(['1765'], {}))[0]?.guaranteedBandwidth).toBe(20);
    expect(covage.reported.includes('bandwidth_guarantee-as-text')).toBe(counted);
  },
);

test.for([
  ['bandwidth-max-as-string', true],
  ['bandwidth-max-with-unit', true],
  [undefined, false],
] as const)(
  '6: bandwidth_max is a number of Mbit/s whatever it is sent as, of offers and of items (%s)',
  async ([variant, counted]) => {
    await using covage = await following(...(variant === undefined ? [] : [variant]));
    const { client } = covage;
    const item = await documented(client);
    expect(item.maxBandwidth).toBe(1000);
    expect(item.offers?.[0]?.offer.maxBandwidth).toBe(20);
    expect((await client.fetchItem(documentedItemId, {}))?.maxBandwidth).toBe(1000);
    expect((await client.fetchOfferDetail('1765', 1, {}))?.maxBandwidth).toBe(20);
    expect(covage.reported.includes('bandwidth_max-as-text')).toBe(counted);
  },
);

test('7: the bandwidth of an offer is read from bandwidthe, too', async () => {
  await using covage = await following('bandwidthe');
  expect((await covage.client.fetchOfferDetail('1765', 1, {}))?.bandwidth).toBe('20M');
});

test.for([
  ['prices-as-string', ['price-as-text', 'far-as-text', 'fas-as-text', 'option_price-as-text']],
  ['prices-absent-when-null', []],
  [undefined, []],
] as const)(
  '8: price, far and fas are exact amounts as a number, as text, null or absent (%s)',
  async ([variant, reported]) => {
    await using covage = await following(...(variant === undefined ? [] : [variant]));
    const item = await documented(covage.client);
    expect(item).toMatchObject({
      price: euros('145.00'),
      networkAccessFee: euros('0.00'),
      serviceAccessFee: euros('0.00'),
    });
    expect(item.offers?.[0]).toMatchObject({ price: null, priceStatus: 'NOT_RESOLVED' });
    const detail = await covage.client.fetchOfferDetail('1765', 1, {});
    expect(detail).toMatchObject({
      price: euros('155.00'),
      networkAccessFee: euros('240.00'),
      serviceAccessFee: euros('360.00'),
    });
    const option = detail?.options?.find(({ name }) => name === 'SECURISATIONCOLLECTE');
    expect(option?.values[0]?.price).toEqual(euros('10.00'));
    expect(new Set(covage.reported)).toEqual(new Set(reported));
  },
);

test.for([undefined, 'zones-as-string', 'zones-as-number'] as const)(
  '9: zones are numbers with a label in a qualification and in an item (%s)',
  async (variant) => {
    await using covage = await following(...(variant === undefined ? [] : [variant]));
    const zones = ['BPE', 'BPEA', 'DIA'].map((offerFamily) => ({
      offerFamily,
      zone: 2,
      label: 'THD ZONE 2',
    }));
    expect((await documented(covage.client)).zones).toEqual(zones);
    expect((await covage.client.fetchItem(documentedItemId, {}))?.zones).toEqual(zones);
  },
);

test.for(['zones-as-string', 'zones-as-number'] as const)(
  '9: zones in the form that the table of the other route has are counted (%s)',
  async (variant) => {
    await using covage = await following(variant);
    await documented(covage.client);
    await covage.client.fetchItem(documentedItemId, {});
    expect(covage.reported).not.toEqual([]);
  },
);

test.for([undefined, 'offer-families-requested', 'offer-families-available'] as const)(
  '10: families are read as each route documents them, and none is eligible where there is no offer (%s)',
  async (variant) => {
    await using covage = await following(...(variant === undefined ? [] : [variant]));
    const { client } = covage;
    // BPEA is eligible there, BPE is not.
    const inside = await qualified(client, requestFor('one-family', ['BPE', 'BPEA']));
    expect(inside.offers?.map(({ offer }) => offer.offerFamily)).toContain('BPEA');
    // Inside a qualification `offer_families` are documented as the available ones; nothing tells that they are not.
    const isEcho = variant === 'offer-families-requested';
    expect(inside.eligibleOfferFamilies).toEqual(isEcho ? ['BPE', 'BPEA'] : ['BPEA']);
    const alone = await client.fetchItem(inside.id, {});
    expect(alone).toMatchObject({ eligibleOfferFamilies: ['BPEA'], verdict: 'ELIGIBLE' });
    const refused = await qualified(client, requestFor('not-eligible', ['BPE', 'BPEA']));
    expect(refused).toMatchObject({ offers: [], verdict: 'NOT_ELIGIBLE' });
    expect(refused.eligibleOfferFamilies).toEqual([]);
    expect(await client.fetchItem(refused.id, {})).toMatchObject({
      eligibleOfferFamilies: [],
      verdict: 'NOT_ELIGIBLE',
    });
  },
);

test('10: an item on its own route names the requested families beside the eligible ones', async () => {
  await using covage = await following();
  const inside = await qualified(covage.client, requestFor('one-family', ['BPE', 'BPEA']));
  expect(await covage.client.fetchItem(inside.id, {})).toMatchObject({
    requestedOfferFamilies: ['BPE', 'BPEA'],
    eligibleOfferFamilies: ['BPEA'],
  });
});

test.for([undefined, 'state-filter-only-words', 'state-filter-only-dotted'] as const)(
  '11: the filter by state finds the same with the words that Covage takes (%s)',
  async (variant) => {
    await using covage = await startCovage({
      variants: variant === undefined ? [] : [variant],
      lifecycle: { advance: 'manual' },
    });
    const { client } = covage;
    const creation = await client.createQualification(requestFor('every-family'), {
      synchronous: false,
    });
    const words = new StateWords();
    const idsIn = async (state: 'ACKNOWLEDGED' | 'DONE_READY' | 'DONE_UNABLE_TO_PROVIDE') => {
      const listed = await words.listWith([state], (word) =>
        listThings({
          list: 'qualifications',
          args: { state },
          fetchPage: (query) => client.fetchQualificationPage(query, {}),
          filter: word === null ? {} : { state: word },
          keep: (member) => member.state === state,
          first: 10,
          after: null,
        }),
      );
      return listed.edges.map(({ node }) => node.id);
    };
    expect(await idsIn('DONE_UNABLE_TO_PROVIDE')).toEqual([]);
    expect(await idsIn('DONE_READY')).toEqual([documentedId]);
    expect(await idsIn('ACKNOWLEDGED')).toEqual(['id' in creation ? creation.id : '']);
  },
);

test.for([undefined, 'sync-answers-only-id'] as const)(
  '12: a synchronous creation has its result, in its answer or fetched after it (%s)',
  async (variant) => {
    await using covage = await following(...(variant === undefined ? [] : [variant]));
    const qualification = await createQualification(sessionOf(covage.client), {
      request: requestFor('every-family'),
      synchronous: true,
      needsResult: true,
    });
    expect(qualification).toMatchObject({ state: 'DONE_READY', verdict: 'ELIGIBLE' });
    expect(qualification.items?.[0]?.offers?.length).toBeGreaterThan(0);
    const routes = covage.server.calls.map(({ route }) => route);
    expect(routes.filter((route) => route === 'qualification')).toHaveLength(
      variant === undefined ? 0 : 1,
    );
    expect(routes.filter((route) => route === 'createQualificationSync')).toHaveLength(1);
  },
);

test.for([undefined, 'building-ref-none', 'building-ref-null', 'building-ref-absent'] as const)(
  '13: no building is null, however Covage writes it (%s)',
  async (variant) => {
    await using covage = await following(...(variant === undefined ? [] : [variant]));
    const place = {
      eligibilityId: 'KHg6MS4wNzQxMTk3O3k6NDkuNDYyOTcwOTtiOk5vbmUp',
      buildingRef: null,
      location: { longitude: 1.0741197, latitude: 49.4629709 },
    };
    expect((await documented(covage.client)).place).toEqual(place);
    expect((await covage.client.fetchItem(documentedItemId, {}))?.place).toEqual(place);
  },
);

test('13: a building that is there is read', async () => {
  await using covage = await following('building-ref-none');
  const item = await qualified(covage.client, requestFor('documented-request', ['BPE']));
  expect(item.place?.buildingRef).toBe('IMB/76451/C/0019');
});

test('14: an item goes without density, resolve_pricing, descriptions and an empty list of offers', async () => {
  await using covage = await following(
    'density-absent',
    'resolve-pricing-absent',
    'description-absent',
    'empty-offers-absent',
  );
  const item = await documented(covage.client);
  expect(item).toMatchObject({ density: null, pricingResolved: null, verdict: 'ELIGIBLE' });
  expect(item.offers?.[0]?.offer.description).toBeNull();
  expect((await covage.client.fetchOfferFamilies({}))[0]?.description).toBeNull();
  const refused = await qualified(covage.client, requestFor('not-eligible'));
  expect(refused).toMatchObject({ state: 'DONE_UNABLE_TO_PROVIDE', verdict: 'NOT_ELIGIBLE' });
});

test('14: a list of offers that is absent from what is done.ready promises nothing', async () => {
  await using covage = await following('empty-offers-absent');
  const item = await qualified(covage.client, requestFor('no-offer'));
  expect(item).toMatchObject({ state: 'DONE_READY', offers: null });
  expect(['NOT_ELIGIBLE', 'UNDETERMINED']).toContain(item.verdict);
});

test.for(['json-trailing-comma', 'json-missing-comma', 'json-never-closed'] as const)(
  '15: JSON with the errors of the documents is read, and counted (%s)',
  async (variant) => {
    await using covage = await following(variant);
    const item = await qualified(covage.client, requestFor('documented-request', ['BPEA', 'BPE']));
    expect(item).toMatchObject({ state: 'DONE_READY', verdict: 'ELIGIBLE' });
    expect(item.offers?.map(({ offer, price }) => [offer.id, price])).toEqual([['2173', null]]);
    expect(new Set(covage.reported)).toEqual(new Set(['invalid-json']));
  },
);

test.for([
  [undefined, ['BPE', 'BPEA', 'DIA']],
  ['category-as-object', ['BPE']],
  ['category-in-envelope', ['BPE', 'BPEA', 'DIA']],
] as const)(
  '16: the families are a list, one object or an envelope (%s)',
  async ([variant, names]) => {
    await using covage = await following(...(variant === undefined ? [] : [variant]));
    const families = await covage.client.fetchOfferFamilies({});
    expect(families.map(({ name, type }) => [name, type])).toEqual(
      names.map((name) => [name, 'OFFER_FAMILY']),
    );
  },
);

test('16: an envelope around the families, which no document has, is counted', async () => {
  await using covage = await following('category-in-envelope');
  await covage.client.fetchOfferFamilies({});
  expect(covage.reported).not.toEqual([]);
});

test.for([
  [undefined, '2025-04-04T10:07:24.274+02:00', '2025-04-04T10:07:26.332+02:00'],
  ['timestamps-utc-seconds', '2025-04-04T08:07:24Z', '2025-04-04T08:07:26Z'],
  ['timestamps-paris', '2025-04-04T10:07:24.274000+02:00', '2025-04-04T10:07:26.332000+02:00'],
] as const)(
  '17: timestamps keep the offset and the precision that they were sent with (%s)',
  async ([variant, created, ended]) => {
    await using covage = await following(...(variant === undefined ? [] : [variant]));
    const qualification = await covage.client.fetchQualification(documentedId, {});
    expect(qualification?.creationDate).toBe(created);
    expect(qualification?.stateChanges?.at(-1)?.changeDate).toBe(ended);
    const { lastUpdate } = (await covage.client.fetchOfferDetail('1765', 1, {})) ?? {};
    expect(Date.parse(lastUpdate ?? '')).toBe(Date.parse('2024-06-22T08:28:06Z'));
  },
);

test('18: an item whose parent is null belongs to the qualification that it came in', async () => {
  await using covage = await following('parent-id-null');
  const { client } = covage;
  expect((await documented(client)).productOfferingQualificationId).toBe(documentedId);
  const item = await qualified(client, requestFor('every-family'));
  expect(item.productOfferingQualificationId).not.toBeNull();
  const alone = await client.fetchItem(item.id, {});
  expect(alone?.productOfferingQualificationId).toBe(item.productOfferingQualificationId);
});

test.for([
  [undefined, { streetNumber: '4', streetExtension: 'B' }],
  ['address-extension-spelled', { streetNumber: '4', streetExtension: expect.any(String) }],
  ['address-number-glued', { streetNumber: expect.stringMatching(/^4/), cityId: '76451' }],
  ['address-parts-empty', { cityName: null, streetName: null, inseeCode: null, postCode: null }],
] as const)(
  '19: neither the number nor its extension is lost, and absent parts are null (%s)',
  async ([variant, expected]) => {
    await using covage = await following(...(variant === undefined ? [] : [variant]));
    for (const item of [
      await documented(covage.client),
      await covage.client.fetchItem(documentedItemId, {}),
    ]) {
      const { address } = item ?? {};
      expect(address).toMatchObject({
        label: '4bis Rue Andrei Sakharov 76130 Mont-Saint-Aignan',
        ...expected,
      });
      const number = `${address?.streetNumber ?? ''}${address?.streetExtension ?? ''}`;
      expect(number).toMatch(/^4(?:B|bis)$/);
    }
  },
);

test.for([
  [undefined, '24MOIS', []],
  ['commitment-as-number', '24', ['commitment-as-number']],
] as const)(
  '20: a commitment is months beside its text, as text or as a number (%s)',
  async ([variant, text, reported]) => {
    await using covage = await following(...(variant === undefined ? [] : [variant]));
    const commitment = { text, months: 24 };
    expect((await documented(covage.client)).offers?.[0]?.offer.commitment).toEqual(commitment);
    expect((await covage.client.fetchOfferDetail('1765', 1, {}))?.commitment).toEqual(commitment);
    expect([...new Set(covage.reported)]).toEqual(reported);
  },
);

test.for([undefined, 'href-absent', 'href-filled'] as const)(
  '21: an href that is empty or absent is null, one that is filled is told (%s)',
  async (variant) => {
    await using covage = await following(...(variant === undefined ? [] : [variant]));
    const expected = variant === 'href-filled' ? expect.stringMatching(/^http:/) : null;
    const qualification = await covage.client.fetchQualification(documentedId, {});
    expect(qualification?.href).toEqual(expected);
    expect((await covage.client.fetchOfferDetail('1765', 1, {}))?.href).toEqual(expected);
  },
);

test('22: an answer of the older contract, without a lifecycle, is read as far as it goes', async () => {
  await using covage = await following('older-contract');
  const qualification = await covage.client.fetchQualification(documentedId, {});
  expect(qualification).toMatchObject({
    state: 'DONE_READY',
    terminal: true,
    verdict: 'ELIGIBLE',
    stateChanges: null,
    effectiveQualificationDate: null,
  });
  expect(qualification?.items?.[0]).toMatchObject({
    stateChanges: null,
    pricingResolved: null,
    verdict: 'ELIGIBLE',
  });
});

test('23: errors in French are quoted, and mean what they mean in English', async () => {
  await using covage = await following('messages-in-french');
  const { client } = covage;
  expect(await client.fetchQualification('none', {})).toBeNull();
  expect(await client.fetchItem('none', {})).toBeNull();
  const error: unknown = await client
    .createQualification({ ...requestFor('every-family'), items: [] }, { synchronous: false })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OperatorError);
  expect(error).toMatchObject({ code: 'REJECTED', status: 400, retryable: false });
  expect((error as OperatorError).message).toContain('Cette liste ne peut pas être vide.');
});
