import { expect, test } from 'vitest';
import { startCovageSandbox } from '../../src/sandbox/covage/start-covage-sandbox.ts';
import { covageRequest } from './covage-documented-payloads.ts';
import { ask, covageClient, heldClock, qualificationPath } from './sandbox-client.ts';

const items = 'product_offering_qualification_items';
const item = { offer_families: ['BPE'], eligibility_id: 'x' };
const required = ['This field is required.'];

test.each([
  [{}, { [items]: required }],
  [[], { non_field_errors: [expect.any(String)] }],
  [{ [items]: [] }, { [items]: { non_field_errors: ['This list may not be empty.'] } }],
  [{ [items]: 'x' }, { [items]: { non_field_errors: [expect.stringContaining('"str"')] } }],
  [{ [items]: [{}] }, { [items]: [{ offer_families: required, eligibility_id: required }] }],
  [
    { [items]: [item, { ...item, offer_families: [] }] },
    { [items]: [{}, { offer_families: ['This list may not be empty.'] }] },
  ],
  [
    { [items]: [{ ...item, offer_families: ['BPE', 'XYZ'] }] },
    { [items]: [{ offer_families: { 1: ['"XYZ" is not a valid choice.'] } }] },
  ],
  [
    { [items]: [{ ...item, eligibility_id: '' }] },
    { [items]: [{ eligibility_id: ['This field may not be blank.'] }] },
  ],
  [
    { [items]: [{ ...item, resolve_pricing: 'yes' }] },
    { [items]: [{ resolve_pricing: ['Must be a valid boolean.'] }] },
  ],
  [
    { [items]: [{ ...item, address: { city: { post_code: ['76130'] } } }] },
    { [items]: [{ address: { city: { post_code: ['Not a valid string.'] } } }] },
  ],
  [{ external_id: null, [items]: [item] }, { external_id: ['This field may not be null.'] }],
])('The creation %j is a 400 by field, and creates nothing', async (body, errors) => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  const reply = await client.post(qualificationPath, body);
  expect(reply.status).toBe(400);
  expect(reply.json).toEqual(errors);
  expect((await client.get(qualificationPath)).json.count).toBe(1);
});

test('A body that is not JSON is a 400, and another media type a 415', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  const broken = await client.post(qualificationPath, '{');
  expect(broken.status).toBe(400);
  expect(broken.json.detail).toMatch(/^JSON parse error/);
  const form = await client.post(qualificationPath, 'a=b', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect(form.status).toBe(415);
});

test('What does not exist is a 404 in JSON, and another path a page', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  for (const path of [
    '/api/v1/product_offering_qualification/no-such/',
    '/api/v1/product_offering_qualification_item/no-such/',
    '/api/v1/product_offering/no-such',
  ]) {
    const reply = await client.get(path);
    expect([reply.status, reply.json]).toEqual([404, { detail: 'Not found.' }]);
  }
  const page = await client.get('/api/v1/nowhere');
  expect([page.status, page.headers.get('content-type')]).toEqual([
    404,
    'text/html; charset=utf-8',
  ]);
  expect((await ask(`${covage.url}/api/v1/catalog/category`, { method: 'PUT' })).status).toBe(405);
});

test('Every route takes both forms of its path', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  for (const path of [
    '/api/v1/catalog/category',
    '/api/v1/product_offering_qualification',
    '/api/v1/product_offering_qualification_item',
    '/api/v1/catalog/product_offering',
    '/api/v1/catalog/product_offering/1765',
    '/api/v1/product_offering/1765',
    '/api/v1/referential/site_connection',
  ]) {
    expect([path, (await client.get(path)).status]).toEqual([path, 200]);
    expect([path, (await client.get(`${path}/`)).status]).toEqual([path, 200]);
  }
  expect((await client.post('/api/v1/catalog/product_offering', [])).json).toEqual([]);
});

test('The address of a request is given back unchanged', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  const address = { label: 'Chez moi', street_nr: '4' };
  const created = await client.post(qualificationPath, { [items]: [{ ...item, address }] });
  const { json } = await client.get(qualificationPath + created.json.id);
  expect(json.product_offering_qualification_item_detail[0].address).toEqual(address);
});

