import { describe, expect, test } from 'vitest';
import type { CovageScript } from '../../src/sandbox/covage/script.ts';
import { createQualification } from '../support/create-qualification.ts';
import { StatesDocument } from '../support/operations.generated.ts';
import { startTestService } from '../support/start-test-service.ts';
import { collect, collectUntilBroken, transports } from '../support/state-stream.ts';

const byPoll: CovageScript = { lifecycle: { advance: 'poll' } };
const isPoll = ({ route }: { route: string }) => route === 'qualification';

describe.concurrent.each(transports)('a subscription over $name', ({ open }) => {
  test('delivers every state change once, in order, and completes after the terminal one', async () => {
    await using tested = await startTestService({ covage: byPoll });
    const id = await createQualification(tested);
    const results = await collect(open(tested.url, StatesDocument, { id }));
    const events = results.map((result) => result.data?.productOfferingQualificationStateChange);
    expect(results.flatMap((result) => result.errors ?? [])).toEqual([]);
    expect(events.map((event) => event?.stateChange?.stateText)).toEqual([
      'acknowledged',
      'in_progress.elig',
      'in_progress.offer',
      'done.ready',
    ]);
    expect(events.map((event) => event?.sequence)).toEqual([1, 2, 3, 4]);
    expect(events.map((event) => event?.terminal)).toEqual([false, false, false, true]);
    expect(events.at(-1)?.productOfferingQualification).toMatchObject({
      id,
      state: 'DONE_READY',
      verdict: 'ELIGIBLE',
    });
  });

  test('delivers a state that was passed between two polls', async () => {
    await using tested = await startTestService({
      covage: { lifecycle: { advance: 'poll', polls: [1, 0, 0, 1] } },
    });
    const id = await createQualification(tested);
    const results = await collect(open(tested.url, StatesDocument, { id }));
    expect(
      results.map(
        (result) => result.data?.productOfferingQualificationStateChange.stateChange?.state,
      ),
    ).toEqual(['ACKNOWLEDGED', 'IN_PROGRESS_ELIGIBILITY', 'IN_PROGRESS_OFFER', 'DONE_READY']);
  });

  test('goes on after the sequence that a client has seen', async () => {
    await using tested = await startTestService({ covage: byPoll });
    const id = await createQualification(tested);
    const results = await collect(open(tested.url, StatesDocument, { id, after: 2 }));
    expect(
      results.map((result) => result.data?.productOfferingQualificationStateChange.sequence),
    ).toEqual([3, 4]);
  });

  test('replays a finished qualification and completes', async () => {
    await using tested = await startTestService({ covage: byPoll });
    const id = await createQualification(tested);
    await collect(open(tested.url, StatesDocument, { id }));
    tested.sandbox.covage.clearCalls();
    const results = await collect(open(tested.url, StatesDocument, { id }));
    expect(results).toHaveLength(4);
    expect(tested.sandbox.covage.calls.filter(isPoll)).toHaveLength(1);
  });

  test('the subscription passes on a state that Covage does not document, and goes on watching', async () => {
    await using tested = await startTestService({
      covage: {
        lifecycle: {
          advance: 'poll',
          insert: [{ after: 'in_progress.offer', state: 'in_progress.survey' }],
        },
      },
    });
    const id = await createQualification(tested);
    const results = await collect(open(tested.url, StatesDocument, { id }));
    const changes = results.map(
      (result) => result.data?.productOfferingQualificationStateChange.stateChange,
    );
    expect(changes[3]).toEqual({ state: 'UNRECOGNISED', stateText: 'in_progress.survey' });
    expect(changes.at(-1)?.state).toBe('DONE_READY');
  });

  test('lasts through failures of Covage that pass', async () => {
    await using tested = await startTestService({ covage: byPoll });
    const id = await createQualification(tested);
    tested.sandbox.covage.script({
      faults: [
        { route: 'qualification', after: 1, times: 1, kind: 'gateway' },
        { route: 'qualification', after: 2, times: 1, kind: 'destroy' },
        { route: 'qualification', after: 3, times: 1, kind: 'status', status: 500 },
        { route: 'qualification', after: 4, times: 1, kind: 'html' },
        { route: 'qualification', after: 5, times: 1, kind: 'truncated' },
      ],
    });
    const results = await collect(open(tested.url, StatesDocument, { id }));
    expect(
      results.map((result) => result.data?.productOfferingQualificationStateChange.sequence),
    ).toEqual([1, 2, 3, 4]);
  });

  test('answers NOT_FOUND for a qualification that Covage does not know', async () => {
    await using tested = await startTestService();
    const [result, ...more] = await collect(
      open(tested.url, StatesDocument, { id: '00000000-0000-4000-8000-000000000000' }),
    );
    expect(more).toEqual([]);
    expect(result?.errors?.[0]?.extensions?.['code']).toBe('NOT_FOUND');
  });

  test('the subscription ends with the error when Covage refuses for good', async () => {
    await using tested = await startTestService({ covage: byPoll });
    const id = await createQualification(tested);
    tested.sandbox.covage.script({
      faults: [{ route: 'qualification', after: 2, kind: 'status', status: 403 }],
    });
    const results = await collect(open(tested.url, StatesDocument, { id }));
    const last = results.at(-1)?.data?.productOfferingQualificationStateChange;
    expect(last).toMatchObject({
      terminal: false,
      stateChange: null,
      error: { code: 'FORBIDDEN', operator: 'COVAGE' },
    });
  });

  test('the subscription is broken off with a typed error after the deadline, to go on with `after`', async () => {
    await using tested = await startTestService({
      covage: { lifecycle: { advance: 'manual' } },
      env: { WATCH_DEADLINE_MS: '300' },
    });
    const id = await createQualification(tested);
    const results = await collectUntilBroken(open(tested.url, StatesDocument, { id }));
    expect(results.at(-1)?.data?.productOfferingQualificationStateChange.error?.code).toBe(
      'TIMEOUT',
    );
    tested.sandbox.covage.advance(id, 3);
    const later = await collect(open(tested.url, StatesDocument, { id, after: 1 }));
    expect(later.at(-1)?.data?.productOfferingQualificationStateChange.terminal).toBe(true);
  });

  test('stops the poll when its only watcher leaves', async () => {
    await using tested = await startTestService({ covage: { lifecycle: { advance: 'manual' } } });
    const { covage } = tested.sandbox;
    const id = await createQualification(tested);
    const stream = open(tested.url, StatesDocument, { id });
    await stream.next();
    await stream.leave();
    // A second watcher starts a poll of its own, at once: had the first gone on, it would have been joined.
    covage.clearCalls();
    covage.advance(id, 3);
    const results = await collect(open(tested.url, StatesDocument, { id }));
    expect(results).toHaveLength(4);
    expect(covage.calls.filter(isPoll)).toHaveLength(1);
  });

  test('the client of the subscription is told of a mistake in its arguments', async () => {
    await using tested = await startTestService();
    const stream = open(tested.url, StatesDocument, { id: 'x', after: -1 });
    const errors = await collect(stream).then(
      (results) => results.flatMap((result) => result.errors ?? []),
      (thrown: unknown) => thrown as readonly { extensions?: Record<string, unknown> }[],
    );
    expect(errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  });
});

test('a hundred watchers of one qualification cost no more polls than one', async () => {
  await using tested = await startTestService({
    covage: { lifecycle: { advance: 'manual' } },
    env: { MAX_SUBSCRIPTIONS_PER_CLIENT: '100', MAX_OPERATIONS_PER_SOCKET: '100' },
  });
  const { covage } = tested.sandbox;
  const id = await createQualification(tested);
  const [webSocket, events] = transports;
  const streams = Array.from({ length: 100 }, (_, index) =>
    (index % 2 === 0 ? webSocket : events)!.open(tested.url, StatesDocument, { id }),
  );
  await Promise.all(streams.map((stream) => stream.next()));
  covage.clearCalls();
  covage.advance(id, 3);
  const rest = await Promise.all(streams.map((stream) => collect(stream)));
  expect(rest.every((results) => results.length === 3)).toBe(true);
  expect(covage.calls.filter(isPoll)).toHaveLength(1);
});

test('the snapshot beside a change is the qualification as it is then', async () => {
  await using tested = await startTestService({ covage: byPoll });
  const id = await createQualification(tested);
  const results = await collect(transports[0]!.open(tested.url, StatesDocument, { id }));
  const events = results.map((result) => result.data?.productOfferingQualificationStateChange);
  expect(events.slice(1).map((event) => event?.productOfferingQualification?.state)).toEqual(
    events.slice(1).map((event) => event?.stateChange?.state),
  );
});
