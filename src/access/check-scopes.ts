import {
  GraphQLError,
  type FieldNode,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql';
import type { Caller, Scope } from './caller.ts';

const needed: Readonly<Record<OperationTypeNode, Scope>> = {
  query: 'read',
  subscription: 'read',
  mutation: 'qualify',
};

/**
 * Whether a caller may do an operation: null where it may, and otherwise one error for each field at its root, with the
 * code FORBIDDEN. Every transport asks this before it executes, so that nothing is asked of an operator. What of an
 * answer is personal data is decided by the fields, see `mayReadPersonalData`.
 */
export function checkScopes(
  { operation, selectionSet }: OperationDefinitionNode,
  { scopes }: Caller,
): readonly GraphQLError[] | null {
  const scope = needed[operation];
  if (scopes.has(scope)) return null;
  const message = `A ${operation} needs the scope ${JSON.stringify(scope)}, which the credentials do not have.`;
  const extensions = { code: 'FORBIDDEN', scope };
  return selectionSet.selections.map(
    (selection) =>
      new GraphQLError(message, {
        nodes: selection,
        path: selection.kind === 'Field' ? [responseKey(selection)] : null,
        extensions,
      }),
  );
}

function responseKey({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}
