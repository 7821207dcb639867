import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Script } from '../../src/sandbox/http/scripted-state.ts';
import type { Simulated } from '../../src/sandbox/http/simulate.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Site } from '../../src/vocabulary/site.ts';
import type { QualifySiteInput } from './operations.generated.ts';
import type { SimulatedRadio } from './radio/simulated-radio.ts';
import { radioTrial } from './radio/trial.ts';

/** All simulated operators of a test: those of the sandbox, and one more that only tests have. */
export interface Players {
  readonly sandbox: Sandbox;
  readonly radio: SimulatedRadio;
}

/** What the suites that every operator takes part in need to know of one; it lies beside its tests, in `trial.ts`. */
export interface OperatorTrial {
  /** Its value of the enum `Operator`. */
  readonly operator: string;
  /** Its members of the unions `OperatorQualification` and `OfferSource`. */
  readonly types: { readonly qualification: string; readonly offer: string };
  readonly played: (players: Players) => Simulated<Script>;
  /** A place that it can deliver to, as `qualifySite` and as the port are asked about it. */
  readonly input: QualifySiteInput;
  readonly site: Partial<Site>;
  /** A place that it says it does not know; null where it never says so. */
  readonly unknown: Partial<Site> | null;
  /** The route by which it is asked, as its simulation names it; of several the one that begins. */
  readonly route: string;
  /** How it is scripted to answer as soon as it can; nothing where it does so anyway. */
  readonly atOnce?: object;
  /** The most requests of that route that one question may take that is interrupted once. */
  readonly mostCalls: number;
  /** Other spellings under which its answer about the place says the same. */
  readonly variants: readonly string[];
  /** A place about which its answer tells personal data, and words of it that are for those only who may see them. */
  readonly personal?: {
    readonly input: QualifySiteInput;
    /** The selection of its answer that shows them. */
    readonly fields: string;
    readonly secrets: readonly string[];
  };
}

/** The trial of every operator that has one, the operator that only tests have included. */
export async function loadTrials(): Promise<readonly OperatorTrial[]> {
  const root = join(import.meta.dirname, '../operators');
  const files = globSync('*/trial.ts', { cwd: root }).toSorted();
  const modules = await Promise.all(
    files.map((file) => import(join(root, file)) as Promise<{ trial: OperatorTrial }>),
  );
  return [...modules.map(({ trial }) => trial), radioTrial];
}
