import { jsonrepair } from 'jsonrepair';
import { expect, test } from 'vitest';
import { eligibilityIdOf, namedSites } from '../../src/sandbox/covage/sites.ts';
import {
  startCovageSandbox,
  type CovageSandbox,
} from '../../src/sandbox/covage/start-covage-sandbox.ts';
import { covageVariants, type CovageVariant } from '../../src/sandbox/covage/variants.ts';
import { covageAddress, covageItem, covageQualification } from './covage-documented-payloads.ts';
import {
  covageClient,
  create,
  qualificationPath,
  type Client,
  type Reply,
} from './sandbox-client.ts';

const seed = qualificationPath + covageQualification.id;
const seedItem = `/api/v1/product_offering_qualification_item/${covageItem.id}/`;
const offerPath = '/api/v1/product_offering/1765';
const itemsField = 'product_offering_qualification_items';
const item = { offer_families: ['BPE'], eligibility_id: 'x' };

/** What is sent and answered under one variant. */
interface Trial {
  covage: CovageSandbox;
  client: Client;
  get: (path: string) => Promise<Reply>;
}

/** What each variant claims, tried. */
const claims: Record<CovageVariant, (trial: Trial) => Promise<void>> = {
  'create-accepts-only-items': async ({ client }) => {
    const singular = await client.post(qualificationPath, {
      product_offering_qualification_item: [item],
    });
    expect([singular.status, singular.json]).toEqual([
      400,
      { [itemsField]: ['This field is required.'] },
    ]);
    expect((await client.post(qualificationPath, { [itemsField]: [item] })).status).toBe(201);
  },
  'response-items-as-item-details': hasSeedField('product_offering_qualification_item_details'),
  'response-items-as-items': hasSeedField(itemsField),
  'response-items-as-item': hasSeedField('product_offering_qualification_item'),
  'slash-required-404': async ({ get }) => {
    expect([(await get(seed)).status, (await get(`${seed}/`)).status]).toEqual([404, 200]);
  },
  'slash-required-redirect': async ({ get }) => {
    const reply = await get(`${seed}?a=1`);
    expect([reply.status, reply.headers.get('location')]).toEqual([301, `${seed}/?a=1`]);
    expect((await get(`${seed}/`)).status).toBe(200);
  },
  'slash-refused-404': async ({ get }) => {
    expect([(await get(seed)).status, (await get(`${seed}/`)).status]).toEqual([200, 404]);
  },
  'slash-refused-redirect': async ({ get, client }) => {
    const reply = await client.post(qualificationPath, { [itemsField]: [item] });
    expect([reply.status, reply.headers.get('location')]).toEqual([
      301,
      qualificationPath.slice(0, -1),
    ]);
    expect((await get(seed)).status).toBe(200);
  },
  'slash-as-printed': async ({ get }) => {
    expect((await get(seed)).status).toBe(200);
    expect((await get(`${seed}/`)).status).toBe(404);
    expect((await get(seedItem)).status).toBe(200);
    expect((await get(seedItem.slice(0, -1))).status).toBe(404);
  },
  'offer-detail-only-under-catalog': async ({ get }) => {
    expect((await get('/api/v1/catalog/product_offering/1765')).status).toBe(200);
    expect((await get(offerPath)).status).toBe(404);
  },
  'offer-detail-only-outside-catalog': async ({ get }) => {
    expect((await get('/api/v1/catalog/product_offering/1765')).status).toBe(404);
    expect((await get(offerPath)).status).toBe(200);
  },
  'bandwidth-guarantee-as-string': hasOfferField({ bandwidth_guarantee: '20.0' }),
  'bandwidth-guarantee-with-unit': hasOfferField({ bandwidth_guarantee: '20M' }),
  'bandwidth-max-as-string': async (trial) => {
    await hasOfferField({ bandwidth_max: '20.0' })(trial);
    expect(await seedItemOf(trial)).toMatchObject({ bandwidth_max: '1000.0' });
  },
  'bandwidth-max-with-unit': async (trial) => {
    await hasOfferField({ bandwidth_max: '20M' })(trial);
    expect(await seedItemOf(trial)).toMatchObject({ bandwidth_max: '1000M' });
  },
  bandwidthe: async ({ get }) => {
    const { json } = await get(offerPath);
    expect([json.bandwidthe, 'bandwidth' in json]).toEqual(['20M', false]);
  },
  'prices-as-string': async (trial) => {
    await hasOfferField({ price: '155.00', far: '240.00', fas: '360.00' })(trial);
    const { json } = await trial.get(offerPath);
    expect(json.available_options[0].values[0].price).toBe('10.00');
    expect(await seedItemOf(trial)).toMatchObject({ price: '145.00', far: '0.00' });
  },
  'prices-absent-when-null': async (trial) => {
    const [offer] = (await seedItemOf(trial)).products_offering;
    expect(Object.keys(offer)).not.toContain('price');
    expect(Object.keys(offer)).not.toContain('far');
  },
  'zones-as-string': async (trial) => {
    expect(await seedItemOf(trial)).toMatchObject({ zone_bpe: '2', zone_bpea: '2', zone_dia: '2' });
  },
  'zones-as-number': async ({ get }) => {
    expect((await get(seedItem)).json).toMatchObject({ zone_bpe: 2, zone_bpea: 2, zone_dia: 2 });
  },
  'offer-families-requested': async (trial) => {
    const { json } = await ended(trial, 'one-family');
    expect(json.product_offering_qualification_item_detail[0].offer_families).toEqual([
      'BPE',
      'BPEA',
      'DIA',
    ]);
  },
  'offer-families-available': async (trial) => {
    const { json } = await ended(trial, 'one-family');
    const { id } = json.product_offering_qualification_item_detail[0];
    const reply = await trial.get(`/api/v1/product_offering_qualification_item/${id}/`);
    expect(reply.json.offer_families).toEqual(['BPEA']);
  },
  'state-filter-only-words': async ({ get }) => {
    expect((await get(`${qualificationPath}?state=done`)).json.count).toBe(1);
    expect((await get(`${qualificationPath}?state=done.ready`)).status).toBe(400);
  },
  'state-filter-only-dotted': async ({ get }) => {
    expect((await get(`${qualificationPath}?state=done.ready`)).json.count).toBe(1);
    expect((await get(`${qualificationPath}?state=done`)).status).toBe(400);
  },
  'sync-answers-only-id': async ({ covage, client, get }) => {
    covage.script({ lifecycle: { advance: 'time', factor: 0 } });
    const { json } = await client.post(`${qualificationPath}sync/`, { [itemsField]: [item] });
    expect(Object.keys(json)).toEqual(['id', 'creation_date']);
    expect((await get(qualificationPath + json.id)).json.state).toBe('terminated_with_error');
  },
  'building-ref-none': async (trial) => {
    expect((await seedItemOf(trial)).place.building_ref).toBe('None');
  },
  'building-ref-null': async (trial) => {
    expect((await seedItemOf(trial)).place.building_ref).toBeNull();
  },
  'building-ref-absent': async (trial) => {
    expect(Object.keys((await seedItemOf(trial)).place)).toEqual(['location', 'eligibility_id']);
  },
  'density-absent': lacksSeedItemField('density'),
  'resolve-pricing-absent': lacksSeedItemField('resolve_pricing'),
  'description-absent': async ({ get }) => {
    expect(Object.keys((await get(offerPath)).json)).not.toContain('description');
    const { json } = await get('/api/v1/catalog/category');
    expect(json[0]).toEqual({ name: 'BPE', type: 'OFFER_FAMILY' });
  },
  'empty-offers-absent': async (trial) => {
    const { json } = await ended(trial, 'no-offer');
    const [empty] = json.product_offering_qualification_item_detail;
    expect(Object.keys(empty)).not.toContain('products_offering');
    expect((await seedItemOf(trial)).products_offering).toHaveLength(1);
  },
  'json-trailing-comma': async ({ client }) => {
    const reply = await client.post(qualificationPath, { [itemsField]: [item] });
    expect(reply.json).toBeUndefined();
    expect(Object.keys(JSON.parse(jsonrepair(reply.text)))).toEqual(['id', 'creation_date']);
  },
  'json-missing-comma': async ({ get }) => {
    const reply = await get(seed);
    expect(reply.json).toBeUndefined();
    const { product_offering_qualification_item_detail: items } = JSON.parse(
      jsonrepair(reply.text),
    );
    expect(items[0].products_offering).toEqual(covageItem.products_offering);
  },
  'json-never-closed': async ({ get }) => {
    const reply = await get(seed);
    expect(reply.json).toBeUndefined();
    expect(JSON.parse(jsonrepair(reply.text))).toMatchObject(covageQualification);
  },
  'category-as-object': async ({ get }) => {
    const { json } = await get('/api/v1/catalog/category');
    expect(json).toEqual({ name: 'BPE', type: 'OFFER_FAMILY', description: '' });
  },
  'category-in-envelope': async ({ get }) => {
    const { json } = await get('/api/v1/catalog/category');
    expect([json.count, json.results.length]).toEqual([3, 3]);
  },
  'timestamps-utc-seconds': async ({ get }) => {
    const { json } = await get(seed);
    expect(json.creation_date).toBe('2025-04-04T08:07:24Z');
    expect(json.state_change[0].change_date).toBe('2025-04-04T08:07:24Z');
  },
  'timestamps-paris': async ({ get }) => {
    expect((await get(seed)).json.creation_date).toBe('2025-04-04T10:07:24.274000+02:00');
    const { json } = await get('/api/v1/product_offering/BPE_20M_12MOIS');
    expect(json.last_update).toBe('2025-01-06T08:30:00.000000+01:00');
  },
  'parent-id-null': async (trial) => {
    const { json } = await ended(trial, 'every-family');
    const [only] = json.product_offering_qualification_item_detail;
    expect(only.product_offering_qualification_id).toBeNull();
  },
  'address-extension-spelled': async (trial) => {
    expect((await seedItemOf(trial)).address).toEqual({ ...covageAddress, street_ext: 'bis' });
  },
  'address-number-glued': async (trial) => {
    const { address } = await seedItemOf(trial);
    expect(address).toEqual({ ...covageAddress, street_nr: '4bis', street_ext: '' });
  },
  'address-parts-empty': async (trial) => {
    const { address } = await seedItemOf(trial);
    expect(address).toEqual({ ...covageAddress, city: {}, street: {} });
  },
  'commitment-as-number': async (trial) => {
    await hasOfferField({ commitment: 24 })(trial);
    expect((await seedItemOf(trial)).products_offering[0].commitment).toBe(24);
  },
  'href-absent': async ({ get }) => {
    expect(Object.keys((await get(seed)).json)).not.toContain('href');
    expect(Object.keys((await get(offerPath)).json)).not.toContain('href');
  },
  'href-filled': async ({ get, covage }) => {
    expect((await get(seed)).json.href).toBe(`${covage.url}${seed}/`);
    expect((await get(offerPath)).json.href).toBe(`${covage.url}${offerPath}/`);
  },
  'older-contract': async ({ get }) => {
    const { json } = await get(seed);
    const [only] = json.product_offering_qualification_item_detail;
    for (const field of ['state_change', 'effective_qualification_date', 'resolve_pricing']) {
      expect([field in json, field in only]).toEqual([false, false]);
    }
    expect([json.state, only.state]).toEqual(['done.ready', 'done.ready']);
  },
  'messages-in-french': async ({ client, get }) => {
    expect((await get(`${qualificationPath}none/`)).json).toEqual({ detail: 'Pas trouvé.' });
    expect((await client.post(qualificationPath, {})).json).toEqual({
      [itemsField]: ['Ce champ est obligatoire.'],
    });
  },
};

