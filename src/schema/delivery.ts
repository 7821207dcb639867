import {
  Kind,
  valueFromAST,
  GraphQLBoolean,
  type DirectiveNode,
  type FieldNode,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from 'graphql';

/**
 * How a field of an operation is delivered: with the rest, in a part of its own that may come later (`@defer` on a fragment
 * around it), or a list member by member (`@stream`). Only a field that comes later may wait for something.
 */
export type Delivery = 'with the rest' | 'later' | 'by members';

/** By execution, which the object of its variables stands for: conditions may depend on them. */
const fieldsThatComeLater = new WeakMap<object, ReadonlySet<FieldNode>>();

/** How the field that is being resolved is delivered, in an execution that is answered in parts. */
export function deliveryOf(info: GraphQLResolveInfo): Delivery {
  if (info.fieldNodes.some((node) => has(node.directives, 'stream', info))) return 'by members';
  let later = fieldsThatComeLater.get(info.variableValues);
  if (later === undefined) {
    const fields = new Set<FieldNode>();
    collect(info.operation.selectionSet, { isLater: false, fields, seen: new Set(), info });
    later = fields;
    fieldsThatComeLater.set(info.variableValues, later);
  }
  return info.fieldNodes.every((node) => later.has(node)) ? 'later' : 'with the rest';
}

interface Walk {
  readonly isLater: boolean;
  readonly fields: Set<FieldNode>;
  readonly seen: Set<string>;
  readonly info: GraphQLResolveInfo;
}

function collect({ selections }: SelectionSetNode, walk: Walk): void {
  const { fields, seen, info } = walk;
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      if (walk.isLater) fields.add(selection);
      if (selection.selectionSet) collect(selection.selectionSet, walk);
      continue;
    }
    const isLater = walk.isLater || has(selection.directives, 'defer', info);
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      collect(selection.selectionSet, { ...walk, isLater });
      continue;
    }
    const fragment = info.fragments[selection.name.value];
    const key = `${isLater} ${selection.name.value}`;
    if (fragment === undefined || seen.has(key)) continue;
    seen.add(key);
    collect(fragment.selectionSet, { ...walk, isLater });
  }
}

function has(
  directives: readonly DirectiveNode[] | undefined,
  name: string,
  { variableValues }: GraphQLResolveInfo,
): boolean {
  const directive = directives?.find((one) => one.name.value === name);
  if (directive === undefined) return false;
  const condition = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
  return (
    condition === undefined || valueFromAST(condition, GraphQLBoolean, variableValues) !== false
  );
}
