import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import type { SeededRandom } from './seeded-random.ts';

/** One request of a client that knows the schema, and does not always care. */
export interface FuzzRequest {
  /** The body to post, JSON or what should have been. */
  readonly body: string;
  /** How it was made. */
  readonly kind: 'valid' | 'odd values' | 'spoiled text' | 'spoiled request' | 'not a request';
  /** Whether it asks for a stream, if for anything. */
  readonly streams: boolean;
}

/** Keys of things that exist, so that not everything ends with "not found". */
export type KnownKeys = readonly string[];

const oddStrings = [
  '',
  ' ',
  '0',
  '-1',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  'toString',
  '../../../etc/passwd',
  '%2e%2e%2f',
  '%00',
  '\u0000',
  '\ud800',
  '\u202e\u200b\ufeff',
  "' or 1=1; --",
  '$1',
  '{{7*7}}',
  '<script>alert(1)</script>',
  'line\r\nX-Injected: yes',
  '?a=b&c=d#e',
  'é'.repeat(200),
  '😀'.repeat(50),
  'x'.repeat(5_000),
  '2025-02-30',
  '2025-04-04T25:61:61Z',
  '9'.repeat(400),
  'Infinity',
  'bm90IGEgY3Vyc29y',
  '[]',
  '"',
] as const;

/** Those that a literal may hold. */
const wellFormedStrings = oddStrings.filter((text) => text.isWellFormed());

const oddNumbers = [
  0,
  -0,
  -1,
  1,
  101,
  2_147_483_647,
  2_147_483_648,
  -2_147_483_649,
  2 ** 53,
  1e21,
  1e308,
  0.1,
  -1e-320,
] as const;

const oddValues: readonly unknown[] = [
  null,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  { __proto__: null, length: -1 },
  { toString: 'x' },
  [1, 'a', { b: null }],
  ...oddNumbers,
];

/** Bodies that are no GraphQL request, or hardly one. */
const oddBodies = [
  '',
  ' ',
  '{',
  'null',
  'true',
  '1',
  '"{ __typename }"',
  '[]',
  '[{"query":"{ __typename }"}]',
  '{}',
  '{"query":null}',
  '{"query":1}',
  '{"query":[]}',
  '{"query":{"a":1}}',
  '{"query":""}',
  '{"query":" # nothing"}',
  '{"query":"{ __typename }","variables":[]}',
  '{"query":"{ __typename }","variables":"{}"}',
  '{"query":"{ __typename }","variables":1}',
  '{"query":"{ __typename }","operationName":1}',
  '{"query":"{ __typename }","operationName":"Missing"}',
  '{"query":"{ __typename }","operationName":""}',
  '{"query":"{ __typename }","extensions":[]}',
  '{"query":"{ __typename }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}',
  '{"query":"{ __typename }","unknown":true}',
  '{"query":"{ __typename }","query":"{"}',
  '{"__proto__":{"query":"{ __typename }"}}',
  '{"constructor":{"prototype":{"query":"{ __typename }"}},"query":"{ __typename }"}',
  '\ufeff{"query":"{ __typename }"}',
  '{"query":"{ __typename }"',
  '{"query":"\ud800"}',
  '{"query":"query A { __typename } query B { __typename }"}',
  '{"query":"query A { __typename } query A { __typename }","operationName":"A"}',
  '{"query":"fragment F on Query { __typename }"}',
  '{"query":"{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }"}',
  '{"query":"type Query { a: Int }"}',
  '{"query":"{ __type(name: \\"Query\\") { fields { type { fields { type { fields { name } } } } } } }"}',
  '{"query":"query ($a: Nothing) { __typename }"}',
  '{"query":"query ($a: Query) { __typename }"}',
  '{"query":"query ($a: Int = \\"a\\", $a: Int) { __typename }"}',
  '{"query":"subscription { __typename }"}',
  '{"query":"mutation { __typename @skip(if: true) }"}',
  `{"query":"${'{ a '.repeat(3_000)}${'}'.repeat(3_000)}"}`,
  `{"query":"query ($a: ${'['.repeat(2_000)}Int${']'.repeat(2_000)}) { __typename }"}`,
  `{"query":"{ offer(id: ${'['.repeat(3_000)}${']'.repeat(3_000)}) { id } }"}`,
  `{"query":"{ ${Array.from({ length: 600 }, (_, n) => `a${n}: __typename`).join(' ')} }"}`,
  `{"query":"{ __typename }","variables":${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}}`,
];

