import { expect, test } from 'vitest';
import { startCovageSandbox } from '../../src/sandbox/covage/start-covage-sandbox.ts';
import {
  covageItem,
  covageOffer,
  covageOfferDetail,
  covageQualification,
  covageRequest,
  siteConnections,
} from './covage-documented-payloads.ts';
import { covageClient, heldClock, qualificationPath } from './sandbox-client.ts';

function offsets(from: number, history: { state: string; change_date: string }[]): unknown[] {
  return history.map(({ state, change_date }) => [state, Date.parse(change_date) - from]);
}

test('The documented qualification is answered as it is printed', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  const { json } = await client.get(`${qualificationPath}${covageQualification.id}`);
  const { product_offering_qualification_item_detail: items, ...qualification } = json;
  expect(qualification).toEqual(covageQualification);
  expect(items).toHaveLength(1);
  // Both are required by the table and left out of the example.
  const { density, resolve_pricing, ...item } = items[0];
  expect(item).toEqual(covageItem);
  expect(density).toBeTypeOf('string');
  expect(resolve_pricing).toBe(false);
});

test('The documented request is answered with an id and a date, and ends with the documented offer', async () => {
  await using covage = await startCovageSandbox({ script: { lifecycle: { advance: 'manual' } } });
  const client = await covageClient(covage);
  const created = await client.post(qualificationPath, covageRequest);
  expect(created.status).toBe(201);
  expect(Object.keys(created.json)).toEqual(['id', 'creation_date']);
  expect(created.json.creation_date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+02:00$/);
  covage.advance(created.json.id, 3);
  const { json } = await client.get(`${qualificationPath}${created.json.id}`);
  expect(json).toMatchObject({ external_id: '123', project_id: '456', state: 'done.ready' });
  const [item] = json.product_offering_qualification_item_detail;
  const { id, state_change, place, product_offering_qualification_id, ...rest } = covageItem;
  expect(item).toMatchObject(rest);
  expect(item.id).not.toBe(id);
  expect(item.state_change).toHaveLength(state_change.length);
  expect(item.product_offering_qualification_id).toBe(created.json.id);
  expect(product_offering_qualification_id).toBeNull();
  expect(place.building_ref).toBe('');
  expect(item.place).toEqual({
    location: { x: 1.0921081, y: 49.4743971 },
    building_ref: 'IMB/76451/C/0019',
    eligibility_id: covageRequest.product_offering_qualification_items[0]?.eligibility_id,
  });
  expect(item.products_offering).toEqual([covageOffer]);
});

test('The states have the documented timings', async () => {
  const { clock, move } = heldClock();
  await using covage = await startCovageSandbox({ clock });
  const client = await covageClient(covage);
  const created = await client.post(qualificationPath, covageRequest);
  move(10_000);
  const { json } = await client.get(`${qualificationPath}${created.json.id}`);
  const start = Date.parse(created.json.creation_date);
  const documentedStart = Date.parse(covageQualification.creation_date);
  expect(offsets(start, json.state_change)).toEqual(
    offsets(documentedStart, covageQualification.state_change),
  );
});

test('The detail of the documented offer is answered as it is printed', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  expect((await client.get('/api/v1/product_offering/1765')).json).toEqual(covageOfferDetail);
});

test('The offers of the documented list are answered with every documented field', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  const path = '/api/v1/catalog/product_offering/';
  const { json } = await client.post(path, ['BPE_100M_24MOIS', 'BPEA_20M_24MOIS', 'no such']);
  expect(json.map(({ id }: { id: string }) => id).toSorted()).toEqual([
    'BPEA_20M_24MOIS',
    'BPE_100M_24MOIS',
  ]);
  expect(Object.keys(json[0]).toSorted()).toEqual([
    'bandwidth',
    'bandwidth_guarantee',
    'bandwidth_max',
    'commitment',
    'description',
    'far',
    'fas',
    'id',
    'last_update',
    'name',
    'offer_family',
    'offer_technology',
    'price',
    'tarif_zone',
  ]);
});

test('The types of site connection and the families are the documented ones', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  const connections = await client.get('/api/v1/referential/site_connection/');
  expect(connections.json).toEqual(siteConnections);
  const families = await client.get('/api/v1/catalog/category');
  expect(families.json).toContainEqual({ name: 'BPE', type: 'OFFER_FAMILY', description: '' });
  expect(families.json.map(({ name }: { name: string }) => name)).toEqual(['BPE', 'BPEA', 'DIA']);
});

test('The resource of an item has its own fields', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  const { json } = await client.get(
    `/api/v1/product_offering_qualification_item/${covageItem.id}/`,
  );
  expect(json).toEqual({
    id: covageItem.id,
    creation_date: covageQualification.creation_date,
    density: 'MD',
    offer_families: ['BPEA', 'BPE'],
    offer_families_eligibility: ['BPEA', 'BPE'],
    offer_technologies: ['FIBDE'],
    zone_bpe: '2',
    zone_bpea: '2',
    zone_dia: '2',
    estimated_delivery_date_BPE: 'T0 + 33 SEMAINES',
    estimated_delivery_date_BPEA: 'T0 + 33 SEMAINES',
    estimated_delivery_date_DIA: 'T0 + 34 SEMAINES',
    bandwidth_max: 1000,
    place: covageItem.place,
    address: covageItem.address,
    state: 'done.ready',
    product_offering_qualification_id: covageQualification.id,
    guaranteed_until_date: null,
  });
});
