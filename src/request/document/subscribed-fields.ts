import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * An error for each condition on the field that a subscription follows: it cannot be left out, and graphql-js throws
 * where it is. The specification forbids them since September 2025.
 */
export function conditionsOnSubscribedFields({ definitions }: DocumentNode): GraphQLError[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const errors: GraphQLError[] = [];
  const seen = new Set<SelectionSetNode>();
  const look = (set: SelectionSetNode): void => {
    // Fragments may hold each other: that is found by validation.
    if (seen.has(set)) return;
    seen.add(set);
    for (const selection of set.selections) {
      const condition = selection.directives?.find(({ name }) =>
        ['skip', 'include'].includes(name.value),
      );
      if (condition !== undefined) {
        const message = `A subscription has to have its field: remove @${condition.name.value}.`;
        errors.push(new GraphQLError(message, { nodes: condition }));
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) look(selection.selectionSet);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) look(fragment.selectionSet);
      }
    }
  };
  for (const definition of definitions) {
    if (
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.operation === OperationTypeNode.SUBSCRIPTION
    ) {
      look(definition.selectionSet);
    }
  }
  return errors;
}
