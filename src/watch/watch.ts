import type { WatchLogPart } from '../store/watch-log-store.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { noLongerThan } from '../abort.ts';
import { ChangeLog, type WatchEvent } from './change-log.ts';
import { follow } from './follow.ts';
import { poll, type Observation, type PollOptions } from './poll.ts';
import type { SharedPoll, SharedPolls } from './shared-polls.ts';

export interface WatchOptions<Change, Snapshot> extends PollOptions<Change, Snapshot> {
  /** The error to end with when nothing changed for too long. */
  deadlineError(): unknown;
  /** How long a watch goes on. */
  readonly deadlineMs: number;
}

/** How things are written to the store and read from it, perhaps by another version of this service. Changes are JSON. */
export interface StoredForm<Snapshot> {
  writeSnapshot(snapshot: Snapshot): unknown;
  /** Null where it cannot be read. */
  readSnapshot(stored: unknown): Snapshot | null;
  /** Null for an error that says nothing to other processes. */
  writeError(error: unknown): unknown;
  readError(stored: unknown): unknown;
}

/** Lets the watches of several processes share their polls. */
export interface Sharing<Snapshot> {
  readonly polls: SharedPolls;
  readonly form: StoredForm<Snapshot>;
}

/** How long what was seen may take to be stored, and told to the others, before this process's own readers receive it. */
const storingMs = 1_000;

/**
 * One watched thing: its changes as this process knows them, and a poll that runs while it has readers here. Where it is
 * shared, one of the processes that watch it polls and stores what it sees; the others read that. Before the store is there,
 * and where it fails, each polls by itself.
 */
export class Watch<Change, Snapshot> {
  readonly #options: WatchOptions<Change, Snapshot>;
  readonly #sharing: Sharing<Snapshot> | null;
  readonly #onEnd: () => void;
  readonly #deadline: NodeJS.Timeout;
  readonly #log: ChangeLog<Change, Snapshot>;
  #polling: AbortController | null = null;
  #stopped = false;
  #shared: SharedPoll | null = null;
  #lastSeen: Observation<Change, Snapshot> | null = null;
  /** How many changes the store has, as far as is known here. */
  #stored = 0;
  readonly #storing = new OneAtATime(() => this.#store());
  /** How many watches had given up when this one began. */
  #failures: number | null = null;
  readonly #reading = new OneAtATime(() => this.#readAll());

