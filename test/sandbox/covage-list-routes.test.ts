import { expect, test } from 'vitest';
import type { Paging } from '../../src/sandbox/covage/script.ts';
import { eligibilityIdOf, namedSites } from '../../src/sandbox/covage/sites.ts';
import { startCovageSandbox } from '../../src/sandbox/covage/start-covage-sandbox.ts';
import { ask, covageClient, create, heldClock, qualificationPath } from './sandbox-client.ts';
import type { Client, Reply } from './sandbox-client.ts';

const itemPath = '/api/v1/product_offering_qualification_item/';

async function everyPage(client: Client, first: string): Promise<Reply[]> {
  const pages: Reply[] = [];
  let next: string | null = first;
  while (next !== null) {
    const page: Reply = await ask(next, { headers: { authorization: client.authorization } });
    pages.push(page);
    const link = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    next = page.json.next ?? link ?? null;
  }
  return pages;
}

function entriesOf(page: Reply): { id: string; external_id: string }[] {
  return Array.isArray(page.json) ? page.json : page.json.results;
}

test.each<[Paging, number]>([
  ['page', 4],
  ['offset', 4],
  ['link-header', 4],
  ['bare', 1],
])(
  'With the envelope %s the list has every qualification once in %i pages',
  async (paging, count) => {
    await using covage = await startCovageSandbox({
      script: { history: 30, paging, pageSize: 10 },
    });
    const client = await covageClient(covage);
    const pages = await everyPage(client, covage.url + qualificationPath);
    expect(pages).toHaveLength(count);
    const ids = pages.flatMap(entriesOf).map(({ id }) => id);
    expect(ids).toHaveLength(31);
    expect(new Set(ids).size).toBe(31);
  },
);

test('The envelopes have the total and links to both sides that keep the filters', async () => {
  await using covage = await startCovageSandbox({ script: { history: 30 } });
  const client = await covageClient(covage);
  const query = '?project_id=history&page=2&page_size=5';
  const { json } = await client.get(qualificationPath + query);
  expect(json).toMatchObject({
    count: 15,
    next: `${covage.url}${qualificationPath}?project_id=history&page=3&page_size=5`,
    previous: `${covage.url}${qualificationPath}?project_id=history&page=1&page_size=5`,
  });
  covage.script({ paging: 'offset' });
  const offset = await client.get(`${qualificationPath}?limit=10&offset=10`);
  expect(offset.json).toMatchObject({
    count: 31,
    next: `${covage.url}${qualificationPath}?limit=10&offset=20`,
    previous: `${covage.url}${qualificationPath}?limit=10&offset=0`,
  });
});

test('A page is never longer than the longest, and one that does not exist is a 404', async () => {
  await using covage = await startCovageSandbox({ script: { history: 30, maxPageSize: 8 } });
  const client = await covageClient(covage);
  expect((await client.get(`${qualificationPath}?page_size=50`)).json.results).toHaveLength(8);
  const missing = await client.get(`${qualificationPath}?page=99`);
  expect([missing.status, missing.json]).toEqual([404, { detail: 'Invalid page.' }]);
});

test('A qualification that arrives between two pages moves the others, newest first', async () => {
  await using covage = await startCovageSandbox({ script: { history: 10, pageSize: 5 } });
  const client = await covageClient(covage);
  const first = entriesOf(await client.get(qualificationPath)).map(({ id }) => id);
  const arrived = await create(client, 'x');
  const second = entriesOf(await client.get(`${qualificationPath}?page=2`)).map(({ id }) => id);
  expect(second[0]).toBe(first.at(-1));
  expect(entriesOf(await client.get(qualificationPath))[0]?.id).toBe(arrived);
  covage.script({ order: 'oldest-first' });
  const last = entriesOf(await client.get(`${qualificationPath}?page=last`));
  expect(last.at(-1)?.id).toBe(arrived);
});

test('Qualifications are found by each of the documented filters', async () => {
  const { clock, move } = heldClock();
  await using covage = await startCovageSandbox({
    clock,
    script: { lifecycle: { advance: 'manual' } },
  });
  const client = await covageClient(covage);
  const first = await create(client, 'x', { externalId: 'a' });
  move(60_000);
  const between = new Date(clock() - 30_000).toISOString();
  const second = await create(client, 'x', { externalId: 'b' });
  covage.advance(second, 10);
  const ids = async (query: Record<string, string>) =>
    entriesOf(
      await client.get(`${qualificationPath}?${new URLSearchParams(query).toString()}`),
    ).map(({ id }) => id);
  expect(await ids({ external_id: 'a' })).toEqual([first]);
  expect(await ids({ state: 'terminated_with_error' })).toEqual([second]);
  expect(await ids({ state: 'pending' })).toEqual([first]);
  expect(await ids({ state: 'failed' })).toEqual([second]);
  expect(await ids({ creation_date_gt: between })).toEqual([second]);
  expect(await ids({ creation_date_lt: between, creation_date_gt: '2026-01-01' })).toEqual([first]);
  expect(await ids({ creation_date_lt: '2025-12-31T00:00:00+01:00' })).toHaveLength(1);
});

test('A filter that cannot be read is a 400 by parameter', async () => {
  await using covage = await startCovageSandbox();
  const client = await covageClient(covage);
  const state = await client.get(`${qualificationPath}?state=unheard-of`);
  expect([state.status, Object.keys(state.json)]).toEqual([400, ['state']]);
  // A "+" that was not encoded is a blank.
  const date = await client.get(`${itemPath}?creation_date_gt=2026-01-01T00:00:00+02:00`);
  expect([date.status, date.json]).toEqual([
    400,
    { creation_date_gt: ['Enter a valid date/time.'] },
  ]);
});

test('Items are found by each of the documented filters, by words, and in the order asked', async () => {
  await using covage = await startCovageSandbox({
    script: { lifecycle: { advance: 'manual' }, pageSize: 100 },
  });
  const client = await covageClient(covage);
  const wanted = ['every-family', 'zone-3', 'not-eligible', 'data-error'];
  for (const site of namedSites.filter(({ name }) => wanted.includes(name))) {
    covage.advance(await create(client, eligibilityIdOf(site)), 10);
  }
  const cities = async (query: Record<string, string>) => {
    const { json } = await client.get(`${itemPath}?${new URLSearchParams(query).toString()}`);
    return json.results.map(
      (item: { address: { city: { city_name: string } } }) => item.address.city.city_name,
    );
  };
  expect(await cities({ state: 'done.ready' })).toEqual(['MENDE', 'ROUEN', 'MONT ST AIGNAN']);
  expect(await cities({ density: 'T' })).toEqual(['ROUEN']);
  expect(await cities({ building_ref: 'IMB/48' })).toEqual(['MENDE']);
  expect(await cities({ offer_technologies: 'FTTE,other' })).toEqual(['MENDE', 'ROUEN']);
  expect(await cities({ search: 'gueret bonnyaud' })).toEqual(['GUERET']);
  expect(await cities({ search: 'no such word' })).toEqual([]);
  expect((await cities({ sort: 'building_ref' }))[1]).toBe('MARSEILLE');
  expect((await cities({ sort: '-bandwidth_max' }))[0]).toBe('ROUEN');
  expect((await cities({ sort: 'creation_date' }))[0]).toBe('MONT ST AIGNAN');
});
