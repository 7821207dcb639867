import { ScriptedState } from '../http/scripted-state.ts';
import { historyOf, latest } from './qualification.ts';
import { QualificationStore } from './qualification-store.ts';
import { MinuteLimit } from './rate-limit.ts';
import { defaultCovageScript, type CompleteCovageScript, type CovageScript } from './script.ts';
import { Spelling } from './spelling.ts';
import { TokenEndpoint } from './token-endpoint.ts';

/** Everything that a simulated Covage remembers between two calls. */
export class CovageState extends ScriptedState<CovageScript> {
  readonly tokens = new TokenEndpoint();
  store: QualificationStore;
  syncLimit = new MinuteLimit();
  spelling: Spelling;

  constructor(script: CovageScript, now: () => number) {
    super({ ...defaultCovageScript, ...script }, now);
    this.store = new QualificationStore(this.initial.history, now());
    this.spelling = new Spelling(this.initial.variants);
  }

  /** Forgets qualifications, counts and scripts since the start. Tokens stay valid. */
  override reset(): void {
    super.reset();
    this.store = new QualificationStore(this.initial.history, this.now());
    this.syncLimit = new MinuteLimit();
  }

  /** Moves a qualification on and returns the state that it is then in. Throws when there is no such qualification. */
  advance(id: string, steps = 1): string {
    const qualification = this.store.find(id);
    if (qualification === undefined) throw new Error(`There is no qualification ${id}.`);
    for (let step = 0; step < steps; step += 1) qualification.progress.step(this.now());
    return latest(historyOf(qualification, this.now())).state;
  }

  protected override follow(script: CompleteCovageScript, faultsAnew: boolean): void {
    super.follow(script, faultsAnew);
    this.spelling = new Spelling(script.variants);
  }
}
