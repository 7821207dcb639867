import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openBuildingFile } from '../../src/addresses/building-file.ts';
import type { Store } from '../../src/store/store.ts';
import {
  openTestStore,
  startTestService,
  type TestService,
} from '../support/start-test-service.ts';

let store: Store & AsyncDisposable;
let running: TestService;

beforeAll(async () => {
  store = await openTestStore();
  running = await startTestService({ store });
  const url = running.sandbox.addresses.buildingFileUrl.replace('{department}', '59');
  const { asOf, batches } = await openBuildingFile(url, { department: '59' });
  await store.buildings.replace({ department: '59', asOf, isSandbox: true, batches });
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});
beforeEach(() => {
  running.sandbox.addresses.reset();
  running.sandbox.kosc.reset();
});

interface Answer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: Record<string, unknown>;
  }[];
}

/** The first candidate of a search. */
function first({ data }: Answer): unknown {
  return (data?.['searchAddresses'] as readonly unknown[] | undefined)?.[0];
}

async function ask(query: string): Promise<Answer> {
  const response = await fetch(running.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
}

const sites =
  'sites { match sources site { buildingRef address { streetName } location { latitude } } }';

describe('searchAddresses', () => {
  test('searchAddresses gives the address with its key, and its building by open data and by Kosc', async () => {
    const { data } = await ask(
      `{ searchAddresses(text: "18 bis rue Faidherbe, Lille", first: 1) { id precision address { streetNumber streetExtension postCode } ${sites} } }`,
    );
    expect(data?.['searchAddresses']).toEqual([
      {
        id: '59350_3250_00018_bis',
        precision: 'HOUSE_NUMBER',
        address: { streetNumber: '18', streetExtension: 'B', postCode: '59000' },
        sites: [
          {
            match: 'EXACT',
            sources: ['OPEN_DATA', 'OPERATOR'],
            site: {
              buildingRef: 'IMB/59350/C/00F1',
              address: { streetName: 'Rue Faidherbe' },
              location: { latitude: 50.6367 },
            },
          },
        ],
      },
    ]);
  });

  test('searchAddresses asks for sites only where they are selected', async () => {
    running.sandbox.kosc.clearCalls();
    await ask('{ searchAddresses(text: "18 bis rue Faidherbe, Lille") { id } }');
    expect(running.sandbox.kosc.calls).toEqual([]);
  });

  test('searchAddresses gives each of two buildings at one address', async () => {
    const answer = await ask(
      '{ searchAddresses(text: "110 rue Faidherbe, Lille", first: 1) { sites { site { buildingRef } } } }',
    );
    expect(first(answer)).toEqual({ sites: [expect.anything(), expect.anything()] });
  });

  test('searchAddresses tells when fibre is expected where there is no building', async () => {
    const answer = await ask(
      '{ searchAddresses(text: "106 rue Faidherbe, Lille", first: 1) { sites { match } forecast { code category availability { text date } } } }',
    );
    expect(first(answer)).toEqual({
      sites: [],
      forecast: {
        code: 'FIBER_NOT_YET_DEPLOYED',
        category: 'NOT_YET',
        availability: { text: '2023', date: null },
      },
    });
  });

  test('searchAddresses is an error on the field where Kosc cannot be asked and nothing else is known', async () => {
    running.sandbox.kosc.script({ faults: [{ kind: 'status', status: 503 }] });
    const known = await ask(
      '{ searchAddresses(text: "18 bis rue Faidherbe, Lille", first: 1) { sites { sources } } }',
    );
    expect(first(known)).toEqual({ sites: [{ sources: ['OPEN_DATA'] }] });
    const unknown = await ask(
      '{ searchAddresses(text: "106 rue Faidherbe, Lille", first: 1) { id sites { sources } } }',
    );
    expect(first(unknown)).toMatchObject({ sites: null });
    expect(unknown.errors?.[0]?.extensions['code']).toMatch(/^OPERATOR_/);
  });

  test.each([
    ['UNREACHABLE', { kind: 'gateway' }],
    ['SERVER_ERROR', { kind: 'status', status: 500 }],
    ['INVALID_RESPONSE', { kind: 'wrong-shape' }],
    ['RATE_LIMITED', { kind: 'rate-limited', retryAfterSeconds: 5 }],
  ] as const)(
    'searchAddresses is the error GEOCODER_%s where the geocoder fails so',
    async (code, fault) => {
      running.sandbox.addresses.script({ faults: [{ ...fault, times: 1 }] });
      const { data, errors } = await ask(
        `{ searchAddresses(text: "1 rue ${code}, Lille") { id } }`,
      );
      expect(data).toEqual({ searchAddresses: null });
      expect(errors?.[0]?.extensions['code']).toBe(`GEOCODER_${code}`);
      expect(running.sandbox.addresses.calls).toHaveLength(1);
    },
  );

  test.each([
    ['text: "?!"', 'TEXT_TOO_SHORT'],
    ['text: "rue X", first: 0', 'FIRST_OUT_OF_RANGE'],
    ['text: "rue X", first: 21', 'FIRST_OUT_OF_RANGE'],
    ['text: "rue X", inseeCode: "7645"', 'INSEE_CODE_INVALID'],
    ['text: "rue X", postCode: "7613"', 'POST_CODE_INVALID'],
    ['text: "rue X", near: { longitude: 200, latitude: 0 }', 'LOCATION_OUT_OF_RANGE'],
  ])('searchAddresses is refused for %s', async (args, code) => {
    const { errors } = await ask(`{ searchAddresses(${args}) { id } }`);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ code }] });
    expect(running.sandbox.addresses.calls).toEqual([]);
  });
});

describe('establishment', () => {
  test('establishment has the key that the directory tells, without asking the geocoder', async () => {
    const { data } = await ask(
      `{ establishment(siret: "356 000 000 49837") { siret name isActive address { id ${sites} } } }`,
    );
    expect(data?.['establishment']).toMatchObject({
      siret: '35600000049837',
      name: 'LA POSTE',
      isActive: true,
      address: { id: '77108_1560_00014', sites: [{ site: { buildingRef: 'IMB/77108/X/031C' } }] },
    });
    expect(running.sandbox.addresses.calls.map(({ route }) => route)).toEqual(['directory']);
  });

  test('establishment is null where the directory does not know it, and refused where its check digit is wrong', async () => {
    expect(await ask('{ establishment(siret: "73282932000074") { name } }')).toEqual({
      data: { establishment: null },
    });
    const { errors } = await ask('{ establishment(siret: "73282932000075") { name } }');
    expect(errors?.[0]?.extensions).toMatchObject({ issues: [{ code: 'SIRET_INVALID' }] });
  });
});
