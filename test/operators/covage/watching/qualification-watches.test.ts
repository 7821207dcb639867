import { describe, expect, test } from 'vitest';
import { watchQualifications } from '../../../../src/operators/covage/watching/qualification-watches.ts';
import { NotFoundError } from '../../../../src/vocabulary/errors.ts';
import { OperatorError } from '../../../../src/operators/port/operator-error.ts';
import { startAnsweringCovage, type Answer } from '../../../support/covage-client.ts';

const dates = ['24.276', '24.678', '24.791', '26.332'].map((at) => `2025-04-04T10:07:${at}+02:00`);
const words = ['acknowledged', 'in_progress.elig', 'in_progress.offer', 'done.ready'] as const;

/** The documented history, as far as its `length`-th change. */
const history = (length: number) =>
  words.slice(0, length).map((state, index) => ({
    change_reason: '',
    change_date: dates[index],
    state,
  }));

/** One answer of Covage: a state, and a history if it is given. */
const answer = (state: string, state_change?: unknown, more: object = {}): Answer => ({
  status: 200,
  body: {
    id: 'one',
    creation_date: '2025-04-04T10:07:24.274+02:00',
    state,
    ...(state_change === undefined ? {} : { state_change }),
    ...more,
  },
});

/** One item in a state. */
const items = (state: string) => ({ product_offering_qualification_items: [{ id: '1', state }] });

/** What a reader of the watch receives while Covage gives these answers, the last one for ever. */
async function watched(answers: readonly Answer[], options: { most?: number } = {}) {
  let looks = 0;
  await using covage = await startAnsweringCovage(() => {
    const given = answers[Math.min(looks, answers.length - 1)];
    looks += 1;
    return given ?? { status: 500, body: null };
  });
  const reported: string[] = [];
  const watches = watchQualifications(covage.client, {
    deadlineMs: 60_000,
    report: (kind) => reported.push(kind),
  });
  const reader = watches.read('one', 0);
  const events = [];
  for await (const event of reader) {
    events.push(event);
    if (events.length === options.most) break;
  }
  return {
    events,
    states: events.map(({ change }) => change?.stateText ?? null),
    sequences: events.map(({ sequence }) => sequence),
    reported,
    looks,
  };
}

