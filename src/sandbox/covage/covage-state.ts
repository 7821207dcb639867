import { FaultPlan } from '../http/fault.ts';
import { historyOf, latest } from './qualification.ts';
import { QualificationStore } from './qualification-store.ts';
import { MinuteLimit } from './rate-limit.ts';
import { defaultCovageScript, type CompleteCovageScript, type CovageScript } from './script.ts';
import { Spelling } from './spelling.ts';
import { TokenEndpoint } from './token-endpoint.ts';

/** Everything that a simulated Covage remembers between two calls. */
export class CovageState {
  readonly now: () => number;
  readonly tokens = new TokenEndpoint();
  readonly #initial: CompleteCovageScript;
  script: CompleteCovageScript;
  store: QualificationStore;
  syncLimit = new MinuteLimit();
  faults: FaultPlan;
  spelling: Spelling;

  constructor(script: CovageScript, now: () => number) {
    this.now = now;
    this.#initial = { ...defaultCovageScript, ...script };
    this.script = this.#initial;
    this.store = new QualificationStore(this.#initial.history, now());
    this.faults = new FaultPlan(this.#initial.faults);
    this.spelling = new Spelling(this.#initial.variants);
  }

  /** Changes what the patch has and leaves the rest. */
  patch(patch: CovageScript): void {
    this.#follow({ ...this.script, ...patch }, patch.faults !== undefined);
  }

  /** Takes a script for the whole: what it does not have is as at the start. */
  replace(script: CovageScript): void {
    this.#follow({ ...this.#initial, ...script }, true);
  }

  /** Forgets qualifications, counts and scripts since the start. Tokens stay valid. */
  reset(): void {
    this.replace({});
    this.store = new QualificationStore(this.#initial.history, this.now());
    this.syncLimit = new MinuteLimit();
  }

  /** Moves a qualification on and returns the state that it is then in. Throws when there is no such qualification. */
  advance(id: string, steps = 1): string {
    const qualification = this.store.find(id);
    if (qualification === undefined) throw new Error(`There is no qualification ${id}.`);
    for (let step = 0; step < steps; step += 1) qualification.progress.step(this.now());
    return latest(historyOf(qualification, this.now())).state;
  }

  #follow(script: CompleteCovageScript, faultsAnew: boolean): void {
    this.script = script;
    this.spelling = new Spelling(script.variants);
    if (faultsAnew) this.faults = new FaultPlan(script.faults);
  }
}
