import type { Parameter } from './database.ts';
import { storableText } from './json-text.ts';

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

/** A place in a list as one opaque word, safe in a URL. */
export function cursorOf({ at, id }: Position): string {
  return Buffer.from(`${Date.parse(at)}:${id}`).toString('base64url');
}

const cursorText = /^(-?\d{1,16}):(.+)$/s;

/** The place that a cursor names; null of a text that is no cursor. */
export function positionOf(cursor: string): Position | null {
  const [, milliseconds = '', id = ''] =
    cursorText.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const at = new Date(Number(milliseconds));
  if (id === '' || Number.isNaN(at.getTime())) return null;
  return { at: at.toISOString(), id };
}

/** A statement with what its placeholders stand for. */
export interface Query {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** The conditions of a query, with the parameters they stand on. */
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

  /** The placeholder of a value. */
  parameter(value: Parameter): string {
    this.parameters.push(typeof value === 'string' ? storableText(value) : value);
    return `$${this.parameters.length}`;
  }

  /** All of them, for behind `where`. */
  toString(): string {
    return this.#parts.length === 0 ? 'true' : this.#parts.join(' and ');
  }
}

/** The page of a query that asked for one row more than `first`, so that it shows whether there are others behind. */
export function pageOf<Item>(found: readonly Item[], first: number): Page<Item> {
  return { items: found.slice(0, first), hasNextPage: found.length > first };
}
