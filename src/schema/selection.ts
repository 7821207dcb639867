import { getDirectiveValues, GraphQLIncludeDirective, GraphQLSkipDirective, isAbstractType, type FieldNode, type GraphQLResolveInfo, type NamedTypeNode, type SelectionSetNode, Kind, OperationTypeNode, type FragmentDefinitionNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';

/** By the list of nodes. Each execution, or plan, has lists of its own, for which the conditions stay the same. */
const knownNodes = new WeakMap<object, Map<string, readonly FieldNode[]>>();

/**
 * The names of the fields selected on an object of type `typeName` right below the field being resolved, or below the
 * fields that `path` leads to from there; fragments opened and `@skip` and `@include` applied: what an operator has to be
 * asked for.
 */
export function selectedFields(
  info: GraphQLResolveInfo,
  typeName: string,
  path: readonly string[] = [],
): ReadonlySet<string> {
  return new Set(selectedNodes(info, typeName, path).map((node) => node.name.value));
}

/** The same as the fields in the document, with their arguments. */
export function selectedNodes(
  info: GraphQLResolveInfo,
  typeName: string,
  path: readonly string[] = [],
): readonly FieldNode[] {
  const key = `${path.join('.')} ${typeName}`;
  let known = knownNodes.get(info.fieldNodes);
  if (known === undefined) knownNodes.set(info.fieldNodes, (known = new Map()));
  let nodes = known.get(key);
  if (nodes === undefined) {
    nodes = info.fieldNodes;
    for (const name of path) {
      nodes = below(nodes, info, null).filter((node) => node.name.value === name);
    }
    nodes = below(nodes, info, typeName);
    known.set(key, nodes);
  }
  return nodes;
}

/** The fields selected right below others; fragments on other types than `typeName` are left out where that is given. */
function below(
  nodes: readonly FieldNode[],
  info: GraphQLResolveInfo,
  typeName: string | null,
): FieldNode[] {
  return nodes.flatMap(({ selectionSet }) => fieldsIn(selectionSet, info, typeName));
}

function fieldsIn(
  selectionSet: SelectionSetNode | undefined,
  info: GraphQLResolveInfo,
  typeName: string | null,
): FieldNode[] {
  return (selectionSet?.selections ?? []).flatMap((selection) => {
    const skip = getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues);
    const include = getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues);
    if (skip?.['if'] === true || include?.['if'] === false) return [];
    if (selection.kind === 'Field') return [selection];
    const fragment =
      selection.kind === 'InlineFragment' ? selection : info.fragments[selection.name.value];
    return typeName === null || applies(fragment?.typeCondition, info, typeName)
      ? fieldsIn(fragment?.selectionSet, info, typeName)
      : [];
  });
}

function applies(
  condition: NamedTypeNode | undefined,
  { schema }: GraphQLResolveInfo,
  typeName: string,
): boolean {
  if (condition === undefined || condition.name.value === typeName) return true;
  const general = schema.getType(condition.name.value);
  const type = schema.getType(typeName);
  return (
    isAbstractType(general) &&
    type !== undefined &&
    'getFields' in type &&
    schema.isSubType(general, type as never)
  );
}

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
