import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { operatorSettings } from '../../../src/operator-settings.ts';
import { createLog } from '../../../src/observe/log.ts';
import { Deviations } from '../../../src/operators/port/deviations.ts';
import type { OperatorConnection } from '../../../src/operators/port/operator.ts';
import { OperatorError } from '../../../src/operators/port/operator-error.ts';
import { Interactive } from '../../../src/operators/calling/interactive.ts';
import { Pace } from '../../../src/operators/calling/pace.ts';
import { SlowDown } from '../../../src/operators/calling/slow-down.ts';
import type {
  SiteAnswer,
  SiteQualifier,
  SiteReader,
  SiteQuestion,
} from '../../../src/operators/port/site-qualifier.ts';
import type { Store } from '../../../src/store/store.ts';
import { SharedPolls } from '../../../src/watch/shared-polls.ts';
import type { Fault } from '../../../src/sandbox/http/fault.ts';
import { enrichSite, unknownSite, type Site } from '../../../src/vocabulary/site.ts';
import {
  eachTrial,
  resetPlayers,
  startEveryPlayer,
  type EveryPlayer,
} from '../../support/every-operator.ts';
import { openTestStore } from '../../support/start-test-service.ts';
import { operators } from '../../support/radio/registry.ts';

/** A question that keeps what it is told, with a signal that nobody aborts unless one is given. */
function questionAbout(
  site: Partial<Site>,
  given: Partial<SiteQuestion> = {},
): SiteQuestion & { readonly kept: unknown[] } {
  const kept: unknown[] = [];
  return {
    kept,
    site: { ...unknownSite, ...site },
    line: null,
    options: null,
    externalId: crypto.randomUUID(),
    tenant: null,
    batchId: null,
    saved: null,
    save: (progress) => {
      kept.push(progress);
      return Promise.resolve();
    },
    report: () => Promise.resolve(),
    remainingMs: () => 60_000,
    signal: new AbortController().signal,
    ...given,
  };
}

function answered(result: Awaited<ReturnType<SiteQualifier['ask']>>): SiteAnswer {
  if ('skip' in result) throw new Error(`it was skipped: ${result.skip.message}`);
  return result;
}

let store: Awaited<ReturnType<typeof openTestStore>>;
let world: EveryPlayer;
beforeAll(async () => {
  store = await openTestStore();
  world = await startEveryPlayer();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});
beforeEach(() => resetPlayers(world.players));

