import { expect, test, vi } from 'vitest';
import { ExecutionNotes } from '../../../../src/operators/port/execution-notes.ts';
import { Ownership } from '../../../../src/operators/covage/lists/ownership.ts';
import { createLog } from '../../../../src/observe/log.ts';
import type { Store } from '../../../../src/store/store.ts';

const made = { id: 'q-1', externalId: null, projectId: null, createdAt: '2026-01-01T00:00:00Z' };

/** Ownership over a store that has these owners, and lets everybody claim what they like. */
function ownershipOf(owners: Readonly<Record<string, string>> = {}) {
  const asked: string[][] = [];
  const ownership = {
    claim: () => Promise.resolve(true),
    record: () => Promise.resolve(),
    findOwners: (_operator: string, ids: readonly string[]) => {
      asked.push([...ids]);
      return Promise.resolve(
        new Map(ids.flatMap((id) => (owners[id] === undefined ? [] : [[id, owners[id]]]))),
      );
    },
  };
  const store = { ownership } as unknown as Store;
  return {
    asked,
    ownership: new Ownership('NORTH', () => Promise.resolve(store), createLog('silent')),
  };
}

test('what was looked up is remembered, that nobody owns something for a moment', async () => {
  const { ownership, asked } = ownershipOf({ a: 'acme', b: 'rival' });
  const acme = ownership.of('acme');
  expect(await acme.owns(['a', 'b', 'c'])).toEqual([true, false, false]);
  expect(await acme.owns(['c', 'b', 'a'])).toEqual([false, false, true]);
  expect(asked).toEqual([['a', 'b', 'c']]);
});

test('what was remembered when it was asked for counts, also where it is forgotten while the store is asked', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const { ownership, asked } = ownershipOf({ a: 'acme', b: 'acme' });
    const acme = ownership.of('acme');
    await acme.owns(['a']);
    vi.advanceTimersByTime(10 * 60 * 1000 - 1);
    const both = acme.owns(['a', 'b']);
    vi.advanceTimersByTime(1);
    expect(await both).toEqual([true, true]);
    expect(asked).toEqual([['a'], ['b']]);
  } finally {
    vi.useRealTimers();
  }
});

test('whoever made something of an ownership is told when it is another’s', async () => {
  const { ownership } = ownershipOf();
  const keptBy = async (tenant: string) => {
    const notes = new ExecutionNotes();
    await ownership.of(tenant).owns(['q-1'], notes);
    return notes.kept?.[0];
  };
  expect(await ownership.of('acme').claim(made)).toBe(true);
  const kept = await keptBy('acme');
  expect(kept?.isCurrent()).toBe(true);
  // The answer to the creation of another comes after all, and is stronger than a claim.
  await ownership.of('rival').record(made);
  expect(kept?.isCurrent()).toBe(false);
  expect(await ownership.of('acme').owns(['q-1'])).toEqual([false]);
  expect((await keptBy('rival'))?.isCurrent()).toBe(true);
});
