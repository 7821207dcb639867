import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { createQualification } from '../support/create-qualification.ts';
import type { GraphQLAnswer } from '../support/graphql-request.ts';
import { StatesDocument, type StatesSubscription } from '../support/operations.generated.ts';
import { postgresMissing, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { quickestMs } from '../support/quickest.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { collect, transports, type Stream } from '../support/state-stream.ts';

// Watches of single qualifications, by two processes on one PostgreSQL.

type Result = GraphQLAnswer<StatesSubscription>;

const timeoutMs = 180_000;
const handOverMs = 15_000;
const [webSocket] = transports;
const watch = (url: string, id: string, after = 0, open = webSocket!.open) =>
  open(url, StatesDocument, { id, after });
const eventOf = (result: Result | undefined) =>
  result?.data?.productOfferingQualificationStateChange;
const sequencesOf = (results: readonly Result[]) =>
  results.map((result) => eventOf(result)?.sequence);
const nextOf = async (stream: Stream<StatesSubscription>) =>
  eventOf((await stream.next()).value as Result);

const why = postgresMissing === null ? '' : ` (skipped: ${postgresMissing})`;

describe.skipIf(postgresMissing !== null)(`qualifications watched on two replicas${why}`, () => {
  let sandbox: Sandbox;
  let postgres: TestPostgres;
  let databaseUrl: string;
  beforeAll(async () => {
    sandbox = await startSandbox({});
    postgres = await startPostgres();
  }, timeoutMs);
  afterAll(async () => {
    await postgres[Symbol.asyncDispose]();
    await sandbox.close();
  });
  beforeEach(async () => {
    sandbox.covage.reset();
    databaseUrl = await postgres.createDatabase();
  });

  const start = (env: Readonly<Record<string, string>> = {}) =>
    new ServiceProcess({ DATABASE_URL: databaseUrl, ...sandbox.settings, ...env });
  /** One that calls Covage by another name of the same address, so that the sandbox can tell who polls. */
  const startOther = (env: Readonly<Record<string, string>> = {}) =>
    start({ COVAGE_API_URL: sandbox.covage.url.replace('127.0.0.1', 'localhost'), ...env });
  const polls = () => sandbox.covage.calls.filter(({ route }) => route === 'qualification');
  const pollsOfOther = () =>
    polls().filter(({ headers }) => headers['host']?.startsWith('localhost') === true);
  test(
    'are polled once, and later readers need no poll at all',
    async () => {
      sandbox.covage.script({ lifecycle: { advance: 'poll', polls: 2 } });
      await using one = start();
      await using other = startOther();
      const urls = await Promise.all([one.url(), other.url()]);
      const id = await createQualification({ url: urls[0] });
      sandbox.covage.clearCalls();
      const watched = await Promise.all(
        urls.flatMap((url) =>
          transports.flatMap(({ open }) => [
            collect(watch(url, id, 0, open)),
            collect(watch(url, id, 2, open)),
          ]),
        ),
      );
      for (const [index, results] of watched.entries()) {
        expect(results.flatMap(({ errors }) => errors ?? [])).toEqual([]);
        expect(sequencesOf(results)).toEqual(index % 2 === 0 ? [1, 2, 3, 4] : [3, 4]);
        expect(eventOf(results.at(-1))).toMatchObject({
          terminal: true,
          productOfferingQualification: { id, state: 'DONE_READY' },
        });
      }
      // Two for each of the three stages before the end, and the one that sees the end.
      expect(polls()).toHaveLength(7);
      expect([0, 7]).toContain(pollsOfOther().length);

      for (const url of urls) expect(sequencesOf(await collect(watch(url, id)))).toHaveLength(4);
      await using late = start();
      expect(sequencesOf(await collect(watch(await late.url(), id, 3)))).toEqual([4]);
      expect(polls()).toHaveLength(7);
    },
    timeoutMs,
  );

  test(
    'show a change to every watcher within 100 ms of its being seen',
    async () => {
      sandbox.covage.script({ lifecycle: { advance: 'manual' } });
      await using one = start();
      await using other = startOther();
      const urls = await Promise.all([one.url(), other.url()]);
      const tookMs = await quickestMs(100, async () => {
        sandbox.covage.clearCalls();
        const id = await createQualification({ url: urls[0] });
        const streams = urls.map((url) => watch(url, id));
        await Promise.all(streams.map(nextOf));
        const before = polls().length;
        sandbox.covage.advance(id);
        const arrived = Promise.all(streams.map(nextOf)).then(() => performance.now());
        await sandbox.covage.waitForCalls(
          before + 1,
          ({ route, status }) => route === 'qualification' && status !== null,
        );
        const seenAt = performance.now();
        const took = (await arrived) - seenAt;
        await Promise.all(streams.map((stream) => stream.leave()));
        return took;
      });
      expect(tookMs).toBeLessThan(100);
    },
    timeoutMs,
  );

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'go on when the replica that polls ends by %s: nothing is lost, nothing comes twice',
    async (signal) => {
      const promisedMs = signal === 'SIGKILL' ? handOverMs : 7_000;
      const tookMs = await quickestMs(promisedMs, async () => {
        sandbox.covage.reset();
        sandbox.covage.script({ lifecycle: { advance: 'manual' } });
        await using first = start();
        const firstUrl = await first.url();
        const id = await createQualification({ url: firstUrl });
        const dying = watch(firstUrl, id);
        expect(await nextOf(dying)).toMatchObject({ sequence: 1 });
        await using second = startOther();
        const secondUrl = await second.url();
        const surviving = transports.map(({ open }) => watch(secondUrl, id, 0, open));
        for (const stream of surviving) expect(await nextOf(stream)).toMatchObject({ sequence: 1 });
        sandbox.covage.advance(id);
        for (const stream of surviving) expect(await nextOf(stream)).toMatchObject({ sequence: 2 });
        expect(pollsOfOther()).toEqual([]);

        const rest = surviving.map((stream) => collect(stream));
        const endedAt = performance.now();
        // What still comes to its watcher is of no interest.
        const left = collect(dying).catch(() => []);
        first.signal(signal);
        await first.exit();
        sandbox.covage.advance(id, 9);
        const results = await Promise.all(rest);
        const took = performance.now() - endedAt;
        for (const one of results) expect(sequencesOf(one)).toEqual([3, 4]);
        expect(pollsOfOther().length).toBeGreaterThan(0);
        await left;
        return took;
      });
      expect(tookMs).toBeLessThan(promisedMs);
    },
    timeoutMs,
  );

  test(
    'are handed over at once when the watchers of the one that polls leave',
    async () => {
      const tookMs = await quickestMs(2_000, async () => {
        sandbox.covage.reset();
        sandbox.covage.script({ lifecycle: { advance: 'manual' } });
        await using first = start();
        const firstUrl = await first.url();
        const id = await createQualification({ url: firstUrl });
        const leaving = watch(firstUrl, id);
        await nextOf(leaving);
        await using second = startOther();
        const staying = watch(await second.url(), id);
        await nextOf(staying);
        expect(pollsOfOther()).toEqual([]);
        const begun = performance.now();
        await leaving.leave();
        await sandbox.covage.waitForCall(
          ({ route, headers }) =>
            route === 'qualification' && headers['host']?.startsWith('localhost') === true,
        );
        const took = performance.now() - begun;
        const ofFirst = polls().length - pollsOfOther().length;
        sandbox.covage.advance(id, 9);
        expect(sequencesOf(await collect(staying))).toEqual([2, 3, 4]);
        expect(polls().length - pollsOfOther().length).toBe(ofFirst);
        return took;
      });
      expect(tookMs).toBeLessThan(2_000);
    },
    timeoutMs,
  );

  test(
    'that Covage refuses end on both with its error',
    async () => {
      sandbox.covage.script({ lifecycle: { advance: 'manual' } });
      await using one = start();
      await using other = startOther();
      const urls = await Promise.all([one.url(), other.url()]);
      const id = await createQualification({ url: urls[0] });
      const streams = urls.map((url) => watch(url, id));
      for (const stream of streams) await nextOf(stream);
      sandbox.covage.clearCalls();
      sandbox.covage.script({ faults: [{ route: 'qualification', kind: 'status', status: 403 }] });
      const results = await Promise.all(streams.map((stream) => collect(stream)));
      for (const [result, ...more] of results) {
        expect(more).toEqual([]);
        expect(eventOf(result)).toMatchObject({ sequence: 1, error: { code: 'FORBIDDEN' } });
      }
      expect(polls()).toHaveLength(1);
    },
    timeoutMs,
  );
});