const deepest = 7;

/** A request made from the schema by the choices of `random`: half of them in order, half of them not. */
export function fuzzRequest(
  schema: GraphQLSchema,
  known: KnownKeys,
  random: SeededRandom,
): FuzzRequest {
  if (random.chance(0.08)) {
    return { body: random.pick(oddBodies), kind: 'not a request', streams: false };
  }
  const isOdd = random.chance(0.3);
  const made = new Operation(schema, known, random, isOdd).make();
  const streams = made.query.startsWith('subscription');
  if (random.chance(0.15)) {
    const query = spoiled(made.query, random);
    return { body: JSON.stringify({ ...made, query }), kind: 'spoiled text', streams };
  }
  if (random.chance(0.08)) {
    const member = random.pick(['variables', 'operationName', 'extensions', 'query'] as const);
    const request = { ...made, [member]: random.pick([...oddValues, ...oddStrings]) };
    return { body: JSON.stringify(request), kind: 'spoiled request', streams };
  }
  return { body: JSON.stringify(made), kind: isOdd ? 'odd values' : 'valid', streams };
}

/** The text with one piece cut out, doubled, or replaced by something else. */
function spoiled(query: string, random: SeededRandom): string {
  const from = random.below(query.length);
  const to = Math.min(query.length, from + 1 + random.below(6));
  const piece = random.pick([
    '',
    query.slice(from, to).repeat(2),
    '{',
    '}',
    '(',
    '"',
    '"""',
    '$',
    '...',
    ' @unknown ',
    ' @include ',
    ' nothing ',
    '\u0000',
    '\\u{110000}',
    '9'.repeat(30),
    ...oddStrings,
  ]);
  return random.chance(0.2) ? query.slice(0, from) : query.slice(0, from) + piece + query.slice(to);
}

/** The text of one operation, and its variables. */
class Operation {
  readonly #schema: GraphQLSchema;
  readonly #known: KnownKeys;
  readonly #random: SeededRandom;
  readonly #isOdd: boolean;
  readonly #declared: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  readonly #fragments: string[] = [];
  #isSubscription = false;
  #aliases = 0;
  #left = 60;

  constructor(schema: GraphQLSchema, known: KnownKeys, random: SeededRandom, isOdd: boolean) {
    this.#schema = schema;
    this.#known = known;
    this.#random = random;
    this.#isOdd = isOdd;
  }

  make(): { query: string; variables: Record<string, unknown>; operationName?: string } {
    const random = this.#random;
    const chosen = random.next();
    const word = chosen < 0.7 ? 'query' : chosen < 0.92 ? 'mutation' : 'subscription';
    const root = {
      query: this.#schema.getQueryType(),
      mutation: this.#schema.getMutationType(),
      subscription: this.#schema.getSubscriptionType(),
    }[word];
    if (!root) throw new Error(`The schema has no ${word}.`);
    // A subscription has one field.
    this.#isSubscription = word === 'subscription';
    const selection =
      word === 'subscription'
        ? `{ ${this.#field(random.pick(Object.values(root.getFields())), 0)} }`
        : this.#selection(root, 0);
    const isNamed = random.chance(0.5);
    const declared = this.#declared.length === 0 ? '' : `(${this.#declared.join(', ')})`;
    return {
      query: `${word} ${isNamed ? 'Fuzz' : ''}${declared} ${selection} ${this.#fragments.join(' ')}`,
      variables: this.#variables,
      ...(isNamed ? { operationName: 'Fuzz' } : {}),
    };
  }

