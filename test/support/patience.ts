import { operators } from '../../src/operators/index.ts';

/** The settings of the service's operators that say how long one try of a call may take. */
const timeouts = operators.flatMap(({ settings }) =>
  Object.keys(settings.optional).filter((variable) => variable.endsWith('_TIMEOUT_MS')),
);

/**
 * Settings of a service that is killed in the middle: until that is done an operator that hangs is waited for, and then the
 * question still has its time, however long the processes of a test take to start on a busy machine.
 */
export const patience = {
  EXECUTION_TIMEOUT_MS: '90000',
  SITE_DEADLINE_MS: '120000',
  ...Object.fromEntries(timeouts.map((variable) => [variable, '100000'])),
  RADIO_TIMEOUT_MS: '100000',
  ADDRESS_TIMEOUT_MS: '100000',
};