  /** `onEnd` is called when it is over: it came to the end, failed, or its last reader has left. */
  constructor(
    id: string,
    options: WatchOptions<Change, Snapshot>,
    sharing: Sharing<Snapshot> | null,
    onEnd: () => void,
  ) {
    this.#options = options;
    this.#sharing = sharing;
    this.#onEnd = onEnd;
    this.#log = new ChangeLog(() => this.#stop());
    this.#deadline = setTimeout(() => {
      this.#log.fail(options.deadlineError());
      this.#stop();
    }, options.deadlineMs);
    if (sharing === null || sharing.polls.mayPollAtOnce) this.#startPoll();
    if (sharing !== null) void this.#enter(id, sharing.polls);
  }

  /**
   * The changes with a sequence above `after`, those already seen and then those to come, each once and in order. Ends
   * after the last change or with one error event. Leaving (`return`) takes effect at once, also while it waits.
   */
  read(after: number): AsyncIterableIterator<WatchEvent<Change, Snapshot>> {
    return follow(this.#log, after);
  }

  async #enter(id: string, polls: SharedPolls): Promise<void> {
    try {
      await polls.ready();
      if (this.#stopped && this.#lastSeen?.ended !== true) return;
      const shared = await polls.enter(id, () => this.#refresh());
      this.#shared = shared;
      this.#refresh();
      // Changes that were seen before the store was there are stored now.
      await this.#storing.runAfresh();
      if (this.#stopped) await polls.leave(shared);
    } catch (error) {
      polls.warn(error);
      this.#startPoll();
    }
  }

  /** What is stored, or who polls, may have changed. */
  #refresh(): void {
    const shared = this.#shared;
    if (shared === null || this.#stopped) return;
    if (shared.polledBy === 'each') return this.#startPoll();
    if (shared.polledBy === 'another') {
      this.#polling?.abort();
      this.#polling = null;
    }
    // What another process saw comes before what this one will see.
    const begin = (): void => {
      if (shared.polledBy === 'this') this.#startPoll();
    };
    void this.#reading.runAfresh().then(begin);
  }

  #startPoll(): void {
    if (this.#stopped || this.#polling !== null) return;
    this.#polling = new AbortController();
    const poller = {
      known: this.#log.changes,
      onSeen: (seen: Observation<Change, Snapshot>) => this.#take(seen),
      onFailed: (error: unknown) => this.#fail(error),
    };
    void poll(this.#options, poller, this.#polling.signal);
  }

  /** First to the store where others read it: no reader anywhere has seen what a process that dies now takes with it. */
  async #take(seen: Observation<Change, Snapshot>): Promise<void> {
    const { history, snapshot, ended } = seen;
    this.#lastSeen = seen;
    if (this.#shared !== null) {
      const storing = this.#storing.runAfresh();
      if (this.#sharing?.polls.isShared) await noLongerThan(storingMs, storing);
    }
    this.#log.take(history.slice(this.#log.changes.length), snapshot, ended);
    if (this.#log.isOver) this.#stop();
  }

  /** Stores what was seen last. Never rejects. */
  async #store(): Promise<void> {
    const [shared, seen] = [this.#shared, this.#lastSeen];
    if (shared === null || seen === null) return;
    const { history: changes, ended } = seen;
    const isNews = changes.length > this.#stored || ended;
    if (!isNews) return;
    try {
      const snapshot = this.#sharing?.form.writeSnapshot(seen.snapshot);
      const stored = await shared.log.append(shared.watched, { changes, snapshot, ended });
      this.#stored = stored.version;
      // Another process, which took this one for dead, has seen more.
      if (stored.version > changes.length || (stored.ended && !ended)) {
        await this.#reading.runAfresh();
      }
    } catch (error) {
      this.#sharing?.polls.warn(error);
    }
  }

  #fail(error: unknown): void {
    const shared = this.#shared;
    this.#log.fail(error);
    const written = this.#sharing?.form.writeError(error) ?? null;
    const isTold = shared?.polledBy === 'this' && written !== null;
    this.#stop(isTold ? shared.log.fail(shared.watched, written) : null);
  }

  /** Takes from the store what is new there, that which comes meanwhile included. Never rejects. */
  async #readAll(): Promise<void> {
    const [shared, polls] = [this.#shared, this.#sharing?.polls];
    if (shared === null || polls === undefined) return;
    try {
      for (let isWhole = false; !isWhole && !this.#stopped;) {
        // oxlint-disable-next-line no-await-in-loop -- one reading after the other
        const part = await shared.log.readAfter(shared.watched, this.#log.changes.length);
        if (this.#stopped) return;
        isWhole = this.#takeStored(part);
        if (this.#log.isOver) return this.#stop();
        // No process polls: this one takes over, or another has.
        const isFree = !part.isPolled && !part.ended && shared.polledBy === 'another';
        if (isWhole && isFree) void polls.claim(shared);
      }
    } catch (error) {
      polls.warn(error);
    }
  }

  /** Whether that was all. */
  #takeStored(part: WatchLogPart): boolean {
    const { version, failures, changes, ended } = part;
    const { form } = this.#sharing ?? {};
    this.#stored = version;
    const began = (this.#failures ??= failures);
    const snapshot = form?.readSnapshot(part.snapshot) ?? null;
    let isWhole = true;
    if (snapshot !== null) {
      const known = this.#log.changes.length;
      const news = changes.filter(({ sequence }) => sequence > known);
      isWhole = known + news.length >= version;
      this.#log.take(
        news.map(({ change }) => change as Change),
        snapshot,
        ended && isWhole,
      );
    } else if (version > 0) {
      // Stored by another version of this service in a form that this one does not know: then it looks for itself.
      this.#startPoll();
    }
    if (failures > began) this.#log.fail(form?.readError(part.error));
    return isWhole;
  }

  /** Ends the poll, a look under way included. What was seen stays for the readers. */
  #stop(told: Promise<void> | null = null): void {
    if (this.#stopped) return;
    this.#stopped = true;
    clearTimeout(this.#deadline);
    this.#polling?.abort();
    void this.#leave(told);
    this.#onEnd();
  }

  /** Stores and tells what is left first, so that the process that takes the poll over finds it. */
  async #leave(told: Promise<void> | null): Promise<void> {
    const shared = this.#shared;
    try {
      await told;
      await this.#storing.settled();
    } catch (error) {
      this.#sharing?.polls.warn(error);
    }
    if (shared !== null) await this.#sharing?.polls.leave(shared);
  }
}
