import type { SimulatedCall } from '../http/simulate.ts';
import type { CovageState } from './covage-state.ts';

/** A call of the simulated Covage, as its handlers see it. */
export type CovageCall = SimulatedCall<CovageState>;
