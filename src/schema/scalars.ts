import { GraphQLError, Kind } from 'graphql';
import { readDay, readInstant } from '../vocabulary/instant.ts';
import { builder } from './builder.ts';

const rfc3339 = /^\d{4}-\d{2}-\d{2}t\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:z|[+-]\d{2}:\d{2})$/i;
const decimal = /^-?\d+(?:\.\d+)?$/;

/** Fractions of seconds, and decimals, may have many digits. */
const longestText = 1_000;

// The scalars of the API. Operators' values were brought into their form before; input is checked here.

function defineTextScalar(
  name: 'DateTime' | 'Date' | 'Decimal',
  options: {
    description: string;
    specifiedByURL?: string;
    form: string;
    /** The text as it is to be understood here; null where it is refused. */
    read(text: string): string | null;
  },
): void {
  const { form, read, description, specifiedByURL } = options;
  const parse = (value: unknown): string => {
    const text = typeof value === 'string' && value.length <= longestText ? read(value) : null;
    if (text !== null) return text;
    const shown = JSON.stringify(value)?.slice(0, 100);
    throw new GraphQLError(`${name} cannot be ${shown}: write it as ${form}.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  };
  builder.scalarType(name, {
    description,
    ...(specifiedByURL === undefined ? {} : { specifiedByURL }),
    serialize: String,
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : null),
  });
}

defineTextScalar('DateTime', {
  description:
    "An instant, RFC 3339 with its offset: `2025-04-04T10:07:24.274+02:00`. Operators' timestamps keep the offset and precision they were sent with.",
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  form: '"2025-04-04T10:07:24+02:00"',
  // RFC 3339 has small letters and leap seconds, which few programs can read: they go on in their usual form.
  read: (text) => (rfc3339.test(text) ? readInstant(text) : null),
});
defineTextScalar('Date', {
  description: 'A day: `YYYY-MM-DD`.',
  form: '"2025-04-04"',
  read: readDay,
});
defineTextScalar('Decimal', {
  description:
    'An exact decimal number as a string, `"155.00"`: read it with a decimal library, since binary floating point cannot hold every amount.',
  form: '"155.00"',
  read: (text) => (decimal.test(text) ? text : null),
});
