import type { Database } from './database/database.ts';
import { jsonText, storableText } from './json-text.ts';

/** What address services answered, by the question, until it is no longer to be taken as it is. */
export class AddressAnswerStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Null where none is kept. */
  async find(question: string): Promise<object | null> {
    const [row] = await this.#database.query<{ answer: object }>(
      `select answer from eligibility.address_answer
       where question = $1 and kept_until > clock_timestamp()`,
      [storableText(question)],
    );
    return row?.answer ?? null;
  }

  async keep(question: string, answer: object, durationMs: number): Promise<void> {
    await this.#database.query(
      `insert into eligibility.address_answer (question, answer, kept_until)
       values ($1, $2, clock_timestamp() + make_interval(secs => $3::float8 / 1000))
       on conflict (question) do update
       set answer = excluded.answer, kept_until = excluded.kept_until`,
      [storableText(question), jsonText(answer), durationMs],
    );
  }

  /** Removes what is no longer to be taken, and tells how many. */
  async deleteOld(): Promise<number> {
    const rows = await this.#database.query(
      'delete from eligibility.address_answer where kept_until < clock_timestamp() returning 1',
    );
    return rows.length;
  }
}
