import { expect, test } from 'vitest';
import { documentedCodes } from '../../src/sandbox/kosc/codes.ts';
import { buildings } from '../../src/sandbox/kosc/buildings.ts';
import { lines } from '../../src/sandbox/kosc/lines.ts';
import { otps } from '../../src/sandbox/kosc/otps.ts';
import { startKoscSandbox } from '../../src/sandbox/kosc/start-kosc-sandbox.ts';
import { koscExamples } from './kosc-documented-payloads.ts';
import { koscClient } from './sandbox-client.ts';

const path = '/api/v2/eligibility/offers/';
const active = { status: 'active', activation_type: 'activate' };
const ofLine = (reference: string) => ({ reference, reference_type: 'line_number', ...active });
const everyRequest = [
  ...lines.map(({ number }) => ofLine(number)),
  ...otps.map(({ ref }) => ({ reference: ref, reference_type: 'otp' })),
  ...buildings.map(({ ref }) => ({ reference: ref, reference_type: 'building' })),
];

interface Motive {
  code: string;
  message: string;
  availability_date?: string;
}

interface Offer {
  eligibility: {
    eligible: boolean | null;
    reasons: Motive[] | null;
    under_conditions: Motive[] | null;
  };
  product: { code: string };
  product_line: { code: string };
  setup_fee?: string | null;
}

test.each(koscExamples)('The documented $what is answered as it is printed', async (example) => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const { status, json } = await client.post(path, example.request);
  expect(status).toBe(200);
  expect(json).toEqual(example.response);
});

test('Every answer but those printed has a reference of its own', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const request = { reference: 'IMB/77108/X/031C', reference_type: 'building' };
  const refs = [await client.post(path, request), await client.post(path, request)].map(
    ({ json }) => String(json.eligibility_ref),
  );
  expect(new Set(refs).size).toBe(2);
  for (const ref of refs) expect(ref).toMatch(/^elig-[0-9a-f-]{36}$/);
});

test('Every documented code is reached, with its message and its verdict', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const found = new Set<string>();
  for (const request of everyRequest) {
    const { json } = await client.post(path, request);
    const offers: Offer[] = json.offers;
    for (const { eligibility } of offers) {
      const { eligible, reasons, under_conditions } = eligibility;
      for (const { code, message } of [...(reasons ?? []), ...(under_conditions ?? [])]) {
        found.add(JSON.stringify([code, eligible, message]));
      }
    }
  }
  for (const [code, { eligible, message }] of Object.entries(documentedCodes)) {
    expect([...found]).toContain(JSON.stringify([code, eligible, message]));
  }
  expect(Object.keys(documentedCodes)).toHaveLength(20);
  expect([...found].some((entry) => entry.startsWith('["3049",false,'))).toBe(true);
});

test('Availability is a day, a year and a text; fees are text, empty and null; lists are empty', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const dates = new Set<string>();
  const fees = new Set<unknown>();
  const productLines = new Set<string>();
  let empty = 0;
  for (const request of everyRequest) {
    const offers: Offer[] = (await client.post(path, request)).json.offers;
    if (offers.length === 0) empty += 1;
    for (const offer of offers) {
      productLines.add(offer.product_line.code);
      fees.add(offer.setup_fee);
      for (const { availability_date } of offer.eligibility.reasons ?? []) {
        if (availability_date !== undefined) dates.add(availability_date);
      }
    }
  }
  expect([...dates]).toEqual(
    expect.arrayContaining(['2018-07-15', '2023', 'Available around 2024-12-31']),
  );
  expect([...fees]).toEqual(expect.arrayContaining(['500.00', '', null, undefined]));
  expect([...productLines].toSorted()).toEqual(['AM', 'FP', 'SL', 'XG']);
  expect(empty).toBeGreaterThanOrEqual(2);
});

