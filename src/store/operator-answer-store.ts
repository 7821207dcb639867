import type { Verdict } from '../vocabulary/verdict.ts';
import type { Database } from './database/database.ts';
import { Conditions, cutPage, type Page, type Position, type Query } from './stored-list.ts';
import { jsonText, soleTenant, storableText, tenantFromStored } from './stored-value.ts';

/** A kept answer of an operator that cannot be asked for it again. */
export interface OperatorAnswer {
  readonly operator: string;
  /** The operator's own identifier of the answer. */
  readonly id: string;
  /** Null without tenants. */
  readonly tenant: string | null;
  /** RFC 3339. */
  readonly askedAt: string;
  /** The thing that was asked about, in the operator's terms. */
  readonly referenceType: string;
  readonly reference: string;
  readonly verdict: Verdict;
  /** The whole answer. An earlier version may have written it, so its reader must take earlier forms. */
  readonly answer: unknown;
}

/** The conditions of a list of answers. One that is null or absent excludes none. */
export interface OperatorAnswerFilter {
  readonly referenceType?: string | null | undefined;
  readonly reference?: string | null | undefined;
  readonly verdict?: Verdict | null | undefined;
  /** RFC 3339; an answer of that very instant is not in the list. */
  readonly checkedAfter?: string | null | undefined;
  readonly checkedBefore?: string | null | undefined;
}

export interface OperatorAnswerList {
  readonly operator: string;
  readonly filter?: OperatorAnswerFilter | undefined;
  readonly first: number;
  /** The place of the last answer of the page before. */
  readonly after?: Position | null | undefined;
  /** Null or absent without tenants. */
  readonly tenant?: string | null | undefined;
}

interface Row {
  readonly operator: string;
  readonly id: string;
  readonly tenant: string;
  readonly asked_at: Date;
  readonly reference_type: string;
  readonly reference: string;
  readonly verdict: Verdict;
  readonly answer: unknown;
}

/** The kept answers of operators that cannot be asked for them again. */
export class OperatorAnswerStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps an answer; one with the same operator, id and tenant is replaced. */
  async insert(answer: OperatorAnswer): Promise<void> {
    await this.#database.query(
      `insert into eligibility.operator_answer
         (operator, id, tenant, asked_at, reference_type, reference, verdict, answer)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (tenant, operator, id) do update set asked_at = excluded.asked_at,
         reference_type = excluded.reference_type, reference = excluded.reference,
         verdict = excluded.verdict, answer = excluded.answer`,
      [
        answer.operator,
        storableText(answer.id),
        answer.tenant ?? soleTenant,
        answer.askedAt,
        answer.referenceType,
        storableText(answer.reference),
        answer.verdict,
        jsonText(answer.answer) ?? 'null',
      ],
    );
  }

  /** The answers that exist, by id. */
  async findMany(
    operator: string,
    ids: readonly string[],
    tenant: string | null = null,
  ): Promise<ReadonlyMap<string, OperatorAnswer>> {
    const rows = await this.#database.query<Row>(
      `select * from eligibility.operator_answer
       where tenant = $1 and operator = $2 and id = any ($3::text[])`,
      [tenant ?? soleTenant, operator, ids.map(storableText)],
    );
    const found = new Map(rows.map((row) => [row.id, answerFromRow(row)]));
    return new Map(
      ids.flatMap((id) => {
        const answer = found.get(storableText(id));
        return answer === undefined ? [] : [[id, answer]];
      }),
    );
  }

  /** A page of the answers that meet a filter, the latest first. */
  async list(list: OperatorAnswerList): Promise<Page<OperatorAnswer>> {
    const { sql, parameters } = answerListQuery(list);
    const rows = await this.#database.query<Row>(sql, parameters);
    return cutPage(rows.map(answerFromRow), list.first);
  }

  /** How many answers meet a filter. */
  async count(
    operator: string,
    filter: OperatorAnswerFilter = {},
    tenant: string | null = null,
  ): Promise<number> {
    const conditions = matchAnswers(operator, filter, tenant);
    const [row] = await this.#database.query<{ count: number }>(
      `select count(*)::integer as count from eligibility.operator_answer
       where ${conditions.toString()}`,
      conditions.parameters,
    );
    return row?.count ?? 0;
  }
}

/** The query for one page of the list, and one row more. */
export function answerListQuery(list: OperatorAnswerList): Query {
  const { operator, filter = {}, first, after, tenant = null } = list;
  const conditions = matchAnswers(operator, filter, tenant);
  conditions.add('(asked_at, id) < (?::timestamptz, ?::text)', after?.at, after?.id);
  const limit = conditions.parameter(first + 1);
  const sql = `select * from eligibility.operator_answer where ${conditions.toString()}
    order by asked_at desc, id desc limit ${limit}`;
  return { sql, parameters: conditions.parameters };
}

function matchAnswers(
  operator: string,
  { referenceType, reference, verdict, checkedAfter, checkedBefore }: OperatorAnswerFilter,
  tenant: string | null,
): Conditions {
  return new Conditions()
    .add('tenant = ?', tenant ?? soleTenant)
    .add('operator = ?', operator)
    .add('reference_type = ?', referenceType)
    .add('reference = ?', reference)
    .add('verdict = ?', verdict)
    .addInstant('asked_at > ?::timestamptz', checkedAfter)
    .addInstant('asked_at < ?::timestamptz', checkedBefore);
}

function answerFromRow(row: Row): OperatorAnswer {
  const { asked_at: askedAt, reference_type: referenceType, ...rest } = row;
  return {
    ...rest,
    tenant: tenantFromStored(row.tenant),
    askedAt: askedAt.toISOString(),
    referenceType,
  };
}
