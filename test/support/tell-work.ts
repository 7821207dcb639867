import { createHook } from 'node:async_hooks';
import { GCProfiler } from 'node:v8';

// Loaded before a service: counts, when the process that started it says so, what a machine's speed has nothing to do with.

/** What was made between `count` and `counted`. */
export interface Made {
  promises: number;
  timers: number;
  abortControllers: number;
}

/** What collections of the young generation found between `collect` and `collected`, in bytes. */
export interface Survived {
  /** Was still in use, in the young generation or just moved out of it. */
  survived: number;
  /** Was moved to the old generation. */
  promoted: number;
}

let made: Made = { promises: 0, timers: 0, abortControllers: 0 };
let collections = new GCProfiler();

const hook = createHook({
  init(_id, type) {
    if (type === 'PROMISE') made.promises += 1;
    if (type === 'Timeout') made.timers += 1;
  },
});
globalThis.AbortController = class extends AbortController {
  constructor() {
    super();
    made.abortControllers += 1;
  }
};

process.on('message', (message) => {
  switch (message) {
    case 'count':
      made = { promises: 0, timers: 0, abortControllers: 0 };
      hook.enable();
      process.send?.({});
      break;
    case 'counted':
      hook.disable();
      process.send?.(made);
      break;
    case 'collect':
      collections = new GCProfiler();
      collections.start();
      process.send?.({});
      break;
    case 'collected':
      process.send?.(survivedIn(collections.stop()));
      break;
  }
});
process.channel?.unref();

type Profile = ReturnType<GCProfiler['stop']>;
type Heap = NonNullable<Profile>['statistics'][number]['beforeGC'];

function survivedIn(profile: Profile): Survived {
  const told: Survived = { survived: 0, promoted: 0 };
  for (const { gcType, beforeGC, afterGC } of profile?.statistics ?? []) {
    if (gcType !== 'Scavenge') continue;
    const promoted = Math.max(0, usedIn(afterGC, 'old_space') - usedIn(beforeGC, 'old_space'));
    told.promoted += promoted;
    told.survived += promoted + usedIn(afterGC, 'new_space');
  }
  return told;
}

function usedIn({ heapSpaceStatistics }: Heap, name: string): number {
  return heapSpaceStatistics.find(({ spaceName }) => spaceName === name)?.spaceUsedSize ?? 0;
}
