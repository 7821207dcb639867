import SchemaBuilder, {
  BasePlugin,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core';
import {
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLFieldResolver,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLResolveInfo,
} from 'graphql';
import { InvalidInputError, type InputIssue } from '../vocabulary/errors.ts';
import { longest, textIssue } from '../vocabulary/input-text.ts';

export { longest };

const extension = 'longestText';

interface Bounded {
  readonly description: string;
  readonly extensions: { readonly [extension]: number };
}

/**
 * The options of an input text, or of a list of them: `t.string(boundedText(longest.word, { description }))`. A longer one is
 * refused before the field is resolved, and so is one with characters that cannot be stored or sent; the bound is told in
 * the description. Every text of every input needs one.
 */
export function boundedText<const Options extends { readonly description: string }>(
  most: number,
  options: Options,
): Omit<Options, keyof Bounded> & Bounded {
  return {
    ...options,
    description: `${options.description} At most ${most.toLocaleString('en')} characters.`,
    extensions: { [extension]: most },
  };
}

/** The bound of an argument or of a field of an input; undefined where it has none. */
export function findBound(input: { readonly extensions: Readonly<Record<string, unknown>> }) {
  return input.extensions[extension] as number | undefined;
}

type Look = (value: unknown, path: readonly string[], issues: InputIssue[]) => void;

/** Looks at all texts in values of one type; null where there are none. */
function lookInto(type: GraphQLInputType, most: number | undefined): Look | null {
  const named = getNamedType(type);
  const one = isInputObjectType(named)
    ? lookIntoObject(named)
    : most === undefined
      ? null
      : lookAtText(most);
  return one && (isList(type) ? lookIntoList(one) : one);
}

function lookAtText(most: number): Look {
  return (text, path, issues) => {
    const issue = typeof text === 'string' ? textIssue(path, text, most) : null;
    if (issue !== null) issues.push(issue);
  };
}

function isList(type: GraphQLInputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function lookIntoList(one: Look): Look {
  return (values, path, issues) => {
    if (!Array.isArray(values)) return;
    for (const [index, value] of values.entries()) one(value, [...path, String(index)], issues);
  };
}

const ofObjects = new WeakMap<GraphQLInputObjectType, Look>();

function lookIntoObject(type: GraphQLInputObjectType): Look {
  let look = ofObjects.get(type);
  if (look === undefined) {
    let fields: readonly (readonly [string, Look])[] | null = null;
    look = (value, path, issues) => {
      fields ??= Object.values(type.getFields()).flatMap((field) => {
        const into = lookInto(field.type, findBound(field));
        return into === null ? [] : [[field.name, into] as const];
      });
      if (typeof value !== 'object' || value === null) return;
      for (const [name, into] of fields) {
        const given = (value as Readonly<Record<string, unknown>>)[name];
        if (given !== undefined) into(given, [...path, name], issues);
      }
    };
    ofObjects.set(type, look);
  }
  return look;
}

/** Checks the arguments of a field; throws an InvalidInputError that names every text that is refused. */
function makeChecker(): (args: object, info: GraphQLResolveInfo) => void {
  let looks: readonly (readonly [string, Look])[] | null = null;
  return (args, { parentType, fieldName }) => {
    looks ??= (parentType.getFields()[fieldName]?.args ?? []).flatMap((arg) => {
      const into = lookInto(arg.type, findBound(arg));
      return into === null ? [] : [[arg.name, into] as const];
    });
    const issues: InputIssue[] = [];
    for (const [name, into] of looks) {
      into((args as Readonly<Record<string, unknown>>)[name], [name], issues);
    }
    if (issues.length > 0) throw new InvalidInputError(issues);
  };
}

type Resolver<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>;

/** Checks what `boundedText` promises, of every field, before it is resolved or subscribed to. */
export class BoundedTextPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: Resolver<Types>,
    { kind, args }: PothosOutputFieldConfig<Types>,
  ): Resolver<Types> {
    // Of a subscription they are checked before the first event.
    if (kind === 'Subscription' || Object.keys(args).length === 0) return resolve;
    const check = makeChecker();
    return (parent, given, context, info) => {
      check(given, info);
      return resolve(parent, given, context, info);
    };
  }

  override wrapSubscribe(
    subscribe: Resolver<Types> | undefined,
    { args }: PothosOutputFieldConfig<Types>,
  ): Resolver<Types> | undefined {
    if (subscribe === undefined || Object.keys(args).length === 0) return subscribe;
    const check = makeChecker();
    return (parent, given, context, info) => {
      check(given, info);
      return subscribe(parent, given, context, info);
    };
  }
}

const pluginName = 'boundedText';

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      [pluginName]: BoundedTextPlugin<Types>;
    }
  }
}

SchemaBuilder.registerPlugin(pluginName, BoundedTextPlugin);
