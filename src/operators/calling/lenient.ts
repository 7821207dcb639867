import { z } from 'zod';

const booleanWords = new Map<unknown, boolean>([
  ['true', true],
  ['True', true],
  ['1', true],
  [1, true],
  ['false', false],
  ['False', false],
  ['0', false],
  [0, false],
]);

/** A schema that is one function; it is called for what is absent too. */
const Reading = z.core.$constructor(
  'Reading',
  (schema: z.ZodType, definition: z.core.$ZodTypeDef) => {
    z.ZodType.init(schema, definition);
    const { read } = definition as unknown as { read: (given: unknown) => unknown };
    schema._zod.optin = 'optional';
    schema._zod.optout = 'optional';
    schema._zod.parse = (payload) => {
      payload.value = read(payload.value);
      return payload;
    };
  },
);

function readBy<T>(read: (given: unknown) => T): z.ZodType<T> {
  return new Reading({ type: 'custom', read } as never) as unknown as z.ZodType<T>;
}

/** Told of each departure from the documented form, by a fixed word. */
export type Report = (deviation: string) => void;

/**
 * Readers for the fields of an operator's answer. Each takes what the operator's documents show anywhere and turns the
 * rest into null, reporting it: one unreadable field never costs the answer. Those of single values are each one function:
 * an answer has hundreds of them, and composed of the library's own parts they would take most of the time of a request.
 */
export function lenientFields(report: Report) {
  const field = <T>(name: string, schema: z.ZodType<T>) =>
    schema.nullish().catch(() => {
      report(`unreadable-${name}`);
      return null;
    });

  /** A single value; `read` gives undefined for what it cannot read. Absent stays undefined, and null null. */
  const single = <T>(name: string, read: (given: unknown) => T | null | undefined) =>
    readBy((given): T | null | undefined => {
      if (given === undefined || given === null) return given;
      const result = read(given);
      if (result !== undefined) return result;
      report(`unreadable-${name}`);
      return null;
    });

  return {
    field,
    single,
    /** An identifier: text, or a number that is spelled as text. */
    id: (name: string) =>
      z
        .union([z.string().min(1), z.number()], { error: `${name} is missing` })
        .transform((given) => {
          if (typeof given === 'number') report(`${name}-as-number`);
          return String(given);
        }),
    /** Text; empty text is null, a number is spelled out. */
    text: (name: string) =>
      single(name, (given) => {
        if (typeof given === 'number') {
          report(`${name}-as-number`);
          return String(given);
        }
        return typeof given === 'string' ? given.trim() || null : undefined;
      }),
    /**
     * A number, or text that spells one; empty text is null. Text is reported unless it is the documented form.
     */
    number: (name: string, documented: 'number' | 'text' = 'number') =>
      single(name, (given) => {
        if (typeof given === 'number') return given;
        if (typeof given !== 'string') return undefined;
        if (given.trim() === '') return null;
        const number = Number(given.replace(',', '.'));
        if (!Number.isFinite(number)) return undefined;
        if (documented === 'number') report(`${name}-as-text`);
        return number;
      }),
    boolean: (name: string) =>
      single(name, (given) => {
        if (typeof given === 'boolean') return given;
        const word = booleanWords.get(given);
        if (word !== undefined)
          report(`${name}-as-${typeof given === 'number' ? 'number' : 'text'}`);
        return word;
      }),
    /**
     * A list whose members are read one by one: what cannot be read is left out and reported. Absent, or null on the
     * wire, is undefined; null is a list that is there and of which nothing can be read.
     */
    list: <T>(name: string, member: z.ZodType<T>) =>
      readBy((given): T[] | null | undefined => {
        if (given === undefined || given === null) return undefined;
        // One object where a list is documented is a list of one.
        const members: unknown[] = Array.isArray(given) ? given : [given];
        const read = members.flatMap((one) => {
          const result = member.safeParse(one);
          return result.success ? [result.data] : [];
        });
        if (!Array.isArray(given)) report(`${name}-not-a-list`);
        if (read.length < members.length) report(`unreadable-${name}`);
        return read.length === 0 && members.length > 0 ? null : read;
      }),
  };
}
