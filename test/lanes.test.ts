import { describe, expect, test } from 'vitest';
import { Lanes } from '../src/lanes.ts';
import { Turns } from '../src/turns.ts';
import { SeededRandom } from './support/seeded-random.ts';

const take = (lanes: Lanes<string>, mayTake?: (lane: string) => boolean): string[] => {
  const taken: string[] = [];
  for (let next = lanes.next(mayTake); next !== undefined; next = lanes.next(mayTake)) {
    taken.push(next);
  }
  return taken;
};

describe('lanes', () => {
  test('lanes take turns on each level, and within one it goes by the order of coming', () => {
    const lanes = new Lanes<string>();
    const waiting = ['a/1 1', 'a/1 2', 'a/1 3', 'a/2 1', 'a/2 2', 'b/1 1', 'b/1 2', 'b/1 3'];
    for (const one of waiting) lanes.add(one.split(' ')[0]!.split('/'), one);
    expect(take(lanes)).toEqual([
      'a/1 1',
      'b/1 1',
      'a/2 1',
      'b/1 2',
      'a/1 2',
      'b/1 3',
      'a/2 2',
      'a/1 3',
    ]);
    expect(lanes.isEmpty).toBe(true);
  });

  test('lanes that may not be taken from are passed over, and have the next turn', () => {
    const lanes = new Lanes<string>();
    for (const one of ['a1', 'a2', 'b1', 'b2']) lanes.add([one.slice(0, 1)], one);
    expect(take(lanes, (lane) => lane === 'b')).toEqual(['b1', 'b2']);
    lanes.add(['b'], 'b3');
    expect(take(lanes)).toEqual(['a1', 'b3', 'a2']);
  });

  test('lanes keep nothing of what has left', () => {
    const lanes = new Lanes<string>();
    lanes.add(['a', '1', 'x'], 'one');
    lanes.add(['a', '2'], 'two');
    expect(lanes.delete(['a', '1', 'x'], 'one')).toBe(true);
    expect(lanes.delete(['a', '1', 'x'], 'one')).toBe(false);
    expect(lanes.delete(['c'], 'three')).toBe(false);
    expect(lanes.delete(['a', '2'], 'two')).toBe(true);
    expect(lanes.isEmpty).toBe(true);
  });
});

const change = (of: Map<string, number>, lane: string, by: number): void => {
  of.set(lane, (of.get(lane) ?? 0) + by);
};
const sum = (of: Map<string, number>): number => of.values().reduce((all, one) => all + one, 0);
const settle = () => new Promise((resolve) => setImmediate(resolve));
const seeds = Array.from({ length: 30 }, (_, seed) => seed);

describe('turns of lanes', () => {
  test.each(seeds)(
    'are never above a bound, leave no place free that one may have, let everybody in, and forget those that leave (seed %i)',
    async (seed) => {
      const random = new SeededRandom(seed);
      let most = 1 + random.below(8);
      let mostOfBatches = 1 + random.below(most);
      const running = new Map<string, number>();
      const waiting = new Map<string, number>();
      const mostOf = (lane: string): number => (lane === 'batches' ? mostOfBatches : most);
      const turns = new Turns(() => most, { mostOf });
      const ends = new Set<() => void>();
      const leaves = new Set<() => void>();
      const tasks: Promise<unknown>[] = [];
      let bound = { all: 0, batches: 0 };
      const begin = (): void => {
        const lane = random.chance(0.7)
          ? ['batches', `tenant ${random.below(2)}`, `batch ${random.below(2)}`]
          : [random.pick(['question', 'look'])];
        const name = lane[0]!;
        const leaving = new AbortController();
        const leave = (): void => leaving.abort();
        let isWaiting = true;
        change(waiting, name, 1);
        leaves.add(leave);
        const onEnd = (): void => {
          leaves.delete(leave);
          if (isWaiting) change(waiting, name, -1);
          isWaiting = false;
        };
        const task = turns.run(
          async () => {
            onEnd();
            change(running, name, 1);
            expect(sum(running)).toBeLessThanOrEqual(bound.all);
            expect(running.get('batches') ?? 0).toBeLessThanOrEqual(bound.batches);
            await new Promise<void>((resolve) => ends.add(resolve));
            change(running, name, -1);
          },
          { lane, signal: leaving.signal },
        );
        tasks.push(task.catch(() => {}).finally(onEnd));
      };
      for (let step = 0; step < 200; step += 1) {
        const action = random.below(10);
        // What runs may be more than a bound that has become smaller; none is let in then.
        bound = {
          all: Math.max(most, sum(running)),
          batches: Math.max(mostOfBatches, running.get('batches') ?? 0),
        };
        if (action < 5) begin();
        else if (action < 8) {
          const end = ends.size === 0 ? undefined : random.pick([...ends]);
          if (end !== undefined) ends.delete(end);
          end?.();
        } else if (action === 8) {
          if (leaves.size > 0) random.pick([...leaves])();
        } else {
          most = 1 + random.below(8);
          mostOfBatches = 1 + random.below(most);
          bound = {
            all: Math.max(most, sum(running)),
            batches: Math.max(mostOfBatches, running.get('batches') ?? 0),
          };
          turns.wake();
        }
        // oxlint-disable-next-line no-await-in-loop -- one step after the other
        await settle();
        expect(turns.running).toBe(sum(running));
        const mayWait = (lane: string): boolean =>
          sum(running) >= most || (running.get(lane) ?? 0) >= mostOf(lane);
        for (const [lane, count] of waiting) expect(count === 0 || mayWait(lane)).toBe(true);
      }
      bound = { all: Infinity, batches: Infinity };
      while (sum(waiting) + sum(running) > 0) {
        for (const end of ends) end();
        ends.clear();
        // oxlint-disable-next-line no-await-in-loop -- one turn after the other
        await settle();
      }
      await Promise.all(tasks);
      expect(turns.running).toBe(0);
      expect(turns.enterNow(['batches'])).toBe(true);
    },
  );
});
