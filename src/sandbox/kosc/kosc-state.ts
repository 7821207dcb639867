import { FaultPlan } from '../http/fault.ts';
import { defaultKoscScript, type CompleteKoscScript, type KoscScript } from './script.ts';
import { KoscTokenEndpoint } from './token-endpoint.ts';
import type { Variants } from './variants.ts';

/** Everything that a simulated Kosc remembers between two calls. */
export class KoscState {
  readonly now: () => number;
  readonly tokens = new KoscTokenEndpoint();
  readonly #initial: CompleteKoscScript;
  script: CompleteKoscScript;
  faults: FaultPlan;
  variants: Variants;

  constructor(script: KoscScript, now: () => number) {
    this.now = now;
    this.#initial = { ...defaultKoscScript, ...script };
    this.script = this.#initial;
    this.faults = new FaultPlan(this.#initial.faults);
    this.variants = new Set(this.#initial.variants);
  }

  /** Changes what the patch has and leaves the rest. */
  patch(patch: KoscScript): void {
    this.#follow({ ...this.script, ...patch }, patch.faults !== undefined);
  }

  /** Takes a script for the whole: what it does not have is as at the start. */
  replace(script: KoscScript): void {
    this.#follow({ ...this.#initial, ...script }, true);
  }

  /** Forgets counts and scripts since the start. Tokens stay valid. */
  reset(): void {
    this.replace({});
  }

  #follow(script: CompleteKoscScript, faultsAnew: boolean): void {
    this.script = script;
    this.variants = new Set(script.variants);
    if (faultsAnew) this.faults = new FaultPlan(script.faults);
  }
}