test('Only the asked product lines are answered, and unknown ones are ignored', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const linesOf = async (request: object) => {
    const offers: Offer[] = (await client.post(path, request)).json.offers;
    return offers.map(({ product_line }) => product_line.code);
  };
  const building = { reference: 'IMB/76540/C/01A4', reference_type: 'building' };
  expect(await linesOf(building)).toEqual(['FP', 'XG']);
  expect(await linesOf({ ...building, product_lines: ['XG', 'AM', 'ZZ'] })).toEqual(['XG']);
  expect(await linesOf({ ...building, product_lines: ['AM'] })).toEqual([]);
  const line = ofLine('0478299251');
  expect(await linesOf(line)).toEqual(['AM', 'AM', 'SL']);
  expect(await linesOf({ ...line, product_lines: ['SL', 'FP'] })).toEqual(['SL']);
});

test.each([
  [{}, ['reference_type', 'reference']],
  [{ reference: 'x', reference_type: 'other' }, ['reference_type']],
  [{ reference: '0478299251', reference_type: 'line_number' }, ['status', 'activation_type']],
  [ofLine('047829925'), ['reference']],
  [ofLine('04 78 29 92'), ['reference']],
  [{ ...ofLine('0478299251'), status: 'idle' }, ['status']],
  [{ ...ofLine('0478299251'), activation_type: 'createNeighbour' }, ['activation_type']],
  [{ reference: 'FI-3790-341', reference_type: 'otp' }, ['reference']],
  [{ reference: 'x'.repeat(33), reference_type: 'building' }, ['reference']],
  [{ reference: '', reference_type: 'building' }, ['reference']],
  [{ reference: 12, reference_type: 'building' }, ['reference']],
  [{ reference: 'x', reference_type: 'building', product_lines: 'FP' }, ['product_lines']],
  [{ reference: 'x', reference_type: 'building', product_lines: [1] }, ['product_lines']],
])('The request %j is invalid input in %j', async (request, fields) => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const { status, json } = await client.post(path, request);
  expect(status).toBe(400);
  expect(json).toEqual({
    apirequest_uuid: expect.stringMatching(/^KOSC_[0-9a-f-]{36}$/),
    error: 'Invalid input',
    details: fields.map((field) => ({ field, errors: [expect.any(String)] })),
  });
});

test.each([
  [ofLine('0100000000'), 404, 'Line number not found'],
  [{ reference: 'FI-0000-0000', reference_type: 'otp' }, 404, 'Otp not found'],
  [{ reference: 'IMB/29019/C/0B0B', reference_type: 'building' }, 404, 'Building not found'],
  [ofLine('0199000500'), 500, 'Unable to serve your request'],
  [ofLine('0199000502'), 502, 'External web service unreachable'],
  [
    { reference: 'IMB/38185/X/0502', reference_type: 'building' },
    502,
    'External web service unreachable',
  ],
])('The request %j is answered with %i %s', async (request, status, error) => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const reply = await client.post(path, request);
  expect(reply.status).toBe(status);
  expect(reply.json).toEqual({
    apirequest_uuid: expect.stringMatching(/^KOSC_/),
    error,
    details: null,
  });
});

test('Lines have owners, premises, unlisted numbers and addresses without codes', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const endpoint = async (number: string) =>
    (await client.post(path, ofLine(number))).json.endpoint;
  expect((await endpoint('0478299251')).address).toMatchObject({
    housing_complex: 'RESIDENCE LA PART DIEU',
    stairs: 'B',
    floor: '3',
    door: '31',
    owner_name: 'SOCIETE DEMONSTRATION',
  });
  expect(await endpoint('0199000001')).toMatchObject({
    address: { owner_name: 'JEANNE DUPONT', street_name: 'AVENUE DU GENERAL LECLERC' },
    copper_info: { status: 'inactive', unlisted_number: true, under_construction: true },
  });
  expect((await endpoint('0261910001')).address).toMatchObject({
    kosc_street_code: null,
    kosc_insee_code: null,
  });
});

test('Buildings are houses and buildings, with and without a connection node', async () => {
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  const building = async (reference: string) =>
    (await client.post(path, { reference, reference_type: 'building' })).json.fiber_info.building;
  expect(await building('IMB/2A004/X/00C3')).toMatchObject({ type: 'HOUSE', nro: null });
  expect(await building('IMB/93077/X/00NA')).toMatchObject({ type: 'BUILDING', nro: '93064RNY' });
  expect(await building('THED1000260')).toMatchObject({ operator_code: 'TD' });
});
