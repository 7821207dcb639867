import {
  GraphQLError,
  Kind,
  visit,
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** How much one operation may ask for. Every transport holds to the same. */
export interface Limits {
  /** Words, names and signs of a document. */
  readonly tokens: number;
  /** Fields within fields. The fields that describe the schema itself do not count. */
  readonly depth: number;
  /** Names given to fields, in one document. */
  readonly aliases: number;
  /** The same field in one selection set. */
  readonly repeatedFields: number;
  /** The fields of an operation. Those of a fragment count at each place where it is spread. */
  readonly fields: number;
  /** Directives, in one document. */
  readonly directives: number;
  /** Members of a list that is given as an argument, at any depth of it. */
  readonly listItems: number;
  /** The highest cost of an operation, by `countCost`. */
  readonly cost: number;
}

/** The error for an operation that asks for more than it may; nothing of it was done. */
export function limitExceeded(
  limit: keyof Limits,
  { found, allowed, what }: { found: number | string; allowed: number; what: string },
  node?: ASTNode,
): GraphQLError {
  return new GraphQLError(`${what}: ${found}, but at most ${allowed} are allowed. Ask for less.`, {
    nodes: node ?? null,
    extensions: { code: 'LIMIT_EXCEEDED', limit, allowed },
  });
}

/**
 * An error for each limit that a document is over. It is not validated yet, so fragments may be missing, or spread each other in a
 * circle.
 */
export function exceededLimits(document: DocumentNode, limits: Limits): GraphQLError[] {
  const errors: GraphQLError[] = [];
  const exceeds = (limit: Exclude<keyof Limits, 'tokens' | 'cost'>, what: string) => {
    const allowed = limits[limit];
    return (found: number, node?: ASTNode): void => {
      if (found > allowed) errors.push(limitExceeded(limit, { found, allowed, what }, node));
    };
  };
  let aliases = 0;
  let directives = 0;
  let longest: { readonly length: number; readonly node: ASTNode } | null = null;
  visit(document, {
    Field(node) {
      if (node.alias !== undefined) aliases += 1;
    },
    Directive() {
      directives += 1;
    },
    ListValue(node) {
      if (node.values.length > (longest?.length ?? 0))
        longest = { length: node.values.length, node };
    },
  });
  const { depth, fields } = measureDocument(document);
  exceeds('depth', 'Fields within fields')(depth);
  exceeds('fields', 'Fields, with fragments opened')(fields);
  exceeds('aliases', 'Aliases')(aliases);
  exceeds('repeatedFields', 'The same field of one selection')(mostRepeated(document));
  exceeds('directives', 'Directives')(directives);
  const { length, node } = longest ?? { length: 0, node: undefined };
  exceeds('listItems', 'Members of a list')(length, node);
  return errors;
}

/**
 * How often the most repeated field stands in one selection set, with its inline fragments. Validation compares each with each,
 * which takes the square of that.
 */
function mostRepeated(document: DocumentNode): number {
  let most = 0;
  const count = ({ selections }: SelectionSetNode, found: Map<string, number>): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        count(selection.selectionSet, found);
        continue;
      }
      const key = (selection.alias ?? selection.name).value;
      const times = (found.get(key) ?? 0) + 1;
      found.set(key, times);
      most = Math.max(most, times);
      if (selection.selectionSet !== undefined) count(selection.selectionSet, new Map());
    }
  };
  for (const definition of document.definitions) {
    if ('selectionSet' in definition) count(definition.selectionSet, new Map());
  }
  return most;
}

/** How deep selections go, and how many fields they have with their fragments opened. */
interface Size {
  readonly depth: number;
  readonly fields: number;
}

const nothing: Size = { depth: 0, fields: 0 };

/** The size of the deepest operation of a document, and of the one with the most fields. */
function measureDocument(document: DocumentNode): Size {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  // Each fragment once: fragments in fragments would otherwise take a time that doubles with each. Nothing while it is
  // being measured, so that one that holds itself ends.
  const measured = new Map<string, Size>();
  const ofFragment = (name: string): Size => {
    const known = measured.get(name);
    if (known !== undefined) return known;
    measured.set(name, nothing);
    const size = ofSelections(fragments.get(name)?.selectionSet);
    measured.set(name, size);
    return size;
  };
  const ofField = ({ name, selectionSet }: FieldNode): Size => {
    const { depth, fields } = ofSelections(selectionSet);
    return { depth: name.value.startsWith('__') ? 0 : 1 + depth, fields: 1 + fields };
  };
  const ofSelections = (selectionSet: SelectionSetNode | undefined): Size => {
    let { depth, fields } = nothing;
    for (const selection of selectionSet?.selections ?? []) {
      const size =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? ofSelections(selection.selectionSet)
            : ofField(selection);
      depth = Math.max(depth, size.depth);
      fields += size.fields;
    }
    return { depth, fields };
  };
  const sizes = document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? ofSelections(definition.selectionSet) : nothing,
  );
  return {
    depth: Math.max(0, ...sizes.map((size) => size.depth)),
    fields: Math.max(0, ...sizes.map((size) => size.fields)),
  };
}

/** The error for the longest list among the values of variables, where it is longer than it may be. */
export function exceededByVariables(
  variables: Readonly<Record<string, unknown>>,
  limits: Limits,
): GraphQLError | null {
  for (const name in variables) {
    const found = longestIn(variables[name]);
    if (found > limits.listItems) {
      const what = `Members of a list in the variable $${name}`;
      return limitExceeded('listItems', { found, allowed: limits.listItems, what });
    }
  }
  return null;
}

function longestIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members: unknown[] = Array.isArray(value) ? value : Object.values(value);
  let longest = Array.isArray(value) ? value.length : 0;
  for (const member of members) longest = Math.max(longest, longestIn(member));
  return longest;
}
