import { LRUCache } from 'lru-cache';
import { unlessAborted, type Leaving } from '../abort.ts';
import type { Log } from '../observe/log.ts';
import type { Store } from '../store/store.ts';

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
      // What is asked goes on without its first caller: others may have joined.
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
    await this.#quietly((store) => store.addressAnswers.keep(things, dayMs));
  }

  /** What was kept under a key; null where nothing is. */
  async find(key: string): Promise<object | null> {
    return (await this.#quietly((store) => store.addressAnswers.find(key))) ?? null;
  }

  /** What was kept under each of the keys; absent where nothing is. */
  async findAll(keys: readonly string[]): Promise<ReadonlyMap<string, object>> {
    return (await this.#quietly((store) => store.addressAnswers.findAll(keys))) ?? new Map();
  }

  async #find(key: string, { ask }: Question): Promise<object> {
    const kept = await this.#quietly(async (store) => store.addressAnswers.find(key));
    if (kept !== null && kept !== undefined) return kept;
    const answer = await ask();
    await this.#quietly((store) => store.addressAnswers.keep(new Map([[key, answer]]), dayMs));
    return answer;
  }

  async #quietly<T>(use: (store: Store) => Promise<T>): Promise<T | undefined> {
    try {
      return await use(await this.#store());
    } catch (error) {
      this.#log.warn({ err: error }, 'the store does not keep answers about addresses');
      return undefined;
    }
  }
}
