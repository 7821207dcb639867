import {
  buildSchema,
  getNamedType,
  GraphQLError,
  isInputObjectType,
  isObjectType,
  Kind,
  parse,
  validate,
  type FragmentDefinitionNode,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { maskError } from '../../src/request/mask-errors.ts';
import { operators } from '../../src/operators/index.ts';
import { composeServedSchema } from '../../src/compose-schema.ts';
import { Operation } from '../../src/request/operation.ts';
import { recordingLog } from '../support/recording-log.ts';

// An operation is interpreted when it is new and compiled when it comes back: nobody may be able to tell which.

const schema = buildSchema(/* GraphQL */ `
  scalar Text
  enum Colour {
    RED
    GREEN
  }
  input Point {
    x: Int!
    y: Int = 7
    label: String
    colour: Colour = GREEN
    inner: Inner
    ids: [ID!]
    text: Text
  }
  input Inner {
    x: Int!
    colour: Colour
  }
  input Loose {
    a: Int
    b: [Int] = [1, 2]
  }
  interface Named {
    name: String
    self: Named
  }
  type Cat implements Named {
    name: String
    self: Named
    lives: Int!
  }
  type Dog implements Named {
    name: String
    self: Named
    barks: Boolean
  }
  union Pet = Cat | Dog
  type Thing {
    id: ID!
    ok: String
    late: String
    throws: String
    throwsLate: String
    nonNull: String!
    nullNonNull: String!
    throwsNonNull: String!
    lateNonNull: String!
    wrongInt: Int
    bigInt: Int
    float: Float
    badFloat: Float
    bool: Boolean
    id2: ID
    colour: Colour
    wrongColour: Colour
    text: Text
    badText: Text
    list: [Int]
    listOfNonNull: [Int!]
    listWithNull: [Int!]
    nonNullList: [Int!]!
    throwsInList: [Thing]
    lateInList: [Thing!]
    notAList: [Int]
    iterable: [Int]
    errorInList: [Int]
    matrix: [[Int!]]
    thing: Thing
    lateThing: Thing
    nonNullThing: Thing!
    nullThing: Thing!
    things: [Thing!]!
    pet: Pet
    pets: [Pet]
    badPet: Pet
    named: Named
    lateNamed: Named
    coded: String
    arg(
      int: Int
      float: Float
      text: String
      id: ID
      bool: Boolean
      colour: Colour
      list: [Int!]
      matrix: [[Int]]
      point: Point
      points: [Point!]
      loose: Loose
      custom: Text
      preset: Int = 5
      required: Int! = 3
    ): String
    must(int: Int!, point: Point!): String
  }
  type Query {
    thing: Thing
    nonNull: Thing!
    things: [Thing]
    arg(int: Int): String
  }
  type Mutation {
    first: Int!
    second: Int
    fail: Int
    failNonNull: Int!
  }
`);

let counter = 0;
const later = <T>(value: T): Promise<T> =>
  new Promise((resolve) => {
    setImmediate(() => resolve(value));
  });
const fail = (): never => {
  throw new Error('broken');
};
const coded = (): never => {
  throw new GraphQLError('refused', { extensions: { code: 'SOME_CODE', more: [1] } });
};

/** Arguments as text; a resolver reads them by their names, so that their order is nothing. */
const inOrder = (args: object): string =>
  JSON.stringify(args, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

const cat = { __typename: 'Cat', name: 'Tom', lives: 9, self: () => later(cat) };
const dog = { __typename: 'Dog', name: null, barks: 1, self: () => cat };
const thing: Record<string, unknown> = {
  id: 12,
  ok: 'ok',
  late: () => later('late'),
  throws: fail,
  throwsLate: () => later(0).then(fail),
  nonNull: 'there',
  nullNonNull: null,
  throwsNonNull: fail,
  lateNonNull: () => later(null),
  wrongInt: 'many',
  bigInt: 2 ** 40,
  float: 1.5,
  badFloat: 'x',
  bool: true,
  id2: 3.5,
  colour: 'RED',
  wrongColour: 'MAUVE',
  text: 'ok',
  badText: 'bad',
  list: [1, null, 3],
  listOfNonNull: [1, 2],
  listWithNull: [1, null, 3],
  nonNullList: () => later([1, later(2)]),
  throwsInList: () => [thing, later(thing), later(0).then(fail), null],
  lateInList: () => [thing, later(null)],
  notAList: 'abc',
  iterable: new Set([1, 2]),
  errorInList: () => [1, new Error('in a list'), 3],
  matrix: [[1], [2, null], null],
  thing: () => thing,
  lateThing: () => later(thing),
  nonNullThing: () => thing,
  nullThing: null,
  things: () => [thing, later(thing)],
  pet: () => cat,
  pets: () => [cat, later(dog), null, { name: 'nobody' }],
  badPet: { __typename: 'Thing' },
  named: () => dog,
  lateNamed: () => later(cat),
  coded,
  arg: inOrder,
  must: (args: object) => later(inOrder(args)),
};
const root = {
  thing: () => thing,
  nonNull: () => later(thing),
  things: () => [thing, later(thing), null],
  arg: inOrder,
  first: () => later((counter += 1)),
  second: () => (counter += 10),
  fail,
  failNonNull: () => later(0).then(fail),
};

function parseText(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith('t')) return `(${value})`;
  throw new GraphQLError('Text starts with t.', { extensions: { code: 'BAD_USER_INPUT' } });
}

Object.assign(schema.getType('Text') ?? {}, {
  parseValue: parseText,
  parseLiteral: (node: { kind: string; value?: unknown }) =>
    parseText(node.kind === Kind.STRING ? node.value : null),
  serialize: (value: unknown) => {
    if (value === 'bad') throw new Error('cannot be text');
    return value;
  },
});

// Resolvers as the service has them: what an object holds is never a function that stands for its field.
for (const name of ['Query', 'Mutation', 'Thing', 'Cat', 'Dog']) {
  const type = schema.getType(name);
  if (!isObjectType(type)) continue;
  for (const field of Object.values(type.getFields())) {
    field.resolve = (source: Record<string, unknown>, args: object) => {
      const value = source[field.name];
      return typeof value === 'function' ? (value as (args: object) => unknown)(args) : value;
    };
  }
}

interface Case {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

function operationOf(served: GraphQLSchema, { query, operationName }: Case): Operation {
  const document = parse(query);
  expect(validate(served, document)).toEqual([]);
  const fragments: Record<string, FragmentDefinitionNode> = {};
  let found: OperationDefinitionNode | null = null;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      if (operationName === undefined || definition.name?.value === operationName)
        found ??= definition;
    }
  }
  return new Operation(found!, { schema: served, document, fragments });
}

