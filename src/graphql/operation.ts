import {
  execute,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { costOf } from './cost.ts';

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

/** An operation that comes back is compiled: that takes longer than to execute it once. */
const usesBeforeCompiling = 2;

/** One operation of a valid document. */
export class Operation {
  readonly node: OperationDefinitionNode;
  readonly document: DocumentNode;
  readonly schema: GraphQLSchema;
  /** Whether it is answered in parts: with `@defer` or `@stream`. */
  readonly isIncremental: boolean;
  readonly #scope: OperationScope;
  #fixedCost: number | null = null;
  #uses = 0;
  #compiled: CompiledQuery | null = null;

  constructor(node: OperationDefinitionNode, scope: OperationScope) {
    this.node = node;
    this.document = scope.document;
    this.schema = scope.schema;
    this.#scope = scope;
    this.isIncremental = hasIncrementalDirective(scope.document);
  }

  /** Its name; null for one without. */
  get name(): string | null {
    return this.node.name?.value ?? null;
  }

  /** What it costs with these variables, by `costOf`. */
  cost(variables: Readonly<Record<string, unknown>>): number {
    if (this.#fixedCost !== null) return this.#fixedCost;
    const { cost, isFixed } = costOf(this.node, { ...this.#scope, variables });
    if (isFixed) this.#fixedCost = cost;
    return cost;
  }

  /**
   * Executes a query or a mutation, or one event of a subscription. Never throws: errors are in the result, unmasked.
   * The first times it is interpreted, later by a compiled plan; the results are the same.
   */
  execute(scope: ExecutionScope): ExecutionResult | Promise<ExecutionResult> {
    const compiled = this.#compiled ?? this.#compile();
    const { rootValue, contextValue, variables } = scope;
    if (compiled !== null) {
      const result = compiled.query(rootValue, contextValue, variables);
      // Without data the variables were refused: the interpreter has the words for that.
      if ('then' in result || 'data' in result) return result;
    }
    return execute({
      schema: this.schema,
      document: this.document,
      operationName: this.name,
      rootValue,
      contextValue,
      variableValues: variables,
      options: { maxCoercionErrors: 20 },
    });
  }

  #compile(): CompiledQuery | null {
    this.#uses += 1;
    if (this.#uses !== usesBeforeCompiling + 1) return null;
    const compiled = compileQuery(this.schema, this.document, this.name ?? undefined);
    // What cannot be compiled goes on being interpreted.
    if (isCompiledQuery(compiled)) this.#compiled = compiled;
    return this.#compiled;
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
