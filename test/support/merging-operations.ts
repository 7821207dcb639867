import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  parse,
  validate,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationTypeNode,
} from 'graphql';
import type { Asked } from './executions.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface MergingOptions {
  readonly schema: GraphQLSchema;
  readonly random: SeededRandom;
  /** A value for a scalar that GraphQL does not define itself, or an id. */
  readonly scalar: (type: string) => unknown;
  /** What an argument of a field is mostly given; undefined where that is left to chance. */
  readonly argument?: (field: string, name: string) => string | undefined;
  /** The root types that operations are made of. */
  readonly words?: readonly ('query' | 'mutation' | 'subscription')[];
  /** The fields that may be selected; all without it. */
  readonly isAsked?: (field: string) => boolean;
}

/**
 * Valid documents in which the same fields and fragments are selected again and again, with and without conditions, by
 * several operations: what has to be merged is where executors differ. Each with what it is asked with, run after run.
 */
export function* mergingDocuments(options: MergingOptions): Generator<readonly Asked[], never> {
  for (;;) {
    const document = new MergingDocument(options);
    const runs = document.runs(8);
    if (validate(options.schema, parse(runs[0]!.query)).length === 0) yield runs;
  }
}

interface Variable {
  readonly type: GraphQLInputType;
  /** Its type as it is declared, and its default. */
  readonly declared: string;
  readonly given?: string | undefined;
}

const deepest = 5;

class MergingDocument {
  readonly #options: MergingOptions;
  readonly #fragments = new Map<
    string,
    { readonly on: GraphQLCompositeType; readonly text: string }
  >();
  /** Arguments with which a field is selected under a name of its own: so what has one name may be merged. */
  readonly #calls = new Map<string, readonly string[]>();
  readonly #variables = new Map<string, Variable>();
  readonly #operations: { readonly name: string; readonly variables: readonly string[] }[] = [];
  readonly #text: string;
  #left = 120;

