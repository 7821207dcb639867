import { OperatorCalls, type CallingOptions } from '../../src/operators/calling/operator-calls.ts';
import { createLog } from '../../src/observe/log.ts';

/** The calls to an operator, by settings that a test need not mind. */
export function testCalls(operator: string, options: Partial<CallingOptions> = {}): OperatorCalls {
  return new OperatorCalls(operator, operator.charAt(0) + operator.slice(1).toLowerCase(), {
    maxCalls: 256,
    circuitOpenMs: 2_000,
    isSandbox: true,
    log: createLog('silent'),
    ...options,
  });
}