test('A zone that does not exist is a 400, and options are priced for the zone', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  const path = '/api/v1/product_offering/BPE_100M_24MOIS';
  expect((await client.get(`${path}?zone=x`)).status).toBe(400);
  expect((await client.get(`${path}?zone=4`)).status).toBe(400);
  const optionPrice = async (zone: number) =>
    (await client.get(`${path}?zone=${zone}`)).json.available_options[0].values[0].price;
  expect([await optionPrice(1), await optionPrice(2), await optionPrice(3)]).toEqual([
    10, 11.2, 13.5,
  ]);
});

test('The catalogue has at least 60 offers in three families', async () => {
  await using covage = await startCovageSandbox({ script: { maxPageSize: 200 } });
  const client = await covageClient(covage);
  const { json } = await client.get('/api/v1/catalog/product_offering/?page_size=200');
  const ids = new Set(json.results.map(({ id }: { id: string }) => id));
  expect(ids.size).toBe(json.count);
  expect(ids.size).toBeGreaterThanOrEqual(60);
  const byFamily = Object.groupBy(
    json.results,
    (offer: { offer_family: string }) => offer.offer_family,
  );
  expect(Object.keys(byFamily).toSorted()).toEqual(['BPE', 'BPEA', 'DIA']);
});

test('The synchronous creation answers the result, and is limited by the minute', async () => {
  const { clock, move } = heldClock();
  await using covage = await startCovageSandbox({
    clock,
    script: { syncLimitPerMinute: 1, lifecycle: { advance: 'time', factor: 0 } },
  });
  const client = await covageClient(covage);
  const sync = () => client.post(`${qualificationPath}sync/`, covageRequest);
  const first = await sync();
  expect(first.status).toBe(201);
  expect(first.json).toMatchObject({ state: 'done.ready', external_id: '123' });
  move(15_000);
  const second = await sync();
  expect([second.status, second.headers.get('retry-after')]).toEqual([429, '45']);
  expect(second.json.detail).toBe('Request was throttled. Expected available in 45 seconds.');
  covage.script({ retryAfterForm: 'date' });
  const third = await sync();
  expect(Date.parse(third.headers.get('retry-after') ?? '')).toBe(clock() + 45_000);
  move(45_000);
  expect((await sync()).status).toBe(201);
});

test('The synchronous creation of what never ends is a gateway timeout, and is created all the same', async () => {
  await using covage = await startCovageSandbox({
    script: { syncPatienceMs: 0, lifecycle: { advance: 'time', stuckAt: 'in_progress.elig' } },
  });
  const client = await covageClient(covage);
  expect((await client.post(`${qualificationPath}sync/`, covageRequest)).status).toBe(504);
  expect((await client.get(`${qualificationPath}?external_id=123`)).json.count).toBe(1);
});

test('A creation takes hundreds of items, and one that cannot be read ends with an error while the others are done', async () => {
  await using covage = await startCovageSandbox({
    script: { lifecycle: { advance: 'poll', polls: 0 } },
  });
  const client = await covageClient(covage);
  const ids = Array.from({ length: 300 }, (_one, index) =>
    Buffer.from(`(x:${1 + index / 10_000};y:48.5;b:None)`).toString('base64'),
  );
  const wanted = ids.with(7, 'unreadable').map((id) => ({ ...item, eligibility_id: id }));
  const created = await client.post(qualificationPath, { [items]: wanted });
  expect(created.status).toBe(201);
  const { json } = await client.get(`${qualificationPath}${created.json.id}`);
  const states = (json.product_offering_qualification_item_detail as { state: string }[]).map(
    ({ state }) => state,
  );
  expect(states).toHaveLength(300);
  expect(states.flatMap((state, index) => (/error/i.test(state) ? [index] : []))).toEqual([7]);
  expect(
    new Set(states.toSpliced(7, 1)).difference(new Set(['done.ready', 'done.unable_to_provide']))
      .size,
  ).toBe(0);
});
