import { isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import {
  answerOfGraphQLJS,
  answerOfService,
  documentsOf,
  operationIn,
  type Asked,
} from '../../support/executions.ts';
import { resetCounter, root, schema } from '../../support/troublesome-schema.ts';

// However often an operation comes, it is answered as graphql-js answers it: nobody may be able to tell who executed it.

const times = 6;
const documents = documentsOf(schema);

async function expectSame(asked: Asked): Promise<void> {
  resetCounter();
  const expected = await answerOfGraphQLJS(schema, asked, { rootValue: root });
  const operation = operationIn(documents, asked);
  for (let time = 0; time < times; time += 1) {
    resetCounter();
    expect(await answerOfService(operation, asked, { rootValue: root })).toBe(expected);
  }
}

const leaves = Object.entries(
  isObjectType(schema.getType('Thing'))
    ? (schema.getType('Thing') as { getFields(): object } & object).getFields()
    : {},
).flatMap(([name, field]: [string, { type: unknown; args: readonly unknown[] }]) =>
  field.args.length === 0 ? [{ name, type: String(field.type) }] : [],
);
const composite = /Thing|Pet|Named/;
const inside = (type: string): string =>
  !composite.test(type)
    ? ''
    : type.includes('Thing')
      ? ' { id late }'
      : ' { __typename ... on Cat { name lives } ... on Dog { barks self { name } } }';

const selections: readonly Asked[] = [
  { query: '{ arg thing { ok __typename } __typename }' },
  {
    query:
      '{ thing { ok ok a: ok ...F ... on Thing { ok late ...F } } thing { late } } fragment F on Thing { id ok thing { id } thing { ok } }',
  },
  { query: '{ thing { __proto__: ok } }' },
  {
    query:
      '{ thing { constructor: ok toString: late hasOwnProperty: thing { __proto__: late } } __proto__: arg }',
  },
  {
    query:
      '{ thing { named { name ... on Cat { lives } ... on Dog { barks } self { ... on Named { name } } } pet { ... on Named { name } } } }',
  },
  {
    query:
      '{ thing { pets { __typename ... on Cat { self { self { name __typename } } } ... on Dog { name barks } } } }',
  },
  { query: 'query A { arg } query B { thing { ok } }', operationName: 'B' },
  // What is read of a promise itself would be an answer here.
  { query: '{ thing { promisedThing { ok late } } }' },
  { query: '{ thing { rejectedThing { ok late } } }' },
  { query: '{ thing { promisedNamed { name } } }' },
  { query: 'mutation { b: first second a: first }' },
  { query: 'mutation { first fail second }' },
  { query: 'mutation { first failNonNull second }' },
  {
    query:
      '{ __schema { queryType { name fields { name type { kind ofType { name } } } } } __type(name: "Thing") { name } thing { ok } }',
  },
  { query: '{ thing { arg(text: "\\u2028\\"\\\\ \' ` ${1} */ //") } }' },
  {
    query:
      '{ thing { arg(text: """block\n  text""", float: 1e2, int: -0, id: 7, list: [1], custom: "tee") } }',
  },
  {
    query:
      '{ thing { arg(list: 4, matrix: 5, point: {x: 1, inner: {x: 2, colour: RED}}, points: {x: 1}, loose: {}) } }',
  },
  {
    query: '{ thing { arg(int: null, point: null, preset: null, loose: {b: null, a: null}) } }',
  },
];

const toggled = `query ($on: Boolean!, $off: Boolean = true) {
  thing {
    a: ok @include(if: $on)
    b: ok @skip(if: $off)
    ...F @include(if: $off)
    ... @skip(if: $on) { late throws }
    ... on Thing @include(if: $on) { c: id }
  }
  things @skip(if: $on) { id }
}
fragment F on Thing { thing @include(if: $on) { id @skip(if: $off) ok } }`;

const args = `query (
  $int: Int, $float: Float, $text: String, $id: ID, $bool: Boolean, $colour: Colour, $list: [Int!], $matrix: [[Int]],
  $point: Point, $points: [Point!], $loose: Loose, $custom: Text, $preset: Int, $required: Int = 4
) {
  thing {
    arg(int: $int, float: $float, text: $text, id: $id, bool: $bool, colour: $colour, list: $list, matrix: $matrix,
      point: $point, points: $points, loose: $loose, custom: $custom, preset: $preset, required: $required)
    ok
  }
}`;
const argNames = [...args.matchAll(/(\w+): \$/g)].map(([, name]) => name!);
function deepList(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}
const values: readonly unknown[] = [
  0,
  -0,
  1,
  1.5,
  -1,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  -(2 ** 31) - 1,
  1e21,
  1e308,
  '1',
  '',
  'RED',
  'red',
  'tea',
  'x',
  true,
  false,
  null,
  [],
  {},
  [1],
  [null],
  ['a'],
  [[1, null], null],
  { x: 1 },
  { x: null },
  { x: 1, z: 2 },
  { x: 1, inner: [] },
  { x: 1, ids: 5, text: 'tea', inner: { x: 2, colour: null } },
  { x: 1, colour: 'BLUE' },
  { x: 1, text: 'no' },
  { x: 1, inner: { x: 'a' } },
  { constructor: 1 },
  JSON.parse('{"__proto__": {"x": 1}, "x": 2}'),
  deepList(200),
];

describe('an operation that comes back', () => {
  test.for(leaves)(
    'an operation that comes back answers the same bytes for $name: $type',
    async ({ name, type }) => {
      const field = `${name}${inside(type)}`;
      await expectSame({ query: `{ thing { ok ${field} late } }` });
      await expectSame({ query: `{ nonNull { ${field} } }` });
      await expectSame({ query: `{ things { id lateThing { late alias: ${field} } } }` });
      await expectSame({
        query: `{ thing { nonNullThing { things { ${field} ok } } } thing { ok } }`,
      });
      await expectSame({
        query: `{ thing { lateThing { throws ${field} throwsLate things { coded ${field} } } } }`,
      });
    },
  );

  test.for(selections)(
    'an operation that comes back answers the same bytes: $query',
    async (one) => {
      await expectSame(one);
    },
  );

  test.for([
    {},
    { on: true },
    { on: false },
    { on: null },
    { on: 'true' },
    { on: 1 },
    { on: true, off: false },
    { on: false, off: false },
    { on: false, off: null },
    { off: true },
  ])(
    'an operation that comes back answers the same bytes with parts that are switched: %j',
    async (variables) => {
      await expectSame({ query: toggled, variables });
    },
  );

  test.for(argNames)(
    'an operation that comes back answers the same bytes whatever is given as $%s',
    async (name) => {
      for (const value of values) await expectSame({ query: args, variables: { [name]: value } });
    },
  );

  test('an operation that comes back answers the same bytes for variables that are strange, or must be given', async () => {
    await expectSame({ query: args });
    await expectSame({
      query: args,
      variables: { int: 'a', float: 'b', colour: 3, unknown: 4 },
    });
    await expectSame({
      query: args,
      variables: JSON.parse('{"__proto__": {"int": 5}, "int": 6}') as Record<string, unknown>,
    });
    const must = `query ($int: Int!, $point: Point!, $x: Int!) {
      thing { must(int: $int, point: $point) arg(point: {x: $x}, list: [$x]) }
    }`;
    for (const variables of [
      {},
      { int: 1 },
      { int: null, point: {}, x: 1 },
      { int: 1, point: { x: 1 }, x: 3 },
      { int: 1, point: { x: 1 }, x: null },
    ]) {
      await expectSame({ query: must, variables });
    }
    const optional = `query ($int: Int, $required: Int = 3) {
      thing { arg(int: $int, required: $required, list: [1]) }
    }`;
    for (const variables of [{}, { required: null }, { int: null }, { int: 3, required: 5 }]) {
      await expectSame({ query: optional, variables });
    }
    const inner = `query ($x: Int! = 1, $text: Text, $constructor: Int) {
      thing { arg(point: {x: $x, text: $text, label: "l"}, loose: {a: $constructor}, int: $constructor) }
    }`;
    for (const variables of [{}, { x: null }, { x: 2, text: 'tea' }, { text: 'no' }]) {
      await expectSame({ query: inner, variables });
    }
    await expectSame({ query: inner, variables: { constructor: 4 } });
  });

  test.for(['text', 'constructor', 'toString', 'hasOwnProperty', '__proto__'])(
    'an operation that comes back answers the same bytes for a variable named %s, given or not',
    async (name) => {
      const query = `query ($${name}: String, $id: ID) { thing { pair(text: $${name}, id: $id) } }`;
      await expectSame({ query });
      await expectSame({ query, variables: { id: '7' } });
      for (const value of ['text', '', null, 7]) {
        // Made of entries, so that also `__proto__` is a member, as JSON has it.
        const variables = Object.fromEntries([
          ['id', '7'],
          [name, value],
        ]) as Asked['variables'];
        await expectSame({ query, variables });
      }
      const preset = query.replace('String,', 'String = "preset",');
      for (const variables of [{}, { id: '7' }]) await expectSame({ query: preset, variables });
    },
  );
});
