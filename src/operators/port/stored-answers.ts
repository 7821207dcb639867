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
 * The kept answers of an operator that cannot be asked for an answer again. Only this class writes them to the store, so a
 * stored answer has the form of this version of the adapter or of an earlier one.
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
   * Keeps an answer of a tenant; null without tenants. Waits until it is stored, once the store has opened: opening it on an empty
   * data directory takes longer than asking the operator. A failure of the store is logged, and the caller still has its answer.
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

  /** The answers with these ids, in the order of the ids; null for an unknown id and for one of another tenant. */
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

  /** A page of a tenant's answers, the latest first, each with its place in the list. `totalCount` counts all that the filter takes. */
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
