import {
  Kind,
  OperationTypeNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

const extension = 'restsOnLoaders';

/**
 * Marks a field of Query of which nothing below reads anything but its parent and what loaders give, which ask nobody twice in
 * an execution and tell its notes whether it is kept. Only an answer of such fields is kept, and only they are executed by a plan.
 */
export const restsOnLoaders: Record<string, unknown> = { [extension]: true };

/** Whether an operation is a query of nothing but fields that are marked with `restsOnLoaders`. */
export function readsOnlyLoaders(
  { operation, selectionSet }: OperationDefinitionNode,
  {
    schema,
    fragments,
  }: {
    readonly schema: GraphQLSchema;
    readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  },
): boolean {
  if (operation !== OperationTypeNode.QUERY) return false;
  const fields = schema.getQueryType()?.getFields() ?? {};
  const areMarked = ({ selections }: SelectionSetNode): boolean =>
    selections.every((selection) => {
      if (selection.kind === Kind.FIELD) {
        return fields[selection.name.value]?.extensions[extension] === true;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value];
      return fragment !== undefined && areMarked(fragment.selectionSet);
    });
  return areMarked(selectionSet);
}
