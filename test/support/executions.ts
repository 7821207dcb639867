import {
  execute,
  getVariableValues,
  parse,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { Documents } from '../../src/request/document/documents.ts';
import { compilePlan } from '../../src/request/execution/plan.ts';
import type { Operation } from '../../src/request/execution/operation.ts';

/** One operation as a client asks it. */
export interface Asked {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
}

export interface Given {
  readonly rootValue?: unknown;
  readonly contextValue?: unknown;
}

/** Reads documents as the service does, of any schema and as large as they are. */
export function documentsOf(schema: GraphQLSchema): Documents {
  const much = 1_000_000;
  const limits = {
    tokens: much,
    depth: much,
    aliases: much,
    repeatedFields: much,
    fields: much,
    directives: much,
    listItems: much,
    cost: much,
  };
  return new Documents({ schema, limits, introspection: true });
}

/** The operation of a document that is in order. */
export function operationIn(documents: Documents, { query, operationName }: Asked): Operation {
  const document = documents.read(query);
  if ('length' in document) throw new Error(`${document[0]!.message}\n${query}`);
  const { operations } = document;
  const operation =
    operationName === undefined ? operations.values().next().value : operations.get(operationName);
  if (operation === undefined) throw new Error(`no operation ${operationName}\n${query}`);
  return operation;
}

/** What the service makes of it, in text. */
export async function answerOfService(
  operation: Operation,
  { variables = {} }: Asked,
  { rootValue, contextValue = {} }: Given,
): Promise<string> {
  return textOf(await operation.execute({ rootValue, contextValue, variables }));
}

/** What a plan of its own makes of it, also where the service would not plan it; null where the plan gives up. */
export async function answerOfPlan(
  { schema, fragments, node: operation }: Operation,
  { variables = {} }: Asked,
  { rootValue, contextValue = {} }: Given,
): Promise<string | null> {
  const definitions = operation.variableDefinitions ?? [];
  const { coerced } = getVariableValues(schema, definitions, variables);
  const plan = coerced && compilePlan({ schema, fragments, operation }, coerced);
  const planned = (await plan?.(contextValue, { rootValue, variableValues: coerced! })) ?? null;
  return planned && textOf(planned);
}

/** What graphql-js makes of it, from a document that nobody else has: in text. */
export async function answerOfGraphQLJS(
  schema: GraphQLSchema,
  { query, operationName, variables = {} }: Asked,
  { rootValue, contextValue = {} }: Given,
): Promise<string> {
  const result = await execute({
    schema,
    document: parse(query),
    operationName: operationName ?? null,
    rootValue,
    contextValue,
    variableValues: variables,
    hideSuggestions: true,
  });
  return textOf(result);
}

/** With everything that a client may see: the order of keys, and the places and paths of errors. */
function textOf({ data, errors }: ExecutionResult): string {
  return JSON.stringify({ data, errors: errors?.map((error) => error.toJSON()) });
}