  constructor(options: MergingOptions) {
    this.#options = options;
    const { random, schema, words = ['query'] } = options;
    for (const condition of ['c0', 'c1', 'c2']) {
      const preset = random.pick(['Boolean!', 'Boolean!', 'Boolean! = true', 'Boolean = false']);
      const type = schema.getType('Boolean') as GraphQLInputType;
      this.#variables.set(condition, { type, declared: preset });
    }
    const selections = Array.from({ length: 1 + random.below(3) }, (_, index) => {
      const word = random.pick(words);
      const root = schema.getRootType(word as OperationTypeNode)!;
      // A subscription has one field, and no condition on it.
      const selection =
        word === 'subscription'
          ? `{ ${this.#field(random.pick(Object.values(root.getFields())), 0, '')} }`
          : this.#selection(root, 0);
      return { word, name: `O${index}`, selection };
    });
    const operations = selections.map(({ word, name, selection }) => {
      const variables = this.#variablesOf(selection);
      this.#operations.push({ name, variables });
      const declared = variables.map((one) => `$${one}: ${this.#variables.get(one)!.declared}`);
      return `${word} ${name}${declared.length === 0 ? '' : `(${declared.join(', ')})`} ${selection}`;
    });
    const used = this.#fragmentsOf(operations.join(' '));
    const fragments = [...used].map((name) => this.#fragments.get(name)!.text);
    this.#text = [...operations, ...fragments].join('\n');
  }

  /** The document with one of its operations, and values for its variables. */
  runs(count: number): readonly Asked[] {
    const { random } = this.#options;
    return Array.from({ length: count }, () => {
      const { name, variables } = random.pick(this.#operations);
      const given: Record<string, unknown> = {};
      for (const variable of variables) {
        const { type, declared, given: fixed } = this.#variables.get(variable)!;
        const mayBeLeftOut = declared.includes('=') || !declared.includes('!');
        if (mayBeLeftOut && random.chance(0.2)) continue;
        given[variable] = random.chance(0.01)
          ? random.pick<unknown>([null, 'true', 1, {}, [], 1.5])
          : (fixed ?? this.#value(type, 0));
      }
      return { query: this.#text, operationName: name, variables: given };
    });
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const { random, schema, isAsked = () => true } = this.#options;
    const parts: string[] = [];
    if (random.chance(0.2) || !('getFields' in type)) {
      parts.push(`__typename${random.chance(0.2) ? this.#condition() : ''}`);
    }
    if ('getFields' in type) {
      const fields = Object.values(type.getFields()).filter(
        (field) =>
          isAsked(field.name) && (depth < deepest || !isCompositeType(getNamedType(field.type))),
      );
      for (const field of fields.length === 0 ? [] : random.some(fields, depth === 0 ? 3 : 5)) {
        // Each field up to three times in one selection.
        for (let again = 0; again < 3; again += 1) {
          if (this.#left <= 0 || (again > 0 && random.chance(0.7))) break;
          this.#left -= 1;
          parts.push(this.#field(field, depth));
        }
      }
    }
    const members = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    for (let spread = 0; spread < 2; spread += 1) {
      if (depth >= deepest || this.#left <= 0 || random.chance(isAbstractType(type) ? 0.2 : 0.6))
        continue;
      this.#left -= 1;
      const on = random.chance(0.2) ? type : random.pick(members);
      parts.push(this.#spread(on, depth));
    }
    return `{ ${parts.length === 0 ? '__typename' : random.shuffled(parts).join(' ')} }`;
  }

  #spread(on: GraphQLCompositeType, depth: number): string {
    const { random } = this.#options;
    const condition = this.#condition();
    if (random.chance(0.4)) {
      return `... on ${on.name}${condition} ${this.#selection(on, depth + 1)}`;
    }
    const known = [...this.#fragments].filter(([, fragment]) => fragment.on === on);
    if (known.length > 0 && random.chance(0.7)) return `...${random.pick(known)[0]}${condition}`;
    const name = `F${this.#fragments.size}`;
    const selection = this.#selection(on, depth + 1);
    // One that was made inside of it has the name.
    if (this.#fragments.has(name)) return `... on ${on.name}${condition} ${selection}`;
    this.#fragments.set(name, { on, text: `fragment ${name} on ${on.name} ${selection}` });
    return `...${name}${condition}`;
  }

  #field(
    field: GraphQLField<unknown, unknown>,
    depth: number,
    condition = this.#condition(),
  ): string {
    const { random } = this.#options;
    const named = getNamedType(field.type);
    const inside = isCompositeType(named) ? ` ${this.#selection(named, depth + 1)}` : '';
    let call = field.name;
    if (field.args.length > 0) {
      const key = `${field.name} ${field.args.map(({ name, type }) => `${name} ${String(type)}`).join()}`;
      let calls = this.#calls.get(key);
      if (calls === undefined) {
        const number = this.#calls.size;
        calls = [0, 1].map((variant) => `${field.name}_${number}_${variant}: ${this.#call(field)}`);
        this.#calls.set(key, calls);
      }
      call = random.pick(calls);
    } else if (random.chance(0.05)) {
      call = `${random.pick(['same', 'constructor', 'x'])}_${field.name}: ${field.name}`;
    }
    return `${call}${condition}${inside}`;
  }

  #call(field: GraphQLField<unknown, unknown>): string {
    const { random, argument } = this.#options;
    const given = field.args
      .filter((one) => isRequiredArgument(one) || random.chance(0.5))
      .map(({ name, type }) => {
        const value = random.chance(0.9) ? argument?.(field.name, name) : undefined;
        if (value === undefined) return `${name}: ${this.#literal(type, 0)}`;
        return `${name}: ${random.chance(0.5) ? JSON.stringify(value) : this.#variable(type, value)}`;
      });
    return given.length === 0 ? field.name : `${field.name}(${given.join(', ')})`;
  }

  /** Up to two directives: of the same field both have to agree. */
  #condition(): string {
    const { random } = this.#options;
    if (!random.chance(0.3)) return '';
    const one = (name: string) => {
      const variable = random.pick(['c0', 'c1', 'c2']);
      // A condition is never null, and a variable that may be null needs a default to be one.
      const value = random.chance(0.15) ? String(random.chance(0.5)) : `$${variable}`;
      return ` @${name}(if: ${value})`;
    };
    const name = random.pick(['include', 'skip']);
    return random.chance(0.15) ? one('skip') + one('include') : one(name);
  }

  /** An argument's value in the text of the document, with variables at any depth. */
  #literal(type: GraphQLInputType, depth: number): string {
    const { random } = this.#options;
    if (random.chance(depth === 0 ? 0.4 : 0.25)) return this.#variable(type);
    if (!isNonNullType(type) && random.chance(0.15)) return 'null';
    const plain = getNullableType(type);
    if (isListType(plain)) {
      if (random.chance(0.2)) return this.#literal(plain.ofType, depth + 1);
      const members = Array.from({ length: random.below(3) }, () =>
        this.#literal(plain.ofType, depth + 1),
      );
      return `[${members.join(', ')}]`;
    }
    if (isInputObjectType(plain)) {
      const fields = Object.values(plain.getFields())
        .filter((field) => isRequiredInputField(field) || (depth < 3 && random.chance(0.4)))
        .map((field) => `${field.name}: ${this.#literal(field.type, depth + 1)}`);
      return `{ ${fields.join(', ')} }`;
    }
    if (isEnumType(plain)) return random.pick(plain.getValues()).name;
    return this.#ofCustom(this.#value(type, depth));
  }

  /** A literal of a scalar, in whose members variables may stand. */
  #ofCustom(value: unknown): string {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    if (Array.isArray(value)) return `[${value.map((one) => this.#ofCustom(one)).join(', ')}]`;
    const { random, schema } = this.#options;
    const members = Object.entries(value).map(([name, one]) => {
      const isVariable = typeof one === 'string' && random.chance(0.5);
      const type = schema.getType('ID') as GraphQLInputType;
      return `${name}: ${isVariable ? this.#variable(type) : this.#ofCustom(one)}`;
    });
    return `{ ${members.join(', ')} }`;
  }

  /** A variable, which is given `given` wherever it is given anything. */
  #variable(type: GraphQLInputType, given?: string): string {
    const { random } = this.#options;
    const name = `v${this.#variables.size}`;
    this.#variables.set(name, { type, declared: String(type), given });
    const value = this.#value(type, 0);
    const json = JSON.stringify(value);
    // Objects are spelled otherwise in a document.
    if (random.chance(0.2) && !json.includes('{')) {
      const preset = isEnumType(getNamedType(type)) ? json.replaceAll('"', '') : json;
      this.#variables.set(name, { type, declared: `${String(type)} = ${preset}`, given });
    }
    return `$${name}`;
  }

  #value(type: GraphQLInputType, depth: number): unknown {
    const { random, scalar } = this.#options;
    if (!isNonNullType(type) && random.chance(0.15)) return null;
    const plain = getNullableType(type);
    if (isListType(plain)) {
      if (random.chance(0.1)) return this.#value(plain.ofType, depth + 1);
      return Array.from({ length: random.below(3) }, () => this.#value(plain.ofType, depth + 1));
    }
    if (isEnumType(plain)) return random.pick(plain.getValues()).name;
    if (isInputObjectType(plain)) {
      return Object.fromEntries(
        Object.values(plain.getFields())
          .filter((field) => isRequiredInputField(field) || (depth < 3 && random.chance(0.4)))
          .map((field) => [field.name, this.#value(field.type, depth + 1)]),
      );
    }
    switch (plain.name) {
      case 'Boolean':
        return random.chance(0.5);
      case 'Int':
        return random.below(12) - 2;
      case 'Float':
        return random.pick([0, 1.5, -3, 1e21]);
      default:
        return scalar(plain.name);
    }
  }

  /** The fragments that a text spreads, and those that they spread. */
  #fragmentsOf(text: string, found = new Set<string>()): ReadonlySet<string> {
    for (const [, name] of text.matchAll(/\.\.\.(F\d+)/g)) {
      if (found.has(name!)) continue;
      found.add(name!);
      this.#fragmentsOf(this.#fragments.get(name!)!.text, found);
    }
    return found;
  }

  #variablesOf(selection: string): readonly string[] {
    const texts = [...this.#fragmentsOf(selection)].map((name) => this.#fragments.get(name)!.text);
    const names = [selection, ...texts].flatMap((text) =>
      [...text.matchAll(/\$(\w+)/g)].map(([, name]) => name!),
    );
    return [...new Set(names)];
  }
}
