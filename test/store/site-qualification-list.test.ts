import { expect, test } from 'vitest';
import type { Database } from '../../src/store/database/database.ts';
import type { Position } from '../../src/store/stored-list.ts';
import type {
  PartialSiteQualification,
  SiteQualification,
} from '../../src/store/site-qualification.ts';
import { SiteQualificationStore } from '../../src/store/site-qualification-store.ts';
import {
  listQuery,
  type SiteQualificationFilter,
} from '../../src/store/site-qualification-list.ts';
import { onEveryEngine } from './engines.ts';
import { readingOf } from './explain.ts';
import { createIn, newSiteQualification, outcomeOf, siteOf } from './site-qualifications.ts';

const batchId = 'bbbbbbbb-0000-4000-8000-000000000001';

/** Lets one have been created at another time. */
async function createdAt(database: Database, { id }: SiteQualification, at: string): Promise<void> {
  await database.query(
    'update eligibility.site_qualification set creation_date = $2 where id = $1',
    [id, at],
  );
}

onEveryEngine('the list of site qualifications', (engine) => {
  test('has the newest first, and each once over its pages, also those of the same instant', async () => {
    await using opened = await engine.open();
    const store = new SiteQualificationStore(opened.database);
    for (let index = 0; index < 11; index += 1) {
      const created = await createIn(
        opened.database,
        newSiteQualification({ externalId: `${index}` }),
      );
      await createdAt(opened.database, created, `2026-01-01T00:00:0${Math.floor(index / 4)}.123Z`);
    }
    const seen: PartialSiteQualification[] = [];
    let after: Position | null = null;
    for (let page = 1; ; page += 1) {
      const { items, hasNextPage } = await store.list({ first: 3, after });
      seen.push(...items);
      expect(hasNextPage).toBe(page < 4);
      const last = items.at(-1);
      if (!hasNextPage || last === undefined) break;
      after = { at: last.creationDate, id: last.id };
    }
    expect(new Set(seen.map(({ externalId }) => externalId))).toHaveLength(11);
    const keys = seen.map(({ creationDate, id }) => `${creationDate} ${id}`);
    expect(keys).toEqual(keys.toSorted().toReversed());
    expect(await store.count()).toBe(11);
  });

  test('is filtered by everything the API can ask for', async () => {
    await using opened = await engine.open();
    const store = new SiteQualificationStore(opened.database);
    const first = await createIn(
      opened.database,
      newSiteQualification({
        externalId: 'a',
        site: siteOf({ buildingRef: 'IMB/1' }),
        outcomes: [
          outcomeOf({ state: 'ANSWERED' }),
          outcomeOf({ operator: 'SOUTH', state: 'SKIPPED' }),
        ],
      }),
    );
    const second = await createIn(
      opened.database,
      newSiteQualification({ externalId: 'b', state: 'DONE', verdict: 'ELIGIBLE' }),
    );
    const third = await createIn(
      opened.database,
      newSiteQualification({ state: 'FAILED', tenant: 'acme' }),
    );
    await opened.database.script(`
      insert into eligibility.batch (id, state, columns) values ('${batchId}', 'IN_PROGRESS', '[]');
      update eligibility.site_qualification set batch_id = '${batchId}' where id = '${first.id}';
    `);
    await createdAt(opened.database, first, '2026-01-01T00:00:00Z');
    await createdAt(opened.database, second, '2026-01-02T00:00:00Z');
    const found = async (filter: SiteQualificationFilter, tenant?: string): Promise<string[]> => {
      const { items } = await store.list({ filter, first: 10, tenant });
      expect(await store.count(filter, tenant)).toBe(items.length);
      return items.map(({ id }) => id);
    };
    expect(await found({})).toEqual([second.id, first.id]);
    expect(await found({}, 'acme')).toEqual([third.id]);
    expect(await found({ states: ['DONE'] })).toEqual([second.id]);
    expect(await found({ states: ['DONE', 'IN_PROGRESS'] })).toEqual([second.id, first.id]);
    expect(await found({ states: [] })).toEqual([]);
    expect(await found({ verdict: 'ELIGIBLE' })).toEqual([second.id]);
    expect(await found({ operator: 'NORTH' })).toEqual([second.id, first.id]);
    expect(await found({ operator: 'SOUTH' })).toEqual([second.id]);
    expect(await found({ buildingRef: 'IMB/1' })).toEqual([first.id]);
    expect(await found({ externalId: 'b', verdict: null })).toEqual([second.id]);
    expect(await found({ isOfBatch: true })).toEqual([first.id]);
    expect(await found({ isOfBatch: false })).toEqual([second.id]);
    expect(await found({ isOfBatch: null })).toEqual([second.id, first.id]);
    expect(await found({ createdAfter: '2026-01-01T00:00:00Z' })).toEqual([second.id]);
    expect(await found({ createdBefore: '2026-01-02T01:00:00+01:00' })).toEqual([first.id]);
  });

  test('is read a page at a time, however many there are', { timeout: 60_000 }, async () => {
    await using opened = await engine.open();
    await opened.database.script(`
      insert into eligibility.batch (id, state, columns) values ('${batchId}', 'DONE', '[]');
      insert into eligibility.site_qualification
        (id, external_id, creation_date, request, site, state, verdict, batch_id)
      select gen_random_uuid(), 'order-' || n, timestamptz '2026-01-01' + n * interval '1 minute',
        '{}', jsonb_build_object('buildingRef', 'IMB/' || n % 500),
        (array['IN_PROGRESS', 'DONE', 'DONE_PARTIAL', 'FAILED'])[1 + n % 4],
        (array['ELIGIBLE', 'NOT_ELIGIBLE', 'UNDETERMINED'])[1 + n % 3],
        case when n between 1000 and 11000 then '${batchId}'::uuid end
      from generate_series(1, 12000) n;
      insert into eligibility.site_qualification_outcome
        (site_qualification_id, operator, position, state, verdict)
      select q.id, o.operator, 0, 'ANSWERED', 'ELIGIBLE'
      from eligibility.site_qualification q cross join (values ('NORTH'), ('SOUTH')) o (operator);
      analyze eligibility.site_qualification;
      analyze eligibility.site_qualification_outcome;
    `);
    const after = { at: '2026-01-05T00:00:00.000Z', id: 'aaaaaaaa-0000-4000-8000-000000000001' };
    const filters: SiteQualificationFilter[] = [
      {},
      { states: ['DONE'] },
      { states: ['DONE', 'FAILED'] },
      { verdict: 'ELIGIBLE' },
      { operator: 'NORTH' },
      { buildingRef: 'IMB/7' },
      { externalId: 'order-7' },
      { isOfBatch: true },
      { isOfBatch: false },
      { createdAfter: '2026-01-02T00:00:00Z', createdBefore: '2026-01-07T00:00:00Z' },
    ];
    for (const filter of filters) {
      for (const position of [null, after]) {
        const query = listQuery({ filter, first: 20, after: position });
        const { scans, rows } = await readingOf(opened.database, query);
        expect.soft({ filter, scans }).toEqual({ filter, scans: [] });
        expect.soft(rows, JSON.stringify(filter)).toBeGreaterThan(0);
        expect.soft(rows, JSON.stringify(filter)).toBeLessThan(60);
      }
    }
  });
});
