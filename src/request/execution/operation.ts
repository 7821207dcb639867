import {
  execute,
  getVariableValues,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { countCost } from '../document/cost.ts';
import {
  asksForParts,
  findIncrementalNodes,
  type IncrementalNode,
} from '../document/incremental.ts';
import type { ExecutionInput } from './plan.ts';
import { Plans } from './plans.ts';
import { readsOnlyLoaders } from '../../schema/reads-only-loaders.ts';

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
  /** What has `@defer` or `@stream` in it. */
  readonly #incremental: readonly IncrementalNode[];
  /** Null for what is not planned. */
  readonly #plans: Plans | null;
  #fixedCost: number | null = null;

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

  /** What it costs with these variables, by `countCost`. */
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
    const planned = this.#plans?.execute(input) ?? null;
    if (planned === null) return this.#interpret(input);
    return 'then' in planned ? planned.then((done) => done ?? this.#interpret(input)) : planned;
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
