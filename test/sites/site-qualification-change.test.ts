import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import { graphqlRequest } from '../support/graphql-request.ts';
import {
  SiteChangesDocument,
  SiteWholesDocument,
  type SiteChangesSubscription,
} from '../support/operations.generated.ts';
import { quickestMs } from '../support/quickest.ts';
import {
  eligibilityIdAt,
  outcomeOf,
  qualifySite,
  whenFinished,
} from '../support/site-questions.ts';
import { startTestService, type TestService } from '../support/start-test-service.ts';
import { collect, overWebSocket, transports, type Stream } from '../support/state-stream.ts';

type Change = SiteChangesSubscription['siteQualificationChange'];

const quick: CovageScript = { lifecycle: { advance: 'poll', polls: 0 } };
const byStages: CovageScript = { lifecycle: { advance: 'poll' } };
const byHand: CovageScript = { lifecycle: { advance: 'manual' } };

let tested: TestService;
beforeAll(async () => {
  tested = await startTestService({ usesStore: true });
  // Opening the store takes longer than most tests.
  await tested.service.work();
});
afterAll(() => tested[Symbol.asyncDispose]());
beforeEach(() => {
  tested.sandbox.covage.reset();
  tested.sandbox.covage.script(byStages);
  tested.sandbox.kosc.reset();
});

const both = () => ({ eligibilityId: eligibilityIdAt('every-family') });

