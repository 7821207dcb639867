import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ValidationPlugin from '@pothos/plugin-validation';
import type { Context } from './context.ts';
import { invalidInputOf } from './errors.ts';

export interface SchemaTypes {
  Context: Context;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: true;
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
  plugins: [ErrorsPlugin, RelayPlugin, ValidationPlugin],
  errors: { directResult: true, unsafelyHandleInputErrors: true },
  validation: { validationError: (failure) => invalidInputOf(failure.issues) },
  relay: {
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    cursorType: 'String',
    edgesFieldOptions: { nullable: { list: false, items: false } },
    nodeFieldOptions: { nullable: true },
    nodesOnConnection: true,
  },
});

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
