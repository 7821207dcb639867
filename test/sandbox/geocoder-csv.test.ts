import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  startAddressSandbox,
  type AddressSandbox,
} from '../../src/sandbox/addresses/start-address-sandbox.ts';
import { ask, type Reply } from './sandbox-client.ts';

let sandbox: AddressSandbox;

beforeAll(async () => {
  sandbox = await startAddressSandbox();
});
afterAll(() => sandbox.close());
afterEach(() => sandbox.reset());

/** Sends a file with the members of a form, each of them once or more often. */
function send(csv: string, members: Readonly<Record<string, readonly string[]>>): Promise<Reply> {
  const body = new FormData();
  body.append('data', new Blob([csv], { type: 'text/csv' }), 'sites.csv');
  for (const [name, values] of Object.entries(members)) {
    for (const value of values) body.append(name, value);
  }
  return ask(`${sandbox.geocoderUrl}/search/csv`, { method: 'POST', body });
}

const sites = [
  'id,adresse,cp,insee',
  '1,65 rue de Siam,29200,',
  '2,"7 ter, rue de la Fosse",,44109',
  '3,??,,',
  '4,zzzz qqqq,,',
  '5,rue,,',
].join('\n');
const asAsked = { columns: ['adresse'], postcode: ['cp'], citycode: ['insee'] };

describe('the simulated CSV route of the geocoder', () => {
  test('the simulated CSV route of the geocoder answers the columns of the file, and behind them those of the service', async () => {
    const { status, headers, text } = await send(sites, asAsked);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/csv/);
    const [heading, first] = text.split('\n');
    expect(heading).toBe(
      'id,adresse,cp,insee,longitude,latitude,result_score,result_score_next,result_label,result_type,result_id,result_banId,result_housenumber,result_name,result_street,result_postcode,result_city,result_context,result_citycode,result_oldcitycode,result_oldcity,result_district,result_status',
    );
    expect(first).toMatch(
      /^1,65 rue de Siam,29200,,-4\.4861,48\.3904,0\.\d+,0\.\d+,65 Rue de Siam 29200 Brest,housenumber,29019_2140_00065,/,
    );
  });

  test('the simulated CSV route of the geocoder says ok of all that it finds something for, however bad, and what it skipped', async () => {
    const { text } = await send(sites, {
      ...asAsked,
      result_columns: ['result_id', 'result_status'],
    });
    expect(text.split('\n').slice(1, 6)).toEqual([
      '1,65 rue de Siam,29200,,29019_2140_00065,ok',
      '2,"7 ter, rue de la Fosse",,44109,44109_2710_00007_ter,ok',
      '3,??,,,,skipped',
      '4,zzzz qqqq,,,,not-found',
      expect.stringMatching(/,ok$/),
    ]);
  });

  test.each([
    ['a form without a file', { columns: ['adresse'] }, null],
    ['a column that the file does not have', { columns: ['address'] }, sites],
  ])('the simulated CSV route of the geocoder refuses %s', async (_what, members, csv) => {
    const reply =
      csv === null
        ? await ask(`${sandbox.geocoderUrl}/search/csv`, { method: 'POST', body: new FormData() })
        : await send(csv, members);
    expect(reply.json).toMatchObject({ code: 400 });
  });

  test('the simulated CSV route of the geocoder counts as one call of the limit, however many rows it has', async () => {
    sandbox.script({ callsPerSecond: 1 });
    expect((await send(sites, asAsked)).status).toBe(200);
    const refused = await send(sites, asAsked);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
  });
});
