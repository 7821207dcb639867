import type { Leaving } from '../abort.ts';
import type { Log } from '../observe/log.ts';
import { batchChannel, tellOfBatch } from '../store/site-qualification-changes.ts';
import type { Database } from '../store/database/database.ts';
import type { Store } from '../store/store.ts';
import type { Page } from '../store/stored-list.ts';
import { WakeUps } from '../store/wake-ups.ts';
import { InvalidInputError } from '../vocabulary/errors.ts';
import type { AnsweredRow, Batch, BatchRow, NewBatch } from './batch.ts';
import type { Feeder } from './feeder.ts';
import { followBatch } from './follow-batch.ts';
import {
  countBatches,
  findBatch,
  findByKey,
  listBatches,
  type BatchFilter,
  type BatchList,
} from './read-batch.ts';
import { answeredRows, countRows, listRows, type BatchRowFilter, type RowPage } from './rows.ts';
import { storeBatch } from './store-batch.ts';

/** How many rows with their answers are in memory at once for one reader. */
const streamedRows = 200;

export interface BatchesOptions {
  readonly store: () => Promise<Store>;
  readonly feeder: Feeder;
  readonly log: Log;
}

/** Tables of sites, each asked about as the operators allow: what the API and the files use. */
export class Batches {
  readonly #options: BatchesOptions;
  #wakeUps: WakeUps | null = null;

  constructor(options: BatchesOptions) {
    this.#options = options;
  }

  /**
   * Stores a batch, which is asked from then on, whatever becomes of its caller. With an idempotency key that was used before
   * for the same it resolves to that batch, and reads no rows; for something else it rejects with an InvalidInputError whose
   * code is IDEMPOTENCY_KEY_REUSED. Rejects with what the rows reject with, and with the signal's reason; then nothing is left.
   */
  async create(
    wanted: NewBatch,
    signal?: Leaving,
  ): Promise<{ readonly batch: Batch; readonly isNew: boolean }> {
    const { feeder, log } = this.#options;
    const database = await this.#database();
    const known = await this.#madeBefore(database, wanted);
    if (known !== null) return { batch: known, isNew: false };
    await feeder.work();
    const id = await storeBatch(database, wanted, {
      signal,
      begin: (created, within) => feeder.begin(created, within),
      log,
    });
    const batch =
      id === null
        ? await this.#madeBefore(database, wanted)
        : ((await findBatch(database, id))?.batch ?? null);
    if (batch === null) throw new Error('A batch is gone just after it was made.');
    return { batch, isNew: id !== null };
  }

  async #madeBefore(
    database: Database,
    { tenant, idempotency }: Pick<NewBatch, 'tenant' | 'idempotency'>,
  ): Promise<Batch | null> {
    if (idempotency === null) return null;
    const known = await findByKey(database, idempotency.key, tenant);
    if (known === null) return null;
    if (known.digest === idempotency.digest) {
      return (await findBatch(database, known.id))?.batch ?? null;
    }
    const message =
      'The idempotency key was used before, for something else: give each request a key of its own, and the same one only to send it again.';
    throw new InvalidInputError([
      { path: ['Idempotency-Key'], code: 'IDEMPOTENCY_KEY_REUSED', message },
    ]);
  }

  /** Null where it does not exist, and where it is of another tenant than `tenant`, unless that is null. */
  async find(id: string, tenant: string | null = null): Promise<Batch | null> {
    return (await findBatch(await this.#database(), id, tenant))?.batch ?? null;
  }

  /** A part of the list that a filter leaves, newest first. */
  async list(list: BatchList): Promise<Page<Batch>> {
    return listBatches(await this.#database(), list);
  }

  /** How many the list of a filter has. */
  async count(filter?: BatchFilter, tenant: string | null = null): Promise<number> {
    return countBatches(await this.#database(), filter, tenant);
  }

  /** A part of the rows of a batch that a filter leaves, in the order of the file. */
  async rows(id: string, filter: BatchRowFilter, page: RowPage): Promise<Page<BatchRow>> {
    return listRows(await this.#database(), id, filter, page);
  }

  /** How many rows of a batch a filter leaves. */
  async countRows(id: string, filter: BatchRowFilter = {}): Promise<number> {
    return countRows(await this.#database(), id, filter);
  }

  /**
   * All rows of a batch as they are when each is read, in the order of the file. Read a small part at a time: a reader that is
   * slow, or has left, holds nothing of the database.
   */
  async *stream(id: string): AsyncGenerator<AnsweredRow, void, undefined> {
    const database = await this.#database();
    let after = 0;
    for (;;) {
      const rows = await answeredRows(database, id, { first: streamedRows, after });
      yield* rows;
      if (rows.length < streamedRows) return;
      after = rows.at(-1)?.line ?? after;
    }
  }

  /**
   * Asks nothing more of a batch; what is under way settles. Resolves to the batch as it is then, which is as it was where it
   * was over before; to null where it does not exist or is another tenant's.
   */
  async cancel(id: string, tenant: string | null = null): Promise<Batch | null> {
    const found = await this.find(id, tenant);
    if (found?.state !== 'IN_PROGRESS') return found;
    const database = await this.#database();
    await database.transaction(async (transaction) => {
      await transaction.query(
        `update eligibility.batch set state = 'CANCELLED' where id = $1 and state = 'IN_PROGRESS'`,
        [id],
      );
      await tellOfBatch(transaction, id);
    });
    return this.find(id, tenant);
  }

  /**
   * A batch as it is now and then as it goes on, at most twice a second, and once when nothing more comes of it; then the end.
   * `null` once, and then the end, where it does not exist or is another tenant's. Leaving takes effect at once. Works over all
   * replicas.
   */
  changes(id: string, tenant: string | null = null): AsyncIterableIterator<Batch | null> {
    return followBatch({
      read: async () => findBatch(await this.#database(), id, tenant),
      onChange: async (wake) => {
        this.#wakeUps ??= new WakeUps(await this.#database(), batchChannel);
        return this.#wakeUps.subscribe(id.toLowerCase(), wake);
      },
    });
  }

  async #database(): Promise<Database> {
    return (await this.#options.store()).database;
  }
}
