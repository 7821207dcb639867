import SchemaBuilder, { type ObjectRef } from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ValidationPlugin from '@pothos/plugin-validation';
import type { Context } from './context.ts';
import './bounded-text.ts';
import { shareable } from './entity.ts';
import { invalidInputOf } from '../vocabulary/errors.ts';

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
  validation: { validationError: (failure) => invalidInputOf(failure.issues) },
  relay: {
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    cursorType: 'String',
    nodesOnConnection: { description: 'The things themselves, without their cursors.' },
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: 'The things with their cursors.',
    },
    nodeFieldOptions: {
      nullable: true,
      description:
        'The thing. Null, with an error, where a part of it that is never null could not be had.',
    },
    cursorFieldOptions: { description: 'Its place in the list, to be given as `after`.' },
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
      description: 'The cursor of the first thing here. Null of an empty part.',
    },
    endCursorFieldOptions: {
      description:
        'Where to go on: the cursor of the last thing here, or of the last one that was looked at where a search was cut short. Null where that is nothing, and then there is no next page.',
    },
  },
});

type TypesOf<B> = B extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never;
/** An object type that was made with this builder. */
export type BuiltObjectRef = ObjectRef<TypesOf<typeof builder>, unknown>;
/** What the fields of an object type are made with, for types that have some of them in common. */
export type ObjectFields<Shape> = PothosSchemaTypes.ObjectFieldBuilder<
  TypesOf<typeof builder>,
  Shape
>;

builder.queryType({
  description:
    'Reading. What an operator knows is asked of the operator when it is selected, and once in an operation. An id that does not exist is null without an error; a failure of an operator is an error on the field that needed it.',
});
builder.mutationType({
  description:
    'Asking an operator to qualify something. Expected failures are members of the result, to be told apart by `__typename`.',
});
builder.subscriptionType({
  description:
    'Following what was asked, over WebSocket (graphql-transport-ws) or server-sent events.',
});

builder.globalConnectionField('totalCount', (t) =>
  t.int({
    resolve: ({ totalCount }) =>
      typeof totalCount === 'function' ? totalCount() : totalCount,
    description: 'How many there are in all. Null where it is not known.',
  }),
);
