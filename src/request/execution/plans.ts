import { getVariableValues, Kind, visit, type DocumentNode } from 'graphql';
import {
  compilePlan,
  type ExecutionInput,
  type Plan,
  type Planned,
  type PlanParts,
} from './plan.ts';

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
  #uses = 0;
  #givenUp = 0;
  #answered = 0;

  constructor({ document, ...parts }: PlanParts & { readonly document: DocumentNode }) {
    this.#parts = parts;
    const declared = parts.operation.variableDefinitions ?? [];
    const conditions = conditionsIn(document);
    this.#conditions = declared
      .map(({ variable }) => variable.name.value)
      .filter((name) => conditions.has(name));
  }

  /** How many executions they have answered. */
  get answered(): number {
    return this.#answered;
  }

  /** What a plan comes to; null where there is none, or where it gives up: then graphql-js executes the operation. */
  execute({ rootValue, contextValue, variables }: ExecutionInput): Planned | Promise<Planned> {
    this.#uses += 1;
    if (this.#uses <= usesBeforePlanning || this.#givenUp >= mostGivenUp) return null;
    const { schema, operation } = this.#parts;
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    const plan = coerced === undefined ? null : this.#planFor(coerced);
    if (plan === null || coerced === undefined) return null;
    const planned = plan(contextValue, { rootValue, variableValues: coerced });
    return planned !== null && 'then' in planned
      ? planned.then((result) => this.#count(result))
      : this.#count(planned);
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
