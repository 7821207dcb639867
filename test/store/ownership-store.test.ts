import { expect, test } from 'vitest';
import { OwnershipStore, type Owned } from '../../src/store/ownership-store.ts';
import { removeOld } from '../../src/store/retention.ts';
import { onEveryEngine } from './engines.ts';

function ownedBy(tenant: string, known: Partial<Owned> = {}): Owned {
  return {
    operator: 'NORTH',
    id: 'thing-1',
    tenant,
    externalId: null,
    projectId: null,
    createdAt: '2026-01-01T00:00:00.123Z',
    ...known,
  };
}

onEveryEngine('whose things are', (engine) => {
  test('is known to every process, by operator and id', async () => {
    await using opened = await engine.open();
    const store = new OwnershipStore(opened.database);
    await store.record(ownedBy('acme'));
    await store.record(ownedBy('rival', { id: 'n\0ne' }));
    const replica = new OwnershipStore(opened.replica);
    expect(await replica.findOwners('NORTH', ['thing-1', 'unknown'])).toEqual(
      new Map([['thing-1', 'acme']]),
    );
    expect(await replica.findOwners('SOUTH', ['thing-1'])).toEqual(new Map());
  });

  test('is claimed once, however many tenants do it at once, and lost to the one that is certain', async () => {
    await using opened = await engine.open();
    const store = new OwnershipStore(opened.database);
    const tenants = ['a', 'b', 'c', 'd'];
    const claims = await Promise.all(tenants.map((tenant) => store.claim(ownedBy(tenant))));
    expect(claims.filter(Boolean)).toHaveLength(1);
    const owner = tenants[claims.indexOf(true)] ?? '';
    expect(await store.claim(ownedBy(owner))).toBe(true);
    await store.record(ownedBy('certain'));
    expect(await store.findOwners('NORTH', ['thing-1'])).toEqual(new Map([['thing-1', 'certain']]));
    expect(await store.claim(ownedBy(owner))).toBe(false);
  });

  test('is a list of a tenant’s own, the newest first, in pages and by filter', async () => {
    await using opened = await engine.open();
    const store = new OwnershipStore(opened.database);
    for (const [index, tenant] of ['acme', 'rival', 'acme', 'acme'].entries()) {
      const createdAt = `2026-01-0${index + 1}T00:00:00.000Z`;
      await store.record(
        ownedBy(tenant, { id: `thing-${index}`, createdAt, externalId: `mine-${index % 2}` }),
      );
    }
    const list = async (
      filter: object,
      first = 10,
      after: { at: string; id: string } | null = null,
    ) => store.list({ operator: 'NORTH', tenant: 'acme', filter, first, after });
    const ids = async (filter: object) => (await list(filter)).items.map(({ id }) => id);
    expect(await ids({})).toEqual(['thing-3', 'thing-2', 'thing-0']);
    expect(await ids({ externalId: 'mine-0' })).toEqual(['thing-2', 'thing-0']);
    expect(await ids({ createdAfter: '2026-01-03T00:00:00.000Z' })).toEqual(['thing-3']);
    expect(await ids({ projectId: 'none' })).toEqual([]);
    const page = await list({}, 1);
    expect(page.hasNextPage).toBe(true);
    const [first] = page.items;
    const next = await list({}, 5, { at: first?.createdAt ?? '', id: first?.id ?? '' });
    expect(next).toMatchObject({
      items: [{ id: 'thing-2' }, { id: 'thing-0' }],
      hasNextPage: false,
    });
    expect(await store.count('NORTH', 'acme', { externalId: 'mine-0' })).toBe(2);
  });

  test('is forgotten with age', async () => {
    await using opened = await engine.open();
    const store = new OwnershipStore(opened.database);
    await store.record(ownedBy('acme', { createdAt: '2020-01-01T00:00:00.000Z' }));
    await store.record(ownedBy('acme', { id: 'new', createdAt: new Date().toISOString() }));
    expect(await removeOld(opened.database, 90)).toBe(1);
    expect(await store.findOwners('NORTH', ['thing-1', 'new'])).toEqual(new Map([['new', 'acme']]));
  });
});
