import { expect, test } from 'vitest';
import { eligibilityIdOf, namedSites } from '../../src/sandbox/covage/sites.ts';
import { startCovageSandbox } from '../../src/sandbox/covage/start-covage-sandbox.ts';
import { covageClient, create, heldClock, qualificationPath } from './sandbox-client.ts';

function siteId(name: string): string {
  const site = namedSites.find((known) => known.name === name);
  if (site === undefined) throw new Error(`There is no site ${name}.`);
  return eligibilityIdOf(site);
}

function statesOf(history: { state: string }[]): string[] {
  return history.map(({ state }) => state);
}

test('Each reading advances one state when readings drive them', async () => {
  await using covage = await startCovageSandbox({ script: { lifecycle: { advance: 'poll' } } });
  const client = await covageClient(covage);
  const id = await create(client, siteId('every-family'), { pricing: true });
  const seen: string[] = [];
  for (let reading = 0; reading < 6; reading += 1) {
    seen.push((await client.get(qualificationPath + id)).json.state);
  }
  expect(seen).toEqual([
    'acknowledged',
    'in_progress.elig',
    'in_progress.offer',
    'in_progress.price',
    'done.ready',
    'done.ready',
  ]);
});

test('A state that no reading sees is in the history all the same', async () => {
  const lifecycle = { advance: 'poll' as const, polls: [2, 0, 0] };
  await using covage = await startCovageSandbox({ script: { lifecycle } });
  const client = await covageClient(covage);
  const id = await create(client, siteId('every-family'));
  const read = async () => (await client.get(qualificationPath + id)).json;
  expect((await read()).state).toBe('acknowledged');
  expect((await read()).state).toBe('acknowledged');
  const end = await read();
  expect(end.state).toBe('done.ready');
  expect(statesOf(end.state_change)).toEqual([
    'acknowledged',
    'in_progress.elig',
    'in_progress.offer',
    'done.ready',
  ]);
  const dates: number[] = end.state_change.map((change: { change_date: string }) =>
    Date.parse(change.change_date),
  );
  expect(dates).toEqual([...new Set(dates)].toSorted((a, b) => a - b));
});

test('Lists and items do not advance a qualification that readings drive', async () => {
  await using covage = await startCovageSandbox({ script: { lifecycle: { advance: 'poll' } } });
  const client = await covageClient(covage);
  const id = await create(client, siteId('every-family'), { externalId: 'mine' });
  const path = `${qualificationPath}?external_id=mine`;
  await client.get(path);
  const { json } = await client.get(path);
  expect(json.results[0]).toMatchObject({ id, state: 'acknowledged' });
});

test('An undocumented state can be inserted, and a state can be the last for ever', async () => {
  const insert = [{ after: 'in_progress.offer', state: 'in_progress.survey' }];
  await using covage = await startCovageSandbox({
    script: { lifecycle: { advance: 'manual', insert, stuckAt: 'in_progress.survey' } },
  });
  const client = await covageClient(covage);
  const id = await create(client, siteId('every-family'));
  expect(covage.advance(id, 3)).toBe('in_progress.survey');
  expect(covage.advance(id, 10)).toBe('in_progress.survey');
  const { json } = await client.get(qualificationPath + id);
  expect(statesOf(json.state_change).at(-1)).toBe('in_progress.survey');
  expect(json.product_offering_qualification_item_detail[0]).toMatchObject({
    state: 'in_progress.survey',
    products_offering: [],
  });
});

test('Steps take as long as they are scripted to', async () => {
  const { clock, move } = heldClock();
  const lifecycle = { advance: 'time' as const, stepMs: [1000, 5000] };
  await using covage = await startCovageSandbox({ clock, script: { lifecycle } });
  const client = await covageClient(covage);
  const id = await create(client, siteId('every-family'));
  const state = async () => (await client.get(qualificationPath + id)).json.state;
  move(1500);
  expect(await state()).toBe('in_progress.elig');
  move(5000);
  expect(await state()).toBe('in_progress.offer');
  move(5000);
  expect(await state()).toBe('done.ready');
});

test('A script changes how the next qualifications advance and not those under way', async () => {
  await using covage = await startCovageSandbox({ script: { lifecycle: { advance: 'manual' } } });
  const client = await covageClient(covage);
  const held = await create(client, siteId('every-family'));
  covage.script({ lifecycle: { advance: 'poll', polls: 0 } });
  const free = await create(client, siteId('every-family'));
  expect((await client.get(qualificationPath + held)).json.state).toBe('acknowledged');
  expect((await client.get(qualificationPath + free)).json.state).toBe('done.ready');
});

test.each([
  ['every-family', true, 'done.ready'],
  ['every-family', false, 'done.ready'],
  ['on-quotation', false, 'done.unable_to_provide'],
  ['on-quotation', true, 'done.unable_to_provide'],
  ['partly-on-quotation', true, 'done.ready'],
  ['not-eligible', true, 'done.unable_to_provide'],
  ['no-offer', true, 'done.ready'],
  ['data-error', true, 'terminated_with_error'],
  ['never-ends', true, 'in_progress.offer'],
  ['undocumented-state', true, 'done.ready'],
])('The site %s, prices asked: %s, ends in %s', async (name, pricing, ending) => {
  await using covage = await startCovageSandbox({ script: { lifecycle: { advance: 'manual' } } });
  const client = await covageClient(covage);
  const id = await create(client, siteId(name), { pricing });
  expect(covage.advance(id, 10)).toBe(ending);
});

