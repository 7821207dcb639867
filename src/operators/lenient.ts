import { z } from 'zod';

/** Told of each departure from the documented form, by a fixed word. */
export type Report = (deviation: string) => void;

/**
 * Readers for the fields of an operator's answer. Each takes what the operator's documents show anywhere and turns the
 * rest into null, reporting it: one unreadable field never costs the answer.
 */
export function lenientFields(report: Report) {
  const field = <T>(name: string, schema: z.ZodType<T>) =>
    schema.nullish().catch(() => {
      report(`unreadable-${name}`);
      return null;
    });

  return {
    field,
    /** An identifier: text, or a number that is spelled as text. */
    id: (name: string) =>
      z
        .union([z.string().min(1), z.number()], { error: `${name} is missing` })
        .transform((value) => {
          if (typeof value === 'number') report(`${name}-as-number`);
          return String(value);
        }),
    /** Text; empty text is null, a number is spelled out. */
    text: (name: string) =>
      field(
        name,
        z.union([z.string(), z.number()]).transform((value) => {
          if (typeof value === 'number') report(`${name}-as-number`);
          const text = String(value).trim();
          return text === '' ? null : text;
        }),
      ),
    /**
     * A number, or text that spells one; empty text is null. Text is reported unless it is the documented form.
     */
    number: (name: string, documented: 'number' | 'text' = 'number') =>
      field(
        name,
        z.union([z.number(), z.string()]).transform((value, context) => {
          if (typeof value === 'number') return value;
          if (value.trim() === '') return null;
          const number = Number(value.replace(',', '.'));
          if (!Number.isFinite(number)) {
            context.addIssue({ code: 'custom', message: `${name} is no number` });
            return z.NEVER;
          }
          if (documented === 'number') report(`${name}-as-text`);
          return number;
        }),
      ),
    boolean: (name: string) =>
      field(
        name,
        z.union([
          z.boolean(),
          z.enum(['true', 'false', 'True', 'False', '1', '0']).transform((value) => {
            report(`${name}-as-text`);
            return value === '1' || value.toLowerCase() === 'true';
          }),
          z.literal([0, 1]).transform((value) => {
            report(`${name}-as-number`);
            return value === 1;
          }),
        ]),
      ),
    /**
     * A list whose members are read one by one: what cannot be read is left out and reported. Absent, or null on the
     * wire, is undefined; null is a list that is there and of which nothing can be read.
     */
    list: <T>(name: string, member: z.ZodType<T>) =>
      z
        .unknown()
        .transform((value): T[] | null | undefined => {
          if (value === null) return undefined;
          // One object where a list is documented is a list of one.
          const members: unknown[] = Array.isArray(value) ? value : [value];
          const read = members.flatMap((one) => {
            const result = member.safeParse(one);
            return result.success ? [result.data] : [];
          });
          if (!Array.isArray(value)) report(`${name}-not-a-list`);
          if (read.length < members.length) report(`unreadable-${name}`);
          return read.length === 0 && members.length > 0 ? null : read;
        })
        .optional(),
  };
}
