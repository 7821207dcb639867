import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type FieldNode,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from 'graphql';
import { deferDirective, streamDirective } from './incremental-directives.ts';

// How the field that is being resolved is delivered, in an execution that is answered in parts.

/** By execution, which the object of its variables stands for: conditions may depend on them. */
const deferredFields = new WeakMap<object, ReadonlySet<FieldNode>>();

/**
 * Whether a field is only in parts that come later, by a `@defer` around it. Only such a field may wait for something, and the
 * fields beside it in its part have to describe the same moment.
 */
export function isDeferred(info: GraphQLResolveInfo): boolean {
  let deferred = deferredFields.get(info.variableValues);
  if (deferred === undefined) {
    const fields: Fields = { later: new Set(), now: new Set(), seen: new Set() };
    collectFields(info.operation.selectionSet, false, fields, info);
    deferred = fields.later.difference(fields.now);
    deferredFields.set(info.variableValues, deferred);
  }
  return info.fieldNodes.every((node) => deferred.has(node));
}

/** Whether the members of a list come one by one, by `@stream`. */
export function isStreamed({ fieldNodes, variableValues }: GraphQLResolveInfo): boolean {
  return fieldNodes.some(
    (node) => getDirectiveValues(streamDirective, node, variableValues)?.['if'] === true,
  );
}

interface Fields {
  readonly later: Set<FieldNode>;
  readonly now: Set<FieldNode>;
  /** Fragments, each with whether it was spread in what comes later. */
  readonly seen: Set<string>;
}

function collectFields(
  { selections }: SelectionSetNode,
  isLater: boolean,
  fields: Fields,
  info: GraphQLResolveInfo,
): void {
  const { variableValues } = info;
  for (const selection of selections) {
    const skip = getDirectiveValues(GraphQLSkipDirective, selection, variableValues);
    const include = getDirectiveValues(GraphQLIncludeDirective, selection, variableValues);
    if (skip?.['if'] === true || include?.['if'] === false) continue;
    if (selection.kind === Kind.FIELD) {
      (isLater ? fields.later : fields.now).add(selection);
      if (selection.selectionSet) collectFields(selection.selectionSet, isLater, fields, info);
      continue;
    }
    const comesLater =
      isLater || getDirectiveValues(deferDirective, selection, variableValues)?.['if'] === true;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      collectFields(selection.selectionSet, comesLater, fields, info);
      continue;
    }
    const { value: name } = selection.name;
    const fragment = info.fragments[name];
    const key = `${comesLater} ${name}`;
    if (fragment === undefined || fields.seen.has(key)) continue;
    fields.seen.add(key);
    collectFields(fragment.selectionSet, comesLater, fields, info);
  }
}