// What the federation relies on of every operator.
describe.for(eachTrial)('%s, as every operator,', ([name, one]) => {
  const simulated = () => one.played(world.players);
  const script = (fault: Fault) => simulated().script({ faults: [{ ...fault, route: one.route }] });
  const callCount = () => simulated().calls.filter(({ route }) => route !== 'token').length;
  let connection: OperatorConnection;
  let reader: SiteReader;
  let sites: SiteQualifier;
  beforeAll(() => {
    const operator = operators.find(({ key }) => key.name === name);
    if (operator === undefined) throw new Error(`${name} is not in the registry`);
    const log = createLog('silent');
    const access = {
      isShared: false,
      open: () => Promise.resolve(store),
      opened: Promise.resolve<Store>(store),
    };
    const slowDown = new SlowDown(name, access, log);
    const interactive = new Interactive();
    connection = operator.connect(operatorSettings(operator, world.settings), {
      log,
      deviations: new Deviations(name, log),
      calling: { maxCalls: 256, circuitOpenMs: 2_000, isSandbox: true, log, slowDown },
      catalogueFreshMs: 0,
      store: () => Promise.resolve(store),
      pace: (label, most) =>
        new Pace({ operator: name, label, most, slowDown, interactive, access }),
      sharedPolls: new SharedPolls(name, access, log),
      maySynthesiseKeys: false,
      watchDeadlineMs: 60_000,
    });
    reader = operator.siteReader;
    sites = connection.siteQualifier;
  });
  afterAll(() => connection.close());

  test('reads a site without asking anybody, and without changing it', () => {
    const site: Site = Object.freeze({ ...unknownSite, ...one.site });
    const before = structuredClone(site);
    const read = reader.readSite(site);
    expect(reader.readSite(site)).toEqual(read);
    expect(site).toEqual(before);
    const enriched = enrichSite(site, read);
    expect(enrichSite(enriched, reader.readSite(enriched))).toEqual(enriched);
    expect(callCount()).toBe(0);
  });

  test.each(['', 'not-base64!', 'x'.repeat(10_000), '\u0000', 'KHg6OTk5O3k6OTk5O2I6Tm9uZSk='])(
    'reads keys that say nothing as nothing',
    (text) => {
      const site = { ...unknownSite, eligibilityId: text, buildingRef: null, otpRef: text };
      expect(() => reader.readSite(site)).not.toThrow();
      const { location } = enrichSite(site, reader.readSite(site));
      expect(location).toBeNull();
    },
  );

  test('has no key of a site of which nothing is known, says by what it knows one, and asks nobody', () => {
    const nothing = { site: unknownSite, line: null, options: null };
    expect(reader.keys(nothing)).toEqual([]);
    expect(reader.keysInWords).toMatch(/^[A-Z].{20,}\.$/);
    expect(callCount()).toBe(0);
  });

  test('has keys of a site that it can be asked about, the same each time', () => {
    const given = { site: { ...unknownSite, ...one.site }, line: null, options: null };
    const keys = reader.keys(given);
    expect(keys.filter(({ issue }) => issue === null).length).toBeGreaterThan(0);
    for (const { path, value } of keys) {
      expect(path[0]).toBe('input');
      expect(value).not.toBe('');
    }
    expect(reader.keys(given)).toEqual(keys);
    expect(callCount()).toBe(0);
  });

  test('answers with members of the unions, a verdict, and offers that have ids of their own', async () => {
    const answer = answered(await sites.ask(questionAbout(one.site)));
    expect(answer.verdict).toBe('ELIGIBLE');
    expect(answer.qualification.__typename).toBe(one.types.qualification);
    expect(answer.offers.length).toBeGreaterThan(0);
    for (const offer of answer.offers) {
      expect(offer.source.__typename).toBe(one.types.offer);
      expect(offer.price === null).toBe(offer.priceStatus !== 'KNOWN');
      expect(offer.setupFee === null).toBe(offer.setupFeeStatus !== 'KNOWN');
      for (const money of [offer.price, offer.setupFee]) {
        if (money !== null) expect(money.amount).toMatch(/^-?\d+\.\d{2,}$/);
      }
    }
    expect(new Set(answer.offers.map(({ id }) => id)).size).toBe(answer.offers.length);
  });

  test.for(one.unknown === null ? [] : [one.unknown])(
    'is skipped about a place that it does not know, which is no failure',
    async (unknown) => {
      const result = await sites.ask(questionAbout(unknown));
      expect(result).toMatchObject({ skip: { code: 'SITE_UNKNOWN' } });
      expect(result.issues?.map(({ code }) => code)).toContain('SITE_UNKNOWN');
    },
  );

  test('answers with what can be kept as JSON and shown again', async () => {
    const answer = answered(await sites.ask(questionAbout(one.site)));
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    for (const mayRead of [true, false]) {
      expect(reader.present(answer.qualification, mayRead).__typename).toBe(
        one.types.qualification,
      );
      for (const { source } of answer.offers) {
        expect(reader.present(source, mayRead).__typename).toBe(one.types.offer);
      }
    }
    expect(reader.present(answer.qualification, true)).toEqual(answer.qualification);
  });

  test('ends at once with the reason of the signal when that is aborted', async () => {
    script({ kind: 'hang' });
    const leaving = new AbortController();
    const reason = new Error('the deadline has passed');
    const asking = sites.ask(questionAbout(one.site, { signal: leaving.signal }));
    const ended = asking.then(
      () => null,
      (error: unknown) => error,
    );
    await simulated().waitForCall(({ route }) => route === one.route);
    const startedAt = performance.now();
    leaving.abort(reason);
    expect(await ended).toBe(reason);
    // Long before a call is given up.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test('asks nobody once the signal is aborted', async () => {
    const reason = new Error('the deadline has passed');
    await expect(
      sites.ask(questionAbout(one.site, { signal: AbortSignal.abort(reason) })),
    ).rejects.toBe(reason);
    expect(callCount()).toBe(0);
  });

  test('throws an OperatorError of its own when it fails', async () => {
    script({ kind: 'status', status: 403 });
    const failure = await sites.ask(questionAbout(one.site)).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(OperatorError);
    expect((failure as OperatorError).operator).toBe(name);
    expect((failure as OperatorError).message).toMatch(/^[A-Z].*\.$/s);
  });

  test('takes what an earlier version may have saved', async () => {
    for (const saved of [null, {}, 'text', 42, { unknown: true }]) {
      const result = await sites.ask(questionAbout(one.site, { saved }));
      expect(answered(result).verdict).toBe('ELIGIBLE');
    }
  });

  test('goes on with what it saved, and saves only what is JSON', async () => {
    const first = questionAbout(one.site);
    await sites.ask(first);
    const saved = first.kept.at(-1) ?? null;
    expect(JSON.parse(JSON.stringify(first.kept))).toEqual(first.kept);
    const { externalId } = first;
    const again = await sites.ask(questionAbout(one.site, { saved, externalId }));
    expect(answered(again).verdict).toBe('ELIGIBLE');
  });
});
