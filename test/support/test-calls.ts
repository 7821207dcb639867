import { OperatorCalls, type CallingOptions } from '../../src/operators/calling/operator-calls.ts';
import type { Report } from '../../src/operators/calling/lenient.ts';
import { OperatorApi } from '../../src/operators/calling/operator-api.ts';
import type { ApiOptions } from '../../src/operators/port/operator.ts';
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

/** Opens APIs as the service does for an adapter, until they are all closed. */
export function testApis(calls: OperatorCalls, report: Report) {
  const apis: OperatorApi[] = [];
  return {
    openApi(options: ApiOptions): OperatorApi {
      const api = new OperatorApi({ report, ...options, calls });
      apis.push(api);
      return api;
    },
    async close(): Promise<void> {
      await Promise.all(apis.map((api) => api.close()));
    },
  };
}
