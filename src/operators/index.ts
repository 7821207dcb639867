import { covage } from './covage/index.ts';
import { kosc } from './kosc/index.ts';
import { ovhcloud } from './ovhcloud/index.ts';
import type { Operator } from './port/operator.ts';

/** The registry of operators: one line each. */
export const operators: readonly Operator[] = [covage, kosc, ovhcloud];
