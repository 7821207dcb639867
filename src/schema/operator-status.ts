import type { CircuitState } from '../operators/calling/trouble.ts';
import { OperatorError, presentFailure } from '../operators/port/operator-error.ts';
import type { OperatorStatus } from '../operators/calling/operator-calls.ts';
import { builder } from './builder.ts';
import { enumValues } from './shared-types.ts';

const CircuitStateEnum = builder.enumType('CircuitState', {
  description: 'Whether the service calls an operator at present, judging by its last calls.',
  values: enumValues<CircuitState>({
    CLOSED: 'The service calls the operator as usual.',
    HALF_OPEN: 'One trial call finds out whether the operator has recovered. Other calls fail at once.',
    OPEN: 'The operator failed too often of late. Calls fail at once, until the next trial call.',
  }),
});

/** Adds the query for how the operators are doing, once the enum of the operators is known. */
export function defineOperatorStatus(
  OperatorEnum: ReturnType<typeof builder.enumType<'Operator', string[]>>,
): void {
  const OperatorStatusRef = builder.objectRef<OperatorStatus>('OperatorStatus').implement({
    description:
      'How well an operator works, as the answering process has seen it since its own start. Reading it makes no call to the operator.',
    fields: (t) => ({
      operator: t.field({
        type: OperatorEnum,
        nullable: false,
        resolve: (status) => status.operator,
        description: 'The operator that the status is about.',
      }),
      sandbox: t.exposeBoolean('sandbox', {
        nullable: false,
        description:
          "Whether the sandbox plays the operator. Then its answers are examples, not the operator's.",
      }),
      circuit: t.expose('circuit', {
        type: CircuitStateEnum,
        nullable: false,
        description: 'Whether the service calls the operator at present.',
      }),
      lastSuccess: t.expose('lastSuccess', {
        type: 'DateTime',
        description: 'When the operator last answered as it should. Null where it has not yet.',
      }),
      lastError: t.field({
        type: OperatorError,
        // The record stands for the error: graphql-js would take the instance for one that was thrown.
        resolve: ({ lastError }) =>
          lastError === null ? null : (presentFailure(lastError) as OperatorError),
        description:
          'The last failure of the operator itself, such as a timeout; a refused request is none. It stays after a success. Null where there was none.',
      }),
    }),
  });
  builder.queryField('operators', (t) =>
    t.field({
      type: [OperatorStatusRef],
      nullable: { list: false, items: false },
      resolve: (_root, _args, context) => [...context.operatorStatuses()],
      description: 'How well each operator works.',
    }),
  );
}
