import { addresses } from './addresses/start-address-sandbox.ts';
import { covage } from './covage/start-covage-sandbox.ts';
import { kosc } from './kosc/start-kosc-sandbox.ts';
import { ovhcloud } from './ovhcloud/start-ovhcloud-sandbox.ts';

/**
 * What the sandbox plays, the operators and the services that know addresses: one word each, a new one last, since the ports go by the order. `settings` are the environment variables by which the service
 * talks to a started one, `examples` what its program says there is to try, and `demonstration` how that starts it.
 */
export const simulatedOperators = [covage, kosc, addresses, ovhcloud] as const;
