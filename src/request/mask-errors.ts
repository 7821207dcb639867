import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Log } from '../observe/log.ts';
import { describeError } from '../schema/errors.ts';

/**
 * What clients are told of an error: what they can act on, in full; of anything unexpected only that it happened, with
 * an identifier under which the log has the rest. The result is plain data, the same on every transport.
 */
export function maskError(error: unknown, log: Log): GraphQLFormattedError {
  const graphqlError = error instanceof GraphQLError ? error : null;
  const thrown = rootOf(error);
  const expected = describeError(thrown);
  if (expected !== null) return located(expected.message, expected.extensions, graphqlError);
  if (graphqlError !== null && thrown instanceof GraphQLError && isOfClient(graphqlError, thrown)) {
    const extensions = { code: 'BAD_USER_INPUT', ...thrown.extensions };
    return located(withoutSuggestion(graphqlError.message), extensions, graphqlError);
  }
  const errorId = randomUUID();
  log.error({ errorId, err: thrown, path: graphqlError?.path?.join('.') }, 'unexpected error');
  return located(
    `Unexpected error. It is in the log under ${errorId}.`,
    { code: 'INTERNAL_SERVER_ERROR', errorId },
    graphqlError,
  );
}

/** What a message may quote of a request comes to an end. */
const longestMessage = 2_000;

/** A message without the names that GraphQL guesses were meant: they would tell of a schema that is not to be read. */
export function withoutSuggestion(message: string): string {
  return message
    .slice(0, longestMessage)
    .replace(/ Did you mean [^?]{0,400}\?(?: Or [^?]{0,400}\?)*/g, '');
}

/**
 * Whether an error of GraphQL's own is about what the client sent, such as the values of variables. One without a code in
 * the midst of the answer is about what a field was answered with, which is no business of the client's; but for the
 * arguments that lack a value, which are found only there.
 */
function isOfClient({ path }: GraphQLError, { extensions, message }: GraphQLError): boolean {
  return (
    path === undefined || extensions?.['code'] !== undefined || message.startsWith('Argument "')
  );
}

/** What was thrown, below the GraphQLErrors that say where. */
function rootOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? rootOf(error.originalError) : error;
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
