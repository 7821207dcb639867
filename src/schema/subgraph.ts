import {
  GraphQLError,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
  isObjectType,
  Kind,
  parse,
  print,
  printSchema,
  visit,
  type ConstDirectiveNode,
  type GraphQLFieldConfig,
} from 'graphql';
import { longest, textIssue } from '../vocabulary/input-text.ts';
import type { Context } from './context.ts';
import { deferDirective, streamDirective } from './incremental-directives.ts';
import { isShareable, entityLoader } from './entity.ts';
import { InvalidInputError } from '../vocabulary/errors.ts';

// The API as a subgraph of a federated graph, by the subgraph specification of Apollo Federation 2. Apollo's own library
// would cost every start 100 ms for two fields: docs/decisions/0004.

/** The oldest version that has what is used here, so that any gateway of federation 2 composes it. */
const specification = 'https://specs.apollo.dev/federation/v2.0';

/**
 * The schema of `contract` with the two fields that a gateway needs: `_entities`, for the types marked with `entity`, and
 * `_service`, for callers whose context says `mayReadSchema`. The types are those of `contract`, which stays as it is.
 */
export function asSubgraph(contract: GraphQLSchema): GraphQLSchema {
  const query = contract.getQueryType();
  if (!query) throw new TypeError('a schema without queries');
  const entities = Object.values(contract.getTypeMap()).filter(
    (type) => isObjectType(type) && entityLoader(type) !== null,
  ) as GraphQLObjectType[];
  const { fields, ...config } = query.toConfig();
  const served = new GraphQLObjectType({
    ...config,
    fields: {
      ...fields,
      ...(entities.length > 0 && { _entities: entitiesField(entities) }),
      _service: serviceField(contract),
    },
  });
  const { types, ...rest } = contract.toConfig();
  return new GraphQLSchema({
    ...rest,
    query: served,
    types: types.filter((type) => type !== query),
  });
}

/** `contract` in the schema definition language of Federation 2, as a gateway composes it. */
export function printSubgraph(contract: GraphQLSchema): string {
  const document = visit(parse(printSchema(contract)), {
    // A gateway answers in parts by itself, and takes no other's directives for its own.
    DirectiveDefinition: ({ name }) =>
      name.value === deferDirective.name || name.value === streamDirective.name ? null : undefined,
    ObjectTypeDefinition(node) {
      const type = contract.getType(node.name.value);
      if (!isObjectType(type)) return undefined;
      const directives = [
        ...(entityLoader(type) === null ? [] : [directive('key', { fields: 'id' })]),
        ...(isShareable(type) ? [directive('shareable', {})] : []),
      ];
      return directives.length === 0 ? undefined : { ...node, directives };
    },
  });
  return `extend schema @link(url: "${specification}", import: ["@key", "@shareable"])\n\n${print(document)}\n`;
}

function directive(name: string, values: Readonly<Record<string, string>>): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: name },
    arguments: Object.entries(values).map(([argument, value]) => ({
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: argument },
      value: { kind: Kind.STRING, value },
    })),
  };
}

const AnyScalar = new GraphQLScalarType({
  name: '_Any',
  description:
    'A reference to an entity: an object of `__typename` and the fields of its key, `{ "__typename": "SiteQualification", "id": "…" }`.',
});

const ServiceType = new GraphQLObjectType({
  name: '_Service',
  description: 'This service as a subgraph of a federated graph.',
  fields: {
    sdl: {
      type: new GraphQLNonNull(GraphQLString),
      description: 'The schema with the directives of Apollo Federation 2, for composition.',
    },
  },
});

function serviceField(contract: GraphQLSchema): GraphQLFieldConfig<unknown, Context> {
  let sdl: string | null = null;
  return {
    type: new GraphQLNonNull(ServiceType),
    description:
      'For the gateway of a federated graph. Refused with FORBIDDEN where the schema is not public, unless the gateway shows its secret.',
    resolve(_root, _args, context) {
      if (!context.mayReadSchema) {
        throw new GraphQLError('Only a gateway that sends its secret may read the schema.', {
          extensions: { code: 'FORBIDDEN' },
        });
      }
      return { sdl: (sdl ??= printSubgraph(contract)) };
    },
  };
}

interface EntitiesArgs {
  readonly representations: readonly unknown[];
}

function entitiesField(
  entities: readonly GraphQLObjectType[],
): GraphQLFieldConfig<unknown, Context, EntitiesArgs> {
  const byName = new Map(entities.map((type) => [type.name, type]));
  const EntityUnion = new GraphQLUnionType({
    name: '_Entity',
    description: 'Everything that other subgraphs may refer to by its `id`.',
    types: entities,
    resolveType: (value: { readonly __typename: string }) => value.__typename,
  });

  /** Rejects where the reference cannot be read, or its thing cannot be loaded: that costs the others nothing. */
  const load = async (reference: unknown, index: number, context: Context): Promise<unknown> => {
    const { __typename, id } = (typeof reference === 'object' ? { ...reference } : {}) as Readonly<
      Record<string, unknown>
    >;
    const type = typeof __typename === 'string' ? byName.get(__typename) : undefined;
    const path = ['representations', String(index)];
    if (type === undefined) {
      throw invalid(
        [...path, '__typename'],
        'ENTITY_UNKNOWN',
        `${quoteShort(__typename)} is no entity`,
      );
    }
    if (typeof id !== 'string' && typeof id !== 'number') {
      throw invalid([...path, 'id'], 'ID_MISSING', `${quoteShort(id)} is no id of ${type.name}`);
    }
    const issue = textIssue([...path, 'id'], String(id), longest.id);
    if (issue !== null) throw new InvalidInputError([issue]);
    const found = await entityLoader(type)?.(String(id), context);
    return found && { ...found, __typename: type.name };
  };

  return {
    type: new GraphQLNonNull(new GraphQLList(EntityUnion)),
    description: 'For the gateway of a federated graph: what references name, in their order.',
    args: {
      representations: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(AnyScalar))),
        description: 'The references: as many as any list of arguments may have.',
      },
    },
    resolve: (_root, { representations }, context) =>
      representations.map((reference, index) => load(reference, index, context)),
  };
}

function invalid(path: readonly string[], code: string, message: string): InvalidInputError {
  return new InvalidInputError([{ path, code, message: `${message}.` }]);
}

function quoteShort(value: unknown): string {
  return JSON.stringify(value ?? null).slice(0, 40);
}