function hasSeedField(name: string): (trial: Trial) => Promise<void> {
  return async ({ get }) => {
    const { json } = await get(seed);
    const arrays = Object.keys(json).filter((key) => key.startsWith('product_offering_'));
    expect(arrays).toEqual([name]);
    expect(json[name]).toHaveLength(1);
  };
}

function hasOfferField(fields: Record<string, unknown>): (trial: Trial) => Promise<void> {
  return async ({ get }) => {
    expect((await get(offerPath)).json).toMatchObject(fields);
  };
}

function lacksSeedItemField(name: string): (trial: Trial) => Promise<void> {
  return async (trial) => {
    expect(Object.keys(await seedItemOf(trial))).not.toContain(name);
  };
}

// oxlint-disable-next-line typescript/no-explicit-any
async function seedItemOf({ get }: Trial): Promise<any> {
  return (await get(seed)).json.product_offering_qualification_item_detail[0];
}

async function ended({ covage, client, get }: Trial, name: string): Promise<Reply> {
  const site = namedSites.find((known) => known.name === name);
  covage.script({ lifecycle: { advance: 'poll', polls: 0 } });
  return get(qualificationPath + (await create(client, site ? eligibilityIdOf(site) : '')));
}

test.each(Object.entries(claims))('The variant %s does what it claims', async (name, claim) => {
  const variant = covageVariants.find((known) => known.name === name);
  expect(variant).toBeDefined();
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  // In force from now on: a variant may be set while the sandbox runs.
  covage.script({ variants: variant === undefined ? [] : [variant.name] });
  await claim({ covage, client, get: (path) => client.get(path) });
});

test('Every contradiction of the documentation has a variant, and no two share a name', () => {
  const rows = new Set(covageVariants.map(({ row }) => row));
  expect([...rows].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, i) => i + 1));
  expect(new Set(covageVariants.map(({ name }) => name)).size).toBe(covageVariants.length);
});

test('Under every variant at once each answer is still JSON, or can be repaired to it', async () => {
  const variants = covageVariants
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('slash-') && !name.startsWith('offer-detail-'));
  await using covage = await startCovageSandbox({ script: { variants, history: 30 } });
  const client = await covageClient(covage);
  for (const path of [seed, seedItem, offerPath, qualificationPath, '/api/v1/catalog/category']) {
    const { status, text } = await client.get(path);
    expect([path, status]).toEqual([path, 200]);
    expect(() => JSON.parse(jsonrepair(text)) as unknown).not.toThrow();
  }
});
