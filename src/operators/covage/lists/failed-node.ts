import { OperatorError } from '../../port/operator-error.ts';

/**
 * A thing as the node of an edge: also where it could not be had for a reason of its own, which is then the error of that node.
 * Throws what is the trouble of the operator, which costs the whole list.
 */
export function orFailed<Node>(loaded: Node | Error): Node {
  if (!(loaded instanceof Error)) return loaded;
  const isOwn = loaded instanceof OperatorError && ownReasons.has(loaded.code);
  if (!isOwn) throw loaded;
  // graphql-js takes an Error among the nodes for one that was thrown there.
  return loaded as unknown as Node;
}

const ownReasons: ReadonlySet<string> = new Set(['INVALID_RESPONSE', 'REJECTED', 'FORBIDDEN']);
