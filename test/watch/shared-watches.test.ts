import { expect, test } from 'vitest';
import { accessTo, openStore, type Store } from '../../src/store/store.ts';
import { SharedPolls } from '../../src/watch/shared-polls.ts';
import {
  eventsOf,
  failing,
  hanging,
  scriptWatches,
  showing,
  wordOf,
  type Look,
} from '../support/scripted-watches.ts';
import {
  onEveryEngine,
  onPglite,
  onPostgres,
  silentLog,
  type TestPlace,
} from '../store/engines.ts';
import { fewest, quickestNotificationMs } from '../support/quickest.ts';

/** Opening a PGlite twice takes seconds on a busy machine. */
const storeTimeoutMs = 60_000;

/** One process of several that watch, with a store of its own on the same data. */
interface Replica extends AsyncDisposable {
  readonly store: Store;
  watches(
    looks: readonly [Look, ...Look[]],
    options?: { deadlineMs?: number },
  ): ReturnType<typeof scriptWatches>;
}

async function startReplica(place: TestPlace, { beats = true } = {}): Promise<Replica> {
  const store = await openStore(place.options);
  if (!beats) await store.replica.join();
  const access = accessTo(beats ? store : withoutBeats(store));
  const polls = new SharedPolls('NORTH', access, silentLog);
  await polls.ready();
  return {
    store,
    watches: (looks, options = {}) => scriptWatches(looks, { ...options, polls }),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

/** A store whose beats tell nothing: its watches learn of changes by notifications alone. */
function withoutBeats(store: Store): Store {
  const { id } = store.replica;
  const replica = { id, isAlive: true, join: () => Promise.resolve(), onBeat: () => () => {} };
  return { ...store, replica: replica as unknown as Store['replica'] };
}

const two = async (place: TestPlace) => [await startReplica(place), await startReplica(place)];
const never: [Look] = [hanging];

onEveryEngine('a watch with a store', (engine) => {
  test(
    'a watch with a store that has ended answers later readers from its log, without a look',
    async () => {
      await using place = await engine.place();
      {
        await using first = await startReplica(place);
        const { watches } = first.watches([showing('a'), showing('abc', true)]);
        expect(await wordOf(watches.read('one', 0))).toBe('abc');
      }
      await using second = await startReplica(place);
      const { watches, lookedAt } = second.watches(never);
      const events = await eventsOf(watches.read('one', 1));
      expect(events.map(({ sequence, change, last }) => [sequence, change, last])).toEqual([
        [2, 'b', false],
        [3, 'c', true],
      ]);
      expect(events[0]?.snapshot).toBe('after abc');
      expect(lookedAt).toEqual([]);
      expect(watches.size).toBe(0);
    },
    storeTimeoutMs,
  );

  test(
    'goes on behind what an earlier process has seen',
    async () => {
      await using place = await engine.place();
      {
        await using first = await startReplica(place);
        const reader = first.watches([showing('ab')]).watches.read('one', 0);
        await reader.next();
        await reader.return?.();
      }
      await using second = await startReplica(place);
      let known: readonly string[] = [];
      const { watches } = second.watches([
        (signal, before) => {
          known = [...before];
          return showing('abcd', true)(signal, before);
        },
      ]);
      expect(await wordOf(watches.read('one', 0))).toBe('abcd');
      expect(known).toEqual(['a', 'b']);
    },
    storeTimeoutMs,
  );

  test(
    'a watch with a store that failed is begun anew, behind what was seen',
    async () => {
      await using place = await engine.place();
      await using replica = await startReplica(place);
      const { watches } = replica.watches([
        showing('a'),
        failing({ transient: false }),
        showing('ab', true),
      ]);
      expect(await wordOf(watches.read('one', 0))).toBe('a!');
      expect(await wordOf(watches.read('one', 0))).toBe('ab');
    },
    storeTimeoutMs,
  );

  test(
    'a watch with a store whose snapshot is of a form that is not known looks for itself',
    async () => {
      await using place = await engine.place();
      await using replica = await startReplica(place);
      const watched = { operator: 'NORTH', id: 'one' };
      const seen = { changes: ['a', 'b'], snapshot: { form: 'new' }, ended: true };
      await replica.store.watchLog.append(watched, seen);
      const { watches, lookedAt } = replica.watches([showing('ab', true)]);
      expect(await wordOf(watches.read('one', 0))).toBe('ab');
      // Its own look, and at most that of a poll which began meanwhile.
      expect(lookedAt.length).toBeGreaterThanOrEqual(1);
      expect(lookedAt.length).toBeLessThanOrEqual(2);
    },
    storeTimeoutMs,
  );
});

onPglite('a watch before the store is open', (engine) => {
  test(
    'looks at once, and is stored from when it is open',
    async () => {
      await using place = await engine.place();
      const opening = Promise.withResolvers<Store>();
      const access = {
        isShared: false,
        open: () => opening.promise,
        opened: opening.promise,
      };
      const polls = new SharedPolls('NORTH', access, silentLog);
      const end = Promise.withResolvers<void>();
      const { watches } = scriptWatches(
        [
          showing('ab'),
          async (signal, known) => {
            await end.promise;
            return showing('abc', true)(signal, known);
          },
        ],
        { polls },
      );
      const reader = watches.read('one', 0);
      expect((await reader.next()).value).toMatchObject({ change: 'a' });
      const store = await openStore(place.options);
      // What an earlier process has seen.
      const watched = { operator: 'NORTH', id: 'one' };
      const seen = { changes: ['a'], snapshot: 'after a', ended: false };
      await store.watchLog.append(watched, seen);
      opening.resolve(store);
      // Written at once, without a further change.
      await expect.poll(() => store.watchLog.readAfter(watched, 0)).toMatchObject({ version: 2 });
      end.resolve();
      expect(await wordOf(reader)).toBe('bc');
      await expect.poll(() => store.watchLog.readAfter(watched, 0)).toMatchObject({ ended: true });
      const { changes } = await store.watchLog.readAfter(watched, 0);
      expect(changes.map(({ change }) => change)).toEqual(['a', 'b', 'c']);

      await store.close();
    },
    storeTimeoutMs,
  );
});

onPostgres('watches of replicas', (engine) => {
  test('poll a thing once, and each reader receives every change once', async () => {
    await using place = await engine.place();
    const replicas = await two(place);
    const looks: [Look, ...Look[]] = [showing('a'), showing('ab'), showing('abc', true)];
    const scripted = replicas.map((one) => one.watches(looks));
    const words = await Promise.all(
      scripted.flatMap(({ watches }) =>
        Array.from({ length: 10 }, () => wordOf(watches.read('one', 0))),
      ),
    );
    expect(new Set(words)).toEqual(new Set(['abc']));
    expect(new Set(scripted.map(({ lookedAt }) => lookedAt.length))).toEqual(new Set([0, 3]));
    for (const one of replicas) await one[Symbol.asyncDispose]();
  });

  test(
    'poll each of very many things once',
    async () => {
      const count = 300;
      const stages = 'abcd';
      // Whatever the thing, a look shows one change more than is known of it.
      const look: Look = (signal, known) =>
        showing(stages.slice(0, known.length + 1), known.length === 3)(signal, known);
      // Both poll where the database does not answer in time, as on a machine that is too busy.
      const looks = await fewest(stages.length * count, async () => {
        await using place = await engine.place();
        await using one = await startReplica(place);
        await using other = await startReplica(place);
        const scripted = [one, other].map((replica) => replica.watches([look]));
        const words = await Promise.all(
          scripted.flatMap(({ watches }) =>
            Array.from({ length: count }, (_, index) => wordOf(watches.read(`thing ${index}`, 0))),
          ),
        );
        expect(new Set(words)).toEqual(new Set([stages]));
        return scripted.reduce((sum, { lookedAt }) => sum + lookedAt.length, 0);
      });
      expect(looks).toBe(stages.length * count);
    },
    3 * storeTimeoutMs,
  );

  test('receive a change that another saw within 100 ms', async () => {
    await using place = await engine.place();
    await using poller = await startReplica(place);
    await using follower = await startReplica(place, { beats: false });
    const seenAt: number[] = [];
    const { watches: polled, waitForLook } = poller.watches([
      () => {
        seenAt.push(performance.now());
        const history = seenAt.map(() => 'x');
        return Promise.resolve({ history, snapshot: 'x', ended: false });
      },
    ]);
    const here = polled.read('one', 0);
    await waitForLook(1);
    const follows = follower.watches(never);
    const there = follows.watches.read('one', 0);
    // From the first change that is to come.
    await there.next();
    const quickest = await quickestNotificationMs(async () => {
      const { value } = await there.next();
      return performance.now() - (seenAt[(value?.sequence ?? 0) - 1] ?? 0);
    });
    expect(quickest).toBeLessThan(100);
    expect(follows.lookedAt).toEqual([]);
    await Promise.all([here.return?.(), there.return?.()]);
  });

  test('take over the poll at once when the readers of its replica have left', async () => {
    await using place = await engine.place();
    const [leaving, staying] = await two(place);
    const first = leaving!.watches([showing('ab')]);
    const reader = first.watches.read('one', 0);
    await reader.next();
    const second = staying!.watches([showing('abc', true)]);
    const rest = wordOf(second.watches.read('one', 0));
    // It follows: what it has comes from the other.
    await expect.poll(() => second.watches.size).toBe(1);
    await reader.return?.();
    expect(await rest).toBe('abc');
    expect(second.lookedAt).toHaveLength(1);
    for (const one of [leaving!, staying!]) await one[Symbol.asyncDispose]();
  });

  test(
    'take over what a replica without readers could not give back while the database was away',
    async () => {
      await using place = await engine.place();
      const [leaving, staying] = await two(place);
      const first = leaving!.watches([showing('ab')]);
      const reader = first.watches.read('one', 0);
      await reader.next();
      const second = staying!.watches([showing('abc', true)]);
      const events = second.watches.read('one', 0);
      await events.next();
      expect(second.lookedAt).toEqual([]);
      await engine.server().crash();
      await reader.return?.();
      // What it tries meanwhile fails.
      await expect(leaving!.store.database.query('select 1')).rejects.toThrow();
      await engine.server().restart();
      expect(await wordOf(events)).toBe('bc');
      for (const one of [leaving!, staying!]) await one[Symbol.asyncDispose]();
    },
    storeTimeoutMs,
  );

  test(
    'poll a thing once after its reader left and came back at once',
    async () => {
      await using place = await engine.place();
      const replicas = await two(place);
      const [here, there] = replicas.map((one) => one.watches([showing('a')]));
      const staying = there!.watches.read('one', 0);
      let coming = here!.watches.read('one', 0);
      await Promise.all([staying.next(), coming.next()]);
      for (let round = 0; round < 30; round += 1) {
        await coming.return?.();
        coming = here!.watches.read('one', 0);
        if (round % 3 === 0) await coming.next();
      }
      const counts = () => [here!.lookedAt.length, there!.lookedAt.length];
      await coming.next();
      const before = counts();
      const since = () => counts().map((count, index) => count - (before[index] ?? 0));
      await expect.poll(() => Math.max(...since()), { timeout: storeTimeoutMs }).toBeGreaterThan(7);
      // One that is handed over is looked at by both for a moment.
      expect(Math.min(...since())).toBeLessThanOrEqual(2);
      await Promise.all([coming.return?.(), staying.return?.()]);
      for (const one of replicas) await one[Symbol.asyncDispose]();
    },
    storeTimeoutMs,
  );

  test('take over the polls of a replica that stops', async () => {
    await using place = await engine.place();
    const [stopping, staying] = await two(place);
    const reader = stopping!.watches([showing('ab')]).watches.read('one', 0);
    await reader.next();
    const second = staying!.watches([showing('abc', true)]);
    const events = second.watches.read('one', 0);
    expect((await events.next()).value).toMatchObject({ change: 'a' });
    expect(second.lookedAt).toEqual([]);
    const begun = performance.now();
    await stopping![Symbol.asyncDispose]();
    expect(await wordOf(events)).toBe('bc');
    // Before it would count as dead.
    expect(performance.now() - begun).toBeLessThan(6_000);
    expect(second.lookedAt).toHaveLength(1);
    await staying![Symbol.asyncDispose]();
  });

  test('end with the failure of the one that polls, everywhere', async () => {
    await using place = await engine.place();
    const replicas = await two(place);
    const fails = Promise.withResolvers<void>();
    const looks: [Look, ...Look[]] = [
      showing('a'),
      async (signal, known) => {
        await fails.promise;
        return failing({ transient: false })(signal, known);
      },
    ];
    const scripted = replicas.map((one) => one.watches(looks));
    const readers = scripted.map(({ watches }) => watches.read('one', 0));
    for (const reader of readers) expect((await reader.next()).value?.change).toBe('a');
    fails.resolve();
    expect(await Promise.all(readers.map(wordOf))).toEqual(['!', '!']);
    expect(new Set(scripted.map(({ lookedAt }) => lookedAt.length))).toEqual(new Set([0, 2]));
    for (const one of replicas) await one[Symbol.asyncDispose]();
  });

  test('go on when a deadline ends those of the one that polls', async () => {
    await using place = await engine.place();
    const [hasty, patient] = await two(place);
    const first = hasty!.watches([showing('a')], { deadlineMs: 2_000 });
    const ended = wordOf(first.watches.read('one', 0));
    await first.waitForLook(1);
    const second = patient!.watches([showing('ab', true)]);
    const whole = wordOf(second.watches.read('one', 0));
    expect(await ended).toBe('a!');
    expect(await whole).toBe('ab');
    for (const one of [hasty!, patient!]) await one[Symbol.asyncDispose]();
  });

  test('are polled by one again after it was taken for dead', async () => {
    await using place = await engine.place();
    const [wronged, other] = await two(place);
    const end = Promise.withResolvers<void>();
    const untilEnd: Look = async () => {
      await end.promise;
      return { history: ['a', 'b'], snapshot: 'b', ended: true };
    };
    const first = wronged!.watches([untilEnd]);
    const second = other!.watches([untilEnd]);
    const here = wordOf(first.watches.read('one', 0));
    await first.waitForLook(1);
    const there = wordOf(second.watches.read('one', 0));
    const name = wronged!.store.replica.id;
    // As by the others, after eight seconds without a beat.
    await other!.store.database.query('delete from eligibility.replica where id = $1', [name]);
    await expect.poll(() => wronged!.store.replica.id).not.toBe(name);
    end.resolve();
    expect(await Promise.all([here, there])).toEqual(['ab', 'ab']);
    for (const one of [wronged!, other!]) await one[Symbol.asyncDispose]();
  });

  test('go on after the database has crashed', async () => {
    await using place = await engine.place();
    const [poller, follower] = await two(place);
    let seen = 'a';
    const looks: [Look] = [
      () => Promise.resolve({ history: Array.from(seen), snapshot: seen, ended: seen === 'abc' }),
    ];
    const first = poller!.watches(looks);
    const here = first.watches.read('one', 0);
    await here.next();
    const second = follower!.watches(looks);
    const there = second.watches.read('one', 0);
    await there.next();
    await engine.server().crashAndRestart();
    seen = 'abc';
    expect(await Promise.all([here, there].map(wordOf))).toEqual(['bc', 'bc']);
    for (const one of [poller!, follower!]) await one[Symbol.asyncDispose]();
  });
});
