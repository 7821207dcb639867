import { readDecimal } from '../../vocabulary/decimal.ts';
import { readDay, readInstant } from '../../vocabulary/instant.ts';
import { readEuros, type Money } from '../../vocabulary/money.ts';
import { ShortMap } from './short-map.ts';

/** What counts as a boolean, texts in small letters. */
const booleanWords = new Map<unknown, boolean>([
  ['true', true],
  ['1', true],
  [1, true],
  ['false', false],
  ['0', false],
  [0, false],
]);

/** Reports a departure from the documented form, named by a fixed word. */
export type Report = (deviation: string) => void;

/** A record that cannot be read: it is left out of its list, or makes the whole answer unreadable. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord';
}

/** Whether something was sent for which nothing could be read: null and empty text are documented ways to say "none". */
export function isUnread(given: unknown, read: unknown): boolean {
  if (read !== null || given === null || given === undefined) return false;
  return typeof given !== 'string' || given.trim() !== '';
}

/**
 * Readers for the fields of an operator's answer, each a function of what was sent. They take what the operator's documents
 * show anywhere and what people write, and turn the rest into null, reporting it by the field's `name`: one unreadable
 * field never costs the answer. What is absent, null or empty is null, too.
 */
export function lenientFields(report: Report) {
  const unreadable = (name: string): null => {
    report(`unreadable-${name}`);
    return null;
  };

  /** Text; a number is spelled out. */
  const text = (name: string, given: unknown): string | null => {
    if (typeof given === 'string') return given.trim() || null;
    if (given === undefined || given === null) return null;
    if (typeof given !== 'number' || !Number.isFinite(given)) return unreadable(name);
    report(`${name}-as-number`);
    return String(given);
  };

  /** A code of `length` digits. A code that is one digit short gets back the zero at its beginning, which a number loses. */
  const digits = (name: string, given: unknown, length: number): string | null => {
    const code = text(name, given);
    if (code === null || !/^[\d\s]+$/u.test(code)) return code;
    const bare = code.replaceAll(/\s/gu, '');
    return bare.length === length - 1 ? `0${bare}` : bare;
  };

  /** Reads a text where a number is documented. */
  const spelled = (
    name: string,
    given: unknown,
    read: (text: string) => number | null,
  ): number | null => {
    if (typeof given === 'number') return Number.isFinite(given) ? given : unreadable(name);
    if (given === undefined || given === null) return null;
    if (typeof given !== 'string') return unreadable(name);
    if (given.trim() === '') return null;
    const number = read(given);
    if (number === null || !Number.isFinite(number)) return unreadable(name);
    report(`${name}-as-text`);
    return number;
  };

  /** An object with members of its own, each of any kind. */
  const record = (name: string, given: unknown): object | null => {
    if (given === undefined || given === null) return null;
    if (typeof given === 'object' && !Array.isArray(given)) return given;
    return unreadable(name);
  };

  /**
   * A list whose members are read one by one: a member whose reader throws UnreadableRecord is left out and reported. Undefined
   * without a list; null where no member of the list can be read.
   */
  const list = <T>(
    name: string,
    given: unknown,
    read: (member: unknown) => T,
  ): T[] | null | undefined => {
    if (given === undefined || given === null) return undefined;
    // One thing where a list is documented is a list of one.
    if (!Array.isArray(given)) report(`${name}-not-a-list`);
    const members: readonly unknown[] = Array.isArray(given) ? given : [given];
    const found: T[] = [];
    for (const member of members) {
      try {
        found.push(read(member));
      } catch (error) {
        if (!(error instanceof UnreadableRecord)) throw error;
      }
    }
    if (found.length < members.length) unreadable(name);
    return found.length === 0 && members.length > 0 ? null : found;
  };

  return {
    report,
    text,
    spelled,
    record,
    list,

    /** An identifier: text as it was sent, or a number that is spelled as text. Throws UnreadableRecord without one. */
    id(name: string, given: unknown): string {
      if (typeof given === 'string' && given.trim() !== '') return given;
      if (typeof given !== 'number' || !Number.isFinite(given)) {
        throw new UnreadableRecord(`${name} is missing`);
      }
      report(`${name}-as-number`);
      return String(given);
    },

    digits,

    /** The five digits of a commune or a postcode. */
    fiveDigits: (name: string, given: unknown): string | null => digits(name, given, 5),

    /** A number, or text that spells one. */
    number: (name: string, given: unknown): number | null => spelled(name, given, readNumber),

    /** A whole number within GraphQL's Int; a fraction is rounded. */
    count(name: string, given: unknown): number | null {
      const number = spelled(name, given, readNumber);
      if (number === null) return null;
      return Math.abs(number) < 2 ** 31 - 1 ? Math.round(number) : unreadable(name);
    },

    /** A degree of longitude or latitude, which has no thousands. */
    degrees: (name: string, given: unknown): number | null =>
      spelled(name, given, (degrees) => {
        const number = Number(degrees.replace(',', '.'));
        return Number.isFinite(number) ? number : null;
      }),

    boolean(name: string, given: unknown): boolean | null {
      if (typeof given === 'boolean') return given;
      if (given === undefined || given === null || given === '') return null;
      const word = booleanWords.get(typeof given === 'string' ? given.trim().toLowerCase() : given);
      if (word === undefined) return unreadable(name);
      report(`${name}-as-${typeof given === 'number' ? 'number' : 'text'}`);
      return word;
    },

    /** An instant; a day without a time is its first moment, UTC, which is never later than what was meant. */
    instant(name: string, given: unknown): string | null {
      if (given === undefined || given === null || given === '') return null;
      if (typeof given === 'string') {
        const instant = readInstant(given);
        if (instant !== null) return instant;
        const trimmed = given.trim();
        if (trimmed === '') return null;
        if (readDay(trimmed) !== null) {
          report(`${name}-without-time`);
          return `${trimmed}T00:00:00Z`;
        }
      }
      return unreadable(name);
    },

    /** Euros. Text is reported unless it is the documented form. */
    euros(
      name: string,
      given: unknown,
      documented: 'number' | 'text' = 'number',
      due: 'once' | 'monthly' = 'once',
    ): Money | null {
      if (given === undefined || given === null) return null;
      if (typeof given !== 'number' && typeof given !== 'string') return unreadable(name);
      if (typeof given === 'string' && given.trim() === '') return null;
      const amount = readEuros(given, due);
      if (amount === null) return unreadable(name);
      if (typeof given !== (documented === 'text' ? 'string' : 'number')) {
        report(`${name}-as-${typeof given === 'number' ? 'number' : 'text'}`);
      }
      return amount;
    },

    /** A list of words; one text of several words has commas between them. */
    words(name: string, given: unknown): string[] | null | undefined {
      const split = typeof given === 'string' ? given.split(',') : null;
      if (split !== null) report(`${name}-not-a-list`);
      return list(name, split ?? given, (member) => {
        if (typeof member === 'string' && member.trim() !== '') return member.trim();
        throw new UnreadableRecord('a word is missing');
      });
    },
  };
}

export type LenientFields = ReturnType<typeof lenientFields>;

/** Makes the names of one list unique: the second `fibre` becomes `fibre:2`. */
export function ownNames(): (name: string) => string {
  const counts = new ShortMap<number>();
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name}:${count}`;
  };
}

function readNumber(text: string): number | null {
  const decimal = readDecimal(text);
  return decimal === null ? null : Number(decimal);
}

/** Whether a list lost members that were sent and could not be read. */
export function hasLost(given: unknown, read: readonly unknown[] | null | undefined): boolean {
  if (given === undefined || given === null) return false;
  return (read?.length ?? 0) < (Array.isArray(given) ? given.length : 1);
}
