import { randomUUID } from 'node:crypto';
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import type { Leaving } from '../abort.ts';
import type { Log } from '../observe/log.ts';
import { describeError } from '../schema/errors.ts';
import { hasLeft } from './prepared.ts';

/**
 * Clients are told expected errors in full; of an unexpected one they learn only that it happened, with
 * an identifier under which the log has the rest. The result is plain data, the same on every transport. That
 * `leaving` ended the work for a client that has left is no bug.
 */
export function maskError(error: unknown, log: Log, leaving?: Leaving): GraphQLFormattedError {
  const graphqlError = error instanceof GraphQLError ? error : null;
  const thrown = findThrown(error);
  if (leaving !== undefined && hasLeft(leaving) && thrown === leaving.reason) {
    return located('The client left.', { code: 'CLIENT_LEFT' }, graphqlError);
  }
  const expected = describeError(thrown);
  if (expected !== null) return located(expected.message, expected.extensions, graphqlError);
  if (graphqlError !== null && thrown instanceof GraphQLError && isOfClient(graphqlError, thrown)) {
    const extensions = { code: 'BAD_USER_INPUT', ...thrown.extensions };
    return located(graphqlError.message.slice(0, longestMessage), extensions, graphqlError);
  }
  const errorId = randomUUID();
  log.error({ errorId, err: thrown, path: graphqlError?.path?.join('.') }, 'unexpected error');
  return located(
    `Unexpected error. It is in the log under ${errorId}.`,
    { code: 'INTERNAL_SERVER_ERROR', errorId },
    graphqlError,
  );
}

/** Bounds the part of a request that a message may quote. */
const longestMessage = 2_000;

/**
 * Whether an error of GraphQL itself is about what the client sent, such as the values of variables. An error without a code
 * and with a path is about the value of a field, which is no business of the client's. The exception are arguments that lack a
 * value: they are found only during execution, and known by the part of the document that lacks it.
 */
function isOfClient({ path }: GraphQLError, { extensions, nodes }: GraphQLError): boolean {
  return (
    path === undefined ||
    extensions['code'] !== undefined ||
    nodes?.some(({ kind }) => kind !== Kind.FIELD) === true
  );
}

/** The thrown value, without the GraphQLErrors around it that say where. */
function findThrown(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError
    ? findThrown(error.originalError)
    : error;
}

function located(
  message: string,
  extensions: GraphQLFormattedError['extensions'],
  where: GraphQLError | null,
): GraphQLFormattedError {
  return {
    message,
    ...(where?.locations && { locations: where.locations }),
    ...(where?.path && { path: where.path }),
    ...(extensions && { extensions }),
  };
}
