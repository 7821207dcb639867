import {
  execute,
  getVariableValues,
  OperationTypeNode,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { CompiledQuery } from 'graphql-jit';
import { compile } from './compile.ts';
import { costOf } from './document/cost.ts';
import { withErrorsInOrder } from './errors-in-order.ts';
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

/** An operation that comes back is compiled: that takes longer than to execute it once. */
const usesBeforeCompiling = 2;

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
  #uses = 0;
  #compiled: CompiledQuery | null = null;

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

  /** Whether it came back often enough to be compiled. */
  get isCompiled(): boolean {
    return this.#compiled !== null;
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
   * Executes a query or a mutation, or one event of a subscription. Never throws: errors are in the result, unmasked.
   * The first times it is interpreted, later by a compiled plan; the results are the same.
   */
  execute(scope: ExecutionScope): ExecutionResult | Promise<ExecutionResult> {
    const result = this.#execute(scope);
    return 'then' in result ? result.then(withErrorsInOrder) : withErrorsInOrder(result);
  }

  #execute(scope: ExecutionScope): ExecutionResult | Promise<ExecutionResult> {
    const compiled = this.#compiled ?? this.#compile();
    const { rootValue, contextValue, variables } = scope;
    if (compiled !== null && !this.#isNullWhereDefaulted(variables)) {
      // A plan takes some values that GraphQL refuses, and has other words for those that both refuse.
      const definitions = this.node.variableDefinitions ?? [];
      const { errors } = getVariableValues(this.schema, definitions, variables, coercion);
      if (errors !== undefined) return { errors };
      const result = compiled.query(rootValue, contextValue, variables);
      if ('then' in result || 'data' in result) return result;
    }
    return execute({
      schema: this.schema,
      document: this.document,
      operationName: this.name,
      rootValue,
      contextValue,
      variableValues: variables,
      options: { maxCoercionErrors: coercion.maxErrors },
    });
  }

  /** A variable with a default may stand where null may not: plans do not look whether it was given as null. */
  #isNullWhereDefaulted(variables: ExecutionScope['variables']): boolean {
    return (this.node.variableDefinitions ?? []).some(
      ({ defaultValue, variable }) =>
        defaultValue !== undefined && variables[variable.name.value] === null,
    );
  }

  #compile(): CompiledQuery | null {
    // What a mutation does takes longer than any plan saves.
    if (this.node.operation === OperationTypeNode.MUTATION) return null;
    this.#uses += 1;
    if (this.#uses !== usesBeforeCompiling + 1) return null;
    // What cannot be compiled goes on being interpreted.
    this.#compiled = compile(this.schema, this.document, this.name ?? undefined);
    return this.#compiled;
  }
}

const coercion = { maxErrors: 20 };

function hasIncrementalDirective(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive({ name }) {
      if (name.value === 'defer' || name.value === 'stream') found = true;
    },
  });
  return found;
}
