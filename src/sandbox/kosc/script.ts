import type { Fault } from '../http/fault.ts';
import type { KoscRoute } from './route-names.ts';
import type { KoscVariant } from './variants.ts';

/** How the simulated Kosc behaves. What is absent is as by default. */
export interface KoscScript {
  /** How long tokens live; 24 hours by default, and fractions are taken. */
  tokenLifetimeSeconds?: number;
  /** What goes wrong. A script that has this starts the counting of its calls anew. */
  faults?: Fault<KoscRoute>[];
  /** Other spellings on the wire, by name (see `koscVariants`). */
  variants?: KoscVariant[];
}

/** A script with nothing left out. */
export type CompleteKoscScript = Required<KoscScript>;

/** The behaviour when nothing is scripted. */
export const defaultKoscScript: CompleteKoscScript = {
  tokenLifetimeSeconds: 86_400,
  faults: [],
  variants: [],
};
