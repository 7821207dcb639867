import { randomUUID } from 'node:crypto';
import { once, OneAtATime } from '../one-at-a-time.ts';
import type { Log } from '../observe/log.ts';
import type { Database, Transaction, Unlisten } from './database/database.ts';

const channel = 'eligibility_replica';

/** How long a replica counts as alive after its last sign of life: another one is to take over within 15 s. */
const ttlMs = 8_000;
const beatEveryMs = 2_000;
/** How often a replica looks whether what it runs fits into a part that has become smaller. */
const settleEveryMs = 25;
/** How long a new replica waits for the others to make room for it. */
const patienceMs = 1_000;
/** One replica at a time looks at the others and decides. Spells "repl" in ASCII. */
const lockNumber = 0x7265706c;

/** Something that all replicas share, such as the calls that an operator may be made at once. */
export interface SharedNumber {
  /** How much there is for all of them together. */
  readonly total: number;
  /** How much of it this process uses. */
  running(): number;
}

interface Row {
  readonly id: string;
  readonly parts: number;
}

/** Into how many parts the whole is divided, and which of them is this replica's. */
interface Division {
  readonly count: number;
  readonly index: number;
}

/**
 * This process among those that work on the same database. It shows that it lives with one short transaction every two
 * seconds. The others remove a replica that has not done so for eight seconds, and free what it held.
 *
 * Limits are divided equally. A part grows only when every other replica has said that it keeps to the smaller
 * one, so that the parts never make more than the whole; except that every replica has one at least, a new one where
 * another does not answer for a second.
 */
export class Replica {
  readonly #database: Database;
  readonly #log: Log;
  readonly #shared = new Set<SharedNumber>();
  readonly #listeners = new Set<() => void>();
  #id: string = randomUUID();
  /** The part that this replica keeps to; null until it has one. */
  #division: Division | null = null;
  #isImpatient = false;
  #patience: NodeJS.Timeout | null = null;
  /** The number of parts that this replica has told the others. */
  #parts = 1;
  #aliveAt = Number.NEGATIVE_INFINITY;
  #joining: Promise<void> | null = null;
  #left = false;
  #timer: NodeJS.Timeout | null = null;
  #settling: NodeJS.Timeout | null = null;
  #unlisten: Unlisten | null = null;
  /** Runs one at a time. Two at once would each take a place among the replicas, and only one place would get beats. */
  readonly #deciding = new OneAtATime(() => this.#decide());
  /** A change that is heard of during a beat needs another beat. */
  readonly #beating = new OneAtATime(() => this.#beatOnce());

