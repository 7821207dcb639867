import {
  buildSchema,
  GraphQLError,
  isObjectType,
  Kind,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
} from 'graphql';
import { restsOnLoaders } from '../../src/schema/selection.ts';

// A schema in which everything happens that may happen to an execution, and promises at every place.

export const schema = buildSchema(/* GraphQL */ `
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
    promised: String
    rejected: String
    promises: [Thing!]
    rejections: [[String]]
    promisedThing: Thing
    rejectedThing: Thing
    promisedNamed: Named
    pair(text: String, id: ID): String
    path: String
    strays: [Pet]
  }
  type Query {
    thing: Thing
    nonNull: Thing!
    things: [Thing]
    arg(int: Int): String
  }
  type Subscription {
    thing: Thing
    nonNull: Thing!
    things: [Thing]
  }
  type Mutation {
    first: Int!
    second: Int
    fail: Int
    failNonNull: Int!
  }
`);

let counter = 0;

/** Begins anew with what mutations count. */
export function resetCounter(): void {
  counter = 0;
}

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

/** Arguments as text, with those that no client can give; a resolver reads them by their names, so that their order is nothing. */
const inOrder = (args: object): string =>
  JSON.stringify(args, (_key, value: unknown) => {
    if (typeof value === 'function') return `function ${value.name}`;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  });

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
  promised: Promise.resolve('promised'),
  get rejected() {
    return Promise.reject(new Error('rejected'));
  },
  get promisedThing() {
    return later(thing);
  },
  get rejectedThing() {
    return Promise.reject(new Error('rejected'));
  },
  promisedNamed: Promise.resolve(cat),
  pair: inOrder,
  get promises() {
    return [thing, later(thing), Promise.resolve(thing)];
  },
  rejections: () => [
    [null, 'x', fail, later(0).then(fail)],
    later(0).then(() => [later(0).then(fail)]),
  ],
  strays: () => [{ lives: 1 }, later({ barks: 2 }), { neither: 3 }, later(0).then(fail)],
};
export const root = {
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

for (const name of ['Query', 'Mutation', 'Subscription', 'Thing', 'Cat', 'Dog']) {
  const type = schema.getType(name);
  if (!isObjectType(type)) continue;
  for (const field of Object.values(type.getFields())) {
    // As fields of queries that may be planned have it.
    if (name === 'Query') field.extensions = restsOnLoaders;
    // Every other one is read by graphql-js's own resolver.
    if (field.name.length % 2 === 1 && name === 'Thing') continue;
    field.resolve = (
      source: Record<string, unknown>,
      args: object,
      _context,
      info: GraphQLResolveInfo,
    ) => {
      if (field.name === 'path') return JSON.stringify(info.path);
      const value = source[field.name];
      return typeof value === 'function' ? (value as (args: object) => unknown)(args) : value;
    };
  }
}

const dogType = schema.getType('Dog') as GraphQLObjectType;
dogType.isTypeOf = (value: object) => later('barks' in value);
