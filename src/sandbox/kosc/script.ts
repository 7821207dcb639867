import { defaultPace } from '../http/pace.ts';
import type { Script } from '../http/scripted-state.ts';
import type { KoscRoute } from './route-names.ts';
import type { KoscVariant } from './variants.ts';

/** How the simulated Kosc behaves. What is absent is as by default. */
export interface KoscScript extends Script<KoscRoute, KoscVariant> {
  /** How long tokens live; 24 hours by default, and fractions are taken. */
  tokenLifetimeSeconds?: number;
}

/** A script with nothing left out. */
export type CompleteKoscScript = Required<KoscScript>;

/** The behaviour when nothing is scripted. */
export const defaultKoscScript: CompleteKoscScript = {
  ...defaultPace,
  tokenLifetimeSeconds: 86_400,
  faults: [],
  variants: [],
};
