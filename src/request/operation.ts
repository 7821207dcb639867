import {
  execute,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { costOf } from './document/cost.ts';
import { readsOnlyLoaders } from '../schema/rests-on-loaders.ts';

/** What one execution needs. */
export interface ExecutionScope {
  readonly rootValue?: unknown;
  readonly contextValue: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface OperationScope {
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
  /** Whether it is answered in parts: with `@defer` or `@stream`. */
  readonly isIncremental: boolean;
  /** Whether its result is made of nothing but what loaders tell the notes of an execution about. */
  readonly restsOnLoaders: boolean;
  /** Its own in this process. */
  readonly number: number;
  #fixedCost: number | null = null;

  constructor(node: OperationDefinitionNode, scope: OperationScope) {
    this.node = node;
    this.document = scope.document;
    this.schema = scope.schema;
    this.fragments = scope.fragments;
    this.isIncremental = hasIncrementalDirective(scope.document);
    this.restsOnLoaders = !this.isIncremental && readsOnlyLoaders(node, scope);
    this.number = lastNumber += 1;
  }

  /** Its name; null for one without. */
  get name(): string | null {
    return this.node.name?.value ?? null;
  }

  /** What it costs with these variables, by `costOf`. */
  cost(variables: Readonly<Record<string, unknown>>): number {
    if (this.#fixedCost !== null) return this.#fixedCost;
    const { cost, isFixed } = costOf(this.node, {
      schema: this.schema,
      fragments: this.fragments,
      variables,
    });
    if (isFixed) this.#fixedCost = cost;
    return cost;
  }

  /**
   * Executes a query or a mutation, or one event of a subscription, as graphql-js does. Never throws: errors are in the
   * result, unmasked.
   */
  execute(scope: ExecutionScope): ExecutionResult | Promise<ExecutionResult> {
    const { rootValue, contextValue, variables } = scope;
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

function hasIncrementalDirective(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive({ name }) {
      if (name.value === 'defer' || name.value === 'stream') found = true;
    },
  });
  return found;
}
