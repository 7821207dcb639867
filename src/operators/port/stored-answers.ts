import type { Log } from '../../observe/log.ts';
import type { OperatorAnswer, OperatorAnswerFilter } from '../../store/operator-answer-store.ts';
import type { Page, Position } from '../../store/stored-list.ts';
import type { Store } from '../../store/store.ts';
import type { Verdict } from '../../vocabulary/verdict.ts';

/** An operator's answer, in the JSON form in which its adapter keeps it. */
export interface StoredAnswer {
  /** The operator's own identifier of its answer. */
  readonly id: string;
  /** The thing that was asked about, in the operator's terms. */
  readonly referenceType: string;
  readonly reference: string;
  /** RFC 3339. */
  readonly checkedAt: string;
  readonly verdict: Verdict;
}

/**
 * An operator's answers to this service, for operators that cannot be asked for one again. They are kept in the store, and only
 * this class writes them: one that is read is in the form of this version of the adapter, or of an earlier one.
 */
export class StoredAnswers<Answer extends StoredAnswer> {
  readonly #operator: string;
  readonly #store: () => Promise<Store>;
  readonly #log: Log;
  readonly #pending = new Map<string, { answer: Answer; kept: Promise<void> }>();
  #isOpen = false;

  constructor(operator: string, store: () => Promise<Store>, log: Log) {
    this.#operator = operator;
    this.#store = store;
    this.#log = log;
  }

  /**
   * Keeps an answer for a tenant, or where there are none. Waits for that, unless the store has not been opened yet, which on an empty data directory takes
   * longer than asking the operator. Where the store fails that is logged, and the caller still has its answer.
   */
  async add(answer: Answer, tenant: string | null): Promise<void> {
    const key = spellAnswerKey(answer.id, tenant);
    const kept = this.#insert(answer, tenant).finally(() => this.#pending.delete(key));
    this.#pending.set(key, { answer, kept });
    if (this.#isOpen) await kept;
  }

  async #insert(answer: Answer, tenant: string | null): Promise<void> {
    try {
      const { operatorAnswers } = await this.#store();
      this.#isOpen = true;
      await operatorAnswers.insert({
        operator: this.#operator,
        id: answer.id,
        tenant,
        askedAt: answer.checkedAt,
        referenceType: answer.referenceType,
        reference: answer.reference,
        verdict: answer.verdict,
        answer,
      });
    } catch (error) {
      this.#log.error({ err: error, operator: this.#operator }, 'an answer could not be kept');
    }
  }

  /** Those with these ids, in their order; null in the place of one that there is not, or that another tenant has. */
  async findMany(ids: readonly string[], tenant: string | null): Promise<(Answer | null)[]> {
    const pending = new Map(
      ids.map((id) => [id, this.#pending.get(spellAnswerKey(id, tenant))?.answer]),
    );
    const others = ids.filter((id) => pending.get(id) === undefined);
    const stored =
      others.length === 0
        ? new Map<string, OperatorAnswer>()
        : await (await this.#store()).operatorAnswers.findMany(this.#operator, others, tenant);
    return ids.map((id) => {
      const found = stored.get(id);
      return pending.get(id) ?? (found === undefined ? null : (found.answer as Answer));
    });
  }

  /** A part of a tenant's list, the latest first, with the place of each and how many there are in all. */
  async list(options: {
    tenant: string | null;
    filter: OperatorAnswerFilter;
    first: number;
    after: Position | null;
  }): Promise<Page<{ place: Position; node: Answer }> & { totalCount: () => Promise<number> }> {
    await Promise.all([...this.#pending.values()].map(({ kept }) => kept));
    const { operatorAnswers } = await this.#store();
    const page = await operatorAnswers.list({ ...options, operator: this.#operator });
    return {
      hasNextPage: page.hasNextPage,
      items: page.items.map((answer) => ({
        place: { at: answer.askedAt, id: answer.id },
        node: answer.answer as Answer,
      })),
      totalCount: () => operatorAnswers.count(this.#operator, options.filter, options.tenant),
    };
  }
}

function spellAnswerKey(id: string, tenant: string | null): string {
  return JSON.stringify([tenant, id]);
}
