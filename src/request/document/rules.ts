import {
  getDirectiveValues,
  getNullableType,
  GraphQLError,
  isListType,
  Kind,
  OperationTypeNode,
  visit,
  type ASTNode,
  type ASTVisitor,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type StringValueNode,
  type ValidationContext,
  type DocumentNode,
  type SelectionSetNode,
} from 'graphql';
import { deferDirective, streamDirective } from '../../schema/incremental-directives.ts';

// Rules of GraphQL that graphql-js 16 does not have: those of `@defer` and `@stream`, and of the field of a subscription.

/** The nodes with `@defer` or `@stream`. */
export type IncrementalNode = FieldNode | FragmentSpreadNode | InlineFragmentNode;

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** Everything in a valid operation, and in the fragments that it spreads, that has `@defer` or `@stream`. */
export function findIncrementalNodes(
  operation: OperationDefinitionNode,
  fragments: Fragments,
): readonly IncrementalNode[] {
  const found: IncrementalNode[] = [];
  const seen = new Set<string>();
  const look = (root: ASTNode): void => {
    visit(root, {
      enter(node) {
        if (
          node.kind !== Kind.FIELD &&
          node.kind !== Kind.INLINE_FRAGMENT &&
          node.kind !== Kind.FRAGMENT_SPREAD
        )
          return;
        if (node.directives?.some(isIncremental)) found.push(node);
        if (node.kind !== Kind.FRAGMENT_SPREAD || seen.has(node.name.value)) return;
        seen.add(node.name.value);
        look(fragments[node.name.value]!);
      },
    });
  };
  look(operation);
  return found;
}

/**
 * Whether any of them asks for a part of its own, by the coerced values of the variables. Throws a GraphQLError where one
 * asks for less than no members of a list at first.
 */
export function asksForParts(
  nodes: readonly IncrementalNode[],
  variables: Readonly<Record<string, unknown>>,
): boolean {
  let asks = false;
  for (const node of nodes) {
    if (getDirectiveValues(deferDirective, node, variables)?.['if'] === true) asks = true;
    const stream = getDirectiveValues(streamDirective, node, variables);
    if (stream?.['if'] !== true) continue;
    asks = true;
    const { initialCount } = stream;
    if (typeof initialCount === 'number' && initialCount >= 0) continue;
    const message = `@stream asks for ${String(initialCount)} members at first: give an initialCount of 0 or more, or leave it out.`;
    throw new GraphQLError(message, { nodes: node, extensions: { code: 'BAD_USER_INPUT' } });
  }
  return asks;
}

/**
 * The rules of the incremental delivery proposal that graphql-js 16 does not have: what a mutation or a subscription is
 * asked for comes at once and in order, only lists have members, and a label names one part.
 */
export function incrementalRule(context: ValidationContext): ASTVisitor {
  const labels = new Map<string, DirectiveNode>();
  const refuse = (message: string, nodes: readonly ASTNode[]): void =>
    context.reportError(new GraphQLError(message, { nodes }));
  return {
    Directive(node) {
      if (!isIncremental(node)) return;
      const { value: name } = node.name;
      const label = node.arguments?.find((argument) => argument.name.value === 'label')?.value;
      if (label !== undefined && label.kind !== Kind.NULL) {
        if (label.kind !== Kind.STRING) {
          return refuse(`The label of @${name} is a text in the document, and no variable.`, [
            node,
          ]);
        }
        const { value } = label satisfies StringValueNode;
        const other = labels.get(value);
        if (other !== undefined) {
          return refuse(`The label ${JSON.stringify(value)} names another part.`, [other, node]);
        }
        labels.set(value, node);
      }
      const parent = context.getParentType();
      const schema = context.getSchema();
      for (const word of [OperationTypeNode.MUTATION, OperationTypeNode.SUBSCRIPTION]) {
        if (parent && parent === schema.getRootType(word)) {
          return refuse(`The fields of a ${word} come at once: remove @${name}.`, [node]);
        }
      }
      const field = context.getFieldDef();
      if (name === 'stream' && field && !isListType(getNullableType(field.type))) {
        refuse(`"${field.name}" is no list: remove @stream.`, [node]);
      }
    },
  };
}

function isIncremental({ name }: DirectiveNode): boolean {
  return name.value === deferDirective.name || name.value === streamDirective.name;
}

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
        const message = `A subscription must have its field: remove @${condition.name.value}.`;
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
