import SchemaBuilder, { type ObjectRef } from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ValidationPlugin from '@pothos/plugin-validation';
import type { Context } from './context.ts';
import './bounded-text.ts';
import { shareable } from './entity.ts';
import { createInvalidInputError } from '../vocabulary/errors.ts';

/** How many there are in all, known or to be counted when it is selected; null where it is not known. */
export type TotalCount = number | null | (() => Promise<number>);

export interface SchemaTypes {
  Context: Context;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: true;
  Connection: { totalCount: TotalCount };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: string; Output: string };
    Date: { Input: string; Output: string };
    Decimal: { Input: string; Output: string };
  };
}

/**
 * The schema being built. Each file of GraphQL types adds its noun to it when it is imported: this folder's, the
 * federation's and, through the registry, those of the operators. Fields are nullable unless they say otherwise.
 */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ErrorsPlugin, RelayPlugin, 'boundedText', ValidationPlugin],
  errors: { directResult: true, unsafelyHandleInputErrors: true },
  validation: { validationError: (failure) => createInvalidInputError(failure.issues) },
  relay: {
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    cursorType: 'String',
    nodesOnConnection: { description: 'The members without their cursors.' },
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: 'The members with their cursors.',
    },
    nodeFieldOptions: {
      nullable: true,
      description:
        'The member. Null, with an error, where a required part of it could not be loaded.',
    },
    cursorFieldOptions: { description: "The member's place in the list. Give it as `after` to go on behind it." },
    pageInfoFieldOptions: { description: 'Whether and where the list goes on.' },
    pageInfoTypeOptions: {
      extensions: shareable,
      description: 'Whether and where a list goes on.',
    },
    hasNextPageFieldOptions: { description: 'Whether there is more behind `endCursor`.' },
    hasPreviousPageFieldOptions: {
      description: 'Whether there is something before `startCursor`.',
    },
    startCursorFieldOptions: {
      description: 'The cursor of the first member here. Null when there are no members.',
    },
    endCursorFieldOptions: {
      description:
        'The cursor of the last member here; give it as `after` to read on. Where a search was cut short, it is the cursor of the last thing that the search looked at. Null where there is neither; then there is no next page.',
    },
  },
});

type TypesOf<B> = B extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never;
/** An object type that was made with this builder, of things of one shape. */
export type ObjectRefOf<Shape> = ObjectRef<TypesOf<typeof builder>, Shape>;
/** An object type that was made with this builder. */
export type BuiltObjectRef = ObjectRefOf<unknown>;
/** The field builder of an object type, for types that have fields in common. */
export type ObjectFields<Shape> = PothosSchemaTypes.ObjectFieldBuilder<
  TypesOf<typeof builder>,
  Shape
>;

builder.queryType({
  description:
    'Everything that can be read. The service asks an operator only for selected fields, and once in an operation. For an id that does not exist the answer is null without an error; a failure of an operator is an error on the field that needed it.',
});
builder.mutationType({
  description:
    'Everything that asks operators to qualify something. Expected failures are members of the result; `__typename` tells which one it is.',
});
builder.subscriptionType({
  description:
    'Live changes of what was asked, over WebSocket (graphql-transport-ws) or server-sent events.',
});

builder.globalConnectionField('totalCount', (t) =>
  t.int({
    resolve: ({ totalCount }) =>
      typeof totalCount === 'function' ? totalCount() : totalCount,
    description: 'How many members the whole list has. Null when not known.',
  }),
);