describe.concurrent('a history', () => {
  test('a history that keeps up is delivered once and in order, and ends', async () => {
    const { states, sequences, events, reported } = await watched([
      answer('acknowledged', history(1)),
      answer('in_progress.offer', history(3)),
      answer('done.ready', history(4)),
    ]);
    expect(states).toEqual(words);
    expect(sequences).toEqual([1, 2, 3, 4]);
    expect(events.map(({ last }) => last)).toEqual([false, false, false, true]);
    expect(events.map(({ change }) => change?.changeDate)).toEqual(dates);
    expect(reported).toEqual([]);
  });

  test('a history that lags behind the end is waited for, so that no change is made up', async () => {
    const { states, events, reported } = await watched([
      answer('done.ready', history(2)),
      answer('done.ready', history(2)),
      answer('done.ready', history(4)),
    ]);
    expect(states).toEqual(words);
    expect(events.at(-1)?.change?.changeDate).toBe(dates[3]);
    expect(reported).toEqual([]);
  });

  test('a history that never comes to the end that the state tells is ended by it, once, and counted', async () => {
    const { states, events, reported } = await watched([
      answer('done.ready', history(2), { effective_qualification_date: dates[3] }),
    ]);
    expect(states).toEqual(['acknowledged', 'in_progress.elig', 'done.ready']);
    expect(events.at(-1)).toMatchObject({ last: true, change: { changeDate: dates[3] } });
    expect(new Set(reported)).toEqual(new Set(['history-without-state']));
  });

  test('a history that lags in the middle is not completed from the state', async () => {
    const { states } = await watched([
      answer('in_progress.offer', history(1)),
      answer('in_progress.offer', history(2)),
      answer('done.ready', history(4)),
    ]);
    expect(states).toEqual(words);
  });

  test('a history that is ahead of the state tells its end when the state has come to it', async () => {
    const { states, events, looks } = await watched([
      answer('in_progress.offer', history(4)),
      answer('in_progress.offer', history(4)),
      answer('done.ready', history(4)),
    ]);
    expect(states).toEqual(words);
    expect(events.at(-1)).toMatchObject({ last: true, snapshot: { state: 'DONE_READY' } });
    expect(looks).toBe(3);
  });

  test('a history tells its end when the items have come to it, too', async () => {
    const { states, events, looks } = await watched([
      answer('done.ready', history(4), items('in_progress.offer')),
      answer('done.ready', history(4), items('In_Progress.Price')),
      answer('done.ready', history(4), items('done.ready ')),
    ]);
    expect(states).toEqual(words);
    expect(events.at(-1)).toMatchObject({ last: true, snapshot: { terminal: true } });
    expect(looks).toBe(3);
  });

  test('a history that spells a state otherwise than the answer does repeats nothing', async () => {
    const spelled = history(4).map((change) => ({ ...change, state: change.state.toUpperCase() }));
    const { states } = await watched([
      answer('in_progress.offer', history(3)),
      answer(' done.ready', spelled),
    ]);
    expect(states).toEqual([...words.slice(0, 3), 'DONE.READY']);
  });

  test('a history that is shorter than before repeats nothing and loses nothing', async () => {
    const { states, sequences } = await watched([
      answer('in_progress.offer', history(3)),
      answer('in_progress.offer', history(1)),
      answer('in_progress.offer', []),
      answer('done.ready', history(4)),
    ]);
    expect(states).toEqual(words);
    expect(sequences).toEqual([1, 2, 3, 4]);
  });

  test('a history that is cut to its last change does not hide the end', async () => {
    const { states } = await watched([
      answer('in_progress.offer', history(3)),
      answer('done.ready', history(4).slice(3)),
    ]);
    expect(states).toEqual(words);
  });

  test('a history that was lost for ever still comes to its end', async () => {
    const { states, events } = await watched([
      answer('in_progress.offer', history(3)),
      answer('done.ready', []),
    ]);
    expect(states).toEqual(words);
    expect(events.at(-1)?.last).toBe(true);
  });

  test('a history that passes a state which is not documented goes on', async () => {
    const survey = { change_reason: '', change_date: dates[2], state: 'in_progress.survey' };
    const { events, states } = await watched([
      answer('in_progress.survey', [...history(2), survey]),
      answer('done.ready', [...history(2), survey, ...history(4).slice(3)]),
    ]);
    expect(states).toEqual([
      'acknowledged',
      'in_progress.elig',
      'in_progress.survey',
      'done.ready',
    ]);
    expect(events[2]?.change?.state).toBe('UNRECOGNISED');
    expect(events[2]?.last).toBe(false);
  });

  test('a history with one change that cannot be read keeps the places of the others', async () => {
    const broken = [...history(4)].with(1, { state: null } as never);
    const { sequences, states } = await watched([answer('done.ready', broken)]);
    // Whoever resumes by a sequence counts as Covage does.
    expect(sequences.at(-1)).toBe(4);
    expect(states.at(-1)).toBe('done.ready');
  });
});

