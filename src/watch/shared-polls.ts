import type { Log } from '../observe/log.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { whenOpen, type Store, type StoreAccess } from '../store/store.ts';
import type { WatchedObservation, WatchLogHead, WatchLogPart } from '../store/watch-log-store.ts';

/** A watch as the sharing of polls sees it: it is told what to do when something happens among the replicas. */
export interface SharingWatch {
  /** Poll, from now on, where it does not already. */
  poll(): void;
  /** Another replica polls: do not, and read what it stores. */
  follow(): void;
  /** Something may have changed in the stored log. */
  wake(): void;
}

/** One watched thing in the store, for as long as this process watches it. */
export interface SharedPoll {
  /** Whether this process is the one that polls. */
  readonly isHeld: boolean;
  /** Whether other processes may read what it stores. */
  readonly hasOthers: boolean;
  read(after: number): Promise<WatchLogPart>;
  append(seen: WatchedObservation): Promise<WatchLogHead>;
  /** Ends the watches of it on every replica with an error. */
  fail(error: unknown): Promise<void>;
  /** Takes the poll where no replica has it. True where this one has it then. */
  claim(): Promise<boolean>;
  /** Watches it no more: another replica that does may poll it. Never rejects. */
  leave(): Promise<void>;
}

interface Member extends SharedPoll {
  readonly watch: SharingWatch;
  isHeld: boolean;
}

/**
 * The polls of one operator's things, shared by the replicas: each thing is polled by one that watches it. What the one
 * sees it stores, and the others are told. A replica that is gone, or whose watchers have left, hands its poll to one that
 * still has some. Where the store fails for longer than a replica's life, each polls for its own watchers.
 */
export class SharedPolls {
  readonly #operator: string;
  readonly #access: StoreAccess;
  readonly #log: Log;
  readonly #members = new Map<string, Member>();
  #store: Store | null = null;
  readonly #tending = new OneAtATime(() =>
    this.#tend().catch((error: unknown) => this.warn(error)),
  );
  /** By thing, the claims and releases that are under way. */
  readonly #turns = new Map<string, Promise<void>>();
  /** Whether this replica may hold polls that have no watcher here. */
  #mayHoldMore = false;

  constructor(operator: string, access: StoreAccess, log: Log) {
    this.#operator = operator;
    this.#access = access;
    this.#log = log;
    void whenOpen(access, (store) => {
      this.#store = store;
      store.replica.onBeat(() => void this.#tending.run());
    });
  }

  /**
   * Whether a watch may poll before it has entered: the store is not open yet, and it is this process's alone. Opening a new
   * one takes seconds, and a watch that does not need it is not to wait.
   */
  get mayPollAtOnce(): boolean {
    return this.#store === null && !this.#access.isShared;
  }

  /** Resolves once the store is there; one that is shared is opened for it. Rejects where it cannot be used. */
  async ready(): Promise<Store> {
    const store = await (this.#access.isShared ? this.#access.open() : this.#access.opened);
    await store.replica.join();
    return store;
  }

  /** Enters a watch of a thing. Once it has resolved nothing is missed: read the log after that. */
  async enter(id: string, watch: SharingWatch): Promise<SharedPoll> {
    const { watchLog, replica } = await this.ready();
    const watched = { operator: this.#operator, id };
    // Without other processes there is nothing to agree on.
    const { isShared } = this.#access;
    const unsubscribe = await watchLog.onChange(watched, () => watch.wake());
    const member: Member = {
      watch,
      isHeld: !isShared,
      hasOthers: isShared,
      claim: () =>
        this.#inTurn(id, async () => {
          if (member.isHeld || this.#members.get(id) !== member) return member.isHeld;
          member.isHeld = await watchLog.claim(watched, replica.id);
          return member.isHeld;
        }),
      read: (after) => watchLog.readAfter(watched, after),
      append: (seen) => watchLog.append(watched, seen),
      fail: (error) => watchLog.fail(watched, error),
      leave: async () => {
        unsubscribe();
        if (this.#members.get(id) === member) this.#members.delete(id);
        if (!member.isHeld || !isShared) return;
        member.isHeld = false;
        // Where that fails, it is done after a beat.
        await this.#release(id).catch((error: unknown) => this.warn(error));
      },
    };
    this.#members.set(id, member);
    return member;
  }

  /** Gives back what this replica may hold of a thing, unless it has a watch of it again: that one has the poll then. */
  #release(id: string): Promise<void> {
    return this.#inTurn(id, async () => {
      const store = this.#store;
      if (store === null || this.#members.has(id)) return;
      await store.watchLog.release({ operator: this.#operator, id }, store.replica.id);
    });
  }

  /** The claims and releases of one thing one after the other: a release never takes what was claimed after it. */
  #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const result = (this.#turns.get(id) ?? Promise.resolve()).then(work);
    const ended = result
      .then(nothing, nothing)
      .finally(() => this.#turns.get(id) === ended && this.#turns.delete(id));
    this.#turns.set(id, ended);
    return result;
  }

  /**
   * After each beat: gives back polls without a watcher here that could not be given back before, gives up those that another
   * replica has, and claims those that no replica has any more.
   */
  async #tend(): Promise<void> {
    const store = this.#store;
    if (store === null || !this.#access.isShared) return;
    const { replica, watchLog } = store;
    if (!replica.isAlive) {
      // The store does not answer, or the others have taken it for dead: these watchers may be without a poll.
      this.#mayHoldMore = true;
      for (const member of this.#members.values()) {
        member.isHeld = false;
        member.watch.poll();
      }
      return;
    }
    if (this.#members.size === 0 && !this.#mayHoldMore) return;
    this.#mayHoldMore = false;
    const before = [...this.#members].filter(([id]) => !this.#turns.has(id));
    const held = new Set(await watchLog.listClaims(this.#operator, replica.id));
    const left = [...held].filter((id) => !this.#members.has(id));
    await Promise.all(left.map((id) => this.#release(id)));
    const wanting: [string, Member][] = [];
    for (const [id, member] of before) {
      // Taken, or about to be, since it was looked.
      if (this.#members.get(id) !== member || this.#turns.has(id)) continue;
      // Another replica has it: this one was taken for dead.
      if (!held.has(id)) member.isHeld = false;
      if (!member.isHeld) wanting.push([id, member]);
    }
    await this.#claim(store, wanting);
  }

  async #claim({ replica, watchLog }: Store, wanting: readonly [string, Member][]): Promise<void> {
    if (wanting.length === 0) return;
    const ids = wanting.map(([id]) => id);
    const claimed = new Set(await watchLog.claimAll(this.#operator, ids, replica.id));
    for (const [id, member] of wanting) {
      if (this.#members.get(id) !== member) {
        // It has left meanwhile.
        if (claimed.has(id)) this.#release(id).catch((error: unknown) => this.warn(error));
      } else if (claimed.has(id)) {
        member.isHeld = true;
        member.watch.poll();
      } else if (!member.isHeld) {
        member.watch.follow();
      }
    }
  }

  /** Logs that the store failed. What was not done is done after the next beat. */
  warn(error: unknown): void {
    this.#mayHoldMore = true;
    this.#log.warn(
      { err: error, operator: this.#operator },
      'The watches that replicas share could not be looked after',
    );
  }
}

function nothing(): void {}
