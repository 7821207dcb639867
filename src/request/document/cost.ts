import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

// The formula, as docs/asking.md publishes it: an object costs 1 and what is selected on it; what is in a list costs its share
// times the members of the list, which are `first`, or the length of the list that asked for them (`ids`), or 10 where
// neither is given; a field of a mutation costs 10 more, and so does one that asks services about addresses (`extensions.cost`);
// what it is given many of costs 1 for each (`extensions.costOfEach`, the path to the list). Fields without selections are free.

const membersOfOtherLists = 10;
/** Types of arguments that name one thing each: `ids`, and the `representations` of a gateway. */
const namesOfThings: ReadonlySet<string> = new Set(['ID', '_Any']);
const costOfMutation = 10;
/** Introspection costs like anything else. */
const introspectionFields = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]),
);

export interface Cost {
  readonly cost: number;
  /** Whether other values of the variables would cost the same. */
  readonly isFixed: boolean;
}

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;
type Variables = Readonly<Record<string, unknown>>;

/** The highest cost of a valid operation with these variables, by the formula in docs/asking.md. Executes nothing. */
export function countCost(
  operation: OperationDefinitionNode,
  parts: { schema: GraphQLSchema; fragments: Fragments; variables: Variables },
): Cost {
  const counter = new Counter(operation, parts);
  return counter.count();
}

class Counter {
  readonly #operation: OperationDefinitionNode;
  readonly #schema: GraphQLSchema;
  readonly #fragments: Fragments;
  readonly #variables: Variables;
  /** Fragments by name and by the size of the list around them: one that is spread a thousand times is counted once. */
  readonly #counted = new Map<string, number>();
  #isFixed = true;

  constructor(
    operation: OperationDefinitionNode,
    parts: { schema: GraphQLSchema; fragments: Fragments; variables: Variables },
  ) {
    this.#operation = operation;
    this.#schema = parts.schema;
    this.#fragments = parts.fragments;
    this.#variables = parts.variables;
  }