describe.concurrent('without a history', () => {
  test('each state that is seen is delivered once, and counted', async () => {
    const { states, sequences, events, reported } = await watched([
      answer('acknowledged'),
      answer('in_progress.elig'),
      answer('in_progress.elig'),
      answer('done.ready', undefined, { effective_qualification_date: dates[3] }),
    ]);
    expect(states).toEqual(['acknowledged', 'in_progress.elig', 'done.ready']);
    expect(sequences).toEqual([1, 2, 3]);
    expect(events[0]?.change?.changeDate).toBe('2025-04-04T10:07:24.274+02:00');
    expect(events[2]?.change?.changeDate).toBe(dates[3]);
    expect(new Set(reported)).toEqual(new Set(['history-without-state']));
  });

  test('a qualification that has ended is delivered with its end at once', async () => {
    const { states, looks } = await watched([answer('done.unable_to_provide')]);
    expect(states).toEqual(['done.unable_to_provide']);
    expect(looks).toBe(1);
  });

  test('a state that is not documented is told as its word, and watched further', async () => {
    const { states } = await watched([
      answer('acknowledged'),
      answer('in_progress.survey'),
      answer('in_progress.audit'),
      answer('done.ready'),
    ]);
    expect(states).toEqual([
      'acknowledged',
      'in_progress.survey',
      'in_progress.audit',
      'done.ready',
    ]);
  });

  test('that begins late, no change that was made up is delivered a second time', async () => {
    const { states } = await watched([
      answer('acknowledged'),
      answer('in_progress.offer'),
      answer('done.ready', history(4)),
    ]);
    expect(states.filter((state) => state === 'in_progress.offer')).toHaveLength(1);
    expect(states.at(-1)).toBe('done.ready');
  });

  test('a list that is always empty is like none: the states that are seen are delivered', async () => {
    const { states } = await watched([
      answer('acknowledged', []),
      answer('in_progress.elig', []),
      answer('in_progress.elig', []),
      answer('done.ready'),
    ]);
    expect(states).toContain('in_progress.elig');
    expect(states.at(-1)).toBe('done.ready');
  });
});

describe.concurrent('a watch ends', () => {
  test('a watch ends with NOT_FOUND where Covage does not know the qualification', async () => {
    const { events } = await watched([{ status: 404, body: { detail: 'Not found.' } }]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ last: true, change: null });
    expect(events[0]?.error).toBeInstanceOf(NotFoundError);
  });

  test('not where Covage does not show yet what it has just made', async () => {
    const none = { status: 404, body: { detail: 'Not found.' } };
    const { states } = await watched([
      none,
      none,
      answer('acknowledged', history(1)),
      none,
      none,
      answer('done.ready', history(4)),
    ]);
    expect(states).toEqual(words);
  });

  test.for([403, 400])('a watch ends at once on what Covage refuses (%i)', async (status) => {
    const { events, looks } = await watched([{ status, body: { detail: 'No.' } }]);
    expect(events[0]?.error).toBeInstanceOf(OperatorError);
    expect(looks).toBe(1);
  });

  test('a watch ends after answers that stay unreadable, and not after one', async () => {
    const { states, looks } = await watched([
      { text: '<html>maintenance</html>' },
      { status: 200, body: { unexpected: true } },
      answer('done.ready', history(4)),
    ]);
    expect(states).toEqual(words);
    expect(looks).toBe(3);
    const unreadable = await watched([{ text: '<html>maintenance</html>' }]);
    expect(unreadable.events[0]?.error).toMatchObject({ code: 'INVALID_RESPONSE' });
  });

  test('not with the failures that Covage recovers from', async () => {
    const { states } = await watched([
      { status: 500, body: null },
      answer('acknowledged', history(1)),
      { status: 503, body: null },
      { status: 500, body: null },
      answer('done.ready', history(4)),
    ]);
    expect(states).toEqual(words);
  });

  test('a watch ends with the reason that Covage gives for its error', async () => {
    const { events } = await watched([
      answer('terminated_with_error', [
        ...history(2),
        { state: 'terminated_with_error', change_date: dates[2], change_reason: 'Site inconnu.' },
      ]),
    ]);
    expect(events.at(-1)).toMatchObject({
      last: true,
      error: null,
      change: { state: 'TERMINATED_WITH_ERROR', changeReason: 'Site inconnu.' },
      snapshot: { verdict: 'UNDETERMINED' },
    });
  });
});
