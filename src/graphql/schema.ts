import type { GraphQLSchema } from 'graphql';
import type { Operator } from '../operators/operator.ts';
import { builder } from './builder.ts';
import { defineOperatorError } from './error-types.ts';
import { defineSiteQualificationList } from '../sites/graphql/list.ts';
import { defineOutcomes } from '../sites/graphql/outcome.ts';
import { defineQualifySite } from '../sites/graphql/qualify-site.ts';
import '../sites/graphql/change.ts';
import '../sites/graphql/site-qualification.ts';
import './scalars.ts';
import './vocabulary.ts';

let composed: { readonly names: string; readonly schema: GraphQLSchema } | null = null;

/**
 * The schema over the given operators, whose own types were added to it when they were imported. A process has one set
 * of operators and so one schema; it throws where it is asked for another.
 */
export function composeSchema(operators: readonly Operator[]): GraphQLSchema {
  const names = operators.map(({ key }) => key.name).join();
  if (composed !== null) {
    if (composed.names !== names)
      throw new Error(`the schema of this process is that of ${composed.names}`);
    return composed.schema;
  }
  const OperatorEnum = builder.enumType('Operator', {
    description: 'The operators that this service asks.',
    values: Object.fromEntries(
      operators.map(({ key, description }) => [key.name, { value: key.name, description }]),
    ),
  });
  defineOperatorError(OperatorEnum);
  for (const define of [defineOutcomes, defineSiteQualificationList, defineQualifySite]) {
    define({ OperatorEnum, operators });
  }
  composed = { names, schema: builder.toSchema() };
  return composed.schema;
}
