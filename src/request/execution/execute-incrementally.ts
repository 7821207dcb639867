import type { Leaving } from '../../abort.ts';
import type { Context } from '../../schema/context.ts';
import type { Prepared } from '../prepared.ts';

/** Executes a query with `@defer` and `@stream`: the first part, and then those that come later. Errors are unmasked. */
export async function* executeIncrementally(
  { operation, variables }: Prepared,
  contextValue: Context,
  signal: Leaving,
): AsyncIterableIterator<object> {
  // Loaded only for an answer in parts: it is much slower than the other executors, and large.
  const leaving = new AbortController();
  const leave = (): void => leaving.abort(signal.reason);
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave);
  const { normalizedExecutor } = await import('@graphql-tools/executor');
  const result = await normalizedExecutor({
    schema: operation.schema,
    document: operation.document,
    operationName: operation.name ?? undefined,
    contextValue,
    variableValues: { ...variables },
    signal: leaving.signal,
  });
  if (Symbol.asyncIterator in result) yield* result as AsyncIterable<object>;
  else yield result;
}
