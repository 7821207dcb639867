/** The fields of every listed thing. */
export interface Listed {
  readonly id: string;
  /** RFC 3339; null, or not there, where it is not told. */
  readonly creationDate?: string | null;
}

/** A date in a list that is in order of creation, and to which side of it the list goes on. */
export interface DateInOrder {
  readonly date: string;
  readonly towards: 'older' | 'newer';
}

const secondMs = 1000;

/** The second in which something was created. Covage may show one instant as `…24.500Z` and as `…24Z`. */
export function readSecond(date: string): number {
  return Math.floor(Date.parse(date) / secondMs);
}

/** Whether things are in order of creation, and in which one, found out by looking at one after the other. */
export class CreationOrder {
  #falls = true;
  #rises = true;
  #latest: number | null = null;

  see({ creationDate = null }: Listed): void {
    if (creationDate === null) return;
    const second = readSecond(creationDate);
    if (second > (this.#latest ?? second)) this.#falls = false;
    if (second < (this.#latest ?? second)) this.#rises = false;
    this.#latest = second;
  }

  /** The place behind a thing; null without a date, and where no order is known or none holds. */
  placeBehind({ creationDate = null }: Listed): DateInOrder | null {
    if (creationDate === null || this.#falls === this.#rises) return null;
    return { date: creationDate, towards: this.#falls ? 'older' : 'newer' };
  }
}

/** Whether a thing may be on the far side of a date, or in its very second, which a filter cannot tell apart. */
export function isBehind({ creationDate = null }: Listed, { date, towards }: DateInOrder): boolean {
  if (creationDate === null) return true;
  const [second, bound] = [readSecond(creationDate), readSecond(date)];
  return towards === 'older' ? second <= bound : second >= bound;
}

/**
 * A query that is narrowed, by Covage's documented filters on `creation_date`, to things behind a date and things of the same
 * second; with `to: 'millisecond'` those of the same millisecond, where the date shows milliseconds.
 */
export function narrowed(
  query: URLSearchParams,
  { date, towards }: DateInOrder,
  to: 'second' | 'millisecond' = 'second',
): URLSearchParams {
  const result = new URLSearchParams(query);
  const isExact = to === 'millisecond' && /:\d{2}\.\d/.test(date);
  const from = isExact ? Date.parse(date) : readSecond(date) * secondMs;
  const [name, bound] =
    towards === 'older'
      ? (['creation_date_lt', from + (isExact ? 1 : secondMs)] as const)
      : (['creation_date_gt', from - 1] as const);
  const given = Date.parse(query.get(name) ?? '');
  const nearer = towards === 'older' ? Math.min(given, bound) : Math.max(given, bound);
  result.set(name, new Date(Number.isNaN(given) ? bound : nearer).toISOString());
  return result;
}