/** The changes of a stream that has none of errors. */
function changesOf(
  results: readonly { data?: SiteChangesSubscription | null; errors?: unknown }[],
) {
  expect(results.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  return results.map(({ data }): Change => {
    if (!data) throw new Error('an event without data');
    return data.siteQualificationChange;
  });
}

async function nextOf(stream: Stream<SiteChangesSubscription>): Promise<Change> {
  const { value, done } = await stream.next();
  if (done === true) throw new Error('the stream ended');
  const [change] = changesOf([value]);
  if (change === undefined) throw new Error('no change');
  return change;
}

const wordOf = ({ change }: Change) =>
  `${change?.operator} ${change?.state} ${change?.progress?.at(-1)?.stateText ?? '-'}`;

/** Resolves with the id of the qualification that Covage was last polled for. */
async function polledId(): Promise<string> {
  const { path } = await tested.sandbox.covage.waitForCall(
    ({ route, status }) => route === 'qualification' && status !== null,
  );
  return path.split('/').findLast(Boolean) ?? '';
}

describe.each(transports)('siteQualificationChange over $name', ({ open }) => {
  test('delivers each change once and in order, Covage by its stages, and completes', async () => {
    const { id } = await qualifySite(tested, both());
    const changes = changesOf(await collect(open(tested.url, SiteChangesDocument, { id })));
    expect(changes.map(({ sequence }) => sequence)).toEqual(changes.map((_, index) => index + 1));
    expect(changes.filter(({ change }) => change?.operator === 'KOSC')).toMatchObject([
      { change: { state: 'ANSWERED', verdict: 'ELIGIBLE', progress: null } },
    ]);
    const ofCovage = changes.filter(({ change }) => change?.operator === 'COVAGE');
    expect(ofCovage.slice(0, -1).map(wordOf)).toEqual([
      'COVAGE PENDING acknowledged',
      'COVAGE PENDING in_progress.elig',
      'COVAGE PENDING in_progress.offer',
      'COVAGE PENDING in_progress.price',
    ]);
    expect(ofCovage.map(({ change }) => change?.qualification?.__typename ?? null)).toEqual([
      null,
      null,
      null,
      null,
      'ProductOfferingQualification',
    ]);
    expect(ofCovage.at(-1)?.change).toMatchObject({ state: 'ANSWERED', confidence: 'GREEN' });
    expect(changes.at(-1)?.siteQualification).toEqual({ id, state: 'DONE', verdict: 'ELIGIBLE' });
  });

  test('delivers a stage that was passed between two looks', async () => {
    tested.sandbox.covage.script(quick);
    const { id } = await qualifySite(tested, { ...both(), operators: ['COVAGE'] });
    const changes = changesOf(await collect(open(tested.url, SiteChangesDocument, { id })));
    expect(changes.map(wordOf).slice(0, 5)).toEqual([
      'KOSC SKIPPED -',
      'COVAGE PENDING acknowledged',
      'COVAGE PENDING in_progress.elig',
      'COVAGE PENDING in_progress.offer',
      'COVAGE PENDING in_progress.price',
    ]);
  });

  test('replays a finished one and completes, and asks nobody', async () => {
    const asked = await qualifySite(tested, both());
    const live = changesOf(await collect(open(tested.url, SiteChangesDocument, asked)));
    tested.sandbox.covage.clearCalls();
    tested.sandbox.kosc.clearCalls();
    const replayed = changesOf(await collect(open(tested.url, SiteChangesDocument, asked)));
    expect(replayed.map(({ sequence, change }) => ({ sequence, change }))).toEqual(
      live.map(({ sequence, change }) => ({ sequence, change })),
    );
    // The whole is the current one, never one of the past.
    for (const { siteQualification } of replayed) {
      expect(siteQualification).toMatchObject({ state: 'DONE' });
    }
    expect(tested.sandbox.covage.calls).toHaveLength(0);
    expect(tested.sandbox.kosc.calls).toHaveLength(0);
  });

  test('goes on after the sequence that a client has seen', async () => {
    const asked = await qualifySite(tested, both());
    const all = changesOf(await collect(open(tested.url, SiteChangesDocument, asked)));
    const { id } = asked;
    for (const after of [1, 3, all.length - 1]) {
      const rest = changesOf(await collect(open(tested.url, SiteChangesDocument, { id, after })));
      expect(rest.map(({ sequence }) => sequence)).toEqual(
        all.slice(after).map(({ sequence }) => sequence),
      );
    }
    for (const after of [all.length, all.length + 5, 2 ** 31 - 1]) {
      expect(await collect(open(tested.url, SiteChangesDocument, { id, after }))).toEqual([]);
    }
  });

  test('serves what has been and then what comes, with nothing lost between', async () => {
    tested.sandbox.covage.script(byHand);
    const asked = await qualifySite(tested, both());
    const first = open(tested.url, SiteChangesDocument, asked);
    const seen = [await nextOf(first), await nextOf(first)];
    expect(seen.map(wordOf).toSorted()).toEqual(['COVAGE PENDING acknowledged', 'KOSC ANSWERED -']);
    const late = open(tested.url, SiteChangesDocument, asked);
    expect([await nextOf(late), await nextOf(late)].map(({ change }) => change)).toEqual(
      seen.map(({ change }) => change),
    );
    const qualification = await polledId();
    for (const sequence of [3, 4, 5]) {
      tested.sandbox.covage.advance(qualification);
      const [one, other] = [await nextOf(first), await nextOf(late)];
      expect(one).toEqual(other);
      expect(one.sequence).toBe(sequence);
    }
    tested.sandbox.covage.advance(qualification);
    expect(changesOf(await collect(first))).toEqual(changesOf(await collect(late)));
  });

  test('completes at once where every operator is skipped', async () => {
    const asked = await qualifySite(tested, { location: { longitude: 1, latitude: 45 } });
    const changes = changesOf(await collect(open(tested.url, SiteChangesDocument, asked)));
    expect(changes.map(wordOf).toSorted()).toEqual(['COVAGE SKIPPED -', 'KOSC SKIPPED -']);
    expect(changes.at(-1)?.siteQualification).toMatchObject({ state: 'FAILED' });
  });

  test.each(['00000000-0000-4000-8000-000000000000', 'not-an-id', ''])(
    'says NOT_FOUND of the unknown id "%s" and completes',
    async (id) => {
      const results = await collect(open(tested.url, SiteChangesDocument, { id }));
      expect(results).toHaveLength(1);
      expect(results[0]?.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    },
  );

  test('refuses a negative `after`', async () => {
    const { id } = await qualifySite(tested, { location: { longitude: 1, latitude: 45 } });
    const results = await collect(open(tested.url, SiteChangesDocument, { id, after: -1 })).catch(
      (error: unknown) => [{ errors: error }],
    );
    expect(JSON.stringify(results)).toContain('BAD_USER_INPUT');
  });

  test('a subscription to the changes is left at once, and the asking goes on without it', async () => {
    tested.sandbox.covage.script(byHand);
    const asked = await qualifySite(tested, both());
    const tookMs = await quickestMs(500, async () => {
      const stream = open(tested.url, SiteChangesDocument, asked);
      await nextOf(stream);
      await nextOf(stream);
      const startedAt = performance.now();
      await stream.leave();
      return performance.now() - startedAt;
    });
    expect(tookMs).toBeLessThan(500);
    tested.sandbox.covage.advance(await polledId(), 9);
    expect(await whenFinished(tested, asked)).toMatchObject({ state: 'DONE' });
  });
});

test('each change reaches every one of many watchers, whom Covage does not notice', async () => {
  const asked = await qualifySite(tested, both());
  const streams = Array.from({ length: 20 }, () =>
    collect(overWebSocket(tested.url, SiteChangesDocument, asked)),
  );
  const [first = [], ...others] = (await Promise.all(streams)).map((results) =>
    changesOf(results).map(({ sequence, change }) => ({ sequence, change })),
  );
  for (const other of others) expect(other).toEqual(first);
  const polls = tested.sandbox.covage.calls.filter(({ route }) => route === 'qualification');
  // One for each stage; what the sandbox counts in readings would be over sooner with more.
  expect(polls).toHaveLength(5);
});

test('the whole beside every change is of one piece: its state and verdict are those of its outcomes', async () => {
  const asked = await qualifySite(tested, { eligibilityId: eligibilityIdAt('not-eligible') });
  const results = await collect(overWebSocket(tested.url, SiteWholesDocument, asked));
  expect(results.length).toBeGreaterThan(2);
  for (const { data } of results) {
    const { state, verdict, outcomes } = data?.siteQualificationChange.siteQualification ?? {};
    const isPending = outcomes?.some((outcome) => outcome.state === 'PENDING');
    expect(state).toBe(isPending ? 'IN_PROGRESS' : 'DONE');
    // Both say no: until then nothing is decided.
    expect(verdict).toBe(isPending ? 'PENDING' : 'NOT_ELIGIBLE');
    for (const outcome of outcomes ?? [])
      expect(outcome.verdict === 'PENDING').toBe(outcome.state === 'PENDING');
  }
});

test('what a change shows of Kosc is masked as everywhere', async () => {
  const asked = await qualifySite(tested, {
    line: { number: '0199000001', status: 'INACTIVE', activationType: 'CREATE' },
  });
  const changes = changesOf(await collect(overWebSocket(tested.url, SiteChangesDocument, asked)));
  const text = JSON.stringify(changes);
  expect(text).toContain('KoscEligibility');
  expect(text).not.toMatch(/JEANNE|DUPONT|0199000001|Leclerc/i);
});

test('leaving a site that a client has not been told of yet costs nothing', async () => {
  const id = '00000000-0000-4000-8000-000000000000';
  const stream = overWebSocket(tested.url, SiteChangesDocument, { id });
  await stream.leave();
  const answer = await graphqlRequest(tested.url, '{ __typename }');
  expect(answer.data).toEqual({ __typename: 'Query' });
});

test('a change has no id, since it may be one of the past, and the last one tells what the whole does', async () => {
  const { data } = await graphqlRequest<{ __type: { fields: { name: string }[] } }>(
    tested.url,
    '{ __type(name: "OutcomeChange") { fields { name } } }',
  );
  expect(data?.__type.fields.map(({ name }) => name)).not.toContain('id');
  const asked = await qualifySite(tested, both());
  const changes = changesOf(await collect(overWebSocket(tested.url, SiteChangesDocument, asked)));
  const whole = await whenFinished(tested, asked);
  for (const operator of ['COVAGE', 'KOSC']) {
    const last = changes.findLast(({ change }) => change?.operator === operator)?.change;
    const id = `${asked.id}:${operator}`;
    expect(outcomeOf(whole, operator)).toEqual({ id, ...last });
  }
});
