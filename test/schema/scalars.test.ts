import { GraphQLError, GraphQLScalarType, parseValue } from 'graphql';
import { describe, expect, test } from 'vitest';
import { composeSchema } from '../../src/compose-schema.ts';
import { operators } from '../../src/operators/index.ts';

const schema = composeSchema(operators);

function scalar(name: string): GraphQLScalarType<unknown, unknown> {
  const type = schema.getType(name);
  if (!(type instanceof GraphQLScalarType)) throw new Error(`${name} is no scalar`);
  return type;
}

const accepted: Readonly<Record<string, readonly string[]>> = {
  DateTime: [
    '2025-04-04T10:07:24.274+02:00',
    '2025-04-04T10:07:24Z',
    '2025-04-04T10:07:24.274000-05:30',
    '2024-02-29T00:00:00Z',
    '2999-12-31T23:59:59Z',
  ],
  Date: ['2025-04-04', '2024-02-29', '0001-01-01'],
  Decimal: ['155.00', '0', '-1.5', '0.125', '123456789012345678901234567890.12'],
};

const refused: Readonly<Record<string, readonly unknown[]>> = {
  DateTime: [
    '2025-04-04',
    '2025-04-04T10:07:24',
    '2025-04-04 10:07:24Z',
    '2025-04-04T10:07Z',
    '2025-02-30T10:07:24Z',
    '2025-04-04T25:07:24Z',
    '2025-04-04T24:00:00Z',
    '2025-04-04T12:00:60Z',
    '2025-04-04T10:07:24+2:00',
    '2025-04-04T10:07:24Z\n',
    'now',
    '',
    1_743_754_044,
    null,
    {},
    ['2025-04-04T10:07:24Z'],
  ],
  Date: [
    '2025-02-29',
    '2025-4-4',
    '04/04/2025',
    '2025-04-04T00:00:00Z',
    '2025',
    '',
    20250404,
    null,
  ],
  Decimal: [
    '1,5',
    '1e3',
    '.5',
    '5.',
    '+1',
    ' 1',
    '1 ',
    'NaN',
    'Infinity',
    '0x10',
    '',
    1.5,
    1,
    null,
  ],
};

/** As a client writes a value in a variable, and as one writes it in the operation. */
const readers = (name: string): readonly ((value: unknown) => unknown)[] => [
  (value) => scalar(name).parseValue(value),
  (value) => scalar(name).parseLiteral(parseValue(literalOf(value))),
];

function literalOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return '{}';
  return JSON.stringify(value);
}

test.for([
  ['2025-04-04t10:07:24z', '2025-04-04T10:07:24Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ['2017-01-01T00:59:60+01:00', '2017-01-01T00:00:00.000Z'],
] as const)('DateTime takes %s as RFC 3339 has it, for %s', ([given, understood]) => {
  for (const read of readers('DateTime')) expect(read(given)).toBe(understood);
});

describe.each(Object.keys(accepted))('%s', (name) => {
  test.for(accepted[name] ?? [])('takes %j, and gives it back as it was', (text) => {
    for (const read of readers(name)) expect(read(text)).toBe(text);
    expect(scalar(name).serialize(text)).toBe(text);
  });

  test.for(refused[name] ?? [])('refuses %j, saying how to write it', (value) => {
    for (const read of readers(name)) {
      let error: unknown = null;
      try {
        read(value);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(GraphQLError);
      expect((error as GraphQLError).extensions).toEqual({ code: 'BAD_USER_INPUT' });
      expect((error as GraphQLError).message).toMatch(/write it as "/);
    }
  });
});
