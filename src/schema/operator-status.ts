import type { CircuitState } from '../operators/calling/trouble/circuit.ts';
import { OperatorError, recordOf } from '../operators/port/operator-error.ts';
import type { OperatorStatus } from '../operators/calling/operator-calls.ts';
import { builder } from './builder.ts';
import { enumValues } from './shared-types.ts';

const CircuitStateEnum = builder.enumType('CircuitState', {
  description: 'Whether an operator is called, judging by how its last calls went.',
  values: enumValues<CircuitState>({
    CLOSED: 'It is called as usual.',
    HALF_OPEN: 'One call is under way to find out whether it is well again; others fail at once.',
    OPEN: 'It failed too often of late: calls fail at once, until it is tried again.',
  }),
});

/** Adds the query for how the operators are doing, once the enum of the operators is known. */
export function defineOperatorStatus(
  OperatorEnum: ReturnType<typeof builder.enumType<'Operator', string[]>>,
): void {
  const OperatorStatusRef = builder.objectRef<OperatorStatus>('OperatorStatus').implement({
    description:
      'How an operator is doing, as far as the process that answers has seen since its start. Nothing is asked of the operator for it.',
    fields: (t) => ({
      operator: t.field({
        type: OperatorEnum,
        nullable: false,
        resolve: (status) => status.operator,
        description: 'The operator that this is about.',
      }),
      sandbox: t.exposeBoolean('sandbox', {
        nullable: false,
        description:
          "Whether the sandbox plays it: then its answers are examples, not the operator's.",
      }),
      circuit: t.expose('circuit', {
        type: CircuitStateEnum,
        nullable: false,
        description: 'Whether it is called, or left alone.',
      }),
      lastSuccess: t.expose('lastSuccess', {
        type: 'DateTime',
        description: 'When it last answered as it should. Null where it has not yet.',
      }),
      lastError: t.field({
        type: OperatorError,
        // The record stands for the error: graphql-js would take the instance for one that was thrown.
        resolve: ({ lastError }) =>
          lastError === null ? null : (recordOf(lastError) as OperatorError),
        description:
          'The last failure that was not about what was asked, such as a timeout. It stays after a success. Null where there was none.',
      }),
    }),
  });
  builder.queryField('operators', (t) =>
    t.field({
      type: [OperatorStatusRef],
      nullable: { list: false, items: false },
      resolve: (_root, _args, context) => [...context.operatorStatuses()],
      description: 'How the operators are doing that this service asks.',
    }),
  );
}
