import type { Log } from '../../observe/log.ts';
import type { OperatorAnswer, OperatorAnswerFilter } from '../../store/operator-answer-store.ts';
import type { Page, Position } from '../../store/page.ts';
import type { Store } from '../../store/store.ts';
import type { KoscEligibility } from './domain.ts';

const operator = 'KOSC';

/** Kosc's answers to this service. Kosc has no way to ask for one again, so they are kept in the store. */
export class KeptEligibilities {
  readonly #store: () => Promise<Store>;
  readonly #log: Log;
  readonly #pending = new Map<string, { eligibility: KoscEligibility; kept: Promise<void> }>();
  #isOpen = false;

  constructor(store: () => Promise<Store>, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /**
   * Keeps an answer for a tenant, or where there are none. Waits for that, unless the store has not been opened yet, which on an empty data directory takes
   * longer than asking Kosc. Where the store fails that is logged, and the caller still has its answer.
   */
  async add(eligibility: KoscEligibility, tenant: string | null): Promise<void> {
    const key = keyOf(eligibility.id, tenant);
    const kept = this.#insert(eligibility, tenant).finally(() => this.#pending.delete(key));
    this.#pending.set(key, { eligibility, kept });
    if (this.#isOpen) await kept;
  }

  async #insert(eligibility: KoscEligibility, tenant: string | null): Promise<void> {
    try {
      const { operatorAnswers } = await this.#store();
      this.#isOpen = true;
      await operatorAnswers.insert({
        operator,
        id: eligibility.id,
        tenant: tenant ?? undefined,
        askedAt: eligibility.checkedAt,
        referenceType: eligibility.referenceType,
        reference: eligibility.reference,
        verdict: eligibility.verdict,
        answer: eligibility,
      });
    } catch (error) {
      this.#log.error({ err: error, operator }, 'an answer could not be kept');
    }
  }

  /** Those with these ids, in their order; null in the place of one that there is not, or that another tenant has. */
  async findMany(
    ids: readonly string[],
    tenant: string | null,
  ): Promise<(KoscEligibility | null)[]> {
    const pending = new Map(
      ids.map((id) => [id, this.#pending.get(keyOf(id, tenant))?.eligibility]),
    );
    const others = ids.filter((id) => pending.get(id) === undefined);
    const stored =
      others.length === 0
        ? new Map<string, OperatorAnswer>()
        : await (
            await this.#store()
          ).operatorAnswers.findMany(operator, others, tenant ?? undefined);
    return ids.map((id) => {
      const found = stored.get(id);
      return pending.get(id) ?? (found === undefined ? null : eligibilityOf(found));
    });
  }

  /** A part of a tenant's list, the latest first, with the place of each and how many there are in all. */
  async list(options: {
    tenant: string | null;
    filter: OperatorAnswerFilter;
    first: number;
    after: Position | null;
  }): Promise<
    Page<{ position: Position; node: KoscEligibility }> & { totalCount: () => Promise<number> }
  > {
    const tenant = options.tenant ?? undefined;
    await Promise.all([...this.#pending.values()].map(({ kept }) => kept));
    const { operatorAnswers } = await this.#store();
    const page = await operatorAnswers.list({ ...options, operator, tenant });
    return {
      hasNextPage: page.hasNextPage,
      items: page.items.map((answer) => ({
        position: { at: answer.askedAt, id: answer.id },
        node: eligibilityOf(answer),
      })),
      totalCount: () => operatorAnswers.count(operator, options.filter, tenant),
    };
  }
}

function keyOf(id: string, tenant: string | null): string {
  return JSON.stringify([tenant, id]);
}

/** Only this class writes these answers. */
function eligibilityOf({ answer }: OperatorAnswer): KoscEligibility {
  return answer as KoscEligibility;
}
