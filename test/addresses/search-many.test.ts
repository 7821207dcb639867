import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Geocoder } from '../../src/addresses/geocoder/geocoder.ts';
import { lookUpAddresses, resolvePlace } from '../../src/addresses/resolve.ts';
import { knownAddresses, labelOf } from '../../src/sandbox/addresses/known-addresses.ts';
import {
  startAddressSandbox,
  type AddressSandbox,
} from '../../src/sandbox/addresses/start-address-sandbox.ts';
import type { Store } from '../../src/store/store.ts';
import type { Address } from '../../src/vocabulary/place.ts';
import { openTestStore } from '../support/start-test-service.ts';
import { testGeocoder } from '../support/test-geocoder.ts';

let sandbox: AddressSandbox;
let store: Store & AsyncDisposable;
let geocoder: Geocoder & { reported: string[] };

beforeAll(async () => {
  sandbox = await startAddressSandbox();
  store = await openTestStore();
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await sandbox.close();
});
beforeEach(() => {
  // Its block of too many calls is its own: what one test was refused another is not.
  geocoder = testGeocoder(sandbox.geocoderUrl, store);
});
afterEach(async () => {
  sandbox.reset();
  await store.database.query('delete from eligibility.address_answer');
});

function inStreet(name: string) {
  const found = knownAddresses.find(({ street }) => street === name);
  if (found === undefined) throw new Error(`The sandbox has no address in ${name}.`);
  return found;
}

const siam = inStreet('Rue de Siam');
const servient = inStreet('Rue Servient');
const searches = [siam, servient].map((one) => ({ text: labelOf(one), first: 10 }));

function filesSent(): number {
  return sandbox.calls.filter(({ route }) => route === 'searchCsv').length;
}

describe('a search for many addresses', () => {
  test('a search for many addresses takes one call of 500 rows each, and gives what the single search gives first', async () => {
    const many = Array.from({ length: 1_001 }, (_one, index) => ({
      text: index === 1_000 ? labelOf(siam) : `${index} rue de l’"Étoile", Brest; Finistère`,
      first: 10,
    }));
    const found = await geocoder.searchMany(many);
    expect(filesSent()).toBe(3);
    const [first] = await geocoder.search(many[1_000]!);
    expect(found[1_000]?.candidate).toEqual(first);
    expect(found.filter((one) => one === null)).toEqual([]);
  });

  test('a search for many addresses asks once for the same address in two spellings, and not again within a day', async () => {
    const text = '65 rue de Siam, 29200 Brest';
    const twice = [text, text.toUpperCase()].map((one) => ({ text: one, first: 10 }));
    await geocoder.searchMany(twice);
    const [call] = sandbox.calls;
    expect(Number(call?.headers['content-length'])).toBeLessThan(4_000);
    const again = await testGeocoder(sandbox.geocoderUrl, store).searchMany(twice);
    expect(filesSent()).toBe(1);
    expect(again.map((one) => one?.candidate?.id)).toEqual([siam.id, siam.id]);
  });

  test('a search for many addresses keeps each candidate, so that its id can be given instead of the address', async () => {
    await geocoder.searchMany(searches);
    expect(await geocoder.found(siam.id)).toMatchObject({ id: siam.id });
  });

  test('a search for many addresses heeds the commune of each row', async () => {
    const rows = ['29019', '76540'].map((inseeCode) => ({
      text: labelOf(siam),
      first: 10,
      inseeCode,
    }));
    const found = await geocoder.searchMany(rows);
    expect(found.map((one) => one?.candidate?.id ?? null)).toEqual([siam.id, null]);
  });

  test('a search for many addresses leaves a search near a point and a text that is too short to the single search', async () => {
    const near = { latitude: 48.39, longitude: -4.48 };
    const found = await geocoder.searchMany([
      { text: labelOf(siam), first: 10, near },
      { text: '- 1', first: 10 },
    ]);
    expect(found).toEqual([null, null]);
    expect(sandbox.calls).toEqual([]);
  });

  test.each([
    ['UNREACHABLE', { kind: 'gateway' }],
    ['SERVER_ERROR', { kind: 'status', status: 500 }],
    ['INVALID_RESPONSE', { kind: 'html' }],
    ['INVALID_RESPONSE', { kind: 'wrong-shape' }],
    ['RATE_LIMITED', { kind: 'rate-limited', retryAfterSeconds: 5 }],
  ] as const)(
    'a search for many addresses rejects with %s where the call fails so, and keeps nothing',
    async (code, fault) => {
      sandbox.script({ faults: [{ ...fault, route: 'searchCsv' }] });
      await expect(geocoder.searchMany(searches)).rejects.toMatchObject({ code });
      expect(await geocoder.best(searches[0]!)).toBeNull();
    },
  );

  test('a search for many addresses knows nothing of a row that the geocoder failed at, skipped, left out or spoilt, and the rest', async () => {
    const columns = 'row,result_status,result_id,result_type,longitude,latitude,result_score_next';
    const body = [
      columns,
      '4,ok,29019_2140_00065,housenumber,-4.48,48.39,0.3',
      '1,skipped,,,,,',
      '0,error,,,,,',
      '3,ok,29019_2140_00065,housenumber,,,0.3',
    ].join('\n');
    sandbox.script({ faults: [{ kind: 'status', status: 200, body, route: 'searchCsv' }] });
    const texts = ['1 a', '2 bb', '3 ccc', '4 dddd', '5 eeeee'].map((text) => ({ text, first: 1 }));
    const found = await geocoder.searchMany(texts);
    expect(found.slice(0, 4)).toEqual([null, null, null, null]);
    expect(found[4]).toMatchObject({ candidate: { id: siam.id }, nextScore: 0.3 });
    expect(geocoder.reported).toEqual(Array.from({ length: 4 }, () => 'row-without-answer'));
  });
});

