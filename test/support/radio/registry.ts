import { operators as known } from '../../../src/operators/index.ts';
import { radio } from './index.ts';

/** The operators of the service, and one more. */
export const operators = [...known, radio];
