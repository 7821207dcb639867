import { ScriptedState } from '../http/scripted-state.ts';
import { defaultKoscScript, type CompleteKoscScript, type KoscScript } from './script.ts';
import { KoscTokenEndpoint } from './token-endpoint.ts';
import type { Variants } from './variants.ts';

/** Everything that a simulated Kosc remembers between two calls. */
export class KoscState extends ScriptedState<KoscScript> {
  readonly tokens = new KoscTokenEndpoint();
  variants: Variants;

  constructor(script: KoscScript, now: () => number) {
    super({ ...defaultKoscScript, ...script }, now);
    this.variants = new Set(this.initial.variants);
  }

  protected override follow(script: CompleteKoscScript, faultsAnew: boolean): void {
    super.follow(script, faultsAnew);
    this.variants = new Set(script.variants);
  }
}
