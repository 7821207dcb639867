import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { SiteChangesDocument } from '../support/operations.generated.ts';
import { postgresMissing, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { quickestMs } from '../support/quickest.ts';
import { ServiceProcess } from '../support/service-process.ts';
import {
  eligibilityIdAt,
  outcomeOf,
  qualifySite,
  readSiteQualification,
  whenFinished,
} from '../support/site-questions.ts';
import { collect, transports } from '../support/state-stream.ts';

// Two processes on one PostgreSQL, as behind a proxy.

const timeoutMs = 150_000;
const both = () => ({ eligibilityId: eligibilityIdAt('every-family') });
const watch = (url: string, id: string, open = transports[0]!.open) =>
  collect(open(url, SiteChangesDocument, { id }));
const sequencesOf = (results: Awaited<ReturnType<typeof watch>>) =>
  results.map(({ data }) => data?.siteQualificationChange.sequence);

const why = postgresMissing === null ? '' : ` (skipped: ${postgresMissing})`;

describe.skipIf(postgresMissing !== null)(`two replicas on one database${why}`, () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, timeoutMs);
  afterAll(() => postgres[Symbol.asyncDispose]());

  /** Operators and a database of a test's own, so that tests that wait for a replica to be given up run side by side. */
  async function makeWorld() {
    const sandbox = await startSandbox({});
    const databaseUrl = await postgres.createDatabase();
    return {
      sandbox,
      start: (env: Record<string, string> = {}) =>
        new ServiceProcess({ DATABASE_URL: databaseUrl, ...sandbox.settings, ...env }),
      callsOf: (name: string) =>
        [...sandbox.covage.calls, ...sandbox.kosc.calls].filter(({ route }) => route === name),
      [Symbol.asyncDispose]: () => sandbox.close(),
    };
  }

  test(
    'what is asked on one is watched to its end on both, and polled once',
    async () => {
      await using world = await makeWorld();
      const { sandbox, start, callsOf } = world;
      sandbox.covage.script({ lifecycle: { advance: 'poll', polls: 2 } });
      await using one = start();
      await using other = start();
      const [oneUrl, otherUrl] = await Promise.all([one.url(), other.url()]);
      const { id } = await qualifySite({ url: oneUrl }, both());
      const watched = await Promise.all(
        [oneUrl, otherUrl].flatMap((url) => transports.map(({ open }) => watch(url, id, open))),
      );
      const [first = [], ...rest] = watched;
      expect(sequencesOf(first)).toEqual(first.map((_, index) => index + 1));
      for (const results of rest) expect(sequencesOf(results)).toEqual(sequencesOf(first));
      expect(await readSiteQualification({ url: otherUrl }, id)).toMatchObject({
        state: 'DONE',
        verdict: 'ELIGIBLE',
      });
      expect(callsOf('createQualification')).toHaveLength(1);
      expect(callsOf('checkEligibility')).toHaveLength(1);
      // Two for each of the four stages before the end, and the one that sees the end.
      expect(callsOf('qualification')).toHaveLength(9);
    },
    timeoutMs,
  );

  test(
    'many questions are shared, each asked once',
    async () => {
      await using world = await makeWorld();
      const { sandbox, start, callsOf } = world;
      sandbox.covage.script({ lifecycle: { advance: 'poll', polls: 0 } });
      await using one = start();
      await using other = start();
      const urls = await Promise.all([one.url(), other.url()]);
      const asked = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          qualifySite({ url: urls[index % 2] ?? '' }, { ...both(), externalId: `q-${index}` }),
        ),
      );
      const answers = await Promise.all(
        asked.map((question, index) =>
          whenFinished({ url: urls[(index + 1) % 2] ?? '' }, question),
        ),
      );
      expect(new Set(answers.map(({ state }) => state))).toEqual(new Set(['DONE']));
      expect(callsOf('createQualification')).toHaveLength(20);
      expect(callsOf('checkEligibility')).toHaveLength(20);
    },
    timeoutMs,
  );

  test.concurrent.each(['the one that was asked', 'the one that was not asked'])(
    'the replica that polls is killed, and the other finishes, asked of %s',
    async (which) => {
      const tookMs = await quickestMs(20_000, async () => {
        await using world = await makeWorld();
        const { sandbox, start, callsOf } = world;
        sandbox.covage.script({ lifecycle: { advance: 'manual' } });
        // By another name of the same address, so that the sandbox can tell who polls.
        await using one = start();
        await using other = start({
          COVAGE_API_URL: sandbox.covage.url.replace('127.0.0.1', 'localhost'),
        });
        const [oneUrl, otherUrl] = await Promise.all([one.url(), other.url()]);
        const { id } = await qualifySite(
          { url: which === 'the one that was asked' ? oneUrl : otherUrl },
          both(),
        );
        const { path, headers } = await sandbox.covage.waitForCall(
          ({ route, status }) => route === 'qualification' && status !== null,
        );
        const isOther = headers['host']?.startsWith('localhost') === true;
        const [dying, living] = isOther ? [other, oneUrl] : [one, otherUrl];
        const watching = watch(living, id);
        await dying.kill();
        const killedAt = performance.now();
        sandbox.covage.advance(path.split('/').findLast(Boolean) ?? '', 9);
        const results = await watching;
        const took = performance.now() - killedAt;
        expect(results.flatMap(({ errors }) => errors ?? [])).toEqual([]);
        expect(sequencesOf(results)).toEqual(results.map((_, index) => index + 1));
        const answer = await readSiteQualification({ url: living }, id);
        expect(answer).toMatchObject({ state: 'DONE', verdict: 'ELIGIBLE' });
        expect(outcomeOf(answer, 'COVAGE').state).toBe('ANSWERED');
        expect(callsOf('createQualification')).toHaveLength(1);
        expect(callsOf('checkEligibility').length).toBeLessThanOrEqual(2);
        return took;
      });
      expect(tookMs).toBeLessThan(20_000);
    },
    timeoutMs,
  );

  test.concurrent(
    'a creation whose answer died with its replica is found by the other, not repeated',
    async () => {
      await using world = await makeWorld();
      const { sandbox, start, callsOf } = world;
      sandbox.covage.script({
        lifecycle: { advance: 'poll', polls: 0 },
        faults: [{ route: 'createQualification', kind: 'hang', actThenFault: true, times: 1 }],
      });
      // Alone, so that it is this one that asks.
      await using one = start();
      const { id } = await qualifySite({ url: await one.url() }, both());
      await sandbox.covage.waitForCall(({ route }) => route === 'createQualification');
      await using other = start();
      const otherUrl = await other.url();
      const watching = watch(otherUrl, id);
      await one.kill();
      await watching;
      expect(await readSiteQualification({ url: otherUrl }, id)).toMatchObject({ state: 'DONE' });
      expect(callsOf('createQualification')).toHaveLength(1);
    },
    timeoutMs,
  );

  test.each([1, 2, 3])(
    'replicas that start together on an empty database all work, every time (%i)',
    async () => {
      await using world = await makeWorld();
      const { sandbox, start } = world;
      sandbox.covage.script({ lifecycle: { advance: 'poll', polls: 0 } });
      const three = [start(), start(), start()];
      try {
        const urls = await Promise.all(three.map((one) => one.url()));
        const answers = await Promise.all(
          urls.map(async (url) => whenFinished({ url }, await qualifySite({ url }, both()))),
        );
        expect(answers.map(({ state }) => state)).toEqual(['DONE', 'DONE', 'DONE']);
        expect(three.map(({ stdout }) => stdout).join('')).not.toContain('"level":50');
      } finally {
        await Promise.all(three.map((one) => one.kill()));
      }
    },
    timeoutMs,
  );
});
