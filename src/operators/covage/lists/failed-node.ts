import { OperatorError } from '../../port/operator-error.ts';

/**
 * A loaded thing as the node of an edge. A failure that is about this thing alone becomes the error of its node. Throws any other
 * failure, which fails the whole list.
 */
export function orFailed<Node>(loaded: Node | Error): Node {
  if (!(loaded instanceof Error)) return loaded;
  const isOwn = loaded instanceof OperatorError && ownReasons.has(loaded.code);
  if (!isOwn) throw loaded;
  // graphql-js takes an Error among the nodes for one that was thrown there.
  return loaded as unknown as Node;
}

const ownReasons: ReadonlySet<string> = new Set(['INVALID_RESPONSE', 'REJECTED', 'FORBIDDEN']);
