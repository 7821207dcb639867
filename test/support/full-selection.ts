import {
  getNamedType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLUnionType,
} from 'graphql';

const prefix = /^_\w+?__/;

/**
 * Everything that can be asked below an object, things that have an id `depth` levels deep; deeper ones by their id only. Fields
 * that need arguments are left out. Fields of the members of a union get names of their own.
 */
export function fullSelection(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  depth: number,
  naming = '',
): string {
  const fields = Object.values(type.getFields()).flatMap((field) => {
    if (
      field.args.some(
        ({ type: of, defaultValue }) => isNonNullType(of) && defaultValue === undefined,
      )
    )
      return [];
    const named = getNamedType(field.type);
    const name = `${naming && `${naming}${field.name}: `}${field.name}`;
    if (isLeafType(named)) return [name];
    if (isUnionType(named)) return [`${name} { ${unionSelection(schema, named, depth)} }`];
    if (!isObjectType(named)) return [];
    return [`${name} { ${objectSelection(schema, named, depth)} }`];
  });
  return ['__typename', ...fields].join(' ');
}

function objectSelection(schema: GraphQLSchema, type: GraphQLObjectType, depth: number): string {
  const hasId = 'id' in type.getFields();
  if (hasId && depth === 0) return '__typename id';
  return fullSelection(schema, type, hasId ? depth - 1 : depth);
}

function unionSelection(schema: GraphQLSchema, type: GraphQLUnionType, depth: number): string {
  return type
    .getTypes()
    .map((member) => {
      const inner =
        depth === 0
          ? '__typename id'
          : fullSelection(schema, member, depth - 1, `_${member.name}__`);
      return `... on ${member.name} { ${inner} }`;
    })
    .join(' ');
}

/** A thing as some route told it: its fields, things that have an id as `Type:id`. */
export interface Told {
  readonly route: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Every thing that has an id in an answer with all of its fields, by `Type:id`. */
export function thingsIn(route: string, answer: unknown, into: Map<string, Told[]>): void {
  replaced(answer);

  function replaced(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(replaced);
    if (typeof value !== 'object' || value === null) return value;
    const fields = Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name.replace(prefix, ''), replaced(inner)]),
    );
    const { __typename: typename, id } = fields;
    if (typeof typename !== 'string' || typeof id !== 'string') return fields;
    const name = `${typename}:${id}`;
    // One by its id only tells nothing.
    if (Object.keys(fields).length > 2) {
      into.set(name, [...(into.get(name) ?? []), { route, fields }]);
    }
    return name;
  }
}
