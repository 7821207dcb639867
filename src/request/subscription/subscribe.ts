import { createSourceEventStream, type ExecutionResult } from 'graphql';
import type { Context } from '../../schema/context.ts';
import type { Operation } from '../execution/operation.ts';

/** The events of a subscription, or why it cannot begin. Leaving (`return`) takes effect at once. */
export async function subscribe(
  operation: Operation,
  contextValue: Context,
  variables: Readonly<Record<string, unknown>>,
): Promise<AsyncIterableIterator<unknown> | ExecutionResult> {
  const source = await createSourceEventStream({
    schema: operation.schema,
    document: operation.document,
    operationName: operation.name,
    contextValue,
    variableValues: variables,
    hideSuggestions: true,
  });
  if (!(Symbol.asyncIterator in source)) return source;
  return source[Symbol.asyncIterator]() as AsyncIterableIterator<unknown>;
}