function address(label: string): Address {
  const nothing = { streetNumber: null, streetExtension: null, streetName: null, streetId: null };
  return { ...nothing, label, cityName: null, cityId: null, inseeCode: null, postCode: null };
}

/** Resolves an address with nothing behind it that knows buildings. */
async function resolved(line: string) {
  const place = { addressId: null, siret: null, location: null, address: address(line) };
  await lookUpAddresses([place], { geocoder });
  sandbox.clearCalls();
  const { addressId, candidates, message } = await resolvePlace(
    place,
    {
      geocoder,
      // Nothing is asked of it.
      directory: null as never,
      store: () => Promise.resolve(store),
      qualifiers: new Map(),
    },
    { tenant: null },
  );
  return { addressId, candidates: candidates.map(({ id }) => id), message };
}

describe('an address that was looked up with many', () => {
  test('an address that was looked up with many needs no call of its own where the best candidate decides', async () => {
    expect(await resolved('65 rue de Siam, 29200 Brest')).toMatchObject({ addressId: siam.id });
    expect(sandbox.calls).toEqual([]);
  });

  test.each([
    ['another candidate fits nearly as well', '0.91'],
    ['the geocoder does not tell how well the next fits', undefined],
    ['that is no number', 'much'],
  ])(
    'an address that was looked up with many is asked for by itself where %s',
    async (_what, next) => {
      const best: Readonly<Record<string, string>> = {
        row: '0',
        result_status: 'ok',
        result_id: siam.id,
        result_type: 'housenumber',
        result_score: '0.97',
        result_housenumber: '65',
        result_street: 'Rue de Siam',
        result_postcode: '29200',
        result_city: 'Brest',
        result_citycode: '29019',
        longitude: '-4.4861',
        latitude: '48.3904',
        ...(next === undefined ? {} : { result_score_next: next }),
      };
      const body = `${Object.keys(best).join(',')}\n${Object.values(best).join(',')}\n`;
      sandbox.script({ faults: [{ kind: 'status', status: 200, body, route: 'searchCsv' }] });
      expect(await resolved('65 rue de Siam, 29200 Brest')).toMatchObject({ addressId: siam.id });
      expect(sandbox.calls.map(({ route }) => route)).toEqual(['search']);
    },
  );

  test.each([
    ['is not found', 'zzzz qqqq xxxx'],
    ['is another number', '5 rue de Siam, 29200 Brest'],
  ])(
    'an address that was looked up with many is asked for by itself where it %s',
    async (_what, line) => {
      expect(await resolved(line)).toMatchObject({ addressId: null });
      expect(sandbox.calls.map(({ route }) => route)).toEqual(['search']);
    },
  );
});