  constructor(database: Database, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  /** Names this replica in the database. It changes after the others have taken this replica for dead. */
  get id(): string {
    return this.#id;
  }

  /** Whether the others still take it for alive, as far as it can know. */
  get isAlive(): boolean {
    const isAlone = this.#database.engine === 'pglite';
    return !this.#left && (isAlone || performance.now() - this.#aliveAt < ttlMs);
  }

  /** Takes its place among the others. Later calls resolve to the same. */
  readonly join = once(() => {
    this.#joining = this.#join();
    return this.#joining;
  });

  /**
   * Calls `listener` when this replica's part may have changed: after each beat, also after one that failed, and when it no longer
   * waits for the others to make room. The returned function ends it.
   */
  onBeat(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Divides a number among the replicas. The returned function tells this one's part, 1 at least. */
  share(shared: SharedNumber): () => number {
    this.#shared.add(shared);
    return () => {
      const division = this.#division;
      if (division !== null) return countPart(shared.total, division);
      return this.#isImpatient ? 1 : 0;
    };
  }

  /** Leaves: what it held is free for the others at once. */
  async leave(): Promise<void> {
    this.#left = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    if (this.#settling !== null) clearInterval(this.#settling);
    if (this.#patience !== null) clearTimeout(this.#patience);
    if (this.#joining === null) return;
    await this.#joining.catch(() => {});
    await this.#beating.settled();
    await this.#unlisten?.();
    try {
      await this.#database.transaction(async (transaction) => {
        await transaction.query('delete from eligibility.replica where id = $1', [this.#id]);
        await transaction.notify(channel, this.#id);
      });
    } catch (error) {
      // Then the others notice that it does not beat any more.
      this.#log.warn({ err: error }, 'The other replicas could not be told that this one leaves');
    }
  }

  async #join(): Promise<void> {
    if (this.#database.engine === 'pglite') {
      // No other process uses this database: the replicas in it have died.
      await this.#database.query('delete from eligibility.replica');
      await this.#decide();
      return;
    }
    this.#unlisten = await this.#database.listen(channel, {
      onPayload: (id) => {
        if (id !== this.#id) void this.#beating.runAfresh();
      },
      onMissed: () => void this.#beating.runAfresh(),
    });
    await this.#deciding.run();
    this.#timer = setInterval(() => void this.#beating.runAfresh(), beatEveryMs).unref();
  }

  /** Never rejects. */
  async #beatOnce(): Promise<void> {
    if (this.#left) return;
    try {
      await this.#deciding.runAfresh();
    } catch (error) {
      this.#log.warn({ err: error }, 'The other replicas could not be shown that this one lives');
    }
    for (const listener of this.#listeners) listener();
  }

  async #decide(): Promise<void> {
    const asked = performance.now();
    const decided = await this.#database.transaction((transaction) => this.#look(transaction));
    this.#aliveAt = asked;
    const { id, parts, count, isAgreed } = decided;
    if (this.#id !== id) this.#division = null;
    this.#id = id;
    this.#parts = parts;
    // A smaller part needs no consent.
    if (isAgreed || count >= (this.#division?.count ?? Infinity)) this.#division = decided;
    if (this.#division === null) this.#losePatience();
    if (parts < count) this.#settle(decided);
  }

  #losePatience(): void {
    this.#patience ??= setTimeout(() => {
      this.#isImpatient = true;
      for (const listener of this.#listeners) listener();
    }, patienceMs).unref();
  }

  /** Shows that this replica lives, removes those that do not, and counts the others. */
  async #look(transaction: Transaction): Promise<Row & Division & { readonly isAgreed: boolean }> {
    await transaction.query('select pg_advisory_xact_lock($1)', [lockNumber]);
    const gone = await transaction.query(
      'delete from eligibility.replica where expires_at < clock_timestamp() returning 1',
    );
    const alive = await transaction.query(
      `update eligibility.replica
       set expires_at = clock_timestamp() + make_interval(secs => $2::float8 / 1000)
       where id = $1 returning 1`,
      [this.#id, ttlMs],
    );
    const isNew = alive.length === 0;
    // After it was taken for dead it takes another name: what it held under the old one may be another's by now.
    const id = isNew ? randomUUID() : this.#id;
    const others = await transaction.query<Row>(
      'select id, parts from eligibility.replica where id <> $1 order by id',
      [id],
    );
    const count = others.length + 1;
    const index = others.filter((other) => other.id < id).length;
    const before = isNew ? 1 : this.#parts;
    const parts = count <= before || this.#fits({ count, index }) ? count : before;
    if (isNew) {
      await transaction.query(
        `insert into eligibility.replica (id, parts, expires_at)
         values ($1, $2, clock_timestamp() + make_interval(secs => $3::float8 / 1000))`,
        [id, parts, ttlMs],
      );
    } else if (parts !== before) {
      await transaction.query('update eligibility.replica set parts = $2 where id = $1', [
        id,
        parts,
      ]);
    }
    if (isNew || gone.length > 0 || parts !== before) await transaction.notify(channel, id);
    return { id, parts, count, index, isAgreed: others.every((other) => other.parts >= count) };
  }

  /** Tells the others, as soon as this replica keeps to its part, that they may have theirs. */
  #settle(division: Division): void {
    this.#settling ??= setInterval(() => {
      if (!this.#fits(division)) return;
      if (this.#settling !== null) clearInterval(this.#settling);
      this.#settling = null;
      void this.#beating.runAfresh();
    }, settleEveryMs).unref();
  }

  #fits(division: Division): boolean {
    return [...this.#shared].every((one) => one.running() <= countPart(one.total, division));
  }
}

/** The parts of a number, which differ by one at most and are one at least. */
function countPart(total: number, { count, index }: Division): number {
  return Math.max(1, Math.floor(total / count) + (index < total % count ? 1 : 0));
}
