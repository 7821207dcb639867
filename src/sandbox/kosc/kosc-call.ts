import type { SimulatedCall } from '../http/simulate.ts';
import type { KoscState } from './kosc-state.ts';

/** A call of the simulated Kosc, as its handlers see it. */
export type KoscCall = SimulatedCall<KoscState>;
