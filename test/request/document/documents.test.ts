import { buildSchema, type GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { Documents } from '../../../src/request/document/documents.ts';

const schema = buildSchema('type Query { a: Int } type Subscription { a: Int b: Int }');
const limits = {
  tokens: 40,
  depth: 10,
  aliases: 10,
  repeatedFields: 60,
  fields: 2_000,
  directives: 10,
  listItems: 10,
  cost: 1_000,
};
const documents = new Documents({ schema, limits, introspection: true });

function errorsOf(text: string): readonly GraphQLError[] {
  const read = documents.read(text);
  return Array.isArray(read) ? (read as readonly GraphQLError[]) : [];
}

test('a document of too many words is over a limit, and not unreadable', () => {
  expect(errorsOf(`{ ${'a '.repeat(50)} }`)).toMatchObject([
    { extensions: { code: 'LIMIT_EXCEEDED', limit: 'tokens', allowed: 40 } },
  ]);
});

test.for([
  '{ "Parsing aborted" }',
  '{ "Document contains more that 40 tokens. Parsing aborted." }',
  `{ "Syntax Error: Document contains more that 40 tokens. Parsing aborted." }`,
])('a document is not over a limit since it has the words for it: %s', (text) => {
  expect(errorsOf(text)).toMatchObject([
    {
      message: expect.stringMatching(/^Syntax Error: Expected Name, found String/),
      extensions: { code: 'GRAPHQL_PARSE_FAILED' },
    },
  ]);
});

test('documents are kept for the next time, two thousand at most and the latest ones', () => {
  const first = documents.read('{ first: a }');
  expect(documents.read('{ first: a }')).toBe(first);
  for (let count = 0; count < 1_999; count += 1) documents.read(`{ n${count}: a }`);
  expect(documents.read('{ first: a }')).toBe(first);
  for (let count = 0; count < 2_000; count += 1) documents.read(`{ m${count}: a }`);
  expect(documents.read('{ first: a }')).not.toBe(first);
});

describe('the field of a subscription', () => {
  test.each([
    'subscription { a @skip(if: true) }',
    'subscription ($v: Boolean!) { a @include(if: $v) }',
    'subscription ($v: Boolean!) { ... @skip(if: $v) { a } }',
    'subscription { ...F } fragment F on Subscription { ...G @include(if: false) } fragment G on Subscription { a }',
    'subscription { ...F } fragment F on Subscription { a @skip(if: false) ...F }',
  ])('the field of a subscription has no condition: %s', (text) => {
    expect(errorsOf(text)).toMatchObject([
      {
        message: expect.stringMatching(/^A subscription must have its field: remove @/),
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
  });

  test('the field of a subscription may be in a fragment', () => {
    expect(errorsOf('subscription { ...F } fragment F on Subscription { a }')).toEqual([]);
  });

  test('the field of a subscription is not meant where a query has a condition', () => {
    expect(errorsOf('query ($v: Boolean!) { a @skip(if: $v) }')).toEqual([]);
  });
});
