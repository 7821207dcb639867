import { createRequire } from 'node:module';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';

// graphql-jit 0.8.9 has two faults in what its plans call while they run. What throws behind a promise, such as a type that
// cannot be told, is nobody's rejection and ends the process; and a promise in a list that is rejected makes the list longer.
// Its plans find these functions in one object, so that they can be put right here.

interface Execution {
  promiseCounter: number;
  resolve?: (context: Execution) => void;
}
type OnValue = (value: unknown) => void;
type OnItem = (context: Execution, item: unknown, index: number, ...rest: unknown[]) => void;

interface Runtime {
  callResolver(context: Execution, call: () => unknown, onValue: OnValue, onError: OnValue): void;
  handleResolverResult(
    context: Execution,
    value: unknown,
    onValue: OnValue,
    onError: OnValue,
  ): void;
  handleListItemResult: Runtime['handleResolverResult'];
  safeMap(
    context: Execution,
    list: Iterable<unknown>,
    onItem: OnItem,
    ...indexes: unknown[]
  ): unknown[];
}

// The CommonJS build is the one that runs: its ESM entry imports it.
const { jitRuntime } = createRequire(import.meta.url)('graphql-jit/dist/runtime') as {
  jitRuntime: Runtime;
};

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

/** Goes on with a value; what throws there is the error of the field. */
function proceed(value: unknown, onValue: OnValue, onError: OnValue): void {
  try {
    onValue(value);
  } catch (error) {
    onError(error);
    onValue(null);
  }
}

function whenThere(context: Execution, value: unknown, onValue: OnValue, onError: OnValue): void {
  if (!isPromise(value)) return proceed(value, onValue, onError);
  context.promiseCounter += 1;
  const settled = (): void => {
    context.promiseCounter -= 1;
    if (context.promiseCounter === 0) context.resolve?.(context);
  };
  void value.then(
    (result) => {
      proceed(result, onValue, onError);
      return settled();
    },
    (error: unknown) => {
      onError(error);
      return settled();
    },
  );
}

const noPush = { value: () => 0 };

Object.assign(jitRuntime, {
  handleResolverResult: whenThere,
  handleListItemResult: whenThere,
  callResolver(context, call, onValue, onError) {
    let value: unknown;
    try {
      value = call();
    } catch (error) {
      onError(error);
      onValue(null);
      return;
    }
    whenThere(context, value, onValue, onError);
  },
  safeMap(context, list, onItem, ...indexes) {
    const result: unknown[] = [];
    let index = 0;
    for (const item of list) {
      result[index] = null;
      // A plan pushes a null for an item that is rejected: it has its place already.
      if (isPromise(item)) Object.defineProperty(result, 'push', noPush);
      onItem(context, item, index, result, ...indexes);
      index += 1;
    }
    return result;
  },
} satisfies Runtime);

/** A plan for one operation of a document; null where it cannot be compiled. */
export function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): CompiledQuery | null {
  const compiled = compileQuery(schema, document, operationName);
  return isCompiledQuery(compiled) ? compiled : null;
}
