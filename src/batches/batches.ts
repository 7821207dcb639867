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

/** The batches, as GraphQL and the routes for files use them. */
export class Batches {
  readonly #options: BatchesOptions;
  #wakeUps: WakeUps | null = null;

  constructor(options: BatchesOptions) {
    this.#options = options;
  }

  /**
   * Stores a batch, and has its rows asked from then on, also when the caller has left. Where its idempotency key was used before
   * for the same file, it resolves to that batch and reads no rows; for another one, it rejects with an InvalidInputError whose
   * code is IDEMPOTENCY_KEY_REUSED. Rejects with the error of the rows, and with the signal's reason; then nothing is left.
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

  /** Null for an unknown id and for one of another tenant. Where `tenant` is null, the batches of all tenants are found. */
  async find(id: string, tenant: string | null = null): Promise<Batch | null> {
    return (await findBatch(await this.#database(), id, tenant))?.batch ?? null;
  }

  /** A page of the batches that meet a filter, the newest first. */
  async list(list: BatchList): Promise<Page<Batch>> {
    return listBatches(await this.#database(), list);
  }

  /** How many batches meet a filter. */
  async count(filter?: BatchFilter, tenant: string | null = null): Promise<number> {
    return countBatches(await this.#database(), filter, tenant);
  }

  /** A page of the rows of a batch that meet a filter, in the order of the file. */
  async rows(id: string, filter: BatchRowFilter, page: RowPage): Promise<Page<BatchRow>> {
    return listRows(await this.#database(), id, filter, page);
  }

  /** How many rows of a batch meet a filter. */
  async countRows(id: string, filter: BatchRowFilter = {}): Promise<number> {
    return countRows(await this.#database(), id, filter);
  }

  /**
   * All rows of a batch, each as it is when it is read, in the order of the file. They are read in small parts, so that a reader
   * that is slow, or has left, holds no connection of the database.
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
   * Stops a batch: no further row is asked about, and questions under way settle. A batch that is over stays as it is. Resolves
   * to the batch as it is then; to null as `find`.
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

  /** Follows a batch that any replica feeds, see `followBatch`. `null` for a batch as in `find`. */
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
