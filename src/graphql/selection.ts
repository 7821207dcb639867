import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  type GraphQLResolveInfo,
  type NamedTypeNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * The names of the fields selected on an object of type `typeName` right below the field being resolved, fragments
 * opened and `@skip` and `@include` applied: what an operator has to be asked for.
 */
export function selectedFields(info: GraphQLResolveInfo, typeName: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of info.fieldNodes) collect(node.selectionSet, info, typeName, names);
  return names;
}

function collect(
  selectionSet: SelectionSetNode | undefined,
  info: GraphQLResolveInfo,
  typeName: string,
  names: Set<string>,
): void {
  for (const selection of selectionSet?.selections ?? []) {
    const skip = getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues);
    const include = getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues);
    if (skip?.['if'] === true || include?.['if'] === false) continue;
    if (selection.kind === 'Field') {
      names.add(selection.name.value);
      continue;
    }
    const fragment =
      selection.kind === 'InlineFragment' ? selection : info.fragments[selection.name.value];
    if (applies(fragment?.typeCondition, info, typeName)) {
      collect(fragment?.selectionSet, info, typeName, names);
    }
  }
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