  #selection(type: GraphQLCompositeType, depth: number, isSpread = false): string {
    const random = this.#random;
    const parts: string[] = [];
    if (random.chance(0.3) || !('getFields' in type)) parts.push('__typename');
    if ('getFields' in type) {
      const fields = Object.values(type.getFields()).filter(
        ({ type: of }) => depth < deepest || !isCompositeType(getNamedType(of)),
      );
      const most = depth === 0 ? 3 : 6;
      if (fields.length > 0) {
        for (const field of random.some(fields, most)) {
          if (this.#left <= 0) break;
          this.#left -= 1;
          parts.push(this.#field(field, depth, isSpread));
        }
      }
    }
    if (isAbstractType(type) && depth < deepest) {
      for (const member of random.some(this.#schema.getPossibleTypes(type), 3)) {
        parts.push(this.#spread(member.name, member, depth));
      }
    } else if (isObjectType(type) && depth > 0 && depth < deepest && random.chance(0.1)) {
      parts.push(this.#spread(type.name, type, depth));
    }
    if (this.#isOdd && random.chance(0.02)) parts.push(random.pick(['nothing', '__schema', '...']));
    return `{ ${parts.length === 0 ? '__typename' : parts.join(' ')} }`;
  }

  #spread(on: string, type: GraphQLCompositeType, depth: number): string {
    const selection = this.#selection(type, depth + 1, true);
    if (this.#random.chance(0.6)) return `... on ${on}${this.#directive()} ${selection}`;
    const name = `F${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${on} ${selection}`);
    return `...${name}${this.#directive()}`;
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number, isSpread = false): string {
    // What two spreads select under one name must be the same, with the same arguments.
    const isAliased = depth === 0 || isSpread || field.args.length > 0 || this.#random.chance(0.05);
    if (isAliased) this.#aliases += 1;
    const named = getNamedType(field.type);
    const given = field.args
      .filter((argument) => isRequiredArgument(argument) || this.#random.chance(0.4))
      .map((argument) => `${argument.name}: ${this.#argument(argument)}`);
    return [
      isAliased ? `a${this.#aliases}: ${field.name}` : field.name,
      given.length === 0 ? '' : `(${given.join(', ')})`,
      // A subscription must have its field.
      depth === 0 && this.#isSubscription && !this.#isOdd ? '' : this.#directive(),
      isCompositeType(named) ? ` ${this.#selection(named, depth + 1)}` : '',
    ].join('');
  }

  #directive(): string {
    const random = this.#random;
    if (!random.chance(0.06)) return '';
    const name = random.pick(['include', 'skip']);
    if (random.chance(0.5)) return ` @${name}(if: ${random.chance(0.5)})`;
    return ` @${name}(if: ${this.#variable('Boolean!', random.chance(0.5))})`;
  }

  #argument({ type }: GraphQLArgument): string {
    const value = this.#value(type, 0);
    return this.#random.chance(0.5) ? this.#variable(String(type), value) : literal(value, type);
  }

  #variable(type: string, value: unknown): string {
    const name = `v${this.#declared.length}`;
    this.#declared.push(`$${name}: ${type}`);
    this.#variables[name] = value;
    return `$${name}`;
  }

  #value(type: GraphQLInputType, depth: number): unknown {
    const random = this.#random;
    if (this.#isOdd && random.chance(0.15)) return random.pick([...oddValues, ...oddStrings]);
    if (!isNonNullType(type) && random.chance(depth === 0 ? 0.1 : 0.3)) return null;
    const plain = getNullableType(type);
    if (isListType(plain)) {
      const length = random.chance(0.02) ? 120 : random.below(3);
      return Array.from({ length }, () => this.#value(plain.ofType, depth + 1));
    }
    if (isEnumType(plain)) return random.pick(plain.getValues()).name;
    if (isInputObjectType(plain)) {
      return Object.fromEntries(
        Object.values(plain.getFields())
          .filter((field) => isRequiredInputField(field) || random.chance(0.3))
          .map((field) => [field.name, this.#value(field.type, depth + 1)]),
      );
    }
    switch (getNamedType(type).name) {
      case 'Boolean':
        return random.chance(0.5);
      case 'Int':
        return this.#isOdd && random.chance(0.3) ? random.pick(oddNumbers) : random.below(40) - 3;
      case 'Float':
        return this.#isOdd && random.chance(0.3) ? random.pick(oddNumbers) : random.next() * 90;
      case 'DateTime':
        return '2025-04-04T10:07:24.274+02:00';
      default:
        return random.chance(0.7) ? random.pick(this.#known) : random.pick(wellFormedStrings);
    }
  }
}

/** A value as it is written in the text of an operation. */
function literal(value: unknown, type: GraphQLInputType): string {
  const named = getNamedType(type);
  if (Array.isArray(value)) return `[${value.map((one) => literal(one, named)).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    const fields = isInputObjectType(named) ? named.getFields() : {};
    const members = Object.entries(value).map(
      ([name, one]) => `${name}: ${literal(one, fields[name]?.type ?? named)}`,
    );
    return `{ ${members.join(', ')} }`;
  }
  if (isEnumType(named) && typeof value === 'string') return value;
  return JSON.stringify(value);
}
