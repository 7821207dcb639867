import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Log } from '../log.ts';
import { describeError } from './errors.ts';

/**
 * What clients are told of an error: what they can act on, in full; of anything unexpected only that it happened, with
 * an identifier under which the log has the rest.
 */
export function maskError(error: unknown, log: Log): GraphQLError {
  const graphqlError = error instanceof GraphQLError ? error : null;
  const thrown = rootOf(error);
  const expected = describeError(thrown);
  if (expected !== null) return located(expected, graphqlError);
  if (graphqlError !== null && thrown instanceof GraphQLError) return withCode(graphqlError);
  const errorId = randomUUID();
  log.error({ errorId, err: thrown, path: graphqlError?.path?.join('.') }, 'unexpected error');
  return located(
    new GraphQLError(`Unexpected error. It is in the log under ${errorId}.`, {
      extensions: { code: 'INTERNAL_SERVER_ERROR', errorId },
    }),
    graphqlError,
  );
}

/** GraphQL's own errors, such as one about the values of variables, with a code where they have none. */
function withCode(error: GraphQLError): GraphQLError {
  if ('code' in error.extensions) return error;
  return located(
    new GraphQLError(error.message, {
      extensions: { ...error.extensions, code: 'BAD_USER_INPUT' },
    }),
    error,
  );
}

/** What was thrown, below the GraphQLErrors that say where. */
function rootOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? rootOf(error.originalError) : error;
}

function located(error: GraphQLError, where: GraphQLError | null): GraphQLError {
  return where === null
    ? error
    : new GraphQLError(error.message, {
        nodes: where.nodes ?? null,
        source: where.source,
        positions: where.positions,
        path: where.path,
        extensions: error.extensions,
      });
}
