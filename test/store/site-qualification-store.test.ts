import { expect, test } from 'vitest';
import { SiteQualificationStore } from '../../src/store/site-qualification-store.ts';
import { insertSiteQualification } from '../../src/store/site-qualification-changes.ts';
import type { CurrentOutcome, LargePart } from '../../src/store/site-qualification.ts';
import { removeOld } from '../../src/store/retention.ts';
import { onEveryEngine } from './engines.ts';
import { quickestNotificationMs } from '../support/quickest.ts';
import {
  createIn,
  newSiteQualification,
  outcomeOf,
  siteOf,
  updateIn,
} from './site-qualifications.ts';

onEveryEngine('site qualifications', (engine) => {
  test('are read back as they were stored', async () => {
    await using opened = await engine.open();
    const north = outcomeOf({
      progress: [
        {
          state: 'ACKNOWLEDGED',
          stateText: 'acknowledged',
          changeDate: '2026-01-01T00:00:00Z',
          changeReason: null,
        },
      ],
      qualification: { id: 'a', nested: [1.5, 'é', null] },
      offers: [{ price: { amount: '155.00', currency: 'EUR' } }],
    });
    const south = outcomeOf({
      operator: 'SOUTH',
      state: 'SKIPPED',
      verdict: 'UNDETERMINED',
      skip: { code: 'SITE_KEY_MISSING', message: 'No key.' },
    });
    const created = await createIn(opened.database, {
      tenant: 'acme',
      externalId: 'order-1',
      request: { families: ['X'] },
      site: siteOf({ buildingRef: 'IMB/1', location: { longitude: 2.3, latitude: 48.8 } }),
      state: 'IN_PROGRESS',
      verdict: 'PENDING',
      outcomes: [south, north],
    });
    expect(created).toMatchObject({
      tenant: 'acme',
      externalId: 'order-1',
      request: { families: ['X'] },
      site: siteOf({ buildingRef: 'IMB/1', location: { longitude: 2.3, latitude: 48.8 } }),
      state: 'IN_PROGRESS',
      verdict: 'PENDING',
      outcomes: [
        { ...south, asking: null },
        { ...north, asking: null },
      ],
    });
    expect(created.id).toMatch(/^[\da-f-]{36}$/);
    expect(Math.abs(Date.parse(created.creationDate) - Date.now())).toBeLessThan(60_000);
    expect(await new SiteQualificationStore(opened.replica).find(created.id)).toEqual(created);
  });

  test('are read without the parts that are not wanted', async () => {
    await using opened = await engine.open();
    const store = new SiteQualificationStore(opened.database);
    const { id, outcomes, ...alone } = await createIn(
      opened.database,
      newSiteQualification({ outcomes: [outcomeOf({ qualification: { id: 'a' }, offers: [] })] }),
    );
    const [{ qualification, offers, ...outcome }] = outcomes as [CurrentOutcome];
    const read = async (...wanted: readonly LargePart[]) =>
      (await store.findMany([id], null, (part) => wanted.includes(part))).get(id);
    expect(await read()).toStrictEqual({ id, ...alone });
    expect(await read('outcomes')).toStrictEqual({ id, ...alone, outcomes: [outcome] });
    expect(await read('offers')).toStrictEqual({
      id,
      ...alone,
      outcomes: [{ ...outcome, offers }],
    });
    expect(await read('outcomes', 'qualification')).toStrictEqual({
      id,
      ...alone,
      outcomes: [{ ...outcome, qualification }],
    });
  });

  test('are found under each spelling of an id, whichever are asked for together', async () => {
    await using opened = await engine.open();
    const store = new SiteQualificationStore(opened.database);
    const { id } = await createIn(opened.database, newSiteQualification());
    const found = await store.findMany([id.toUpperCase(), id]);
    expect([...found.keys()]).toEqual([id.toUpperCase(), id]);
    for (const one of found.values()) expect(one.id).toBe(id);
  });

  test('are not found under another id, another tenant or what is no id', async () => {
    await using opened = await engine.open();
    const store = new SiteQualificationStore(opened.database);
    const { id } = await createIn(opened.database, newSiteQualification({ tenant: 'acme' }));
    expect(await store.find('0b0b3d2e-6a7e-4b4e-9a44-0f6d3b7b7a11')).toBeNull();
    expect(await store.find('nonsense')).toBeNull();
    expect(await store.find(id, 'other')).toBeNull();
    expect(await store.find(id.toUpperCase(), 'acme')).toMatchObject({ id });
    expect(await store.changesAfter('nonsense', 0)).toBeNull();
  });

  test('keep text that PostgreSQL cannot store, with what it cannot replaced', async () => {
    await using opened = await engine.open();
    const store = new SiteQualificationStore(opened.database);
    const odd = 'a\0b\uD800c\\u0000';
    const { id } = await createIn(
      opened.database,
      newSiteQualification({
        externalId: odd,
        request: { odd },
        outcomes: [outcomeOf({ qualification: [odd] })],
      }),
    );
    const stored = 'a\u{FFFD}b\u{FFFD}c\\u0000';
    expect(await store.find(id)).toMatchObject({
      externalId: stored,
      request: { odd: stored },
      outcomes: [{ qualification: [stored] }],
    });
    expect(await store.count({ externalId: odd })).toBe(1);
  });

  test('begin their log with the outcomes that are decided already', async () => {
    await using opened = await engine.open();
    const store = new SiteQualificationStore(opened.database);
    const skipped = outcomeOf({ operator: 'SOUTH', state: 'SKIPPED', verdict: 'UNDETERMINED' });
    const { id, version } = await createIn(
      opened.database,
      newSiteQualification({ outcomes: [outcomeOf(), skipped] }),
    );
    expect(version).toBe(1);
    expect(await store.changesAfter(id, 0)).toMatchObject({
      changes: [{ sequence: 1, outcome: skipped }],
      ended: false,
    });
  });

  test('change outcomes, site, state and verdict as one, and log each outcome', async () => {
    await using opened = await engine.open();
    const store = new SiteQualificationStore(opened.database);
    const { id } = await createIn(opened.database, newSiteQualification());
    await updateIn(opened.database, id, () => ({ site: siteOf({ buildingRef: 'IMB/2' }) }));
    const answered = outcomeOf({ state: 'ANSWERED', verdict: 'ELIGIBLE', confidence: 'GREEN' });
    const failed = outcomeOf({
      operator: 'SOUTH',
      state: 'FAILED',
      verdict: 'UNDETERMINED',
      error: {
        operator: 'SOUTH',
        code: 'TIMEOUT',
        message: 'Late.',
        retryable: true,
        retryAfterSeconds: null,
        correlationId: null,
      },
    });
    const updated = await updateIn(opened.database, id, (current) => {
      expect(current.site.buildingRef).toBe('IMB/2');
      return { state: 'DONE_PARTIAL', verdict: 'ELIGIBLE', outcomes: [answered, failed] };
    });
    expect(updated).toMatchObject({
      site: { buildingRef: 'IMB/2' },
      state: 'DONE_PARTIAL',
      verdict: 'ELIGIBLE',
      version: 2,
      outcomes: [answered, failed],
    });
    expect(await store.find(id)).toEqual(updated);
    expect(await store.changesAfter(id, 0)).toMatchObject({
      changes: [
        { sequence: 1, outcome: answered },
        { sequence: 2, outcome: failed },
      ],
      ended: true,
    });
    expect(await store.changesAfter(id, 0, 1)).toMatchObject({
      changes: [{ sequence: 1 }],
      ended: false,
    });
    expect(await store.changesAfter(id, 2)).toEqual({ changes: [], ended: true });
  });

  test('stay as they are where a change is refused or fails', async () => {
    await using opened = await engine.open();
    const store = new SiteQualificationStore(opened.database);
    const before = await createIn(opened.database, newSiteQualification());
    expect(await updateIn(opened.database, before.id, () => null)).toEqual(before);
    const unknown = updateIn(opened.database, before.id, () => ({
      state: 'DONE',
      outcomes: [outcomeOf({ state: 'ANSWERED' }), outcomeOf({ operator: 'WEST' })],
    }));
    await expect(unknown).rejects.toThrow('has no outcome of WEST');
    expect(await store.find(before.id)).toEqual(before);
    expect(await store.changesAfter(before.id, 0)).toEqual({ changes: [], ended: false });
  });

  test('have one sequence without a gap, whoever changes them at once', async () => {
    await using opened = await engine.open();
    const { id } = await createIn(opened.database, newSiteQualification());
    const changes = Array.from({ length: 60 }, (_, index) =>
      updateIn(index % 2 === 0 ? opened.database : opened.replica, id, (current) => {
        const [north = outcomeOf()] = current.outcomes;
        // Every sixth fails in the middle, every seventh changes nothing.
        if (index % 7 === 0) return null;
        const counted = { ...north, offers: [...(north.offers ?? []), index] };
        return {
          outcomes: index % 6 === 0 ? [counted, outcomeOf({ operator: 'WEST' })] : [counted],
        };
      }).catch(() => null),
    );
    await Promise.all(changes);
    const done = Array.from({ length: 60 }, (_, index) => index).filter(
      (index) => index % 7 !== 0 && index % 6 !== 0,
    );
    const log = await new SiteQualificationStore(opened.database).changesAfter(id, 0);
    expect(log?.changes.map(({ sequence }) => sequence)).toEqual(done.map((_, index) => index + 1));
    // Each change was made on the outcome that the one before it had left.
    expect(log?.changes.map(({ outcome }) => outcome.offers?.length)).toEqual(
      done.map((_, index) => index + 1),
    );
    expect(new Set(log?.changes.at(-1)?.outcome.offers)).toEqual(new Set(done));
  });

  test('keep what the asking needs apart from the log', async () => {
    await using opened = await engine.open();
    const store = new SiteQualificationStore(opened.database);
    const { id } = await createIn(opened.database, newSiteQualification());
    await store.saveAsking(id, 'NORTH', { sent: 'x' });
    await updateIn(opened.database, id, ({ outcomes: [north = outcomeOf()] }) => ({
      outcomes: [{ ...north, state: 'ANSWERED' }],
    }));
    expect(await store.find(id)).toMatchObject({
      version: 1,
      outcomes: [{ asking: { sent: 'x' } }, {}],
    });
    const [change] = (await store.changesAfter(id, 0))?.changes ?? [];
    expect(change?.outcome).not.toHaveProperty('asking');
    await expect(store.saveAsking(id, 'WEST', {})).rejects.toThrow('no such outcome');
  });

  test('wake who follows one on another replica within 100 ms of a change, and nobody else', async () => {
    await using opened = await engine.open();
    const theirs = new SiteQualificationStore(opened.replica);
    const { id } = await createIn(opened.database, newSiteQualification());
    const { id: other } = await createIn(opened.database, newSiteQualification());
    let woken: (() => void) | null = null;
    let others = 0;
    const leave = await theirs.onChange(id, () => woken?.());
    const leaveOther = await theirs.onChange(other, () => {
      others += 1;
    });
    const quickest = await quickestNotificationMs(async () => {
      const wake = new Promise<void>((resolve) => {
        woken = resolve;
      });
      const begun = performance.now();
      await updateIn(opened.database, id, () => ({ outcomes: [outcomeOf({ state: 'ANSWERED' })] }));
      await wake;
      return performance.now() - begun;
    });
    expect(quickest).toBeLessThan(100);
    expect(others).toBe(0);
    leave();
    leaveOther();
  });

  test('join a transaction of the caller', async () => {
    await using opened = await engine.open();
    const store = new SiteQualificationStore(opened.database);
    const wanted = newSiteQualification({ id: 'aaaaaaaa-0000-4000-8000-000000000001' });
    const failed = opened.database.transaction(async (transaction) => {
      await insertSiteQualification(transaction, wanted);
      throw new RangeError('no job');
    });
    await expect(failed).rejects.toThrow('no job');
    expect(await store.count()).toBe(0);
  });

  test('are removed with everything of theirs when they are old, in batches', async () => {
    await using opened = await engine.open();
    const store = new SiteQualificationStore(opened.database);
    for (let index = 0; index < 7; index += 1) {
      await createIn(
        opened.database,
        newSiteQualification({ outcomes: [outcomeOf({ state: 'ANSWERED' })] }),
      );
    }
    await opened.database.query(
      "update eligibility.site_qualification set creation_date = clock_timestamp() - interval '91 days'",
    );
    const { id } = await createIn(opened.database, newSiteQualification());
    expect(await removeOld(opened.database, 90, 3)).toBe(7);
    expect(await removeOld(opened.database, 90)).toBe(0);
    expect((await store.list({ first: 10 })).items.map((item) => item.id)).toEqual([id]);
    for (const table of ['site_qualification_outcome', 'site_qualification_change']) {
      expect(
        await opened.database.query(
          `select 1 from eligibility.${table} where site_qualification_id <> $1`,
          [id],
        ),
      ).toEqual([]);
    }
  });
});
