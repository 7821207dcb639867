import {
  defaultFieldResolver,
  defaultTypeResolver,
  getArgumentValues,
  getNullableType,
  GraphQLBoolean,
  GraphQLError,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isCompositeType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLResolveInfo,
} from 'graphql';
// What a plan selects is by definition what graphql-js selects.
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';

/** The inputs of one execution. */
export interface ExecutionInput {
  readonly rootValue?: unknown;
  readonly contextValue: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
}

// An operation as one function, from the values of resolvers to the objects of the answer. It handles only executions in which
// nothing fails. It gives up at the first error, at a null that may not be, and at a value that it does not expect: then
// graphql-js executes the operation and makes its errors. So there are no rules for errors here.

export type PlanParts = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'operation'>;
/** The part of a field's resolve info that is the same in every execution. */
type FieldInfo = PlanParts &
  Pick<GraphQLResolveInfo, 'parentType' | 'fieldName' | 'fieldNodes' | 'returnType' | 'path'>;
type Given = Pick<GraphQLResolveInfo, 'rootValue' | 'variableValues'>;
type ObjectType = GraphQLResolveInfo['parentType'];
type FieldNodes = GraphQLResolveInfo['fieldNodes'];
type Variables = Readonly<Record<string, unknown>>;
type Complete = (run: Run, value: unknown) => unknown;

/** The result of a plan; null where it gave up. */
export type Planned = { readonly data: Record<string, unknown> } | null;

/** Thrown inside of a plan, and never seen outside. */
const givenUp = new Error('a plan was given up');
/** An operation with more fields, each counted for every type that it may be selected on, is not compiled. */
const mostFields = 1_000;

/** Never throws, and never rejects. Variables are coerced. */
export type Plan = (context: unknown, given: Given) => Planned | Promise<Planned>;

/**
 * A plan for an operation, which holds for all values of variables that are the same in `@skip` and `@include`. Null for
 * what is not compiled.
 */
export function compilePlan(parts: PlanParts, variables: Variables): Plan | null {
  try {
    const compiler = new Compiler(parts, variables);
    const root = compiler.compile();
    return (context, given) => {
      const run = new Run(compiler.fields, context, given);
      try {
        return run.end({ data: root(run, given.rootValue) as Record<string, unknown> });
      } catch {
        run.giveUp();
        return null;
      }
    };
  } catch (error) {
    if (error === givenUp || error instanceof GraphQLError) return null; // such as of a null condition
    throw error;
  }
}

/** One execution of a plan. */
class Run {
  readonly context: unknown;
  readonly variables: Variables;
  readonly #fields: readonly FieldInfo[];
  readonly #given: Given;
  readonly #infos: object[] = [];
  #waiting = 0;
  #isOver = false;
  #result: Planned = null;
  #resolve: ((result: Planned) => void) | null = null;

  constructor(fields: readonly FieldInfo[], context: unknown, given: Given) {
    this.context = context;
    this.variables = given.variableValues;
    this.#fields = fields;
    this.#given = given;
  }

  readonly giveUp = (): void => this.#finish(null);

