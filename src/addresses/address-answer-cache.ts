import { LRUCache } from 'lru-cache';
import { unlessAborted, type Leaving } from '../abort.ts';
import type { Log } from '../observe/log.ts';
import type { Database } from '../store/database/database.ts';
import type { Store } from '../store/store.ts';
import { jsonText, storableText } from '../store/stored-value.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** How many answers this process has at hand; all of them are in the store. */
const mostAtHand = 1_000;

interface Question {
  readonly ask: () => Promise<object>;
}

/**
 * The answers of address services, for a day: tenders repeat, and the services count calls. They are in the store for all
 * replicas, and what is asked twice at once is asked once. While the store is away, an answer may cost one call more.
 */
export class AddressAnswerCache {
  readonly #store: () => Promise<Store>;
  readonly #log: Log;
  readonly #atHand: LRUCache<string, object, Question>;

  constructor(store: () => Promise<Store>, log: Log) {
    this.#store = store;
    this.#log = log;
    this.#atHand = new LRUCache({
      max: mostAtHand,
      ttl: dayMs,
      // The call goes on without its first caller: others may have joined.
      ignoreFetchAbort: true,
      fetchMethod: (key, _stale, { context }) => this.#find(key, context),
    });
  }

  /** The answer to a question by its key; `ask` is called where none is kept. Rejects with what that rejects with. */
  async get<Answer extends object>(
    key: string,
    ask: () => Promise<Answer>,
    signal?: Leaving,
  ): Promise<Answer> {
    const found = this.#atHand.forceFetch(key, { context: { ask } });
    // Kept under a key that says of what kind it is.
    return (await unlessAborted(found, signal)) as Answer;
  }

  /** Keeps things beside an answer that were in it, by keys of their own. */
  async keep(things: ReadonlyMap<string, object>): Promise<void> {
    await this.#quietly((database) => keepStored(database, things));
  }

  /** The value kept under a key; null without one. */
  async find(key: string): Promise<object | null> {
    return (await this.findAll([key])).get(key) ?? null;
  }

  /** The values kept under the keys; absent where there is none. */
  async findAll(keys: readonly string[]): Promise<ReadonlyMap<string, object>> {
    return (await this.#quietly((database) => findStored(database, keys))) ?? new Map();
  }

  async #find(key: string, { ask }: Question): Promise<object> {
    const kept = await this.find(key);
    if (kept !== null) return kept;
    const answer = await ask();
    await this.keep(new Map([[key, answer]]));
    return answer;
  }

  async #quietly<T>(use: (database: Database) => Promise<T>): Promise<T | undefined> {
    try {
      return await use((await this.#store()).database);
    } catch (error) {
      this.#log.warn({ err: error }, 'the store does not keep answers about addresses');
      return undefined;
    }
  }
}

/** The stored values of the keys that are still fresh; absent where there is none. */
async function findStored(
  database: Database,
  keys: readonly string[],
): Promise<ReadonlyMap<string, object>> {
  const asked = new Map(keys.map((key) => [storableText(key), key]));
  const rows = await database.query<{ question: string; answer: object }>(
    `select question, answer from eligibility.address_answer
     where question = any($1::text[]) and kept_until > clock_timestamp()`,
    [[...asked.keys()]],
  );
  return new Map(
    rows.map(({ question, answer }) => [asked.get(question) ?? question, answer] as const),
  );
}

/** Stores things by their keys, each in place of the one before. */
async function keepStored(database: Database, things: ReadonlyMap<string, object>): Promise<void> {
  const rows = [...things].map(([key, answer]) => ({ question: storableText(key), answer }));
  await database.query(
    `insert into eligibility.address_answer (question, answer, kept_until)
     select question, answer, clock_timestamp() + make_interval(secs => $2::float8 / 1000)
     from jsonb_to_recordset($1::jsonb) as given(question text, answer jsonb)
     on conflict (question) do update
     set answer = excluded.answer, kept_until = excluded.kept_until`,
    [jsonText(rows), dayMs],
  );
}