test('Prices are those of the zone when they were asked, and null when not', async () => {
  await using covage = await startCovageSandbox({ script: { lifecycle: { advance: 'manual' } } });
  const client = await covageClient(covage);
  const offersOf = async (pricing: boolean) => {
    const id = await create(client, siteId('another-zone-each'), { pricing });
    covage.advance(id, 10);
    const { json } = await client.get(qualificationPath + id);
    return json.product_offering_qualification_item_detail[0].products_offering;
  };
  const priced = await offersOf(true);
  expect(new Set(priced.map((offer: { offer_family: string }) => offer.offer_family))).toEqual(
    new Set(['BPE', 'BPEA', 'DIA']),
  );
  const zones: Record<string, number> = { BPE: 1, BPEA: 3, DIA: 2 };
  for (const offer of [priced[0], priced.at(-1)]) {
    const zone = zones[offer.offer_family];
    const detail = await client.get(`/api/v1/product_offering/${offer.product_id}/?zone=${zone}`);
    expect(detail.json).toMatchObject({ price: offer.price, far: offer.far, fas: offer.fas });
  }
  for (const offer of await offersOf(false)) {
    expect(offer).toMatchObject({ price: null, far: null, fas: null, on_quotation: false });
  }
});

test('What is on quotation has no price and says so', async () => {
  await using covage = await startCovageSandbox({ script: { lifecycle: { advance: 'manual' } } });
  const client = await covageClient(covage);
  const id = await create(client, siteId('on-quotation'), { pricing: true });
  covage.advance(id, 10);
  const { json } = await client.get(qualificationPath + id);
  const [item] = json.product_offering_qualification_item_detail;
  expect(item.offer_families).toEqual(['BPE', 'BPEA', 'DIA']);
  expect(item.products_offering.length).toBeGreaterThan(0);
  for (const offer of item.products_offering) {
    expect(offer).toMatchObject({ price: null, on_quotation: true });
  }
});

test('An error has its reason in the history of the request and of the item', async () => {
  await using covage = await startCovageSandbox({ script: { lifecycle: { advance: 'manual' } } });
  const client = await covageClient(covage);
  const id = await create(client, siteId('data-error'));
  covage.advance(id, 10);
  const { json } = await client.get(qualificationPath + id);
  expect(statesOf(json.state_change)).toEqual([
    'acknowledged',
    'in_progress.elig',
    'terminated_with_error',
  ]);
  expect(json.state_change.at(-1).change_reason).toMatch(/site inconnu/);
  const [item] = json.product_offering_qualification_item_detail;
  expect(item.state_change.at(-1).change_reason).toMatch(/site inconnu/);
});

test('A request of several sites is in progress until all have ended, and then as bad as the worst', async () => {
  await using covage = await startCovageSandbox({ script: { lifecycle: { advance: 'manual' } } });
  const client = await covageClient(covage);
  const created = await client.post(qualificationPath, {
    product_offering_qualification_items: ['not-eligible', 'every-family'].map((name) => ({
      offer_families: ['BPE'],
      eligibility_id: siteId(name),
      resolve_pricing: true,
    })),
  });
  covage.advance(created.json.id, 3);
  const { json: midway } = await client.get(qualificationPath + created.json.id);
  expect(midway.state).toBe('in_progress.price');
  expect(
    midway.product_offering_qualification_item_detail.map((item: { state: string }) => item.state),
  ).toEqual(['done.unable_to_provide', 'in_progress.price']);
  expect(covage.advance(created.json.id)).toBe('done.unable_to_provide');
});

test('An unlisted site has one answer, and an unreadable identifier fails the data control', async () => {
  await using covage = await startCovageSandbox({ script: { lifecycle: { advance: 'manual' } } });
  const client = await covageClient(covage);
  const unlisted = Buffer.from('(x:2.3522;y:48.8566;b:IMB/75056/X/9999)').toString('base64');
  const answerOf = async (eligibilityId: string) => {
    const id = await create(client, eligibilityId);
    covage.advance(id, 10);
    const { json } = await client.get(qualificationPath + id);
    const [item] = json.product_offering_qualification_item_detail;
    return { state: json.state, offers: item.products_offering, place: item.place };
  };
  expect(await answerOf(unlisted)).toEqual(await answerOf(unlisted));
  expect((await answerOf(unlisted)).place.building_ref).toBe('IMB/75056/X/9999');
  expect((await answerOf('not an identifier')).state).toBe('terminated_with_error');
});

test('Steps that take no time are all done at once', async () => {
  const { clock } = heldClock();
  const lifecycle = { advance: 'time' as const, factor: 0 };
  await using covage = await startCovageSandbox({ clock, script: { lifecycle } });
  const client = await covageClient(covage);
  const id = await create(client, siteId('every-family'));
  expect((await client.get(qualificationPath + id)).json.state).toBe('done.ready');
});
