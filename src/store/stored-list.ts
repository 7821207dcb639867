import type { Parameter } from './database/database.ts';
import { storableText } from './stored-value.ts';

/** A row's place in a list that is sorted by an instant and then by its id. */
export interface Position {
  /** RFC 3339 with milliseconds. */
  readonly at: string;
  readonly id: string;
}

/** A part of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Whether there are older ones behind it. */
  readonly hasNextPage: boolean;
}

/** A statement with what its placeholders stand for. */
export interface Query {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** The conditions of a query, with the values of their placeholders. */
export class Conditions {
  readonly #parts: string[] = [];
  readonly parameters: Parameter[] = [];

  /** Adds a condition whose `?` stand for the values, in order. Does nothing where the first value is not given. */
  add(sql: string, ...values: readonly (Parameter | undefined)[]): this {
    if (values[0] === undefined || values[0] === null) return this;
    let next = 0;
    this.#parts.push(
      sql.replaceAll('?', () => {
        const value = values[next] ?? null;
        next += 1;
        return this.parameter(value);
      }),
    );
    return this;
  }

  /** Adds a condition on an instant, RFC 3339. */
  addInstant(sql: string, instant: string | null | undefined): this {
    return this.add(
      sql,
      instant === null || instant === undefined ? null : storableInstant(instant),
    );
  }

  /** The placeholder of a value. */
  parameter(value: Parameter): string {
    this.parameters.push(typeof value === 'string' ? storableText(value) : value);
    return `$${this.parameters.length}`;
  }

  /** The conditions joined by `and`, to follow `where`. */
  toString(): string {
    return this.#parts.length === 0 ? 'true' : this.#parts.join(' and ');
  }
}

const firstSecond = Date.parse('0001-01-01T00:00:00Z');
const lastSecond = Date.parse('9999-12-31T23:59:59Z');

/** An instant as PostgreSQL reads it: it knows no year 0, no offset of 16 hours, and no text of any length. */
function storableInstant(instant: string): string {
  const [fraction = ''] = /\.\d{1,9}/.exec(instant) ?? [];
  const second = Date.parse(instant.replace(/\.\d+/, ''));
  const known = new Date(Math.min(Math.max(second, firstSecond), lastSecond));
  return known.toISOString().replace('.000Z', `${fraction}Z`);
}

/** The page of a query that asked for one row more than `first`, so that it shows whether there are others behind. */
export function cutPage<Item>(found: readonly Item[], first: number): Page<Item> {
  return { items: found.slice(0, first), hasNextPage: found.length > first };
}
