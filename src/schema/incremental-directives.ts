import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';

// As the incremental delivery proposal has them; graphql-js 16 brings neither.

const condition = {
  if: {
    type: new GraphQLNonNull(GraphQLBoolean),
    defaultValue: true,
    description: 'Whether to deliver it later. False delivers it with the rest.',
  },
  label: { type: GraphQLString, description: 'A name for the part, repeated where it arrives.' },
};

export const deferDirective = new GraphQLDirective({
  name: 'defer',
  description: 'Delivers a fragment later, in a part of its own.',
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: condition,
});

export const streamDirective = new GraphQLDirective({
  name: 'stream',
  description: 'Delivers the members of a list one by one, as each becomes known.',
  locations: [DirectiveLocation.FIELD],
  args: {
    ...condition,
    initialCount: {
      type: GraphQLInt,
      defaultValue: 0,
      description: 'How many members are answered at once; not below 0.',
    },
  },
});

/** The same schema, in which operations may be answered in parts. */
export function withIncrementalDirectives(schema: GraphQLSchema): GraphQLSchema {
  const config = schema.toConfig();
  return new GraphQLSchema({
    ...config,
    directives: [...config.directives, deferDirective, streamDirective],
  });
}
