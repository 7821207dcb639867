import type { Log } from '../observe/log.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { whenOpen, type Store, type StoreAccess } from '../store/store.ts';
import type { Watched, WatchLogStore } from '../store/watch-log-store.ts';

/** One watched thing in the store, for as long as this process watches it. */
export interface SharedPoll {
  readonly watched: Watched;
  readonly log: WatchLogStore;
  /** Who polls: this process, another one, or, where the store does not answer, each for its own readers. */
  readonly polledBy: 'this' | 'another' | 'each';
  readonly unsubscribe: () => void;
}

interface Member extends SharedPoll {
  polledBy: SharedPoll['polledBy'];
  unsubscribe: () => void;
  readonly wake: () => void;
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
  /** Those whose poll is to be taken where no replica has it. */
  readonly #wanting = new Set<Member>();
  /** The things whose poll this replica may have, although none of its watches is left. */
  readonly #left = new Set<string>();
  /** Whether the database may have other claims of this replica than are known here. */
  #mayDiffer = false;
  #store: Store | null = null;
  /** The claims and releases one after the other: a release never takes what was claimed after it. Never rejects. */
  readonly #agreeing = new OneAtATime(() => this.#agree());

  constructor(operator: string, access: StoreAccess, log: Log) {
    this.#operator = operator;
    this.#access = access;
    this.#log = log;
    void whenOpen(access, (store) => {
      this.#store = store;
      if (access.isShared) store.replica.onBeat(() => this.#afterBeat(store));
    });
  }

  /** Whether other processes may watch the same things. */
  get isShared(): boolean {
    return this.#access.isShared;
  }

  /**
   * Whether a watch may poll before it has entered: the store is not open yet, and it is this process's alone. Opening a new
   * one takes seconds, and a watch that does not need it is not to wait.
   */
  get mayPollAtOnce(): boolean {
    return this.#store === null && !this.isShared;
  }

  /** Resolves once the store is there; one that is shared is opened for it. Rejects where it cannot be used. */
  async ready(): Promise<Store> {
    const store = await (this.isShared ? this.#access.open() : this.#access.opened);
    await store.replica.join();
    return store;
  }

  /**
   * Enters a watch of a thing, and takes the poll where no replica has it. `wake` is called when what is stored or who polls may
   * have changed. Once this has resolved nothing is missed: read the log after that. Rejects where the store cannot be used.
   */
  async enter(id: string, wake: () => void): Promise<SharedPoll> {
    const { watchLog: log } = await this.ready();
    const watched = { operator: this.#operator, id };
    // Without other processes there is nothing to agree on.
    const polledBy = this.isShared ? 'another' : 'this';
    const member: Member = { watched, log, polledBy, wake, unsubscribe: () => {} };
    member.unsubscribe = await log.onChange(watched, () => {
      // What this process stored itself it knows.
      if (member.polledBy !== 'this') wake();
    });
    this.#members.set(id, member);
    await this.claim(member);
    return member;
  }

  /** Takes the poll where no replica has it, and wakes the watch. Never rejects. */
  async claim(poll: SharedPoll): Promise<void> {
    const member = this.#members.get(poll.watched.id);
    if (member !== poll || member.polledBy === 'this') return;
    this.#wanting.add(member);
    await this.#agreeing.runAfresh();
  }

  /** Watches a thing no more: another replica that does may poll it. Never rejects. */
  async leave(poll: SharedPoll): Promise<void> {
    const { id } = poll.watched;
    poll.unsubscribe();
    if (this.#members.get(id) === poll) this.#members.delete(id);
    if (!this.isShared || poll.polledBy !== 'this') return;
    this.#left.add(id);
    await this.#agreeing.runAfresh();
  }

  /** Logs that the store failed. What was not done is done after the next beat. */
  warn(error: unknown): void {
    this.#mayDiffer = true;
    this.#log.warn(
      { err: error, operator: this.#operator },
      'The watches that replicas share could not be looked after',
    );
  }

  #afterBeat({ replica }: Store): void {
    if (!replica.isAlive) {
      // The store does not answer, or the others have taken it for dead: these watchers may be without a poll.
      this.#mayDiffer = true;
      for (const member of this.#members.values()) this.#settle(member, 'each');
    } else if (this.#members.size > 0 || this.#mayDiffer) {
      this.#mayDiffer = true;
      void this.#agreeing.runAfresh();
    }
  }

  async #agree(): Promise<void> {
    const store = this.#store;
    if (store === null) return;
    const { replica, watchLog } = store;
    let wanting: readonly Member[] = [];
    try {
      if (this.#mayDiffer) await this.#compare(store);
      const left = [...this.#left].filter((id) => !this.#members.has(id));
      this.#left.clear();
      if (left.length > 0) await watchLog.release(this.#operator, left, replica.id);
      wanting = [...this.#wanting];
      this.#wanting.clear();
      if (wanting.length === 0) return;
      const ids = wanting.map(({ watched }) => watched.id);
      const claimed = new Set(await watchLog.claim(this.#operator, ids, replica.id));
      for (const member of wanting) {
        const { id } = member.watched;
        if (this.#members.get(id) === member) {
          this.#settle(member, claimed.has(id) ? 'this' : 'another');
        } else if (claimed.has(id)) this.#left.add(id);
      }
      // They have left meanwhile.
      if (this.#left.size > 0) void this.#agreeing.runAfresh();
    } catch (error) {
      this.warn(error);
      for (const member of wanting) this.#settle(member, 'each');
    }
  }

  /** By what the database has: what is to be given back, and what is to be claimed. */
  async #compare({ replica, watchLog }: Store): Promise<void> {
    const held = new Set(await watchLog.listClaims(this.#operator, replica.id));
    this.#mayDiffer = false;
    for (const id of held) this.#left.add(id);
    for (const [id, member] of this.#members) {
      // Another replica has it: this one was taken for dead.
      if (!held.has(id) || member.polledBy !== 'this') this.#wanting.add(member);
    }
  }

  #settle(member: Member, polledBy: SharedPoll['polledBy']): void {
    member.polledBy = polledBy;
    member.wake();
  }
}
