import type { Log } from '../../log.ts';
import type { OperatorAnswer, OperatorAnswerFilter } from '../../store/operator-answer-store.ts';
import type { Page, Position } from '../../store/page.ts';
import type { Store } from '../../store/store.ts';
import type { KoscEligibility } from './domain.ts';

const operator = 'KOSC';

/** Kosc's answers to this service. Kosc has no way to ask for one again, so they are kept in the store. */
export class KeptEligibilities {
  readonly #store: () => Promise<Store>;
  readonly #log: Log;

  constructor(store: () => Promise<Store>, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Keeps an answer. Where the store fails that is logged, and the caller still has its answer. */
  async add(eligibility: KoscEligibility): Promise<void> {
    try {
      const { operatorAnswers } = await this.#store();
      await operatorAnswers.insert({
        operator,
        id: eligibility.id,
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

  /** Null where there is none with this id. */
  async find(id: string): Promise<KoscEligibility | null> {
    const { operatorAnswers } = await this.#store();
    const found = await operatorAnswers.find(operator, id);
    return found === null ? null : eligibilityOf(found);
  }

  /** A part of the list, the latest first, with the cursor of each and how many there are in all. */
  async list(options: {
    filter: OperatorAnswerFilter;
    first: number;
    after: Position | null;
  }): Promise<
    Page<{ cursor: string; node: KoscEligibility }> & { totalCount: () => Promise<number> }
  > {
    const { operatorAnswers } = await this.#store();
    const page = await operatorAnswers.list({ operator, ...options });
    return {
      hasNextPage: page.hasNextPage,
      items: page.items.map((answer) => ({
        cursor: operatorAnswers.cursorOf(answer),
        node: eligibilityOf(answer),
      })),
      totalCount: () => operatorAnswers.count(operator, options.filter),
    };
  }

  /** What a list's `after` takes, of a cursor; null of a text that is no cursor. */
  async positionOf(cursor: string): Promise<Position | null> {
    return (await this.#store()).operatorAnswers.positionOf(cursor);
  }
}

/** Only this class writes these answers. */
function eligibilityOf({ answer }: OperatorAnswer): KoscEligibility {
  return answer as KoscEligibility;
}
