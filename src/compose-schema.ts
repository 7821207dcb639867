import type { GraphQLSchema } from 'graphql';
import type { Operator } from './operators/port/operator.ts';
import { defineCreateBatch } from './batches/graphql/create-batch.ts';
import { builder } from './schema/builder.ts';
import { defineOperatorError } from './schema/error-types.ts';
import { withIncrementalDirectives } from './schema/incremental-directives.ts';
import { asSubgraph } from './schema/subgraph.ts';
import { defineOperatorStatus } from './schema/operator-status.ts';
import { defineSiteQualificationList } from './sites/graphql/list.ts';
import { defineOutcomes } from './sites/graphql/outcome.ts';
import { defineQualifySite } from './sites/graphql/qualify-site.ts';
import './addresses/graphql/address-candidate.ts';
import './addresses/graphql/search.ts';
import './batches/graphql/batch.ts';
import './batches/graphql/cancel-batch.ts';
import './batches/graphql/change.ts';
import './batches/graphql/list.ts';
import './batches/graphql/rows.ts';
import './sites/graphql/change.ts';
import './sites/graphql/site-qualification.ts';
import './schema/scalars.ts';
import './schema/shared-types.ts';

interface Composed {
  readonly names: string;
  /** The contract with clients: `schema/schema.graphql`. */
  readonly contract: GraphQLSchema;
  /** The contract, and what the gateway of a federated graph needs beside it. */
  readonly served: GraphQLSchema;
}

let composed: Composed | null = null;

/**
 * The API over the given operators, whose own types were added to it when they were imported. A process has one set
 * of operators and so one schema; it throws where it is asked for another.
 */
export function composeSchema(operators: readonly Operator[]): GraphQLSchema {
  return compose(operators).contract;
}

/** The same as a subgraph of a federated graph: the schema to execute operations with. Throws as `composeSchema` does. */
export function composeServedSchema(operators: readonly Operator[]): GraphQLSchema {
  return compose(operators).served;
}

function compose(operators: readonly Operator[]): Composed {
  const names = operators.map(({ key }) => key.name).join();
  if (composed !== null) {
    if (composed.names !== names)
      throw new Error(`the schema of this process is that of ${composed.names}`);
    return composed;
  }
  const OperatorEnum = builder.enumType('Operator', {
    description: 'The operators that this service asks.',
    values: Object.fromEntries(
      operators.map(({ key, description }) => [key.name, { value: key.name, description }]),
    ),
  });
  defineOperatorError(OperatorEnum);
  defineOperatorStatus(OperatorEnum);
  for (const define of [defineOutcomes, defineSiteQualificationList]) {
    define({ OperatorEnum, operators });
  }
  const QualifySiteInput = defineQualifySite({ OperatorEnum, operators });
  defineCreateBatch({ QualifySiteInput, operators });
  const contract = withIncrementalDirectives(builder.toSchema());
  composed = { names, contract, served: asSubgraph(contract) };
  return composed;
}
