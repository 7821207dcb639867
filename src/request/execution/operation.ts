import {
  execute,
  getNullableType,
  getVariableValues,
  GraphQLID,
  GraphQLString,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  Kind,
  typeFromAST,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { countCost } from '../document/cost.ts';
import { asksForParts, findIncrementalNodes, type IncrementalNode } from '../document/rules.ts';
import {
  type ExecutionInput,
  compilePlan,
  type Plan,
  type Planned,
  type PlanParts,
} from './plan.ts';
import { readsOnlyLoaders } from '../../schema/selection.ts';

interface OperationParts {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

let lastNumber = 0;

/** One operation of a valid document. */
export class Operation {
  readonly node: OperationDefinitionNode;
  readonly document: DocumentNode;
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Whether its result is made of nothing but what loaders tell the notes of an execution about. */
  readonly restsOnLoaders: boolean;
  /** Its own in this process. */
  readonly number: number;
  /** The nodes with `@defer` or `@stream`. */
  readonly #incremental: readonly IncrementalNode[];
  /** Null for what is not planned. */
  readonly #plans: Plans | null;
  #fixedCost: number | null = null;
  #fieldNames: ReadonlySet<string> | null = null;

  constructor(node: OperationDefinitionNode, parts: OperationParts) {
    this.node = node;
    this.document = parts.document;
    this.schema = parts.schema;
    this.fragments = parts.fragments;
    this.#incremental = findIncrementalNodes(node, parts.fragments);
    this.restsOnLoaders = this.#incremental.length === 0 && readsOnlyLoaders(node, parts);
    // When a plan gives up, the operation is executed again. With loaders alone, that asks operators nothing twice.
    const mayBePlanned = this.restsOnLoaders || node.operation === OperationTypeNode.SUBSCRIPTION;
    this.#plans = mayBePlanned ? new Plans({ ...parts, operation: node }) : null;
    this.number = lastNumber += 1;
  }

  /** How many executions plans have answered. */
  get planned(): number {
    return this.#plans?.answered ?? 0;
  }

  /** Its name; null for one without. */
  get name(): string | null {
    return this.node.name?.value ?? null;
  }

  /** Whether a field of this name is anywhere in its document. */
  readonly selects = (name: string): boolean => {
    this.#fieldNames ??= fieldNamesIn(this.document);
    return this.#fieldNames.has(name);
  };

  /** The cost with these variables, by `countCost`. */
  cost(variables: Readonly<Record<string, unknown>>): number {
    if (this.#fixedCost !== null) return this.#fixedCost;
    const { cost, isFixed } = countCost(this.node, {
      schema: this.schema,
      fragments: this.fragments,
      variables,
    });
    if (isFixed) this.#fixedCost = cost;
    return cost;
  }

  /**
   * Whether it is answered in parts, with these variables: by `@defer` or `@stream`. Not where they are refused, which
   * an answer says as a whole. Throws a GraphQLError where a part cannot be as it is asked for.
   */
  isIncremental(variables: Readonly<Record<string, unknown>>): boolean {
    if (this.#incremental.length === 0 || this.node.operation === OperationTypeNode.SUBSCRIPTION) {
      return false;
    }
    const definitions = this.node.variableDefinitions ?? [];
    const { coerced } = getVariableValues(this.schema, definitions, variables);
    return coerced !== undefined && asksForParts(this.#incremental, coerced);
  }

  /**
   * Executes a query or a mutation, or one event of a subscription, as graphql-js does, by a plan where there is one. Never
   * throws: errors are in the result, unmasked.
   */
  execute(input: ExecutionInput): ExecutionResult | Promise<ExecutionResult> {
    if (this.#plans === null) return this.#interpret(input);
    return this.#plans.execute(input, () => this.#interpret(input));
  }

  #interpret({ rootValue, contextValue, variables }: ExecutionInput) {
    return execute({
      schema: this.schema,
      document: this.document,
      operationName: this.name,
      rootValue,
      contextValue,
      variableValues: variables,
      hideSuggestions: true,
    });
  }
}

/** An operation that comes back is compiled, once that costs less than it saves. */
const usesBeforePlanning = 2;
/** More combinations of conditions than these are left to graphql-js. */
const mostPlans = 4;
/** After so many executions in a row that gave up, no more are tried. */
const mostGivenUp = 3;

/** The plans of one operation: one for each combination of what its `@skip` and `@include` come to. */
export class Plans {
  readonly #parts: PlanParts;
  /** The variables that conditions look at. */
  readonly #conditions: readonly string[];
  readonly #plans = new Map<string, Plan | null>();
  /** The names of its variables where all of them are texts; null where any is not. */
  readonly #texts: readonly string[] | null;
  #uses = 0;
  #givenUp = 0;
  #answered = 0;

  constructor({ document, ...parts }: PlanParts & { readonly document: DocumentNode }) {
    this.#parts = parts;
    const declared = parts.operation.variableDefinitions ?? [];
    const conditions = conditionsIn(document);
    const isText = ({ type }: VariableDefinitionNode) => {
      const named = getNullableType(typeFromAST(parts.schema, type));
      return named === GraphQLID || named === GraphQLString;
    };
    this.#texts = declared.every(isText)
      ? declared.map(({ variable }) => variable.name.value)
      : null;
    this.#conditions = declared
      .map(({ variable }) => variable.name.value)
      .filter((name) => conditions.has(name));
  }

  /** How many executions they have answered. */
  get answered(): number {
    return this.#answered;
  }

  /** The result of the plan; that of `otherwise` where there is no plan, or where it gives up. */
  execute(
    { rootValue, contextValue, variables }: ExecutionInput,
    otherwise: () => ExecutionResult | Promise<ExecutionResult>,
  ): ExecutionResult | Promise<ExecutionResult> {
    this.#uses += 1;
    if (this.#uses <= usesBeforePlanning || this.#givenUp >= mostGivenUp) return otherwise();
    const coerced = this.#coerce(variables);
    const plan = coerced === undefined ? null : this.#planFor(coerced);
    if (plan === null || coerced === undefined) return otherwise();
    const planned = plan(contextValue, { rootValue, variableValues: coerced });
    return planned !== null && 'then' in planned
      ? planned.then((result) => this.#count(result) ?? otherwise())
      : (this.#count(planned) ?? otherwise());
  }

  /** The variables as resolvers get them; undefined where one is wrong. */
  #coerce(variables: ExecutionInput['variables']): ExecutionInput['variables'] | undefined {
    // Texts are what they are.
    if (this.#texts?.every((name) => typeof variables[name] === 'string') === true) {
      return variables;
    }
    const { schema, operation } = this.#parts;
    return getVariableValues(schema, operation.variableDefinitions ?? [], variables).coerced;
  }

  #planFor(variables: Readonly<Record<string, unknown>>): Plan | null {
    let key = '';
    for (const name of this.#conditions) {
      const value = variables[name];
      // For null there is an error.
      if (typeof value !== 'boolean') return null;
      key += value ? '1' : '0';
    }
    let plan = this.#plans.get(key);
    if (plan === undefined && this.#plans.size < mostPlans) {
      plan = compilePlan(this.#parts, variables);
      this.#plans.set(key, plan);
    }
    return plan ?? null;
  }

  #count(planned: Planned): Planned {
    if (planned === null) this.#givenUp += 1;
    else {
      this.#givenUp = 0;
      this.#answered += 1;
    }
    return planned;
  }
}

/** The names of all fields in a document, each by its own name and not by its alias. */
function fieldNamesIn(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, { Field: ({ name }) => void names.add(name.value) });
  return names;
}

/** The variables that `@skip` and `@include` look at, anywhere in a document. */
function conditionsIn(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: args = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return names;
}
