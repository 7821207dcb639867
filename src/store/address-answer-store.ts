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

  /** The answers to many questions, each by its question; absent where none is kept. */
  async findAll(questions: readonly string[]): Promise<ReadonlyMap<string, object>> {
    const asked = new Map(questions.map((question) => [storableText(question), question]));
    const rows = await this.#database.query<{ question: string; answer: object }>(
      `select question, answer from eligibility.address_answer
       where question = any($1::text[]) and kept_until > clock_timestamp()`,
      [[...asked.keys()]],
    );
    return new Map(
      rows.map(({ question, answer }) => [asked.get(question) ?? question, answer] as const),
    );
  }

  /** Keeps answers by their questions, each in place of the one before. */
  async keep(answers: ReadonlyMap<string, object>, durationMs: number): Promise<void> {
    const rows = [...answers].map(([question, answer]) => ({
      question: storableText(question),
      answer,
    }));
    await this.#database.query(
      `insert into eligibility.address_answer (question, answer, kept_until)
       select question, answer, clock_timestamp() + make_interval(secs => $2::float8 / 1000)
       from jsonb_to_recordset($1::jsonb) as given(question text, answer jsonb)
       on conflict (question) do update
       set answer = excluded.answer, kept_until = excluded.kept_until`,
      [jsonText(rows), durationMs],
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
