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
 * Marks a field of Query below which resolvers read only their parent and loaders. A loader asks an operator once in an
 * execution, and tells the notes of the execution whether the answer is kept. Only answers made of such fields are kept, and
 * only such fields are executed by a plan.
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
