import { expect, test } from 'vitest';
import { ExecutionNotes } from '../../../src/operators/port/execution-notes.ts';
import { FinishedThings } from '../../../src/operators/covage/session.ts';

interface Thing {
  readonly id: string;
  readonly done: boolean;
}

function finishedThings(options: { keptMs?: number; most?: number } = {}) {
  const asked: string[] = [];
  const finished = new FinishedThings<Thing>(({ done }) => done, {
    keptMs: 60_000,
    most: 10,
    ...options,
  });
  const load = (id: string, thing: Thing | null) =>
    finished.load(id, async () => {
      asked.push(id);
      return thing;
    });
  return { asked, load };
}

test('what is finished is asked for once', async () => {
  const { asked, load } = finishedThings();
  const thing = { id: 'a', done: true };
  expect(await load('a', thing)).toBe(thing);
  expect(await load('a', null)).toBe(thing);
  expect(asked).toEqual(['a']);
});

test('what may change, or does not exist, is asked for each time', async () => {
  const { asked, load } = finishedThings();
  await load('a', { id: 'a', done: false });
  await load('a', null);
  expect(await load('a', { id: 'a', done: true })).toMatchObject({ done: true });
  expect(asked).toEqual(['a', 'a', 'a']);
});

test('no more are kept than may be', async () => {
  const { asked, load } = finishedThings({ most: 1 });
  await load('a', { id: 'a', done: true });
  await load('b', { id: 'b', done: true });
  await load('a', { id: 'a', done: true });
  expect(asked).toEqual(['a', 'b', 'a']);
});

test('nothing is kept where that is switched off', async () => {
  const { asked, load } = finishedThings({ keptMs: 0 });
  await load('a', { id: 'a', done: true });
  await load('a', { id: 'a', done: true });
  expect(asked).toEqual(['a', 'a']);
});

test('the notes of an execution are told whether what they rest on is kept, and for how long', async () => {
  const finished = new FinishedThings<Thing>(({ done }) => done, { keptMs: 40, most: 10 });
  const restsOn = async (done: boolean) => {
    const notes = new ExecutionNotes();
    await finished.load(String(done), async (id) => ({ id, done }), notes);
    return notes.kept;
  };
  expect(await restsOn(false)).toBeNull();
  await restsOn(true);
  const kept = await restsOn(true);
  expect(kept).toHaveLength(1);
  await expect.poll(() => kept?.[0]?.isCurrent()).toBe(false);
});