  count(): Cost {
    const root = this.#schema.getRootType(this.#operation.operation);
    const fields = this.#ofSelections(this.#operation.selectionSet, root ?? undefined, null);
    return { cost: fields, isFixed: this.#isFixed };
  }

  /** `page` is how many things the connection around the selections was asked for. */
  #ofSelections(
    { selections }: SelectionSetNode,
    type: GraphQLNamedType | undefined,
    page: number | null,
  ): number {
    let cost = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) cost += this.#ofField(selection, type, page);
      else if (selection.kind === Kind.FRAGMENT_SPREAD)
        cost += this.#ofFragment(selection.name.value, page);
      else {
        const condition = selection.typeCondition?.name.value;
        const on = condition === undefined ? type : this.#schema.getType(condition);
        cost += this.#ofSelections(selection.selectionSet, on, page);
      }
    }
    return cost;
  }

  #ofFragment(name: string, page: number | null): number {
    const key = `${name} ${page}`;
    const known = this.#counted.get(key);
    if (known !== undefined) return known;
    const fragment = this.#fragments[name];
    if (fragment === undefined) return 0;
    const type = this.#schema.getType(fragment.typeCondition.name.value);
    const cost = this.#ofSelections(fragment.selectionSet, type, page);
    this.#counted.set(key, cost);
    return cost;
  }

  #ofField(node: FieldNode, parent: GraphQLNamedType | undefined, page: number | null): number {
    if (node.selectionSet === undefined) return 0;
    const { value: name } = node.name;
    const field =
      isObjectType(parent) || isInterfaceType(parent)
        ? (parent.getFields()[name] ?? introspectionFields.get(name))
        : undefined;
    if (field === undefined) return 0;
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return 0;
    const asked = this.#sizeAskedFor(node, field);
    const isMutation = parent === this.#schema.getMutationType();
    const extra =
      (isMutation ? costOfMutation : readOwnCost(field)) + this.#membersGiven(node, field);
    if (isMutation || !isListType(getNullableType(field.type))) {
      return extra + 1 + this.#ofSelections(node.selectionSet, type, asked ?? null);
    }
    const members = asked ?? page ?? membersOfOtherLists;
    return extra + members * (1 + this.#ofSelections(node.selectionSet, type, null));
  }

  /** The least of `first` and of how many things are asked for by name; null without either. */
  #sizeAskedFor(node: FieldNode, { args }: GraphQLField<unknown, unknown>): number | null {
    const sizes: number[] = [];
    for (const { name, type, defaultValue } of args) {
      // Other lists, such as of verdicts, say which and not how many.
      const isList =
        isListType(getNullableType(type)) && namesOfThings.has(String(getNamedType(type)));
      if (!isList && name !== 'first') continue;
      const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
      const value = given === undefined ? defaultValue : (this.#readValue(given) ?? defaultValue);
      if (Array.isArray(value)) sizes.push(value.length);
      else if (typeof value === 'number') sizes.push(Math.max(0, value));
      else if (isList && value !== undefined && value !== null) sizes.push(1);
    }
    return sizes.length === 0 ? null : Math.min(...sizes);
  }

  /** How many members the list has that `extensions.costOfEach` leads to; 0 of fields that have none. */
  #membersGiven(node: FieldNode, { extensions }: GraphQLField<unknown, unknown>): number {
    const path = extensions['costOfEach'] as readonly [string, ...string[]] | undefined;
    if (path === undefined) return 0;
    const [argument, ...names] = path;
    return this.#countMembers(
      node.arguments?.find(({ name }) => name.value === argument)?.value,
      names,
    );
  }

  #countMembers(node: ValueNode | undefined, names: readonly string[]): number {
    if (node === undefined || node.kind === Kind.NULL) return 0;
    if (node.kind === Kind.VARIABLE) {
      this.#isFixed = false;
      const name = node.name.value;
      if (Object.hasOwn(this.#variables, name)) return membersIn(this.#variables[name], names);
      return this.#countMembers(this.#findPreset(name), names);
    }
    const [next, ...rest] = names;
    if (next === undefined) return node.kind === Kind.LIST ? node.values.length : 1;
    if (node.kind !== Kind.OBJECT) return 0;
    return this.#countMembers(node.fields.find(({ name }) => name.value === next)?.value, rest);
  }

  #findPreset(variable: string): ValueNode | undefined {
    return this.#operation.variableDefinitions?.find(
      (definition) => definition.variable.name.value === variable,
    )?.defaultValue;
  }

  /** The value of an argument, as far as the cost needs it: a number, or a list for its length. */
  #readValue(node: ValueNode): unknown {
    switch (node.kind) {
      case Kind.VARIABLE: {
        this.#isFixed = false;
        const name = node.name.value;
        if (Object.hasOwn(this.#variables, name)) return this.#variables[name] ?? undefined;
        const preset = this.#findPreset(name);
        return preset === undefined ? undefined : this.#readValue(preset);
      }
      case Kind.INT:
        return Number(node.value);
      case Kind.LIST:
        return node.values;
      case Kind.NULL:
        return undefined;
      default:
        return node;
    }
  }
}

/** The cost in a field's definition, beside its selections: some fields ask services that count their calls. */
function readOwnCost({ extensions }: GraphQLField<unknown, unknown>): number {
  const { cost } = extensions;
  return typeof cost === 'number' ? cost : 0;
}

/** How many members a list in a value has. GraphQL takes a single value for a list of one. */
function membersIn(value: unknown, names: readonly string[]): number {
  let inner = value;
  for (const name of names) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, name)) return 0;
    inner = (inner as Readonly<Record<string, unknown>>)[name];
  }
  if (Array.isArray(inner)) return inner.length;
  return (inner ?? null) === null ? 0 : 1;
}
