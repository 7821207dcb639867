import { jsonrepair } from 'jsonrepair';
import { expect, test } from 'vitest';
import { startKoscSandbox, type KoscSandbox } from '../../src/sandbox/kosc/start-kosc-sandbox.ts';
import { koscVariants, type KoscVariant } from '../../src/sandbox/kosc/variants.ts';
import { koscExamples } from './kosc-documented-payloads.ts';
import { ask, koscClient, type Client, type Reply } from './sandbox-client.ts';

const path = '/api/v2/eligibility/offers/';
const [lineExample, otpExample, buildingExample] = koscExamples;

interface Trial {
  kosc: KoscSandbox;
  client: Client;
  line: (reference?: string) => Promise<Reply>;
  otp: () => Promise<Reply>;
  building: (reference?: string) => Promise<Reply>;
}

const corsica = 'IMB/2A004/X/00C3';

const claims: Record<KoscVariant, (trial: Trial) => Promise<void>> = {
  'json-trailing-comma': async ({ building }) => {
    const reply = await building();
    expect(reply.json).toBeUndefined();
    expect(reply.text).toMatch(/\},\n\}/);
    expect(JSON.parse(jsonrepair(reply.text))).toEqual(buildingExample.response);
  },
  'not-found-as-500': async ({ building }) => {
    const { status, json } = await building('none');
    expect([status, json.error]).toEqual([500, 'Building not found.']);
  },
  'fiber-info-in-endpoint': async ({ otp }) => {
    const { json } = await otp();
    expect(json).not.toHaveProperty('fiber_info');
    expect(json.endpoint.fiber_info).toEqual(otpExample.response.fiber_info);
  },
  'options-null': async ({ line }) => {
    expect((await line()).json.offers[0].product.options).toBeNull();
  },
  'options-absent': async ({ line }) => {
    expect((await line()).json.offers[0].product).not.toHaveProperty('options');
  },
  'provider-empty': async ({ line }) => {
    expect((await line()).json.offers[0].product.provider).toBe('');
  },
  'provider-null': async ({ line, building }) => {
    expect((await line()).json.offers[0].product.provider).toBe('KOSC');
    expect((await building()).json.offers[0].product.provider).toBeNull();
  },
  'setup-fee-empty': async ({ building }) => {
    expect((await building(corsica)).json.offers[0].setup_fee).toBe('');
  },
  'setup-fee-absent': async ({ building }) => {
    expect((await building(corsica)).json.offers[0]).not.toHaveProperty('setup_fee');
    expect((await building()).json.offers[0].setup_fee).toBe('1000.00');
  },
  'setup-fee-as-number': async ({ building }) => {
    expect((await building()).json.offers[0].setup_fee).toBe(1000);
  },
  'order-delay-absent': async ({ building }) => {
    expect((await building(corsica)).json.offers[0]).not.toHaveProperty('order_delay');
    expect((await building()).json.offers[0].order_delay).toBe('60');
  },
  'order-delay-as-number': async ({ building }) => {
    expect((await building()).json.offers[0].order_delay).toBe(60);
  },
  'copper-fees-null': async ({ line }) => {
    expect((await line()).json.offers[0]).toMatchObject({ setup_fee: null, order_delay: null });
  },
  'copper-info-status-null': async ({ building }) => {
    expect((await building()).json.endpoint.copper_info).toEqual({ status: null });
  },
  'copper-info-absent': async ({ otp, line }) => {
    expect((await otp()).json.endpoint).not.toHaveProperty('copper_info');
    expect((await line()).json.endpoint.copper_info.status).toBe('active');
  },
  'motives-as-empty-lists': async ({ building }) => {
    expect((await building()).json.offers[0].eligibility).toEqual({
      eligible: true,
      reasons: [],
      under_conditions: [],
    });
  },
  'undecided-as-false': async ({ line }) => {
    expect((await line('0465710007')).json.offers[0].eligibility).toMatchObject({
      eligible: false,
      reasons: [{ code: 'EXTERNAL_WS_UNREACHABLE' }],
    });
    // Nothing is said of it.
    expect((await line('0536490001')).json.offers[0].eligibility.eligible).toBeNull();
  },
  'codes-as-numbers': async ({ line }) => {
    const { json } = await line('0353010001');
    expect(json.offers[0].eligibility.reasons[0].code).toBe(3049);
    expect((await line('0465710004')).json.offers[0].eligibility.reasons[0].code).toBe(
      'TOO_MUCH_ATTENUATION',
    );
  },
  'codes-in-address-null': async ({ otp }) => {
    const codes = { kosc_street_code: null, kosc_insee_code: null };
    const { json } = await otp();
    expect(json.endpoint.address).toMatchObject(codes);
    expect(json.fiber_info.building.address).toMatchObject(codes);
  },
  'messages-without-full-stop': async ({ otp }) => {
    const [reason] = (await otp()).json.offers[0].eligibility.reasons;
    expect(reason.message).toBe('Fiber not currently available in this area');
  },
  'unauthorized-other-words': async ({ kosc }) => {
    const reply = await ask(`${kosc.url}/api/v2/eligibility/cities/`);
    expect([reply.status, reply.json]).toEqual([401, { detail: 'Signature has expired.' }]);
  },
  'unauthorized-as-403': async ({ kosc }) => {
    const reply = await ask(`${kosc.url}/api/v2/eligibility/cities/`);
    expect([reply.status, reply.json.details]).toEqual([403, null]);
  },
  'errors-without-details': async ({ client }) => {
    const { json } = await client.post(path, {});
    expect(Object.keys(json)).toEqual(['apirequest_uuid', 'error']);
  },
  'building-endpoint-with-ref': async ({ building }) => {
    expect((await building()).json.endpoint).toMatchObject({
      endpoint_ref: 'IMB/77108/X/031C',
      endpoint_ref_type: 'building',
    });
  },
  'eligibility-keys-first': async ({ building }) => {
    const { json } = await building();
    expect(Object.keys(json)).toEqual(['eligibility_ref', 'endpoint', 'fiber_info', 'offers']);
    expect(json).toEqual(buildingExample.response);
  },
  'unknown-product-lines-refused': async ({ client }) => {
    const request = { ...buildingExample.request, product_lines: ['FP', 'ZZ'] };
    const { status, json } = await client.post(path, request);
    expect([status, json.details[0].field]).toEqual([400, 'product_lines']);
  },
};

test.each(Object.entries(claims))('The variant %s does what it claims', async (name, claim) => {
  const variant = koscVariants.find((known) => known.name === name);
  expect(variant).toBeDefined();
  await using kosc = await startKoscSandbox();
  const client = await koscClient(kosc);
  kosc.script({ variants: variant === undefined ? [] : [variant.name] });
  await claim({
    kosc,
    client,
    line: (reference = lineExample.request.reference) =>
      client.post(path, { ...lineExample.request, reference }),
    otp: () => client.post(path, otpExample.request),
    building: (reference = buildingExample.request.reference) =>
      client.post(path, { ...buildingExample.request, reference }),
  });
});

test('No two variants share a name', () => {
  expect(new Set(koscVariants.map(({ name }) => name)).size).toBe(koscVariants.length);
});
