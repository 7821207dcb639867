import { expect, test } from 'vitest';
import { startKoscSandbox } from '../../src/sandbox/kosc/start-kosc-sandbox.ts';
import { koscClient } from './sandbox-client.ts';

const base = '/api/v2/eligibility/';

test('The way from a postcode leads to a building', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const cities = await client.get(`${base}cities/?zipcode=77500`);
  expect(cities.json).toEqual([
    { kosc_insee_code: '77108', city: 'CHELLES', locality: 'CHELLES', zipcode: '77500' },
  ]);
  const streets = await client.get(`${base}streets/?kosc_insee_code=77108`);
  expect(streets.json).toEqual([
    { street_name: 'AVENUE DES FRERES VERDEAUX', kosc_street_code: '7710815602' },
  ]);
  const numbers = await client.get(`${base}street_numbers/?kosc_street_code=7710815602`);
  expect(numbers.json).toEqual(['14', '102', '104', '106', '108', '110', '112', '114', '116']);
  const query = 'kosc_street_code=7710815602&street_number=14';
  const buildings = await client.get(`${base}buildings/?${query}`);
  expect(buildings.json).toEqual([expect.objectContaining({ building_ref: 'IMB/77108/X/031C' })]);
});

test('One INSEE code has several localities', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const { json } = await client.get(`${base}cities/?zipcode=06130`);
  expect(json.map(({ locality }: { locality: string }) => locality)).toEqual([
    'GRASSE',
    'LE PLAN DE GRASSE',
    'PLASCASSIER',
  ]);
});

test('A street number takes its extension glued or beside it', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  for (const number of ['street_number=4B', 'street_number=4&street_extension=B']) {
    const { json } = await client.get(`${base}buildings/?kosc_street_code=7645100550&${number}`);
    expect(json).toHaveLength(1);
  }
});

test('A building is read with its reference encoded or not, and with its stairs if asked', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const ref = 'IMB/93077/X/00NA';
  const encoded = await client.get(`${base}buildings/${encodeURIComponent(ref)}/`);
  expect(encoded.json).toMatchObject({ building_ref: ref, nro: '93064RNY' });
  expect(encoded.json).not.toHaveProperty('stairs');
  const plain = await client.get(`${base}buildings/${ref}/?include_stairs=true`);
  expect(plain.json.stairs).toEqual({
    [`${ref}^6`]: ['0', '1', '2', '3'],
    [`${ref}^7`]: ['0', '1'],
  });
  expect((await client.get(`${base}buildings/IMB/0/`)).json.error).toBe('Building not found');
});

test('The lines of an address are without pairs and lengths, and filtered by status', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const query = 'kosc_street_code=7511439700&street_number=101';
  const all = await client.get(`${base}endpoints/?${query}`);
  expect(all.json).toHaveLength(2);
  expect(all.json[0].copper_info).toEqual({ status: 'inactive', unlisted_number: true });
  expect((await client.get(`${base}endpoints/?${query}&status=active`)).json).toHaveLength(1);
  expect((await client.get(`${base}endpoints/?${query}&status=x`)).status).toBe(400);
});

test('The forecast of an address without a building is a code, texts and a date', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const query = 'kosc_street_code=0608859150&street_number=40';
  expect((await client.get(`${base}buildings/?${query}`)).json).toEqual([]);
  expect((await client.get(`${base}forecast_eligibility/?${query}`)).json).toEqual({
    address: expect.objectContaining({ city: 'NICE' }),
    message_elig_code: 'FIBER_NOT_YET_DEPLOYED',
    message_elig_text_fr: 'Fibre pas encore déployée dans cette zone.',
    message_elig_text_en: 'Fibre pas encore déployée dans cette zone.',
    message_elig_date: '2023',
  });
});

test.each([
  ['cities/', 'zipcode'],
  ['cities/?zipcode=6130', 'zipcode'],
  ['streets/?kosc_insee_code=061', 'kosc_insee_code'],
  ['street_numbers/?kosc_street_code=123456789012', 'kosc_street_code'],
  ['buildings/?kosc_street_code=1', 'street_number'],
  ['endpoints/?street_number=1', 'kosc_street_code'],
  ['forecast_eligibility/?kosc_street_code=1&street_number=12345678', 'street_number'],
])('The call %s is invalid input in %s', async (call, field) => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const { status, json } = await client.get(base + call);
  expect([status, json.error, json.details[0].field]).toEqual([400, 'Invalid input', field]);
});

test('What is not a route is a 404 and another method a 405, in the common error body', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  expect(await client.get('/nowhere')).toMatchObject({ status: 404, json: { details: null } });
  expect(await client.post(`${base}cities/`, {})).toMatchObject({ status: 405 });
});