  /** The resolve info, the same wherever the field is resolved. */
  info(index: number): object {
    const known = this.#infos[index];
    if (known !== undefined) return known;
    const info = Object.create(this.#fields[index]!) as object;
    return (this.#infos[index] = Object.assign(info, this.#given, { giveUp: this.giveUp }));
  }

  args(index: number): Variables {
    const { parentType, fieldName, fieldNodes } = this.#fields[index]!;
    const field = parentType.getFields()[fieldName]!;
    return getArgumentValues(field, fieldNodes[0]!, this.#given.variableValues);
  }

  /** Waits for a value of `target`, which is to be set before anything is awaited. */
  wait(promise: PromiseLike<unknown>, key: string | number, complete: Complete) {
    const place: { target: Record<string | number, unknown> | null } = { target: null };
    this.#waiting += 1;
    const fill = (value: unknown): void => {
      if (this.#isOver) return abandon(value);
      try {
        place.target![key] = complete(this, value);
      } catch {
        return this.giveUp();
      }
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#finish(this.#result);
    };
    promise.then(fill, this.giveUp);
    return place;
  }

  #finish(result: Planned): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#resolve?.(result);
  }

  /** All that was to be done at once is done. */
  end(result: Planned): Planned | Promise<Planned> {
    if (this.#isOver) return null;
    if (this.#waiting === 0) return result;
    this.#result = result;
    const { promise, resolve } = Promise.withResolvers<Planned>();
    this.#resolve = resolve;
    return promise;
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** Catches the promises in a result that is no longer used: a rejection without a handler would end the process. */
function abandon(value: unknown, from = 0): void {
  if (isPromise(value)) value.then(abandon, () => {});
  if (!Array.isArray(value)) return;
  for (let at = from; at < value.length; at += 1) abandon(value[at]);
}

function giveUp(value?: unknown): never {
  abandon(value);
  throw givenUp;
}

function listMembers(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const isIterable = typeof value === 'object' && value !== null && Symbol.iterator in value;
  return isIterable && !(value instanceof Error)
    ? [...(value as Iterable<unknown>)]
    : giveUp(value);
}

/** For what is not plainly a value of its type. */
function leafCompleter(type: GraphQLLeafType, isNonNull: boolean): Complete {
  return (_run, value) => {
    if (value === null || value === undefined) return isNonNull ? giveUp() : null;
    if (value instanceof Error || typeof value === 'function' || isPromise(value)) giveUp(value);
    return type.serialize(value) ?? giveUp();
  };
}

const noArguments = Object.freeze({});

/** Gives up unless fields can be read from `source`, which is no promise. */
const checkSource = "if (typeof source !== 'object' || source instanceof Error) giveUp(source);";

/** Whether a local is a promise. Written at each place, since V8 is quick at a place that sees few kinds of values. */
const isPromiseIn = (local: string): string =>
  `typeof ${local} === 'object' && ${local} !== null && typeof ${local}.then === 'function'`;

/** Writes the program of a plan. Its text has nothing of the document but names; all else is given to it as values. */
class Compiler {
  readonly fields: FieldInfo[] = [];
  readonly #parts: PlanParts;
  readonly #variables: Record<string, unknown>;
  readonly #functions: string[] = [];
  readonly #values = new Map<unknown, string>();

  constructor(parts: PlanParts, variables: Variables) {
    this.#parts = parts;
    this.#variables = variables;
    for (const used of [giveUp, listMembers, abandon]) {
      this.#values.set(used, used.name);
    }
  }

  compile(): Complete {
    const { schema, fragments, operation } = this.#parts;
    const type = schema.getRootType(operation.operation) ?? giveUp();
    const { selectionSet } = operation;
    const selected = collectFields(schema, fragments, this.#variables, type, selectionSet);
    const root = this.#object(type, selected, '');
    const text = `'use strict';\n${this.#functions.join('\n')}\nreturn ${root};`;
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- it is made of names of a valid document
    const make = new Function(...this.#values.values(), text);
    return (make as (...values: unknown[]) => Complete)(...this.#values.keys());
  }

  /** The name of a value in the program. */
  #value(value: unknown): string {
    const name = this.#values.get(value) ?? `k${this.#values.size}`;
    this.#values.set(value, name);
    return name;
  }

  /** Writes a function; its name. */
  #define(parameters: string, ...lines: readonly string[]): string {
    const name = `f${this.#functions.length}`;
    this.#functions.push(`function ${name}(${parameters}) {\n${lines.join('\n')}\n}`);
    return name;
  }

  /** A function from a thing, after `check`, to its object in the answer. */
  #object(type: ObjectType, selected: ReadonlyMap<string, FieldNodes>, check: string): string {
    const lines: string[] = [];
    const places: string[] = [];
    const keys = [...selected.keys()];
    const members = keys.map((_key, at) => `v${at}`);
    for (const [at, [key, nodes]] of [...selected].entries()) {
      const member = `v${at}`;
      const { value: name } = nodes[0]!.name;
      // To assign to that key is something else.
      if (this.fields.length > mostFields || key === '__proto__') giveUp();
      if (name === '__typename') {
        lines.push(`const ${member} = '${type.name}';`);
        continue;
      }
      const field = type.getFields()[name] ?? giveUp(); // not what the schema says of itself
      const index = this.fields.length;
      const own = { parentType: type, fieldName: name, fieldNodes: nodes, returnType: field.type };
      this.fields.push({
        ...this.#parts,
        ...own,
        // Each object has another one: graphql-js knows it.
        get path(): never {
          (this as unknown as Run).giveUp();
          throw givenUp;
        },
      });
      const complete = this.#completer(field.type, index);
      const inPlace = this.#inPlace(field.type, complete, member);
      if (field.resolve === undefined || field.resolve === defaultFieldResolver) {
        lines.push(`let ${member} = source.${name};`);
        // What completes a leaf or a list sees a promise itself.
        if (isCompositeType(getNullableType(field.type))) {
          lines.push(`if (${isPromiseIn(member)}) giveUp(${member});`);
        }
        lines.push(inPlace);
        continue;
      }
      const args = this.#arguments(field, nodes[0]!, index);
      // Many resolvers take no more than the source.
      const info = [1, 2, 3].includes(field.resolve.length) ? 'undefined' : `run.info(${index})`;
      const resolve = this.#value(field.resolve);
      places.push(`if (p${at} !== null) p${at}.target = object;`);
      lines.push(
        `let ${member} = ${resolve}(source, ${args}, run.context, ${info}), p${at} = null;`,
        `if (${isPromiseIn(member)}) { p${at} = run.wait(${member}, '${key}', ${complete}); ${member} = null; }`,
        `else { ${inPlace} }`,
      );
    }
    // A constructor: V8 keeps what literals make in old space where it saw that it lives long.
    const shape = this.#define(members.join(), ...keys.map((key, at) => `this.${key} = v${at};`));
    this.#functions.push(`${shape}.prototype = Object.prototype;`);
    lines.push(`const object = new ${shape}(${members.join()});`, ...places, 'return object;');
    return this.#define('run, source', check, ...lines);
  }

  /** The arguments of a field, as an expression. */
  #arguments(field: GraphQLField<unknown, unknown>, node: FieldNode, index: number): string {
    const { arguments: given = [] } = node;
    if (given.length === 0 && Object.keys(getArgumentValues(field, node)).length === 0) {
      return this.#value(noArguments);
    }
    const all = `run.args(${index})`;
    const members: string[] = [];
    const tests: string[] = [];
    for (const { name } of field.args) {
      const value = given.find((one) => one.name.value === name)?.value;
      if (value?.kind !== Kind.VARIABLE || value.name.value in Object.prototype) return all;
      const variable = `run.variables.${value.name.value}`;
      members.push(`${name}: ${variable}`);
      tests.push(`${variable} != null`);
    }
    // A variable that has a value is given as it is.
    return `(${tests.join(' && ')} ? { ${members.join()} } : ${all})`;
  }

  /** A function from what a field or a member of a list has to what is in the answer. */
  #completer(type: FieldInfo['returnType'], index: number): string {
    const plain = getNullableType(type);
    if (isLeafType(plain)) return this.#value(leafCompleter(plain, isNonNullType(type)));
    const complete = isListType(plain)
      ? this.#list(plain.ofType, index)
      : isObjectType(plain)
        ? this.#concrete(plain, index)
        : this.#abstract(plain, index);
    const whenNull = isNonNullType(type) ? 'giveUp()' : 'null';
    const text = `return (value ?? null) === null ? ${whenNull} : ${complete}(run, value);`;
    return this.#define('run, value', text);
  }

  /** The same as a statement, without the call for what goes into the answer as it is. */
  #inPlace(type: FieldInfo['returnType'], complete: string, local: string): string {
    const test = this.#test(getNullableType(type), local);
    return `if (!(${test})) ${local} = ${complete}(run, ${local});`;
  }

  /** Whether a value is surely what it is serialized to. */
  #test(type: FieldInfo['returnType'], local: string): string {
    if (isEnumType(type)) {
      const same = type.getValues().filter(({ name, value }) => name === value);
      return `${this.#value(new Set(same.map(({ name }) => name)))}.has(${local})`;
    }
    if (type === GraphQLInt) return `typeof ${local} === 'number' && (${local} | 0) === ${local}`;
    if (type === GraphQLFloat) return `typeof ${local} === 'number' && isFinite(${local})`;
    if (type === GraphQLBoolean) return `typeof ${local} === 'boolean'`;
    if (!isLeafType(type)) return 'false';
    const isText = type === GraphQLString || type === GraphQLID || type.serialize === String;
    // To read a character makes one piece of a text that was put together: `JSON.stringify` takes twice as long where one is not.
    return isText ? `typeof ${local} === 'string' && ${local}.charCodeAt(0) >= 0` : 'false';
  }

  #concrete(type: ObjectType, index: number): string {
    const { schema, fragments } = this.#parts;
    const { fieldNodes: nodes } = this.fields[index]!;
    const selected = collectSubfields(schema, fragments, this.#variables, type, nodes);
    const asked = `${this.#value(type)}.isTypeOf(source, run.context, run.info(${index}))`;
    const check = type.isTypeOf ? `const is = ${asked};\nif (is !== true) giveUp(is);` : '';
    return this.#object(type, selected, `${checkSource}\n${check}`);
  }

  #abstract(type: GraphQLAbstractType, index: number): string {
    const cases = this.#parts.schema
      .getPossibleTypes(type)
      .map((one) => `case '${one.name}': return ${this.#concrete(one, index)}(run, source);`);
    const resolve = this.#value(type.resolveType ?? defaultTypeResolver);
    return this.#define(
      'run, source',
      checkSource,
      `const type = ${resolve}(source, run.context, run.info(${index}), ${this.#value(type)});`,
      `switch (type) { ${cases.join('\n')} default: giveUp(type); }`,
    );
  }

  #list(type: FieldInfo['returnType'], index: number): string {
    const complete = this.#completer(type, index);
    return this.#define(
      'run, value',
      'let at = 0, members = listMembers(value), list = members.slice();',
      'try { for (; at < members.length; at += 1) {',
      'let member = members[at];',
      `if (${isPromiseIn('member')}) { run.wait(member, at, ${complete}).target = list; member = null; }`,
      `else { ${this.#inPlace(type, complete, 'member')} }`,
      'list[at] = member;',
      '} } catch (error) { abandon(members, at + 1); throw error; }',
      'return list;',
    );
  }
}
