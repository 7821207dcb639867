import { Ending } from '../../src/abort.ts';
import { Kind, parse, type GraphQLSchema } from 'graphql';
import type { Context } from '../../src/schema/context.ts';
import { Operation } from '../../src/request/execution/operation.ts';
import type { Prepared, OngoingRequest } from '../../src/request/prepared.ts';
import { ExecutionNotes } from '../../src/operators/port/execution-notes.ts';

/** An operation of any schema as it is after preparation, without looking whether it may be executed. */
export function prepare(schema: GraphQLSchema, text: string): Prepared {
  const document = parse(text);
  const [node] = document.definitions;
  if (node?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`no operation: ${text}`);
  const caller = { tenant: null, scopes: new Set(['read'] as const) };
  const operation = new Operation(node, { schema, document, fragments: {} });
  return { operation, variables: {}, caller, isIncremental: operation.isIncremental({}), text };
}

/** A request of a client that can leave, by `ending`. */
export function ongoingRequest(): OngoingRequest {
  return {
    requestId: 'request',
    ending: new Ending(),
    mayReadSchema: false,
    client: 'client',
  };
}

/** A context that has nothing but notes. */
export function contextWithNotes(notes = new ExecutionNotes()): Context {
  return { notes } as Partial<Context> as Context;
}