/** What a client is answered the first, second, third and fourth time. */
async function answers(one: Case): Promise<string[]> {
  const operation = operationOf(schema, one);
  const found: string[] = [];
  for (let time = 0; time < 4; time += 1) {
    counter = 0;
    const { data, errors } = await operation.execute({
      rootValue: root,
      contextValue: {},
      variables: one.variables ?? {},
    });
    const log = recordingLog();
    const masked = errors?.map((error) => maskError(error, log));
    const logged = log.lines.map(({ fields }) => fields['path']);
    found.push(
      JSON.stringify({ data, errors: masked, logged }).replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, '-'),
    );
  }
  expect(operation.isCompiled).toBe(operation.node.operation !== 'mutation');
  return found;
}

async function expectSame(one: Case): Promise<void> {
  const [first, ...others] = await answers(one);
  for (const other of others) expect(other).toBe(first);
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

const selections: readonly Case[] = [
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

test('no input of the API holds itself: a plan for it would have no end', () => {
  const inputs = Object.values(composeServedSchema(operators).getTypeMap()).filter(
    isInputObjectType,
  );
  const holds = (type: GraphQLInputObjectType, outer: readonly GraphQLInputObjectType[]): void => {
    expect(outer).not.toContain(type);
    for (const field of Object.values(type.getFields())) {
      const inner = getNamedType(field.type);
      if (isInputObjectType(inner)) holds(inner, [...outer, type]);
    }
  };
  for (const type of inputs) holds(type, []);
});

describe('an operation that is interpreted and then compiled', () => {
  test.for(leaves)('answers the same bytes for $name: $type', async ({ name, type }) => {
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
  });

  test.for(selections)('answers the same bytes: $query', async (one) => {
    await expectSame(one);
  });

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
  ])('answers the same bytes with parts that are switched: %j', async (variables) => {
    await expectSame({ query: toggled, variables });
  });

  test.for(argNames)('answers the same bytes whatever is given as $%s', async (name) => {
    for (const value of values) await expectSame({ query: args, variables: { [name]: value } });
  });

  test('answers the same bytes for variables that are strange, or must be given', async () => {
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
});
